"""Which dossiers, in which order: one statement a question, read by an index however long the log is. Pure.

| order | rows | goes on after |
|---|---|---|
| `filed` | all, newest filing first | day of filing and position of the first entry: neither ever changes |
| `due` | those being worked on that have a due instant, soonest first | due instant in Unix seconds, first entry |
| `resolved` | those with a result, newest result first | its instant in Unix seconds, its position |

A period is of the days that the order goes by: of filing, of due instants, of results. What has a closed alphabet is
written into the statement, not sent beside it: the planner then knows how rare a state or a channel is, and never
settles on one plan for all of them.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from portal import clock
from portal.ledger.entry import CHANNELS
from portal.ledger.standing import STATES

ORDERS = ("filed", "due", "resolved")
RUNNING = ("in_progress", "awaiting_supplement")
DONE = ("resolved", "returned")
STATES_OF = {"filed": STATES, "due": RUNNING, "resolved": DONE}
MANY_UNITS = 40
MANY_PROCEDURES = 120
REFERENCE = re.compile(r"[A-Z0-9.-]{1,60}", re.ASCII)
# A unit's whole code and at least a month: so few dossiers that the order's own index would be the long way round.
A_UNITS_MONTH = re.compile(r"[A-Z0-9.]+-\d{4}[0-9-]*", re.ASCII)
NAMES = (
    *("reference", "sealed", "procedure", "unit", "holder", "channel", "state", "filed_at", "received_at", "due_at"),
    *("resolved_at", "returned_at", "outcome", "late", "filed_on", "first", "resolved_position"),
)
FIELDS = ", ".join(NAMES)

_KEYS = {
    "filed": re.compile(r"(\d{4})(\d{2})(\d{2})\.(\d{1,18})", re.ASCII),
    "due": re.compile(r"(\d{1,10})\.(\d{1,18})", re.ASCII),
    "resolved": re.compile(r"(\d{1,10})\.(\d{1,18})", re.ASCII),
}
_BY = {
    "filed": ("filed_on desc", "first desc"),
    "due": ("due_at", "first"),
    "resolved": ("resolved_at desc", "resolved_position desc"),
}
_DAYS_OF = {"due": "due_at", "resolved": "resolved_at"}
_ALWAYS = {
    "filed": [],
    "due": ["state in ('in_progress', 'awaiting_supplement')", "due_at is not null"],
    "resolved": ["resolved_at is not null"],
}


class BadKey(ValueError):
    """Not the key of a row in a list of this order."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which dossiers. `q`: a reference or its beginning; `units`, `procedures`: codes, None for all."""

    q: str = ""
    units: frozenset[str] | None = None
    procedure: str | None = None
    procedures: frozenset[str] | None = None
    since: date | None = None
    until: date | None = None
    state: str | None = None
    channel: str | None = None
    late: bool = False
    order: str = "filed"

    def __post_init__(self) -> None:
        known = self.order in ORDERS and self.state in (None, *STATES) and self.channel in (None, *CHANNELS)
        if not known:
            raise ValueError("an order, state or channel that does not exist")

    @property
    def procedure_codes(self) -> frozenset[str] | None:
        """All that is asked of the procedure, as one set."""
        if self.procedure is None:
            return self.procedures
        return frozenset({self.procedure}) & (self.procedures if self.procedures is not None else {self.procedure})


class Statement(NamedTuple):
    text: str
    values: dict[str, Any]


def key(at: date | datetime | None, position: int | None) -> str:
    """A row's place in a list: the day or instant that the order goes by, and a position; empty where it has none."""
    if at is None or position is None:
        return ""
    return f"{int(at.timestamp()) if isinstance(at, datetime) else at.strftime('%Y%m%d')}.{position}"


def statement(selection: Selection, *, after: str | None, limit: int) -> Statement | None:
    """The next rows after that key; None where there can be none. Raises `BadKey`."""
    q = selection.q.strip().upper()
    going_on, values = _after(selection.order, after)
    nobody = frozenset() in (selection.units, selection.procedure_codes)
    if nobody or selection.state not in (None, *STATES_OF[selection.order]) or (q and not REFERENCE.fullmatch(q)):
        return None
    conditions = [*_ALWAYS[selection.order], *_conditions(selection, q), *going_on]
    few = A_UNITS_MONTH.fullmatch(q) is not None
    each, by = _narrowed(selection, conditions, values, in_arms=not few)
    order = f"{order_of(selection)} limit {int(limit)}"
    if by is None:
        source = _found_first(q) if few else "ledger_dossier"
        return Statement(f"select {FIELDS} from {source} where {each or 'true'} {order}", values)  # noqa: S608
    one = f"select {FIELDS} from ledger_dossier where {each} {order}"  # noqa: S608
    merged = f"select found.* from unnest(%({by})s::text[]) as wanted (code) cross join lateral ({one}) as found"  # noqa: S608
    return Statement(f"{merged} {order}", values)


def order_of(selection: Selection, table: str = "") -> str:
    """The order of the rows, for a statement around this one; `table` stands before each column."""
    return "order by " + ", ".join(f"{table}{by}" for by in _BY[selection.order])


def _found_first(q: str) -> str:
    """The dossiers of so few codes, as a source of their own that the planner may not take apart.

    It knows how many rows begin so only by a hundredth of the table, and would walk an order past all the others.
    """
    few = f"select * from ledger_dossier where reference like '{q}%%'"  # noqa: S608
    return f"(with few as materialized ({few}) select * from few) as ledger_dossier"  # noqa: S608


def _narrowed(
    selection: Selection, conditions: list[str], values: dict[str, Any], *, in_arms: bool
) -> tuple[str, str | None]:
    """The conditions of one arm, and by which codes there are arms, where there may be.

    A few units (else a few procedures) are each read by their own index and merged; many are found on the way.
    """
    units, procedures = selection.units, selection.procedure_codes
    arms = None
    for name, codes, most in (("unit", units, MANY_UNITS), ("procedure", procedures, MANY_PROCEDURES)):
        if codes is None:
            continue
        listed = f"{name}s"
        values[listed] = sorted(codes)
        if len(codes) == 1:
            values[name] = next(iter(codes))
            conditions = [f"{name} = %({name})s", *conditions]
        elif in_arms and arms is None and not _single(units, name) and 1 < len(codes) <= most:
            arms = listed
            conditions = [f"{name} = wanted.code", *conditions]
        else:
            conditions = [f"{name} = any(%({listed})s::text[])", *conditions]
    return " and ".join(conditions), arms


def _single(units: Collection[str] | None, name: str) -> bool:
    """Whether one unit's index is narrow enough already."""
    return name == "procedure" and units is not None and len(units) == 1


def _conditions(selection: Selection, q: str) -> list[str]:
    """Written out: each value is a date, or has matched a closed alphabet."""
    found = []
    if q:
        found.append(f"reference like '{q}%%'")
    found += _period(selection)
    if selection.state is not None:
        found.append(f"state = '{selection.state}'")
    if selection.channel is not None:
        found.append(f"channel = '{selection.channel}'")
    if selection.late:
        found.append("late")
    return found


def _period(selection: Selection) -> list[str]:
    """Days in Viet Nam, both included."""
    column, since, until = _DAYS_OF.get(selection.order), selection.since, selection.until
    if column is None:
        ends = ((">=", since), ("<=", until))
        return [f"filed_on {sign} '{day.isoformat()}'" for sign, day in ends if day is not None]
    last = until if until in (None, date.max) else until + timedelta(days=1)
    instants = ((">=", since), ("<", last))
    return [f"{column} {sign} '{_midnight(day)}'" for sign, day in instants if day is not None]


def _midnight(day: date) -> str:
    return datetime.combine(day, time.min, clock.LOCAL_ZONE).isoformat()


def _after(order: str, after: str | None) -> tuple[list[str], dict[str, Any]]:
    if after is None:
        return [], {}
    found = _KEYS[order].fullmatch(after)
    if found is None:
        raise BadKey(after)
    try:
        return _going_on(order, [int(group) for group in found.groups()])
    except (ValueError, OverflowError, OSError) as error:
        raise BadKey(after) from error


def _going_on(order: str, numbers: list[int]) -> tuple[list[str], dict[str, Any]]:
    if order == "filed":
        year, month, day, first = numbers
        filed = {"day": date(year, month, day), "first": first}
        return ["(filed_on, first) < (%(day)s::date, %(first)s::int8)"], filed
    values = {"instant": datetime.fromtimestamp(numbers[0], UTC), "first": numbers[1]}
    if order == "due":
        return ["(due_at, first) > (%(instant)s::timestamptz, %(first)s::int8)"], values
    return ["(resolved_at, resolved_position) < (%(instant)s::timestamptz, %(first)s::int8)"], values
