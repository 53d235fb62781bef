"""Every tree of 0 to 300 leaves: every leaf's proof, every older tree's proof, and what none of them proves.

300 is past one full tile and an odd edge beyond it. The roots are computed a second time after the text of the RFC, by
recursion over the split, and the proofs are those of RFC 9162 2.1.3.1 and 2.1.4.1, written down here once more.
"""

from functools import cache

import pytest

from portal.ledger import tiles, tree
from portal.ledger.tiles import Growth
from portal.ledger.tree import NotProven
from tests.ledger.test_tree import refused

MOST = 300
LEAVES = [tree.leaf_hash(number.to_bytes(2, "big")) for number in range(MOST)]
STRANGER = tree.leaf_hash(b"stranger")


@cache
def root(low: int, high: int) -> bytes:
    """RFC 9162 2.1.1: MTH(D[low:high])."""
    if low == high:
        return tree.EMPTY_ROOT
    if high - low == 1:
        return LEAVES[low]
    middle = low + split(high - low)
    return tree.node_hash(root(low, middle), root(middle, high))


def split(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def path(index: int, low: int, high: int) -> list[bytes]:
    """RFC 9162 2.1.3.1: PATH(m, D_n)."""
    if high - low == 1:
        return []
    middle = low + split(high - low)
    if index < middle:
        return [*path(index, low, middle), root(middle, high)]
    return [*path(index, middle, high), root(low, middle)]


def subproof(old: int, low: int, high: int, whole: bool) -> list[bytes]:
    """RFC 9162 2.1.4.1: SUBPROOF(m, D[n], b)."""
    if low + old == high:
        return [] if whole else [root(low, high)]
    middle = low + split(high - low)
    if low + old <= middle:
        return [*subproof(old, low, middle, whole), root(middle, high)]
    return [*subproof(old - (middle - low), middle, high, False), root(low, middle)]


def nodes(level: int, index: int) -> bytes:
    return root(index << level, (index + 1) << level)


ROOTS = [root(0, size) for size in range(MOST + 1)]


def test_every_tree_grown_leaf_by_leaf_has_the_root_of_the_text() -> None:
    growth = Growth()
    for size in range(MOST + 1):
        assert (growth.size, growth.root()) == (size, ROOTS[size])
        if size < MOST:
            full = growth.extend([LEAVES[size]])
            assert [tile.number for tile in full] == ([0] if size == 255 else [])


def test_every_leaf_of_every_tree_is_proven() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = tree.inclusion_proof(index, size, nodes)
            assert proof == path(index, 0, size)
            tree.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


def test_every_older_tree_of_every_tree_is_proven() -> None:
    for new in range(MOST + 1):
        for old in range(new + 1):
            proof = tree.consistency_proof(old, new, nodes)
            assert proof == (subproof(old, 0, new, True) if old > 0 else [])
            tree.verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)


def test_no_inclusion_proof_proves_anything_else() -> None:
    """Another index, another size with its own root, another root, another leaf, a step less, a step more."""
    for size in range(1, MOST + 1):
        for index in range(size):
            leaf, proof = LEAVES[index], path(index, 0, size)
            for elsewhere in (index - 1, index + 1, index ^ 1, size):
                assert refused(tree.verify_inclusion, leaf, elsewhere, size, proof, ROOTS[size])
            for other in (size - 1, min(size + 1, MOST), index):
                if other != size:
                    assert refused(tree.verify_inclusion, leaf, index, other, proof, ROOTS[other])
            assert refused(tree.verify_inclusion, leaf, index, size, proof, ROOTS[size - 1])
            assert refused(tree.verify_inclusion, STRANGER, index, size, proof, ROOTS[size])
            assert refused(tree.verify_inclusion, leaf, index, size, [*proof, STRANGER], ROOTS[size])
            if proof:
                assert refused(tree.verify_inclusion, leaf, index, size, proof[:-1], ROOTS[size])


def test_no_consistency_proof_proves_anything_else() -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new):
            proof = subproof(old, 0, new, True)
            for other in (old - 1, old + 1):
                assert refused(tree.verify_consistency, other, new, ROOTS[other], ROOTS[new], proof)
            assert refused(tree.verify_consistency, old, new - 1, ROOTS[old], ROOTS[new - 1], proof)
            assert refused(tree.verify_consistency, old, new, ROOTS[old - 1], ROOTS[new], proof)
            assert refused(tree.verify_consistency, old, new, ROOTS[old], ROOTS[new - 1], proof)
            assert refused(tree.verify_consistency, old, new, ROOTS[old], ROOTS[new], [*proof, STRANGER])
            assert refused(tree.verify_consistency, old, new, ROOTS[old], ROOTS[new], proof[:-1])


@pytest.mark.parametrize("size", [1, 255, 256, 257, 300])
def test_the_tiles_of_a_tree_give_the_same_proofs(size: int) -> None:
    def read(level: int, number: int) -> list[bytes]:
        width = tiles.width_at(level, number, size)
        low = number * tiles.WIDTH
        return [nodes(8 * level, low + place) for place in range(width)]

    from_tiles = tiles.nodes_from(read)
    for index in range(size):
        assert tree.inclusion_proof(index, size, from_tiles) == path(index, 0, size)
        assert tree.consistency_proof(index, size, from_tiles) == (subproof(index, 0, size, True) if index else [])


def test_a_proof_of_no_leaf_and_of_no_older_tree_is_not_made() -> None:
    for size in range(MOST + 1):
        with pytest.raises(ValueError, match="no leaf"):
            tree.inclusion_proof(size, size, nodes)
        with pytest.raises(ValueError, match="does not continue"):
            tree.consistency_proof(size + 1, size, nodes)
        with pytest.raises(NotProven):
            tree.verify_consistency(size + 1, size, ROOTS[0], ROOTS[size], [])
