"""Facts and cells as rows of the database, and back. Every function is a statement or two, or none."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from psycopg import Cursor, sql
from psycopg.types.json import Jsonb
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range
from sqlalchemy.orm import Session

from portal.ledger.storage import cursor
from portal.statistics.counting import Cells, Key
from portal.statistics.days import Days, Span
from portal.statistics.facts import COLUMNS, Facts

KEY = ("span", "begins", "unit", "procedure")
PLAIN = (
    "reference",
    "unit",
    "procedure",
    "channel",
    "filed_on",
    "n",
    "last_leaf",
    "state",
    "received_at",
    "due_at",
    "first_due_at",
    "resolved_at",
    "refused",
    "timing",
    "ended_on",
    "ending",
    "returned_on",
    "extended_on",
    "extended_after_due",
)
DAYS = ("paused", "overdue")
BEFORE = ("before",)
DERIVED = ("received_on", "resolved_on", "left_on")
FACTS = (*PLAIN, *DAYS, *BEFORE, *DERIVED)
READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("received_at", "due_at", "first_due_at", "resolved_at"), datetime.fromisoformat),
    **dict.fromkeys(("ended_on", "returned_on", "extended_on"), date.fromisoformat),
}
"""How values that JSON has no word for are read again from what `before` keeps."""


def names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def row(facts: Facts) -> tuple[Any, ...]:
    plain = tuple(getattr(facts, name) for name in PLAIN)
    days = _ranges(facts.paused), _ranges(facts.overdue)
    return (*plain, *days, _kept(facts.before), *(getattr(facts, name) for name in DERIVED))


def facts(found: Sequence[Any]) -> Facts:
    """The facts of a row of `FACTS`."""
    plain = dict(zip(PLAIN, found, strict=False))
    paused, overdue, before = found[len(PLAIN) : len(PLAIN) + len(DAYS) + len(BEFORE)]
    return Facts(**plain, paused=_days(paused), overdue=_days(overdue), before=_stood(before))


def known(session: Session, references: Collection[str]) -> dict[str, Facts]:
    found = cursor(session).execute(
        sql.SQL("select {} from statistics_dossier where reference = any(%s)").format(names(FACTS)), [list(references)]
    )
    return {one[0]: facts(one) for one in found}


def every_dossier(session: Session) -> Iterator[tuple[Any, ...]]:
    """The rows of all dossiers, a bounded number in memory, by reference."""
    after = ""
    statement = sql.SQL("select {} from statistics_dossier where reference > %s order by reference limit 5000")
    while True:
        found = cursor(session).execute(statement.format(names(FACTS)), [after]).fetchall()
        yield from found
        if not found:
            return
        after = found[-1][0]


def cells_of(session: Session, unit: str) -> Cells:
    """The stored cells of one unit."""
    found = cursor(session).execute(
        sql.SQL("select {} from statistics_cell where unit = %s").format(names((*KEY, *COLUMNS))), [unit]
    )
    return {Key(*one[:4]): Counter({c: n for c, n in zip(COLUMNS, one[4:], strict=True) if n}) for one in found}


def units(session: Session) -> set[str]:
    """Every unit that has a cell."""
    return {one[0] for one in cursor(session).execute("select distinct unit from statistics_cell")}


def write_dossiers(session: Session, changed: Iterable[Facts]) -> None:
    _through(session, "statistics_dossier", FACTS, map(row, changed), _DOSSIERS)


def add_cells(session: Session, cells: Cells) -> None:
    rows = ((*key, *(counter[name] for name in COLUMNS)) for key, counter in sorted(cells.items()))
    _through(session, "statistics_cell", (*KEY, *COLUMNS), rows, _CELLS)


def clear(session: Session) -> None:
    cursor(session).execute("truncate statistics_cell, statistics_dossier")


def anything_new(session: Session) -> bool:
    """Whether more is published than counted; nothing is locked."""
    found = (
        cursor(session).execute("select l.published > s.size from ledger_head as l, statistics_head as s").fetchone()
    )
    return found is not None and bool(found[0])


def counted(session: Session) -> int:
    """How many entries are counted; the row stays locked until the transaction ends."""
    found = cursor(session).execute("select size from statistics_head for update").fetchone()
    if found is None:
        raise LookupError("statistics_head has lost its row")
    return int(found[0])


def set_counted(session: Session, size: int) -> None:
    cursor(session).execute("update statistics_head set size = %s", [size])


def _through(
    session: Session, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], then: sql.Composed
) -> None:
    """COPY into a table of this transaction, then one statement from there."""
    work: Cursor[Any] = cursor(session)
    new = f"{table}_new"
    work.execute(
        sql.SQL("create temporary table if not exists {} (like {}) on commit delete rows").format(
            sql.Identifier(new), sql.Identifier(table)
        )
    )
    work.execute(sql.SQL("delete from {}").format(sql.Identifier(new)))
    with work.copy(sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(new), names(columns))) as copy:
        for one in rows:
            copy.write_row([Jsonb(value) if isinstance(value, list) else value for value in one])
    work.execute(then)


def _ranges(days: Days) -> Multirange[date]:
    return Multirange([Range(span.begins, span.ends, "[)") for span in days])


def _days(ranges: Multirange[date]) -> Days:
    return Days(Span(one.lower, one.upper) for one in ranges if one.lower is not None)


def _kept(before: Iterable[tuple[str, Any]]) -> list[list[Any]]:
    """As JSON has it: the names and values of what stood before the last act."""
    return [[name, _written(value)] for name, value in before]


def _written(value: Any) -> Any:
    if isinstance(value, Days):
        return [[span.begins.isoformat(), span.ends and span.ends.isoformat()] for span in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _stood(kept: Iterable[Sequence[Any]]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, _read(name, value)) for name, value in kept)


def _read(name: str, value: Any) -> Any:
    if name in DAYS:
        return Days(Span(date.fromisoformat(begins), ends and date.fromisoformat(ends)) for begins, ends in value)
    return READERS[name](value) if name in READERS and value is not None else value


_DOSSIERS = sql.SQL(
    "insert into statistics_dossier ({all}) select {all} from statistics_dossier_new "
    "on conflict (reference) do update set {set}"
).format(
    all=names(FACTS),
    set=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in FACTS[1:]),
)
_CELLS = sql.SQL(
    "insert into statistics_cell ({all}) select {all} from statistics_cell_new "
    "on conflict (span, procedure, begins, unit) do update set {set}"
).format(
    all=names((*KEY, *COLUMNS)),
    set=sql.SQL(", ").join(
        sql.SQL("{0} = statistics_cell.{0} + excluded.{0}").format(sql.Identifier(name)) for name in COLUMNS
    ),
)
