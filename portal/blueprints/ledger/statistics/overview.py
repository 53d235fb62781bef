"""The page of figures."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, display, i18n
from portal.access import Audience, audience, register_day
from portal.blueprints.ledger import face, options
from portal.blueprints.ledger.face import blueprint
from portal.blueprints.ledger.statistics import dimensions, indices, lines, wishes, words
from portal.blueprints.ledger.statistics.lines import Line, Row
from portal.blueprints.ledger.statistics.wishes import Wish
from portal.public_pages import Tag
from portal.settings import Settings
from portal.statistics import pictures, queries
from portal.statistics.figures import Figures
from portal.statistics.periods import months_before, next_month
from portal.statistics.pictures import Bar, Picture
from portal.transaction import current_session

_: Callable[..., str] = gettext

MONTHS_SHOWN = 12


class Head(NamedTuple):
    """One of the figures at the top: with what it was divided by, where it was."""

    value: str
    label: str
    href: str
    note: str


class Month(NamedTuple):
    name: str
    href: str
    cells: tuple[str, ...]


def made_of(today: date) -> tuple[Tag, int]:
    """What pages of figures depend on: entries counted, the day, the register's day, language, address."""
    size = queries.size(current_session())
    known = f"{size} {today} {register_day()} {i18n.language()} {request.full_path}"
    return Tag(sha256(known.encode()).hexdigest()[:32]), size


@blueprint.get("/ledger/statistics")
@audience(Audience.PUBLIC)
def statistics() -> ResponseReturnValue:
    """The figures of some units and procedures in a period."""
    today = clock.local_day(clock.now())
    tag, size = made_of(today)
    if unchanged := face.not_modified(tag):
        return unchanged
    wish = wishes.read(today)
    session = current_session()
    of_units = queries.by_unit(session, wish.selection)
    of_procedures = queries.by_procedure(session, wish.selection) if wish.by in ("field", "procedure") else {}
    rows, total = lines.rows(wish, of_units, of_procedures), lines.total(of_units)
    shown = [lines.line(wish, row) for row in rows]
    months, picture = _trend(wish)
    html = render_template(
        "ledger/statistics.html",
        wish=wish,
        size=size,
        base_url=_base_url(),
        period=words.period_name(wish.period),
        heads=_heads(wish, total),
        rows=shown,
        total=lines.line(wish, Row(_("Tổng cộng"), {}, False, frozenset(), total)),
        table_names=[words.column_name(name) for name in lines.TABLE],
        lateness_names=[words.column_name(name) for name in lines.LATENESS],
        ranked=_ranked(rows, shown),
        months=months,
        picture=picture,
        groups=indices.groups(total, wish.period),
        sealed=queries.sealed_entries(of_units),
        **_choices(wish, today),
    )
    response = face.public_page(html, tag)
    response.status_code = 422 if wish.problems else 200
    return response


def _base_url() -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.base_url


def _choices(wish: Wish, today: date) -> dict[str, object]:
    return {
        "period_options": options.of_words(words.period_choices(today), wish.given["period"]),
        "unit_options": options.of_units(register_day(), wish.unit),
        "level_options": options.of_words(words.level_choices(), wish.level),
        "field_options": options.of_words(dimensions.field_choices(), wish.field),
        "procedure_options": options.of_procedures(wish.procedure),
        "by_options": options.of_words(words.by_choices(), wish.by),
        "view_options": options.of_words(words.view_choices(), wish.view),
        "by_name": dict(words.by_choices())[wish.by],
        "errors": [(f"f-{name}", message) for name, message in wish.problems.items()],
    }


def _heads(wish: Wish, total: Figures) -> list[Head]:
    base = lines.base_of(wish.but())

    def head(name: str, label: str) -> Head:
        number = getattr(total, name)
        return Head(display.number(number), label, base + name if number else "", "")

    rate = total.on_time_rate
    of_how_many = _(
        "%(part)s trên %(whole)s hồ sơ đã giải quyết và có ngày hẹn",
        part=display.number(rate.numerator),
        whole=display.number(rate.denominator),
    )
    return [
        head("received", _("hồ sơ tiếp nhận trong kỳ")),
        head("resolved", _("hồ sơ đã giải quyết")),
        Head(
            lines.percent(rate),
            _("giải quyết không trễ hẹn"),
            base + "dated" if rate.denominator else "",
            of_how_many,
        ),
        head("overdue", _("hồ sơ đang giải quyết đã quá hạn")),
    ]


def _ranked(rows: Sequence[Row], shown: Sequence[Line]) -> list[Line]:
    """The lines by their on-time rate, best first; those without one are not ranked."""
    known = [
        (-rate, -row.figures.resolved, number)
        for number, row in enumerate(rows)
        if (rate := row.figures.on_time_rate.value) is not None
    ]
    return [shown[number] for _rate, _resolved, number in sorted(known)]


def _trend(wish: Wish) -> tuple[list[Month], Picture | None]:
    """The twelve months that end with the period's last: a table, and the same as a picture."""
    last = wish.selection.last.replace(day=1)
    since = months_before(last, MONTHS_SHOWN - 1)
    found = queries.by_month(current_session(), wish.selection, since=since)
    months, bars = [], []
    month = since
    while month <= last:
        counter = found.get(month) or Counter[str]()
        parts = [(kind, counter[kind]) for kind in ("early", "on_time", "late")]
        received = sum(counter[f"received_{name}"] for name in ("online", "national", "counter", "post"))
        numbers = (received, *(number for _kind, number in parts))
        name = f"{month:%m/%Y}"
        asked = wish.but(**{"period": f"{month:%Y-%m}", "from": "", "to": ""})
        months.append(Month(name, url_for("ledger.statistics", **asked), tuple(map(display.number, numbers))))
        bars.append(Bar(name, display.number(sum(number for _kind, number in parts)), parts))
        month = next_month(month)
    return months, pictures.bars(bars)
