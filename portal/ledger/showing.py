"""What a witness is shown: the published checkpoint, and the proof that it continues what the witness has seen."""

from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import storage, tiles, tree


class Head(NamedTuple):
    """`size` is published, with this note by the log's own keys; `stored` is committed."""

    size: int
    note: bytes
    stored: int


def head(session: Session) -> Head | None:
    """None before the publisher first ran."""
    row = session.execute(
        text("select h.published, c.note, h.size from ledger_head h join ledger_checkpoint c on c.size = h.published")
    ).one_or_none()
    return None if row is None else Head(row.published, bytes(row.note), row.size)


def proof(session: Session, old: int, size: int) -> tuple[bytes, ...]:
    """That the stored tree of `size` entries begins with the one of `old`."""
    ranges = tree.consistency_ranges(old, size)
    found = storage.tile_hashes(session, sorted(tiles.tiles_for(ranges, size), key=tiles.render))
    nodes = tiles.nodes_from(lambda level, number: found[level, number])
    return tuple(tree.range_root(low, high, nodes) for low, high in ranges)
