"""Reading figures: sums of cells, and the dossiers behind a figure. One statement each."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from portal.reading import read
from portal.statistics import figures
from portal.statistics.counting import EVERY_PROCEDURE, EVERY_UNIT, MONTH, NOBODY
from portal.statistics.facts import COLUMNS
from portal.statistics.periods import ONE_DAY, Period

PAGE_ROWS = 50
_OPEN = "(ended_on is null or ended_on > %(last)s)"
BEHIND: dict[str, str] = {
    "filed": "filed_on between %(first)s and %(last)s",
    "carried": "received_on < %(first)s and (ended_on is null or ended_on >= %(first)s)",
    "received": "received_on between %(first)s and %(last)s",
    "online": "received_on between %(first)s and %(last)s and channel in ('online', 'national')",
    "national": "received_on between %(first)s and %(last)s and channel = 'national'",
    "counter": "received_on between %(first)s and %(last)s and channel = 'counter'",
    "post": "received_on between %(first)s and %(last)s and channel = 'post'",
    "handled": "received_on <= %(last)s and (ended_on is null or ended_on >= %(first)s or received_on >= %(first)s)",
    "not_received": "ended_on between %(first)s and %(last)s and ending = 'not_received'",
    "withdrawn_early": "ended_on between %(first)s and %(last)s and ending = 'withdrawn' and received_on is null",
    "withdrawn": "ended_on between %(first)s and %(last)s and ending = 'withdrawn' and received_on is not null",
    "resolved": "resolved_on between %(first)s and %(last)s",
    "early": "resolved_on between %(first)s and %(last)s and timing = 'early'",
    "on_time": "resolved_on between %(first)s and %(last)s and timing = 'on_time'",
    "in_time": "resolved_on between %(first)s and %(last)s and timing in ('early', 'on_time')",
    "late": "resolved_on between %(first)s and %(last)s and timing = 'late'",
    "timed": "resolved_on between %(first)s and %(last)s and received_at is not null and due_at is not null",
    "dated": "resolved_on between %(first)s and %(last)s and timing <> 'undated'",
    "undated": "resolved_on between %(first)s and %(last)s and timing = 'undated'",
    "refused": "resolved_on between %(first)s and %(last)s and refused",
    "late_plain": "resolved_on between %(first)s and %(last)s and timing = 'late' and extended_on is null",
    "late_extended": "resolved_on between %(first)s and %(last)s and timing = 'late' and extended_on is not null",
    "kept_extended": (
        "resolved_on between %(first)s and %(last)s and timing <> 'late' and extended_on is not null "
        "and resolved_at > first_due_at"
    ),
    "returned": "returned_on between %(first)s and %(last)s",
    "extended": "extended_on between %(first)s and %(last)s",
    "extended_after_due": "extended_on between %(first)s and %(last)s and extended_after_due",
    "waiting": "filed_on <= %(last)s and (left_on is null or left_on > %(last)s)",
    "paused": f"paused @> %(last)s and {_OPEN}",
    "overdue": f"overdue @> %(last)s and overdue @> %(closed)s and {_OPEN}",
    "overdue_extended": (
        f"overdue @> %(last)s and overdue @> %(closed)s and {_OPEN} and extended_on <= "  # noqa: S608
        "(select lower(span) from unnest(overdue) as span where span @> %(last)s)"
    ),
    "overdue_plain": (
        f"overdue @> %(last)s and overdue @> %(closed)s and {_OPEN} and (extended_on is null or extended_on > "  # noqa: S608
        "(select lower(span) from unnest(overdue) as span where span @> %(last)s))"
    ),
    "in_term": (
        f"received_on <= %(last)s and {_OPEN} and not paused @> %(last)s "
        "and not (overdue @> %(last)s and overdue @> %(closed)s)"
    ),
    "in_progress": ("received_on <= %(last)s and (ended_on is null or ended_on > %(last)s) and not paused @> %(last)s"),
}
"""Which dossiers each figure counts. A test holds every one of them to the figure."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which dossiers are counted, and when: agency codes and procedures, None for all."""

    period: Period
    today: date
    units: frozenset[str] | None = None
    procedures: frozenset[str] | None = None

    @property
    def last(self) -> date:
        """The last day that counts."""
        return min(self.period.last, self.today)

    @property
    def closed(self) -> date:
        """The last day that counts and is over: what is past term is told of its end."""
        return min(self.last, self.today - ONE_DAY)


class Behind(NamedTuple):
    """A dossier that a figure counts."""

    reference: str
    unit: str
    procedure: str
    channel: str
    filed_on: date
    received_on: date | None
    due_at: Any
    resolved_at: Any


def size(session: Session) -> int:
    """How many entries of the log are counted."""
    return int(read(session, "select size from statistics_head", {})[0][0])


Sums = dict[str, dict[int, Counter[str]]]


def by_unit(session: Session, selection: Selection) -> Sums:
    """The sums of each unit alone, by its code; `NOBODY` has the sealed entries, which tell no unit."""
    procedures = [EVERY_PROCEDURE] if selection.procedures is None else sorted(selection.procedures)
    values: dict[str, Any] = {"procedures": procedures, "every": EVERY_UNIT}
    where = "s.procedure = any(%(procedures)s::text[]) and s.unit <> %(every)s"
    if selection.units is not None:
        where += " and s.unit = any(%(units)s::text[])"
        values["units"] = sorted({*selection.units, NOBODY})
    return _sums(session, selection, "s.unit", where, values)


def by_procedure(session: Session, selection: Selection) -> Sums:
    """The sums of each procedure, by its code."""
    units = [EVERY_UNIT] if selection.units is None else sorted(selection.units)
    values: dict[str, Any] = {"units": units, "none": EVERY_PROCEDURE}
    where = "s.unit = any(%(units)s::text[]) and s.procedure <> %(none)s"
    if selection.procedures is not None:
        where += " and s.procedure = any(%(procedures)s::text[])"
        values["procedures"] = sorted(selection.procedures)
    return _sums(session, selection, "s.procedure", where, values)


def by_month(session: Session, selection: Selection, *, since: date) -> dict[date, Counter[str]]:
    """What happened in each month from `since` to the period's last; months without anything are left out."""
    values: dict[str, Any] = {"since": since, "last": selection.last, "span": MONTH}
    where = "span = %(span)s and begins between %(since)s and %(last)s"
    if selection.procedures is not None:
        where += " and procedure = any(%(procedures)s::text[])"
        values["procedures"] = sorted(selection.procedures)
    else:
        where += " and procedure = ''"
    if selection.units is not None:
        where += " and unit = any(%(units)s::text[])"
        values["units"] = sorted(selection.units)
    else:
        where += " and unit <> '*'"
    rows = read(session, f"select begins, {_SUMMED} from statistics_cell as s where {where} group by begins", values)  # noqa: S608
    return {row[0]: _counter(row[1:]) for row in rows}


def behind(
    session: Session, selection: Selection, figure: str, *, after: str = "", limit: int = PAGE_ROWS
) -> list[Behind]:
    """The dossiers that a figure of `BEHIND` counts, by reference, from after that one on."""
    values: dict[str, Any] = {
        "first": selection.period.first,
        "last": selection.last,
        "closed": selection.closed,
        "after": after,
        "limit": limit,
    }
    where = [f"({BEHIND[figure]})", "reference > %(after)s"]
    for name, chosen in (("unit", selection.units), ("procedure", selection.procedures)):
        if chosen is not None:
            where.append(f"{name} = any(%({name}s)s::text[])")
            values[f"{name}s"] = sorted(chosen)
    fields = "reference, unit, procedure, channel, filed_on, received_on, due_at, resolved_at"
    rows = read(
        session,
        f"select {fields} from statistics_dossier where {' and '.join(where)} order by reference limit %(limit)s",  # noqa: S608
        values,
    )
    return [Behind(*row) for row in rows]


def _sums(session: Session, selection: Selection, group: str, where: str, values: dict[str, Any]) -> Sums:
    """One statement, a part of it for each stretch of cells: each is read by the index that fits it."""
    selects = []
    for number, (part, stretch) in enumerate(figures.parts(selection.period, today=selection.today)):
        values |= {f"span{number}": stretch.span, f"low{number}": stretch.low, f"high{number}": stretch.high}
        selects.append(
            f"select {group}, {part}, {_SUMMED} from statistics_cell as s where s.span = %(span{number})s "  # noqa: S608
            f"and s.begins between %(low{number})s and %(high{number})s and {where} group by {group}"
        )
    found: Sums = {}
    for key, part, *sums in read(session, " union all ".join(selects), values):
        found.setdefault(key, {}).setdefault(part, Counter()).update(_counter(sums))
    return found


def _counter(sums: Sequence[Any]) -> Counter[str]:
    return Counter({name: int(n) for name, n in zip(COLUMNS, sums, strict=True) if n})


def sealed_entries(sums: Sums) -> int:
    """How many sealed entries the period has, out of what `by_unit` found."""
    return sum(counter["sealed"] for part, counter in sums.get(NOBODY, {}).items() if part != figures.BEFORE)


def of_codes(sums: Sums, codes: Collection[str]) -> figures.Figures:
    """The figures of some units, or procedures, together."""
    total: dict[int, Counter[str]] = {}
    for code in codes:
        for part, counter in sums.get(code, {}).items():
            total.setdefault(part, Counter()).update(counter)
    return figures.of(total)


_SUMMED = ", ".join(f"sum(s.{name})::int8" for name in COLUMNS)
