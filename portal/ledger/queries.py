"""What the entries say of dossiers: lists, one dossier's timeline, figures. All from rows the publisher derives.

Lists run in an order of `portal.ledger.selection` and go on from the key of the last row. Each function is one
statement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from portal.ledger import entry, intake, key_entry, rows, selection
from portal.ledger.entry import Members
from portal.ledger.selection import FIELDS, NAMES, ORDERS, BadKey, Selection
from portal.ledger.standing import STATES
from portal.ledger.tree import leaf_hash
from portal.reading import read

__all__ = ["ORDERS", "STATES", "BadKey", "Dossier", "Figures", "Logged", "Page", "Selection", "Timeline"]

PAGE_ROWS = 25
EXPORT_ROWS = 2000
PROCEDURES_SEEN = 500


class Dossier(NamedTuple):
    """A dossier as its public entries leave it. `late`: not done when it was due, or was done later."""

    reference: str
    sealed: bool
    procedure: str | None
    unit: str
    holder: str
    channel: str
    state: str
    filed_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    resolved_at: datetime | None
    returned_at: datetime | None
    outcome: str | None
    late: bool
    filed_on: date
    first: int
    resolved_position: int | None

    def key(self, order: str = "filed") -> str:
        """Its place in the lists of that order: what `after` takes."""
        if order == "resolved":
            return selection.key(self.resolved_at, self.resolved_position)
        return selection.key(self.due_at if order == "due" else self.filed_on, self.first)


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Dossier, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened on some days; `on_time` and `late` are of the resolved ones that had a due instant."""

    filed: int
    received: int
    resolved: int
    on_time: int
    late: int
    returned: int


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry in its place. `act` None: sealed, and what it stood for is erased. `broken`: continues no chain."""

    position: int
    data: bytes
    act: Members | None
    sealed: bool
    broken: bool

    @property
    def leaf_hash(self) -> bytes:
        return leaf_hash(self.data)


@dataclass(frozen=True, slots=True)
class Timeline:
    dossier: Dossier
    entries: tuple[Logged, ...]


# --- Lists -------------------------------------------------------------------------------------------------------


def dossiers(
    session: Session, wanted: Selection, *, after: str | None = None, limit: int = PAGE_ROWS, at: datetime
) -> Page:
    """The next rows after that key, in the order of the selection. Raises `BadKey`."""
    statement = selection.statement(wanted, after=after, limit=limit + 1)
    return Page((), None) if statement is None else _page(read(session, *statement), wanted, limit, at)


def dossiers_and_size(
    session: Session, wanted: Selection, *, after: str | None = None, limit: int = PAGE_ROWS, at: datetime
) -> tuple[Page, int]:
    """The same, and how many entries the lists show at that very moment. Raises `BadKey`."""
    statement = selection.statement(wanted, after=after, limit=limit + 1)
    if statement is None:
        found = read(session, f"select {_LISTED}, null from ledger_head as h", {})  # noqa: S608
    else:
        by = selection.order_of(wanted, "d.")
        text = f"select {_LISTED}, d.* from ledger_head as h left join lateral ({statement.text}) as d on true {by}"  # noqa: S608
        found = read(session, text, statement.values)
    return _page([row[1:] for row in found if row[1] is not None], wanted, limit, at), int(found[0][0])


def _page(found: Sequence[tuple[Any, ...]], wanted: Selection, limit: int, at: datetime) -> Page:
    rows = tuple(_dossier(row, at) for row in found[:limit])
    return Page(rows, rows[-1].key(wanted.order) if len(found) > limit else None)


def every_dossier(
    session: Session, wanted: Selection, *, after: str | None, most: int, at: datetime
) -> Iterator[Dossier]:
    """The selection from that key on, up to `most` rows, a bounded number in memory."""
    while most > 0:
        page = dossiers(session, wanted, after=after, limit=min(EXPORT_ROWS, most), at=at)
        yield from page.rows
        most -= len(page.rows)
        after = page.after
        if after is None:
            return


def dossier(session: Session, reference: str, *, at: datetime) -> Dossier | None:
    rows = read(session, f"select {FIELDS} from ledger_dossier where reference = %(r)s", {"r": reference})  # noqa: S608
    return _dossier(rows[0], at) if rows else None


def receiving_units(session: Session, references: Sequence[str]) -> tuple[str, ...]:
    """The units that received these dossiers, each once; sealed dossiers are nobody's here."""
    statement = "select distinct unit from ledger_dossier where reference = any(%(references)s) and not sealed"
    return tuple(row[0] for row in read(session, statement, {"references": list(references)}))


def timeline(session: Session, reference: str, *, at: datetime) -> Timeline | None:
    """The dossier and all its entries in the order of the log, those that break its chain included."""
    rows = read(session, _TIMELINE, {"reference": reference})
    if not rows:
        return None
    entries = tuple(
        Logged(position, data, read_act(data, opening), has_opening, broken)
        for *_dossier_row, position, data, has_opening, opening, broken in rows
    )
    return Timeline(_dossier(rows[0][: len(NAMES)], at), entries)


def read_act(data: bytes, opening: bytes | None) -> Members | None:
    """The act an entry tells; of a sealed one what its opening says, None where that is erased, or of a key."""
    if opening is not None:
        return intake.opened(data, opening)
    if data.startswith(rows.OPEN):
        return entry.members(data)
    return None if key_entry.is_key(data) or entry.is_sealed(data) else entry.members(data)


def procedures_seen(session: Session) -> tuple[str, ...]:
    """The codes that dossiers in the lists were filed under, by code; the first few hundred."""
    return tuple(row[0] for row in read(session, _PROCEDURES_SEEN, {"limit": PROCEDURES_SEEN}))


# --- Figures -----------------------------------------------------------------------------------------------------


def figures(session: Session, *, on: date, days: int = 1) -> Figures:
    """What happened on that local day, or on the `days` days that end with it."""
    statement = (
        "select coalesce(sum(filed), 0), coalesce(sum(received), 0), coalesce(sum(resolved), 0), "
        "coalesce(sum(on_time), 0), coalesce(sum(late), 0), coalesce(sum(returned), 0) "
        'from ledger_day where "on" between %(first)s and %(last)s'
    )
    (row,) = read(session, statement, {"first": on - timedelta(days=days - 1), "last": on})
    return Figures(*map(int, row))


def just_resolved(session: Session, limit: int = 5) -> tuple[Dossier, ...]:
    """The dossiers whose resolutions came last into the log, newest first; sealed ones are left out."""
    statement = (
        f"select {FIELDS} from ledger_dossier "  # noqa: S608
        "where resolved_position is not null and not sealed order by resolved_position desc limit %(limit)s"
    )
    return tuple(Dossier._make(row) for row in read(session, statement, {"limit": limit}))


# --- Statements --------------------------------------------------------------------------------------------------


def _dossier(row: Any, at: datetime) -> Dossier:
    """The row; what became due since the publisher last looked is late already."""
    found = Dossier._make(row)
    if found.state == "in_progress" and not found.late and found.due_at is not None and found.due_at < at:
        return found._replace(late=True)
    return found


_LISTED = "least(h.listed, h.published)"
_TIMELINE = f"""
select {", ".join("d." + name for name in NAMES)}, e.position, e.entry,
       o.position is not null, o.opening, f.position is not null
  from ledger_dossier as d
 cross join lateral (
         select unnest(d.positions) as position
          union select position from ledger_fault where reference = d.reference and position is not null) as p
  join ledger_entry as e on e.position = p.position
  left join ledger_opening as o on o.position = p.position
  left join ledger_fault as f on f.position = p.position and f.reference = d.reference
 where d.reference = %(reference)s
 order by e.position
"""  # noqa: S608
_PROCEDURES_SEEN = """
with recursive seen (code) as (
    (select procedure from ledger_dossier where procedure is not null order by procedure limit 1)
    union all
    select (select procedure from ledger_dossier where procedure > seen.code order by procedure limit 1)
      from seen where seen.code is not null
)
select code from seen where code is not null limit %(limit)s
"""
