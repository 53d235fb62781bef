"""Writing down what the entries say: one row a dossier, one row a day. Derived; the log is the truth."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from psycopg import sql
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from portal import clock
from portal.ledger import packing, standing, unit_feeds
from portal.ledger.entry import Members, day
from portal.ledger.standing import Standing
from portal.ledger.storage import cursor

COLUMNS = tuple(field.name for field in fields(Standing))
TYPES = {
    "first": "int8",
    "n": "int4",
    "last_leaf": "bytea",
    "sealed": "bool",
    "filed_on": "int4",
    "filed_at": "int8",
    "received_at": "int8",
    "due_at": "int8",
    "resolved_at": "int8",
    "resolved_position": "int8",
    "returned_at": "int8",
    "late": "bool",
    "late_before": "bool",
    "positions": "bytea",
}
"""As what the driver sends each column; instants, days and lists of positions are packed here."""
PACKED: dict[str, Callable[[Any], int | bytes]] = {
    "filed_on": packing.day,
    **dict.fromkeys(("filed_at", "received_at", "due_at", "resolved_at", "returned_at"), packing.instant),
    "positions": packing.positions,
}
NEVER_CHANGING = frozenset({"reference", "first", "sealed", "procedure", "unit", "channel", "filed_on", "filed_at"})
COUNTS = ("filed", "received", "resolved", "on_time", "late", "returned")
SWEEP_ROWS = 5000


class Logged(NamedTuple):
    """An entry with its position and leaf hash; `act` is of the entry it stands for where it is sealed."""

    position: int
    leaf: bytes
    act: Members
    sealed: bool


class ChainFault(NamedTuple):
    """An entry of the log that does not continue its dossier's chain."""

    position: int
    reference: str


class Folded(NamedTuple):
    begun: list[Standing]
    changed: list[Standing]
    days: dict[date, Counter[str]]
    faults: list[ChainFault]


def apply(session: Session, logged: Sequence[Logged]) -> list[ChainFault]:
    """Take new entries of the log into the lists; returns those that continue no chain."""
    known = _read(session, {item.act.reference for item in logged})
    folded = fold(logged, known)
    _write_begun(session, folded.begun)
    _write_changed(session, folded.changed)
    _count(session, folded.days)
    unit_feeds.write(session, _followed(logged, {**known, **{found.reference: found for found in folded.begun}}))
    return folded.faults


def _followed(logged: Iterable[Logged], standings: Mapping[str, Standing]) -> Iterator[unit_feeds.Row]:
    """Each open entry in the feeds of its acting unit, of the unit that received its dossier and of its successor."""
    for item in logged:
        if item.sealed:
            continue
        found = standings.get(item.act.reference)
        for unit in {item.act.unit} if found is None else {item.act.unit, found.unit, found.desk}:
            yield unit_feeds.Row(unit, item.position, item.act.procedure)


def fold(logged: Iterable[Logged], known: dict[str, Standing]) -> Folded:
    """Pure: the standings that entries begin or change, and the figures they add, given the standings before."""
    begun: dict[str, Standing] = {}
    changed: dict[str, Standing] = {}
    days: dict[date, Counter[str]] = {}
    faults: list[ChainFault] = []
    for item in logged:
        reference = item.act.reference
        found = begun.get(reference) or known.get(reference)
        if found is None and item.act.n == "0":
            found = standing.begin(item.act, position=item.position, leaf=item.leaf, sealed=item.sealed)
            begun[reference] = found
        elif found is not None and found.continues(item.act) and found.sealed is item.sealed:
            taken = _counted(found) if standing.takes_back(item.act) else {}
            found.apply(item.act, position=item.position, leaf=item.leaf)
            for on, names in taken.items():
                days.setdefault(on, Counter()).subtract(names - _counted(found).get(on, Counter()))
            if reference not in begun:
                changed[reference] = found
        else:
            faults.append(ChainFault(item.position, reference))
            continue
        added = standing.counts(item.act.act, found)
        if added:
            counter = days.setdefault(day(item.act.at), Counter())
            for name in added:
                counter[name] += 1
    return Folded(list(begun.values()), list(changed.values()), days, faults)


def sweep_late(session: Session, *, at: datetime) -> int:
    """Mark as late what became due before `at` and is still being worked on; how many were marked."""
    marked = session.execute(
        text(
            "update ledger_dossier set late = true where reference in ("
            " select reference from ledger_dossier where state = 'in_progress' and not late and due_at < :at"
            " order by due_at limit :most)"
        ),
        {"at": at, "most": SWEEP_ROWS},
    )
    return int(marked.rowcount)  # type: ignore[attr-defined]


def anything_late(session: Session, *, at: datetime) -> bool:
    found = session.execute(
        text("select exists (select from ledger_dossier where state = 'in_progress' and not late and due_at < :at)"),
        {"at": at},
    )
    return bool(found.scalar_one())


def uncount(session: Session, row: Row[Any]) -> None:
    """Take a dossier that is erased from the lists out of the figures of its days, too."""
    _count(
        session, {on: Counter({name: -number for name, number in names.items()}) for on, names in _counted(row).items()}
    )


def _counted(row: Any) -> dict[date, Counter[str]]:
    """What a dossier as it stands adds to the figures of its days."""
    days: dict[date, Counter[str]] = {row.filed_on: Counter({"filed": 1})}
    for name in ("received", "resolved", "returned"):
        at = getattr(row, f"{name}_at")
        if at is not None:
            days.setdefault(clock.local_day(at), Counter())[name] += 1
    if row.resolved_at is not None and row.due_at is not None:
        outcome = "late" if row.resolved_at > row.due_at else "on_time"
        days[clock.local_day(row.resolved_at)][outcome] += 1
    return days


# --- Statements --------------------------------------------------------------------------------------------------


def _read(session: Session, references: Collection[str]) -> dict[str, Standing]:
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS[:-1]))
    rows = cursor(session).execute(
        sql.SQL("select {} from ledger_dossier where reference = any(%s)").format(columns),
        [list(references)],
        binary=True,
    )
    return {row[0]: Standing(*row) for row in rows}


def _write_begun(session: Session, begun: Sequence[Standing]) -> None:
    if begun:
        _copy(session, "ledger_dossier", begun)


def _write_changed(session: Session, changed: Sequence[Standing]) -> None:
    if not changed:
        return
    work = cursor(session)
    work.execute(
        "create temporary table if not exists ledger_dossier_changed (like ledger_dossier) on commit delete rows"
    )
    _copy(session, "ledger_dossier_changed", changed)
    work.execute(_UPDATE_CHANGED)


def _copy(session: Session, table: str, rows: Iterable[Standing]) -> None:
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    )
    with cursor(session).copy(statement) as copy:
        copy.set_types([TYPES.get(name, "text") for name in COLUMNS])
        for row in rows:
            copy.write_row(_packed(row))


def _packed(row: Standing) -> list[Any]:
    values = list(_VALUES(row))
    for place, pack in _PACKED_PLACES:
        if values[place] is not None:
            values[place] = pack(values[place])
    return values


def _count(session: Session, days: dict[date, Counter[str]]) -> None:
    if not days:
        return
    rows = [(day, *(counter[name] for name in COUNTS)) for day, counter in sorted(days.items())]
    cursor(session).executemany(_COUNT, rows)


_VALUES = attrgetter(*COLUMNS)
_PACKED_PLACES = [(COLUMNS.index(name), pack) for name, pack in PACKED.items()]
_UPDATE_CHANGED = sql.SQL(
    "update ledger_dossier as kept set {}, positions = kept.positions || changed.positions "
    "from ledger_dossier_changed as changed where kept.reference = changed.reference"
).format(
    sql.SQL(", ").join(
        sql.SQL("{0} = changed.{0}").format(sql.Identifier(name))
        for name in COLUMNS
        if name not in {"positions", *NEVER_CHANGING}
    )
)
_COUNT = sql.SQL(
    'insert into ledger_day ("on", {}) values (%s, %s, %s, %s, %s, %s, %s) on conflict ("on") do update set {}'
).format(
    sql.SQL(", ").join(map(sql.Identifier, COUNTS)),
    sql.SQL(", ").join(sql.SQL("{0} = ledger_day.{0} + excluded.{0}").format(sql.Identifier(name)) for name in COUNTS),
)
