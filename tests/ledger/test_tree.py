"""The tree against known answers, against a slow tree made after the text of the RFC, and against forgers."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from portal.ledger import tree
from portal.ledger.tree import Edge, NotProven

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
KNOWN = """
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
"""
ROOTS = KNOWN.split()
MOST = 70
HASHES = [tree.leaf_hash(number.to_bytes(2, "big")) for number in range(MOST)]


def slow_root(leaf_hashes: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, word for word."""
    if not leaf_hashes:
        return sha256(b"").digest()
    if len(leaf_hashes) == 1:
        return leaf_hashes[0]
    k = 1
    while k * 2 < len(leaf_hashes):
        k *= 2
    return sha256(b"\x01" + slow_root(leaf_hashes[:k]) + slow_root(leaf_hashes[k:])).digest()


SLOW_ROOTS = [slow_root(HASHES[:size]) for size in range(MOST + 1)]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_known_answers(size: int) -> None:
    hashes = [tree.leaf_hash(leaf) for leaf in LEAVES[:size]]
    assert tree.root_of(hashes).hex() == ROOTS[size]
    assert tree.range_root(0, size, tree.nodes_of(hashes)).hex() == ROOTS[size]


def test_leaf_and_node_hashes_are_the_known_answers() -> None:
    assert tree.leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    known = "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    assert tree.node_hash(b"N123", b"N456").hex() == known


def test_every_root_is_the_one_of_the_text() -> None:
    nodes = tree.nodes_of(HASHES)
    for size in range(MOST + 1):
        assert tree.root_of(HASHES[:size]) == SLOW_ROOTS[size]
        assert tree.range_root(0, size, nodes) == SLOW_ROOTS[size]


def test_an_edge_grown_from_any_size_has_the_right_root() -> None:
    nodes = tree.nodes_of(HASHES)
    for start in range(MOST + 1):
        edge = Edge(start, [nodes(*part) for part in tree.complete_subtrees(0, start)])
        for leaf in HASHES[start:]:
            assert edge.root() == SLOW_ROOTS[edge.size]
            edge.append(leaf)
        assert edge.root() == SLOW_ROOTS[MOST]


def test_an_edge_with_the_wrong_number_of_subtrees_is_refused() -> None:
    with pytest.raises(ValueError, match="complete subtrees"):
        Edge(3, [HASHES[0]])


def test_every_inclusion_is_proven() -> None:
    nodes = tree.nodes_of(HASHES)
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = tree.inclusion_proof(index, size, nodes)
            tree.verify_inclusion(HASHES[index], index, size, proof, SLOW_ROOTS[size])


def test_every_growth_is_proven() -> None:
    nodes = tree.nodes_of(HASHES)
    for new in range(MOST + 1):
        for old in range(new + 1):
            proof = tree.consistency_proof(old, new, nodes)
            tree.verify_consistency(old, new, SLOW_ROOTS[old], SLOW_ROOTS[new], proof)


def refused(verify: Callable[..., None], *claim: object) -> bool:
    try:
        verify(*claim)
    except NotProven:
        return True
    return False


def spoiled(proof: list[bytes]) -> list[list[bytes]]:
    """Each proof with one thing wrong."""
    wrong = [[*proof[:i], bytes([proof[i][0] ^ 1]) + proof[i][1:], *proof[i + 1 :]] for i in range(len(proof))] + [
        [*proof[:i], *proof[i + 1 :]] for i in range(len(proof))
    ]
    wrong += [[*proof, HASHES[0]], [HASHES[0], *proof]]
    if proof:
        wrong += [[*proof[:-1], proof[-1][:31]], [*proof[:-1], proof[-1] + b"\0"]]
    return wrong


def test_no_spoiled_inclusion_proof_passes() -> None:
    nodes = tree.nodes_of(HASHES)
    for size in range(1, 40):
        for index in range(size):
            leaf, root = HASHES[index], SLOW_ROOTS[size]
            proof = tree.inclusion_proof(index, size, nodes)
            for wrong in spoiled(proof):
                assert refused(tree.verify_inclusion, leaf, index, size, wrong, root)
            for elsewhere in {index - 1, index + 1, size, size + 5, -1} - {index}:
                assert refused(tree.verify_inclusion, leaf, elsewhere, size, proof, root)
            assert refused(tree.verify_inclusion, HASHES[(index + 1) % MOST], index, size, proof, root)
            assert refused(tree.verify_inclusion, leaf, index, size, proof, SLOW_ROOTS[size - 1])


def test_no_spoiled_consistency_proof_passes() -> None:
    nodes = tree.nodes_of(HASHES)
    for new in range(1, 40):
        for old in range(new + 1):
            first, second = SLOW_ROOTS[old], SLOW_ROOTS[new]
            proof = tree.consistency_proof(old, new, nodes)
            for wrong in spoiled(proof):
                assert refused(tree.verify_consistency, old, new, first, second, wrong)
            other = SLOW_ROOTS[MOST]
            assert refused(tree.verify_consistency, old, new, other, second, proof)
            if old:
                assert refused(tree.verify_consistency, old, new, first, other, proof)


def test_a_smaller_tree_never_continues_a_larger() -> None:
    assert refused(tree.verify_consistency, 3, 2, SLOW_ROOTS[3], SLOW_ROOTS[2], [])
    assert refused(tree.verify_consistency, -1, 2, SLOW_ROOTS[0], SLOW_ROOTS[2], [])
    with pytest.raises(ValueError, match="does not continue"):
        tree.consistency_proof(3, 2, tree.nodes_of(HASHES))


def test_there_is_no_proof_of_a_leaf_that_is_not_there() -> None:
    for index, size in ((0, 0), (1, 1), (-1, 4)):
        with pytest.raises(ValueError, match="no leaf"):
            tree.inclusion_proof(index, size, tree.nodes_of(HASHES))


def test_the_empty_tree_has_one_root_only() -> None:
    tree.verify_consistency(0, 5, tree.EMPTY_ROOT, SLOW_ROOTS[5], [])
    assert refused(tree.verify_consistency, 0, 5, bytes(32), SLOW_ROOTS[5], [])
    assert refused(tree.verify_consistency, 0, 5, tree.EMPTY_ROOT, SLOW_ROOTS[5], [HASHES[0]])
