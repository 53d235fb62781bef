"""The list of dossiers as a page: found, narrowed, sorted; each dossier a row."""

from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock, display, shells
from portal.access import Audience, audience, register_day
from portal.addresses import address, also, asked
from portal.blueprints.ledger import face, options, pieces, watching, wishes, words
from portal.blueprints.ledger.face import blueprint
from portal.blueprints.ledger.names import names
from portal.blueprints.ledger.rows import rows_of
from portal.blueprints.ledger.wishes import Wish
from portal.i18n import gettext, language
from portal.ledger import log, queries
from portal.ledger.queries import BadKey, Page
from portal.procedures import sectors
from portal.transaction import current_session

_: Callable[..., str] = gettext

NOTHING = Page((), None)


@blueprint.get("/ledger")
@audience(Audience.PUBLIC)
def index() -> ResponseReturnValue:
    """Every dossier's receipt and resolution, newest first or as asked."""
    if request.if_none_match and (unchanged := face.not_modified(face.tag(log.listed(current_session())))):
        return unchanged
    wish, at = wishes.read(), clock.now()
    page, size = (NOTHING, 0) if wish.problems else _read(wish, at)
    values = {**_finder(wish), **_links(wish, page), "rows": rows_of(page.rows, at)}
    given = {
        "sort": wish.sort,
        "late": wish.late,
        "narrowed": bool(values["chosen"]),
        "listed": "rows" if page.rows else "nothing" if wish.address or wish.after else "nothing_yet",
        "period_words": words.period_words,
    }
    html = _page(wish, values, given)
    if wish.problems:
        return html, 400 if "after" in wish.problems else 422
    return face.public_page(html, face.tag(size, at=at))


def _read(wish: Wish, at: datetime) -> tuple[Page, int]:
    """The rows, and how far the lists have come by then: one statement."""
    try:
        return queries.dossiers_and_size(current_session(), wish.selection, after=wish.after, at=at)
    except BadKey:
        abort(400)


def page_of(wish: Wish, limit: int, at: datetime) -> Page:
    try:
        return queries.dossiers(current_session(), wish.selection, after=wish.after, limit=limit, at=at)
    except BadKey:
        abort(400)


def _page(wish: Wish, values: shells.Values, given: Mapping[str, Hashable]) -> str | bytes:
    missing = watching.missing()
    if not wish.problems and missing is None:
        return shells.page("ledger/index.html", values, **given, problems=(), errors=())
    errors = [(f"f-{name}", message) for name, message in wish.problems.items()]
    unusual = {"problems": wish.problems, "errors": errors, "witnesses_missing": missing}
    return render_template("ledger/index.html", **values, **given, **unusual)


def _finder(wish: Wish) -> shells.Values:
    """What was asked for, as the form shows it."""
    given = wish.given
    return {
        "title": f"{wish.q} – {_('Sổ công khai')}" if wish.q else _("Sổ công khai"),
        "q": wish.q,
        "since": given["from"],
        "until": given["to"],
        "units": options.of_units(register_day(), given["unit"]),
        "procedures": options.of_procedures(given["procedure"]),
        "fields": options.of_fields(given["field"]),
        "states": options.of_a_table(words.state_choices, given["state"]),
        "channels": options.of_a_table(words.channel_choices, given["channel"]),
        "chosen": pieces.chosen(_chosen(wish)),
    }


def _links(wish: Wish, page: Page) -> shells.Values:
    """The same list in other orders and forms, the rest of it, and what else there is about the same."""
    here, same, unsorted = address("ledger.index"), asked(wish.address), asked(wish.without("sort"))
    older = here + also(same, after=wish.going_on(page.after)) if page.after else None
    return {
        "by_filed": here + unsorted,
        "by_due": here + also(unsorted, sort="due"),
        "by_resolved": here + also(unsorted, sort="resolved"),
        "begin": here + same,
        "pages": pieces.pages(begin=here + same if wish.after else None, older=older),
        "csv": address("ledger.index_csv") + same,
        "json": address("ledger.index_json") + same,
        **_about(wish.given),
    }


def _about(given: Mapping[str, str]) -> shells.Values:
    """What there is about the unit and the procedure that the list is of: feeds, letters, figures."""
    about = {name: given[name] for name in ("unit", "procedure") if given[name]}
    followed = asked(about)
    counted = asked(about | {"field": given["field"]}) if given["field"] else followed
    return {
        "atom": address("ledger.feed_atom") + followed,
        "feed": address("ledger.feed_json") + followed,
        "asks": pieces.asks({name: address("subscriptions.ask", {name: about[name]}) for name in reversed(about)}),
        "statistics": address("ledger.statistics") + counted,
    }


def _chosen(wish: Wish) -> list[tuple[str, str]]:
    """Each filter in force: the address without it, and its words."""
    return [
        (address("ledger.index", wish.without(name)), _name(name, value, wish.sort))
        for name, value in wish.address.items()
        if name != "sort" and name not in wish.problems
    ]


def _name(name: str, value: str, sort: str) -> str:
    """A filter in words."""
    if name in ("from", "to"):
        return f"{words.period_words(sort)[name == 'to']} {display.day(date.fromisoformat(value))}"
    if name == "unit":
        return names(units_of=[value]).unit(value)
    if name == "procedure":
        return names(procedures_of=[value]).procedure(value)
    if name == "field":
        return sectors.name(value).in_(language())
    labels: dict[str, Callable[[], str]] = {
        "q": lambda: _("Mã bắt đầu bằng %(code)s", code=value),
        "state": lambda: words.state_name(value)[0],
        "channel": lambda: words.channel_name(value),
        "late": lambda: _("Trễ hạn"),
    }
    return labels[name]()
