"""The right edge of the tree while it is computed anew: the hashes of each level's unfinished tile.

    kept form   size (8 bytes, big-endian), then of each level from 0 the hashes of its unfinished tile; how many
                they are follows from the size

It grows by whole tiles where it can: that is several times faster than leaf by leaf.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.ledger import tiles, tree
from portal.ledger.tiles import LEVEL_BITS, WIDTH
from portal.ledger.tree import HASH_BYTES
from portal.ledger.verify.bundles import root_of_full


@dataclass(frozen=True, slots=True)
class Computed:
    """A tile as it must be."""

    tile: tiles.Tile
    hashes: bytes


class Forest:
    def __init__(self, size: int = 0, rows: Sequence[Sequence[bytes]] = ()) -> None:
        self.size = size
        self.rows = [list(row) for row in rows] or [[]]
        if [len(row) for row in self.rows] != _widths(size):
            raise ValueError("the right edge does not fit the size")

    def root(self) -> bytes:
        return tree.fold([root for row in reversed(self.rows) for root in tiles.subtree_roots(row)])

    def add_full(self, hashes: list[bytes], root: bytes) -> list[Computed]:
        """A whole tile of leaves, with its root, where a tile begins; the tiles above that it completes."""
        if self.rows[0] or len(hashes) != WIDTH:
            raise ValueError("not a whole tile where one begins")
        self.size += WIDTH
        return self._rise(1, root)

    def add(self, hashes: Sequence[bytes]) -> list[Computed]:
        """Leaves that end in the tile in which they begin; the tiles above that they complete."""
        row = self.rows[0]
        row += hashes
        self.size += len(hashes)
        if len(row) > WIDTH:
            raise ValueError("leaves of two tiles")
        if len(row) < WIDTH:
            return []
        self.rows[0] = []
        return self._rise(1, root_of_full(row))

    def _rise(self, level: int, root: bytes) -> list[Computed]:
        completed: list[Computed] = []
        while True:
            if level == len(self.rows):
                self.rows.append([])
            row = self.rows[level]
            row.append(root)
            if len(row) < WIDTH:
                return completed
            number = (self.size >> (LEVEL_BITS * (level + 1))) - 1
            completed.append(Computed(tiles.Tile(level, number), b"".join(row)))
            self.rows[level] = []
            root = root_of_full(row)
            level += 1

    def partials(self) -> list[Computed]:
        """The unfinished tiles above the leaves."""
        return [
            Computed(tiles.Tile(level, self.size >> (LEVEL_BITS * (level + 1)), len(row)), b"".join(row))
            for level, row in enumerate(self.rows)
            if row and level
        ]

    def render(self) -> bytes:
        return self.size.to_bytes(8, "big") + b"".join(b"".join(row) for row in self.rows)


def parse(data: bytes) -> Forest:
    """The edge that `render` wrote; raises `ValueError` for other bytes."""
    size = int.from_bytes(data[:8], "big")
    rows, start = [], 8
    for width in _widths(size):
        rows.append(tiles.parse_hashes(data[start : start + width * HASH_BYTES], width))
        start += width * HASH_BYTES
    if start != len(data):
        raise ValueError("the right edge does not fit the size")
    return Forest(size, rows)


def _widths(size: int) -> list[int]:
    widths, rest = [size % WIDTH], size >> LEVEL_BITS
    while rest:
        widths.append(rest % WIDTH)
        rest >>= LEVEL_BITS
    return widths
