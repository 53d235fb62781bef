"""The log's rows, as the publisher and the audit read and write them. Every function is one or two statements."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection, Cursor
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import key_entry, tiles
from portal.ledger.note import Checkpoint
from portal.ledger.tiles import FullTile
from portal.ledger.tree import HASH_BYTES
from portal.reading import read

READ_ROWS = 4096


class Head(NamedTuple):
    """`published` of the `size` entries are under a checkpoint that was handed out, `listed` are in the lists."""

    size: int
    root: bytes
    published: int
    listed: int


class Pending(NamedTuple):
    """An act that waits for its position."""

    at: datetime
    entry: bytes
    opening: bytes | None


def cursor(session: Session) -> Cursor[Any]:
    """A cursor of the driver, inside the session's transaction."""
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, Connection):
        raise TypeError("the ledger needs psycopg")
    return connection.cursor()


# --- Head --------------------------------------------------------------------------------------------------------


def head(session: Session) -> Head:
    return Head(*session.execute(text("select size, root, published, listed from ledger_head")).one())


def lock_head(session: Session) -> Head:
    return Head(*session.execute(text("select size, root, published, listed from ledger_head for update")).one())


def swap_head(session: Session, *, old: Head, size: int, root: bytes) -> bool:
    """Move the head on if it is still the old one: the fence that no second publisher gets over."""
    moved = session.execute(
        text(
            "update ledger_head set size = :size, root = :root where size = :old_size and root = :old_root returning id"
        ),
        {"size": size, "root": root, "old_size": old.size, "old_root": old.root},
    )
    return moved.one_or_none() is not None


def mark_published(session: Session, size: int) -> None:
    """The checkpoint of this size is handed out. May be lost in a crash: the start does it again."""
    session.execute(text("set local synchronous_commit = off"))
    session.execute(text("update ledger_head set published = :size where published < :size"), {"size": size})


def mark_listed(session: Session, *, old: int, size: int) -> bool:
    """The lists have come so far, if nobody moved the mark meanwhile. Lost in a crash only together with the lists."""
    session.execute(text("set local synchronous_commit = off"))
    moved = session.execute(
        text("update ledger_head set listed = :size where listed = :old returning id"), {"size": size, "old": old}
    )
    return moved.one_or_none() is not None


# --- Outbox ------------------------------------------------------------------------------------------------------


def anything_pending(session: Session) -> bool:
    return bool(session.execute(text("select exists (select from ledger_outbox)")).scalar_one())


class Waiting(NamedTuple):
    acts: int
    since: datetime | None


def waiting(session: Session) -> Waiting:
    """How many acts wait for their position, and since when the oldest does."""
    return Waiting(*session.execute(text("select count(*), min(at) from ledger_outbox")).one())


def take(session: Session, most: int) -> list[Pending]:
    """Take the oldest rows out of the outbox, in id order: all that can be seen, late committers included."""
    rows = cursor(session).execute(
        "with taken as (delete from ledger_outbox where id <= ("
        "                 select max(id) from (select id from ledger_outbox order by id limit %s) as oldest) "
        "               returning id, at, entry, opening) "
        "select at, entry, opening from taken order by id",
        [most],
        binary=True,
    )
    return list(map(Pending._make, rows.fetchall()))


# --- Entries -----------------------------------------------------------------------------------------------------


def write_entries(session: Session, rows: Iterable[tuple[int, bytes, str | None, str | None]]) -> None:
    with cursor(session).copy(
        "copy ledger_entry (position, entry, unit, procedure) from stdin (format binary)"
    ) as copy:
        copy.set_types(["int8", "bytea", "text", "text"])
        for row in rows:
            copy.write_row(row)


def write_openings(session: Session, rows: Sequence[tuple[int, bytes]]) -> None:
    if rows:
        with cursor(session).copy("copy ledger_opening (position, opening) from stdin (format binary)") as copy:
            copy.set_types(["int8", "bytea"])
            for row in rows:
                copy.write_row(row)


def leaf_hashes(session: Session, low: int, high: int) -> list[bytes]:
    """The leaf hashes of positions `low` up to `high`, computed by the database from the bytes it holds."""
    rows = cursor(session).execute(
        "select sha256('\\x00'::bytea || entry) from ledger_entry "
        "where position >= %s and position < %s order by position",
        [low, high],
        binary=True,
    )
    return [row[0] for row in rows.fetchall()]


def entries(session: Session, low: int, high: int) -> Iterator[tuple[int, bytes, str | None, str | None]]:
    """Every entry from `low` up to `high` in order, a bounded number in memory."""
    while low < high:
        end = min(high, low + READ_ROWS)
        rows = read(
            session,
            "select position, entry, unit, procedure from ledger_entry "
            "where position >= %(low)s and position < %(end)s order by position",
            {"low": low, "end": end},
        )
        yield from ((position, data, unit, procedure) for position, data, unit, procedure in rows)
        low = end


def with_openings(session: Session, low: int, high: int) -> list[tuple[int, bytes, bool, bytes | None]]:
    """(position, entry, whether it is sealed, what opens it while that is kept) from `low` up to `high`."""
    rows = cursor(session).execute(
        "select e.position, e.entry, o.position is not null, o.opening "
        "from ledger_entry as e left join ledger_opening as o using (position) "
        "where e.position >= %s and e.position < %s order by e.position",
        [low, high],
        binary=True,
    )
    return rows.fetchall()


def openings(session: Session) -> Iterator[tuple[int, bytes, bytes]]:
    """(position, sealed entry, opening) of every sealed entry that can still be opened."""
    low = -1
    while True:
        rows = (
            cursor(session)
            .execute(
                "select position, entry, opening from ledger_opening join ledger_entry using (position) "
                "where position > %s and opening is not null order by position limit %s",
                [low, READ_ROWS],
                binary=True,
            )
            .fetchall()
        )
        if not rows:
            return
        yield from rows
        low = rows[-1][0]


def key_entries(session: Session) -> list[bytes]:
    """What log and outbox hold that may be about a key: few, found by the index of entries without a unit."""
    rows = session.execute(
        text(
            "select entry from ledger_entry"
            " where unit is null and procedure is null and substring(entry from 1 for 7) = :beginning "
            "union all select entry from ledger_outbox where substring(entry from 1 for 7) = :beginning"
        ),
        {"beginning": key_entry.BEGINNING},
    )
    return list(rows.scalars())


# --- Tiles -------------------------------------------------------------------------------------------------------


def write_tiles(session: Session, full: Iterable[FullTile]) -> None:
    rows = [(tile.level, tile.number, tile.hashes, tile.root) for tile in full]
    if rows:
        with cursor(session).copy("copy ledger_tile (level, number, hashes, root) from stdin (format binary)") as copy:
            copy.set_types(["int2", "int8", "bytea", "bytea"])
            for row in rows:
                copy.write_row(row)


def full_tiles(session: Session, level: int, low: int, high: int) -> Iterator[FullTile]:
    """The full tiles `low` up to `high` of a level, in order."""
    while low < high:
        end = min(high, low + tiles.WIDTH)
        rows = (
            cursor(session)
            .execute(
                "select number, hashes, root from ledger_tile "
                "where level = %s and number >= %s and number < %s order by number",
                [level, low, end],
                binary=True,
            )
            .fetchall()
        )
        yield from (FullTile(level, number, hashes, root) for number, hashes, root in rows)
        low = end


def tile_hashes(session: Session, wanted: Sequence[tiles.Tile]) -> dict[tuple[int, int], list[bytes]]:
    """The hashes of these tiles, as wide as asked, whole or partial, in one statement; missing ones are left out.

    A full tile is a row. A partial one of leaves is computed from the entries, a partial one of a higher level is
    put together from the roots of the full tiles below it.
    """
    rows = read(session, _TILES, _tile_arguments(wanted))
    found = {(level, number): hashes for level, number, hashes in rows if hashes}
    widths = {(tile.level or 0, tile.number): tile.width for tile in wanted}
    return {
        key: tiles.parse_hashes(hashes[: widths[key] * HASH_BYTES], widths[key])
        for key, hashes in found.items()
        if len(hashes) >= widths[key] * HASH_BYTES
    }


def _tile_arguments(wanted: Sequence[tiles.Tile]) -> dict[str, list[int]]:
    full = [tile for tile in wanted if tile.width == tiles.WIDTH]
    partial = [tile for tile in wanted if tile.width < tiles.WIDTH]
    return {
        "full_levels": [tile.level or 0 for tile in full],
        "full_numbers": [tile.number for tile in full],
        "levels": [tile.level or 0 for tile in partial],
        "numbers": [tile.number for tile in partial],
        "widths": [tile.width for tile in partial],
    }


_TILES = """
select tile.level::int4, tile.number, tile.hashes
  from unnest(%(full_levels)s::int2[], %(full_numbers)s::int8[]) as wanted (level, number)
  join ledger_tile as tile on tile.level = wanted.level and tile.number = wanted.number
union all
select wanted.level::int4, wanted.number, case when wanted.level = 0 then (
         select string_agg(sha256('\\x00'::bytea || entry), '' order by position) from ledger_entry
          where position >= wanted.number * 256 and position < wanted.number * 256 + wanted.width)
       else (
         select string_agg(root, '' order by number) from ledger_tile as below
          where below.level = wanted.level - 1
            and below.number >= wanted.number * 256 and below.number < wanted.number * 256 + wanted.width)
       end
  from unnest(%(levels)s::int2[], %(numbers)s::int8[], %(widths)s::int4[]) as wanted (level, number, width)
"""


# --- Checkpoints -------------------------------------------------------------------------------------------------


def write_checkpoint(session: Session, checkpoint: Checkpoint, note: bytes, *, at: datetime) -> None:
    session.execute(
        text("insert into ledger_checkpoint (size, root, note, at) values (:size, :root, :note, :at)"),
        {"size": checkpoint.size, "root": checkpoint.root, "note": note, "at": at},
    )


def checkpoint_note(session: Session, size: int) -> bytes | None:
    """The signed checkpoint of exactly this size."""
    found: bytes | None = session.execute(
        text("select note from ledger_checkpoint where size = :size"), {"size": size}
    ).scalar_one_or_none()
    return found


def signed_size(session: Session, *, after: int, within: int, most: int) -> int | None:
    """The largest signed size up to `after + within`, the next one where there is none; None: none up to `most`."""
    found: int | None = session.execute(
        text(
            "select coalesce((select max(size) from ledger_checkpoint where size > :after and size <= :near),"
            " (select min(size) from ledger_checkpoint where size > :after and size <= :most))"
        ),
        {"after": after, "near": min(after + within, most), "most": most},
    ).scalar_one()
    return found


def newest_checkpoint(session: Session) -> bytes | None:
    found: bytes | None = session.execute(
        text("select note from ledger_checkpoint order by size desc limit 1")
    ).scalar_one_or_none()
    return found


def last_signed_at(session: Session) -> datetime | None:
    """When the newest checkpoint was signed."""
    found: datetime | None = session.execute(
        text("select at from ledger_checkpoint order by size desc limit 1")
    ).scalar_one_or_none()
    return found


def unlisted_since(session: Session) -> datetime | None:
    """When the oldest checkpoint was signed whose entries are not in the lists yet."""
    found: datetime | None = session.execute(
        text("select min(c.at) from ledger_checkpoint c join ledger_head h on c.size > h.listed and c.size <= h.size")
    ).scalar_one()
    return found


class SignedCheckpoint(NamedTuple):
    size: int
    root: bytes
    note: bytes
    at: datetime


def signed_checkpoints(session: Session) -> list[SignedCheckpoint]:
    """Every checkpoint with the instant at which it was signed, by size."""
    rows = session.execute(text("select size, root, note, at from ledger_checkpoint order by size"))
    return [SignedCheckpoint(*row) for row in rows]


def checkpoints(session: Session) -> list[tuple[int, bytes, bytes]]:
    """(size, root, note) of every checkpoint, by size."""
    return [tuple(row) for row in session.execute(text("select size, root, note from ledger_checkpoint order by size"))]
