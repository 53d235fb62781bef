from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import tiles, tree
from portal.ledger.tiles import BadTile, FullTile, Growth, Tile

HASHES = [tree.leaf_hash(number.to_bytes(4, "big")) for number in range(66_000)]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "0/x001/x234/067"),
        (Tile(0, 0, 1), "0/000.p/1"),
        (Tile(1, 999), "1/999"),
        (Tile(3, 1000, 255), "3/x001/000.p/255"),
        (Tile(None, 273, 7), "entries/273.p/7"),
        (Tile(None, 5), "entries/005"),
    ],
)
def test_an_address_is_written_and_read(tile: Tile, path: str) -> None:
    assert tiles.render(tile) == path
    assert tiles.parse(path) == tile


@given(
    st.builds(
        Tile,
        st.none() | st.integers(0, tiles.MAX_LEVEL),
        st.integers(0, 10**18 - 1),
        st.integers(1, tiles.WIDTH),
    )
)
def test_every_address_is_read_as_it_was_written(tile: Tile) -> None:
    assert tiles.parse(tiles.render(tile)) == tile


WRONG_ADDRESSES = """
0/0 0/00 0/0000 0/1000 0/x000/000 0/x001/x000 0/001/000 0/x01/000 0/x001 00/000 01/000 64/000 100/000 -1/000 0/-01
0/000.p 0/000.p/ 0/000.p/0 0/000.p/256 0/000.p/01 0/000.p/1000 0/000.p/-1 0/000.p/1/ 0/000/ /0/000 0//000 entries
entries/ entries/0 Entries/000 0/٠٠٠ 0/000.p/١ 0/000.P/1 0/X001/000 0/000.p/1.p/1 1e0/000
0/x001/x002/x003/x004/x005/x006/007
"""


@pytest.mark.parametrize("path", [*WRONG_ADDRESSES.split(), "", " 0/000", "0/000 ", "0/000\n", "0/0 0"])
def test_any_other_address_is_refused(path: str) -> None:
    with pytest.raises(BadTile):
        tiles.parse(path)


@given(st.text("0123456789x/.pentris", max_size=20))
def test_whatever_is_read_is_in_its_one_form(path: str) -> None:
    try:
        tile = tiles.parse(path)
    except BadTile:
        return
    assert tiles.render(tile) == path


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]) -> None:
    assert tiles.parse_bundle(tiles.render_bundle(entries), len(entries)) == entries


def test_a_bundle_has_big_endian_lengths() -> None:
    assert tiles.render_bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"


def test_an_entry_as_long_as_can_be_fits_and_a_longer_one_does_not() -> None:
    assert tiles.parse_bundle(tiles.render_bundle([b"x" * 65535]), 1) == [b"x" * 65535]
    with pytest.raises(BadTile):
        tiles.render_bundle([b"x" * 65536])


@pytest.mark.parametrize(
    ("data", "width"), [(b"", 1), (b"\x00", 1), (b"\x00\x02a", 1), (b"\x00\x01a", 2), (b"\x00\x01ab", 1), (b"x", 0)]
)
def test_a_bundle_is_consumed_exactly(data: bytes, width: int) -> None:
    with pytest.raises(BadTile):
        tiles.parse_bundle(data, width)


def test_hashes_have_32_bytes_each() -> None:
    assert tiles.parse_hashes(HASHES[0] + HASHES[1], 2) == HASHES[:2]
    with pytest.raises(BadTile):
        tiles.parse_hashes(HASHES[0][:31], 1)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 66_000])
def test_a_grown_tree_has_the_root_and_the_tiles_of_its_leaves(size: int) -> None:
    growth = Growth()
    full = growth.extend(HASHES[:size])
    assert growth.root() == tree.root_of(HASHES[:size])
    assert growth.size == size
    leaves = [tile for tile in full if tile.level == 0]
    assert [tile.number for tile in leaves] == list(range(size // 256))
    assert b"".join(tile.hashes for tile in leaves) == b"".join(HASHES[: size // 256 * 256])
    for tile in full:
        span = 256 ** (tile.level + 1)
        assert tile.root == tree.root_of(HASHES[tile.number * span : (tile.number + 1) * span])
    above = [tile for tile in full if tile.level == 1]
    assert len(above) == size // 65_536
    assert all(tile.hashes == b"".join(leaf.root for leaf in leaves[:256]) for tile in above)


@pytest.mark.parametrize("start", [0, 1, 255, 256, 300, 65_535, 65_536, 65_800])
def test_growth_goes_on_from_what_is_stored(start: int) -> None:
    first = Growth()
    first.extend(HASHES[:start])
    again = Growth(start, first.partials)
    assert again.root() == first.root()
    assert again.extend(HASHES[start:]) == first.extend(HASHES[start:])
    assert again.root() == tree.root_of(HASHES)


def test_a_right_edge_that_does_not_fit_the_size_is_refused() -> None:
    with pytest.raises((BadTile, ValueError)):
        Growth(5, [HASHES[:4]])
    with pytest.raises((BadTile, ValueError)):
        Growth(256, [[]])


def chosen(at_hand: dict[tuple[int, int], list[bytes]], needed: set[Tile]) -> dict[tuple[int, int], list[bytes]]:
    return {(t.level or 0, t.number): at_hand[t.level or 0, t.number][: t.width] for t in needed}


def reader(at_hand: dict[tuple[int, int], list[bytes]]) -> Callable[[int, int], list[bytes]]:
    return lambda level, number: at_hand[level, number]


def stored(size: int) -> dict[tuple[int, int], list[bytes]]:
    """All tiles of a tree, full and partial."""
    growth = Growth()
    full = {(t.level, t.number): tiles.parse_hashes(t.hashes, 256) for t in growth.extend(HASHES[:size])}
    partial = {(level, size >> (8 * level + 8)): row for level, row in enumerate(growth.partials) if row}
    return full | partial


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 1000, 65_536, 66_000])
def test_proofs_are_made_from_exactly_the_tiles_named(size: int) -> None:
    at_hand = stored(size)
    root = tree.root_of(HASHES[:size])
    for index in {0, 1, 127, 128, 254, 255, 256, size // 2, size - 2, size - 1} & set(range(size)):
        ranges = tree.inclusion_ranges(index, size)
        needed = chosen(at_hand, tiles.tiles_for(ranges, size))
        nodes = tiles.nodes_from(reader(needed))
        tree.verify_inclusion(HASHES[index], index, size, tree.inclusion_proof(index, size, nodes), root)
    for old in {1, 2, 255, 256, 300, size // 2, size - 1, size} & set(range(1, size + 1)):
        ranges = tree.consistency_ranges(old, size)
        needed = chosen(at_hand, tiles.tiles_for(ranges, size))
        nodes = tiles.nodes_from(reader(needed))
        proof = tree.consistency_proof(old, size, nodes)
        tree.verify_consistency(old, size, tree.root_of(HASHES[:old]), root, proof)


def test_width_in_a_tree() -> None:
    assert tiles.width_at(0, 0, 0) == 0
    assert tiles.width_at(0, 0, 255) == 255
    assert tiles.width_at(None, 1, 300) == 44
    assert tiles.width_at(1, 0, 65_535) == 255
    assert tiles.width_at(0, 5, 300) == 0
    assert isinstance(Growth().extend(HASHES[:256])[0], FullTile)
