"""Reading the log itself: checkpoint, tiles, bundles, entries with proofs, feeds; nothing that is not published."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import storage, tiles, tree, unit_feeds
from portal.ledger.queries import Logged, read_act
from portal.ledger.tiles import WIDTH, Tile
from portal.reading import read

FEED_ROWS = 50


@dataclass(frozen=True, slots=True)
class Published:
    """The head that everybody may know: its size, root and signed checkpoint with the lines of witnesses below."""

    size: int
    root: bytes
    note: bytes


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry and why it is entry number `position` of the log `head` signs."""

    entry: Logged
    head: Published
    proof: tuple[bytes, ...]


def size(session: Session) -> int:
    """How many entries are published."""
    return int(read(session, "select published from ledger_head", {})[0][0])


def listed(session: Session) -> int:
    """How many entries lists, feeds and figures of days show: a signed size, a moment behind the published one."""
    return int(read(session, "select least(listed, published) from ledger_head", {})[0][0])


def sizes(session: Session) -> tuple[int, int]:
    """How many entries are published, and how many are listed."""
    (row,) = read(session, "select published, least(listed, published) from ledger_head", {})
    return int(row[0]), int(row[1])


def head(session: Session) -> Published | None:
    """The checkpoint handed out last, with the cosignatures it has so far; None before the publisher first ran."""
    return _published(session, "h.published")


def witnessed(session: Session) -> Published | None:
    """The largest checkpoint that had the quorum of witnesses; None where there is none yet, or nobody is asked."""
    return _published(session, "(select witnessed from ledger_quorum)")


def _published(session: Session, size: str) -> Published | None:
    rows = read(session, f"{_SIGNED} where c.size = {size}", {})
    return Published(*rows[0]) if rows else None


def tile(session: Session, wanted: Tile) -> bytes | None:
    """The bytes of a tile or bundle; None where the published tree does not reach so far."""
    if wanted.width > tiles.width_at(wanted.level, wanted.number, size(session)):
        return None
    if wanted.level is None:
        low = wanted.number * WIDTH
        return tiles.render_bundle(data for _, data, _, _ in storage.entries(session, low, low + wanted.width))
    found = storage.tile_hashes(session, [wanted])
    return b"".join(found[wanted.level, wanted.number])


def proven(session: Session, position: int, *, by_witnesses: bool = False) -> Proven | None:
    """The entry with its inclusion proof in the published tree; None where there is none yet.

    `by_witnesses`: in the newest tree that had its quorum of witnesses, if the entry is in it already.
    """
    signed = witnessed(session) if by_witnesses else None
    if signed is None or position >= signed.size:
        signed = head(session)
    if signed is None or not 0 <= position < signed.size:
        return None
    entry = _entries(session, _ONE, {"position": position})[0]
    ranges = tree.inclusion_ranges(position, signed.size)
    found = storage.tile_hashes(session, sorted(tiles.tiles_for(ranges, signed.size), key=tiles.render))
    nodes = tiles.nodes_from(lambda level, number: found[level, number])
    proof = tuple(tree.range_root(low, high, nodes) for low, high in ranges)
    return Proven(entry, signed, proof)


def opening(session: Session, position: int) -> tuple[bytes, bytes | None] | None:
    """(sealed entry, what opens it or None once that is erased); None where no sealed entry has this position."""
    row = session.execute(
        text(
            "select e.entry, o.opening from ledger_opening o join ledger_entry e using (position) "
            "where position = :position and position < (select published from ledger_head)"
        ),
        {"position": position},
    ).one_or_none()
    return None if row is None else (row.entry, row.opening)


def between(session: Session, low: int, high: int) -> list[Logged]:
    """The entries from `low` up to `high`, newest first. Sealed ones stay sealed."""
    return _entries(session, _BETWEEN, {"low": low, "high": high})


def newest(
    session: Session,
    *,
    units: Collection[str] | None,
    procedure: str | None,
    below: int,
    limit: int = FEED_ROWS,
) -> list[Logged]:
    """The newest entries of these units' feeds, of this procedure, below a published position."""
    if units is not None:
        wanted = unit_feeds.values(units, procedure=procedure, below=below, limit=limit)
        return _entries(session, unit_feeds.statement(by_procedure=procedure is not None), wanted)
    where = "position < %(below)s" + (" and procedure = %(procedure)s" if procedure is not None else "")
    newest_first = (
        "select position, entry, false, null::bytea, false from ledger_entry "  # noqa: S608
        f"where {where} order by position desc limit %(limit)s"
    )
    return _entries(session, newest_first, {"below": below, "procedure": procedure, "limit": limit})


def _entries(session: Session, statement: str, values: dict[str, Any]) -> list[Logged]:
    rows = read(session, statement, values)
    return [
        Logged(position, data, read_act(data, opening), sealed, broken)
        for position, data, sealed, opening, broken in rows
    ]


_SIGNED = """
select c.size, c.root, c.note || coalesce((
           select convert_to(string_agg(line, '' order by name, key_id), 'UTF8')
             from ledger_cosignature as below where below.size = c.size), ''::bytea)
  from ledger_checkpoint c join ledger_head h on c.size <= h.published
"""
_ONE = """
select e.position, e.entry, o.position is not null, o.opening,
       exists (select from ledger_fault f where f.position = e.position)
  from ledger_entry e left join ledger_opening o using (position)
 where e.position = %(position)s
"""
_BETWEEN = """
select e.position, e.entry, o.position is not null, null::bytea, false
  from ledger_entry e left join ledger_opening o using (position)
 where e.position >= %(low)s and e.position < %(high)s and e.position < (select published from ledger_head)
 order by e.position desc
"""
