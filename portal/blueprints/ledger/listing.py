"""The list of dossiers as a page: found, narrowed, sorted; each dossier a row."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock, display
from portal.access import Audience, audience, register_day
from portal.addresses import address
from portal.blueprints.ledger import face, options, watching, wishes, words
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


class Link(NamedTuple):
    words: str
    href: str
    chosen: bool = False


@blueprint.get("/ledger")
@audience(Audience.PUBLIC)
def index() -> ResponseReturnValue:
    """Every dossier's receipt and resolution, newest first or as asked."""
    if request.if_none_match and (unchanged := face.not_modified(face.tag(log.listed(current_session())))):
        return unchanged
    wish, at = wishes.read(), clock.now()
    page, size = (NOTHING, 0) if wish.problems else _read(wish, at)
    html = render_template(
        "ledger/index.html",
        wish=wish,
        rows=rows_of(page.rows, at),
        choices=_choices(wish),
        chosen=_chosen(wish),
        sorts=_sorts(wish),
        period=words.period_words(wish.sort),
        witnesses_missing=watching.missing(),
        errors=[(f"f-{name}", message) for name, message in wish.problems.items()],
        follow=_follow(wish.given),
        older=address("ledger.index", wish.address, after=wish.going_on(page.after)) if page.after else None,
    )
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


def _follow(given: Mapping[str, str]) -> dict[str, str]:
    """The feeds of the unit and the procedure that the list is of."""
    about = {name: given[name] for name in ("unit", "procedure") if given[name]}
    return {"atom": address("ledger.feed_atom", about), "json": address("ledger.feed_json", about)}


def _choices(wish: Wish) -> dict[str, str]:
    """The options of each filter, written out."""
    given = wish.given
    return {
        "unit": options.of_units(register_day(), given["unit"]),
        "procedure": options.of_procedures(given["procedure"]),
        "field": options.of_fields(given["field"]),
        "state": options.of_a_table(words.state_choices, given["state"]),
        "channel": options.of_a_table(words.channel_choices, given["channel"]),
    }


def _sorts(wish: Wish) -> list[Link]:
    shown = {"filed": _("Mới nộp trước"), "due": _("Sắp đến hạn trước"), "resolved": _("Mới có kết quả trước")}
    return [
        Link(label, address("ledger.index", wish.sorted_by(sort)), wish.sort == sort) for sort, label in shown.items()
    ]


def _chosen(wish: Wish) -> list[Link]:
    """Each filter in force, and the address without it."""
    return [
        Link(_name(name, value, wish.sort), address("ledger.index", wish.without(name)))
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
