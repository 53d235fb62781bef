"""Starting from what is stored: the right edge of the tree, and the checks without which nothing is signed."""

from sqlalchemy.orm import Session

from portal.ledger import storage, tiles, tree
from portal.ledger.keyring import Ring
from portal.ledger.note import Checkpoint
from portal.ledger.storage import Head
from portal.ledger.tiles import LEVEL_BITS, WIDTH, Growth, Tile


class RefusedToSign(RuntimeError):
    """What is stored is not what was signed or handed out. A person must look before the log goes on."""


def load(session: Session, head: Head) -> Growth:
    """The right edge, recomputed from the entries and the full tiles that it stands on."""
    partials: list[list[bytes]] = []
    level = 0
    while head.size >> (LEVEL_BITS * level):
        whole = head.size >> (LEVEL_BITS * level)
        partials.append(_partial(session, level, whole - whole % WIDTH, whole))
        level += 1
    growth = Growth(head.size, partials)
    if growth.root() != head.root:
        raise RefusedToSign(f"the stored entries do not give the root of the head at {head.size} entries")
    return growth


def _partial(session: Session, level: int, low: int, high: int) -> list[bytes]:
    if level == 0:
        hashes = storage.leaf_hashes(session, low, high)
    else:
        below = list(storage.full_tiles(session, level - 1, low, high))
        for tile in below:
            if tiles.subtree_roots(tiles.parse_hashes(tile.hashes, WIDTH)) != [tile.root]:
                raise RefusedToSign(f"tile {tile.level}/{tile.number} does not give its root")
        hashes = [tile.root for tile in below]
    if len(hashes) != high - low:
        raise RefusedToSign(f"level {level} of the tree has {len(hashes)} of {high - low} hashes")
    return hashes


def check(session: Session, head: Head, *, ring: Ring, handed_out: Checkpoint | None) -> None:
    """Refuse unless the head continues both the newest signed checkpoint and the last one handed out."""
    newest = storage.newest_checkpoint(session)
    if newest is None:
        if head.size:
            raise RefusedToSign(f"{head.size} entries and no checkpoint")
    else:
        signed = ring.open(newest)
        if (signed.size, signed.root) != (head.size, head.root):
            raise RefusedToSign(f"the head at {head.size} is not the newest checkpoint, at {signed.size}")
    if handed_out is None:
        if head.published:
            raise RefusedToSign(
                f"{head.published} entries are published, and the file that remembers what was handed out is gone"
            )
        return
    if handed_out.size > head.size:
        raise RefusedToSign(
            f"a checkpoint of {handed_out.size} entries was handed out, and the database holds {head.size}: "
            "was an older state restored?"
        )
    if root_at(session, handed_out.size, head.size) != handed_out.root:
        raise RefusedToSign(f"the stored tree is not the one handed out at {handed_out.size} entries")


def root_at(session: Session, older: int, size: int) -> bytes:
    """The root that the stored tree of `size` had at `older` entries, from its tiles."""
    wanted = tiles.tiles_for([(0, older)], older)
    stored = [Tile(t.level, t.number, tiles.width_at(t.level, t.number, size)) for t in wanted]
    found = storage.tile_hashes(session, stored)
    if len(found) != len(wanted):
        raise RefusedToSign("tiles of the tree are missing")
    return tree.range_root(0, older, tiles.nodes_from(lambda level, number: found[level, number]))
