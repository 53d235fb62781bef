"""The figures as finished lines: each with its name, its numbers as texts, and where its dossiers are."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from portal import display
from portal.blueprints.ledger.names import names
from portal.blueprints.ledger.statistics import dimensions, words
from portal.blueprints.ledger.statistics.wishes import LEVELS, Wish
from portal.statistics import queries
from portal.statistics.counting import NOBODY
from portal.statistics.figures import Figures, Ratio
from portal.statistics.queries import Sums

DAY_MINUTES = 24 * 60
TABLE = (
    "carried",
    "received",
    "online",
    "counter",
    "post",
    "resolved",
    "early",
    "on_time",
    "late",
    "undated",
    "withdrawn",
    "in_term",
    "overdue",
    "paused",
    "waiting",
    "not_received",
    "returned",
)
LATENESS = (
    "late_plain",
    "late_extended",
    "overdue_plain",
    "overdue_extended",
    "extended",
    "extended_after_due",
    "kept_extended",
)


class Row(NamedTuple):
    """Some dossiers: what they have in common, how to ask for them alone, and their figures."""

    name: str
    ask: dict[str, str]
    opens: bool
    codes: frozenset[str]
    figures: Figures


class Cell(NamedTuple):
    text: str
    href: str


class Line(NamedTuple):
    """A row as a page shows it. `href`: the same figures one step further down; empty where there is none."""

    name: str
    href: str
    table: tuple[Cell, ...]
    lateness: tuple[Cell, ...]
    rate: str
    share: Cell
    share_of: Cell
    percent: int
    taken: str
    allowed: str
    speed: str


def rows(wish: Wish, of_units: Sums, of_procedures: Sums) -> list[Row]:
    """The rows of the table, those with nothing in them left out."""
    made = {"unit": _by_unit, "level": _by_level}.get(wish.by)
    found = made(wish, of_units) if made else _by_procedure(wish, of_procedures)
    return [row for row in found if row.figures != Figures()]


def total(of_units: Sums) -> Figures:
    return queries.of_codes(of_units, of_units.keys() - {NOBODY})


def line(wish: Wish, row: Row) -> Line:
    found, base = row.figures, base_of(wish.but(**row.ask))
    on_time = found.on_time_rate
    return Line(
        name=row.name,
        href=url_for("ledger.statistics", **wish.but(**{"by": _next(wish.by), **row.ask})) if row.opens else "",
        table=cells(found, TABLE, base),
        lateness=cells(found, LATENESS, base),
        rate=percent(on_time),
        share=_cell(on_time.numerator, "in_time", base),
        share_of=_cell(on_time.denominator, "dated", base),
        percent=0 if on_time.value is None else round(100 * on_time.value),
        taken=days(Ratio(found.minutes_taken, found.timed)),
        allowed=days(Ratio(found.minutes_allowed, found.timed)),
        speed=percent(found.time_rate),
    )


def _next(by: str) -> str:
    """How a row that is opened is told: a field by its procedures, the rest by units."""
    return "procedure" if by == "field" else ""


def cells(found: Figures, wanted: Sequence[str], base: str) -> tuple[Cell, ...]:
    return tuple(_cell(getattr(found, name), name, base) for name in wanted)


def percent(ratio: Ratio) -> str:
    """With one decimal; in words where there is nothing to divide by."""
    if ratio.value is None:
        return no_data()
    share = round(100 * ratio.value, 1)
    return f"{display.number(share, 0 if share.is_integer() else 1)}%"


def days(ratio: Ratio) -> str:
    """Minutes a dossier, as days."""
    return no_data() if ratio.value is None else display.number(ratio.value / DAY_MINUTES, 1)


def no_data() -> str:
    found: str = _("chưa có dữ liệu")
    return found


def base_of(asked: dict[str, str]) -> str:
    """Where the dossiers that a figure counts are listed; the figure's name belongs behind it."""
    address = urlencode(asked)
    return f"{url_for('ledger.statistics_dossiers')}?{address}{'&' if address else ''}figure="


def _cell(number: int, figure: str, base: str) -> Cell:
    return Cell(display.number(number), base + figure if number else "")


# --- Rows --------------------------------------------------------------------------------------------------------


def _by_unit(wish: Wish, sums: Sums) -> list[Row]:
    """What lies directly below the unit, each with all below it; of one level, each unit of it alone."""
    places, chosen = wish.places, wish.places.place_of(wish.unit) if wish.unit else None
    if wish.level:
        found = places.by_code if chosen is None else places.within(chosen)
        alone = sorted(code for code in found if places.level_of(code) == wish.level)
        return [_alone(wish, sums, code) for code in alone]
    tops = list(places.below.get(None, ())) if chosen is None else [chosen]
    made: list[Row] = []
    for top in tops:
        below = [] if wish.alone else places.below.get(top, ())
        made.append(_alone(wish, sums, top))
        made += [_with_below(wish, sums, code) for code in below]
    if chosen is None:
        strangers = sums.keys() - places.counted_as.keys() - {NOBODY}
        made += [_alone(wish, sums, code) for code in sorted(strangers)]
    return made


def _alone(wish: Wish, sums: Sums, place: str) -> Row:
    codes = wish.places.codes_of(place)
    name = dimensions.unit_name(wish.places, place)
    if wish.places.below.get(place) and not wish.level:
        name = _("%(unit)s (riêng đơn vị này)", unit=name)
    return Row(name, {"unit": place, "alone": "1"}, False, codes, queries.of_codes(sums, codes))


def _with_below(wish: Wish, sums: Sums, place: str) -> Row:
    codes = frozenset(code for one in wish.places.within(place) for code in wish.places.codes_of(one))
    name = dimensions.unit_name(wish.places, place)
    opens = bool(wish.places.below.get(place))
    return Row(name, {"unit": place}, opens, codes, queries.of_codes(sums, codes))


def _by_level(wish: Wish, sums: Sums) -> list[Row]:
    made = []
    for level in LEVELS:
        codes = frozenset(
            code for code in sums.keys() - {NOBODY} if wish.places.level_of(wish.places.place_of(code)) == level
        )
        made.append(Row(words.level_name(level), {"level": level}, True, codes, queries.of_codes(sums, codes)))
    return made


def _by_procedure(wish: Wish, sums: Sums) -> list[Row]:
    """By name; of a field all its procedures together. What the catalogue has no more stays by itself."""
    field_of = dimensions.fields() if wish.by == "field" else {}
    together: dict[str, set[str]] = {}
    for code in sums.keys() & field_of.keys():
        together.setdefault(field_of[code], set()).add(code)
    choices = dict(dimensions.field_choices())
    made = [_of(choices.get(key, key), {"field": key}, codes, sums) for key, codes in together.items()]
    single = sums.keys() - field_of.keys()
    known = names(procedures_of=single)
    made += [_of(known.procedure(code), {"procedure": code}, {code}, sums) for code in single]
    return sorted(made, key=lambda row: (row.name, sorted(row.codes)))


def _of(name: str, ask: dict[str, str], codes: Collection[str], sums: Sums) -> Row:
    return Row(name, ask, "field" in ask, frozenset(codes), queries.of_codes(sums, codes))
