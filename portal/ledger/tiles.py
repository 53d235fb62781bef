"""The tree cut into tiles, and their addresses (c2sp.org/tlog-tiles).

    tile/<L>/<N>[.p/<W>]         hashes of level L: each the root of 256^L leaves, 32 bytes, up to 256 of them
    tile/entries/<N>[.p/<W>]     entry bundle: for each of up to 256 entries a big-endian uint16 length, then its bytes

`N` is written in groups of three digits, every group but the last with an `x` before it: 1234067 is
`x001/x234/067`. A full tile has no `.p/`; a partial one names its width 1..255. `parse` refuses every other form.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from portal.ledger.tree import HASH_BYTES, Edge, Nodes, Range, complete_subtrees, node_hash

WIDTH = 256
LEVEL_BITS = 8
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 65_535

_PATH = re.compile(
    r"(?P<level>entries|0|[1-9][0-9]?)/"
    r"(?P<number>(?:x[0-9]{3}/){0,5}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


class BadTile(ValueError):
    """Not the address, or not the bytes, of a tile."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of hashes, or one bundle of entries (`level` None)."""

    level: int | None
    number: int
    width: int = WIDTH


def render(tile: Tile) -> str:
    """The address below `tile/`."""
    groups = [f"{tile.number % 1000:03d}"]
    rest = tile.number // 1000
    while rest:
        groups.append(f"x{rest % 1000:03d}")
        rest //= 1000
    level = "entries" if tile.level is None else str(tile.level)
    partial = "" if tile.width == WIDTH else f".p/{tile.width}"
    return f"{level}/{'/'.join(reversed(groups))}{partial}"


def parse(path: str) -> Tile:
    """The tile at this address below `tile/`; raises `BadTile` for any but the one form of an address."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise BadTile("not an address of a tile")
    level = None if match["level"] == "entries" else int(match["level"])
    width = WIDTH if match["width"] is None else int(match["width"])
    tile = Tile(level, int(match["number"].replace("x", "").replace("/", "")), width)
    if (level or 0) > MAX_LEVEL or (match["width"] and width >= WIDTH) or render(tile) != path:
        raise BadTile("not an address of a tile")
    return tile


def width_at(level: int | None, number: int, size: int) -> int:
    """How wide that tile is in a tree of `size`: 0 where it does not exist yet, 256 where it is full."""
    return max(0, min(WIDTH, (size >> (LEVEL_BITS * (level or 0))) - number * WIDTH))


# --- Bytes -------------------------------------------------------------------------------------------------------


def render_bundle(entries: Iterable[bytes]) -> bytes:
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise BadTile("an entry is at most 65,535 bytes")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def parse_bundle(data: bytes, width: int) -> list[bytes]:
    """Exactly `width` entries; raises `BadTile` where bytes are missing or left over."""
    entries, offset = [], 0
    try:
        for _ in range(width):
            start = offset + 2
            offset = start + data[offset] * 256 + data[offset + 1]
            entries.append(data[start:offset])
    except IndexError:
        offset = len(data) + 1
    if offset > len(data):
        raise BadTile("the bundle is too short")
    if offset != len(data):
        raise BadTile("the bundle is too long")
    return entries


def parse_hashes(data: bytes, width: int) -> list[bytes]:
    if len(data) != width * HASH_BYTES:
        raise BadTile(f"a tile of {width} hashes has {width * HASH_BYTES} bytes")
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def subtree_roots(hashes: Sequence[bytes]) -> list[bytes]:
    """The roots of the complete subtrees over the hashes of one tile, the largest first."""
    return [_root(hashes, level, index) for level, index in complete_subtrees(0, len(hashes))]


def _root(hashes: Sequence[bytes], level: int, index: int) -> bytes:
    row = hashes[index << level : (index + 1) << level]
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


# --- Nodes of a big tree out of a few tiles ----------------------------------------------------------------------


def tiles_for(ranges: Iterable[Range], size: int) -> set[Tile]:
    """The tiles, as wide as they are in a tree of `size`, that hold what the roots of `ranges` are made of."""
    needed = set()
    for low, high in ranges:
        for level, index in complete_subtrees(low, high):
            number = _place(level, index)[1] // WIDTH
            row = level // LEVEL_BITS
            needed.add(Tile(row, number, width_at(row, number, size)))
    return needed


def nodes_from(read: Callable[[int, int], Sequence[bytes]]) -> Nodes:
    """The complete subtrees of a tree whose tiles `read(level, number)` gives."""

    def node(level: int, index: int) -> bytes:
        inner, start = _place(level, index)
        hashes = read(level // LEVEL_BITS, start // WIDTH)
        return _root(hashes, inner, (start % WIDTH) >> inner)

    return node


def _place(level: int, index: int) -> tuple[int, int]:
    """The level of a subtree inside its tile, and the number of its first hash in the tile's row."""
    inner = level % LEVEL_BITS
    return inner, index << inner


# --- Growing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FullTile:
    level: int
    number: int
    hashes: bytes
    root: bytes


class Growth:
    """A tree that grows at its right edge: `partials[level]` are the hashes of each level's unfinished tile."""

    def __init__(self, size: int = 0, partials: Sequence[Sequence[bytes]] = ()) -> None:
        self.partials = [list(row) for row in partials]
        expected = [width_at(level, size >> (LEVEL_BITS * (level + 1)), size) for level in range(len(self.partials))]
        if [len(row) for row in self.partials] != expected:
            raise BadTile("the right edge does not fit the size")
        self._edge = Edge(size, [root for row in reversed(self.partials) for root in subtree_roots(row)])

    @property
    def size(self) -> int:
        return self._edge.size

    def root(self) -> bytes:
        return self._edge.root()

    def extend(self, leaf_hashes: Iterable[bytes]) -> list[FullTile]:
        """Add leaves; returns the tiles they fill, in the order in which they became full."""
        full: list[FullTile] = []
        for leaf in leaf_hashes:
            completed = self._edge.append(leaf)
            self._add(0, leaf)
            for level, root in completed:
                full.append(self._close(level // LEVEL_BITS - 1, root))
                self._add(level // LEVEL_BITS, root)
        return full

    def _add(self, level: int, value: bytes) -> None:
        if level == len(self.partials):
            self.partials.append([])
        self.partials[level].append(value)

    def _close(self, level: int, root: bytes) -> FullTile:
        hashes = b"".join(self.partials[level])
        self.partials[level] = []
        number = (self.size >> (LEVEL_BITS * (level + 1))) - 1
        return FullTile(level, number, hashes, root)
