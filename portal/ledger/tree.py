"""The Merkle tree of RFC 6962 section 2 and RFC 9162 section 2: pure arithmetic, no storage.

    leaf hash   SHA-256(0x00 || entry bytes)
    node hash   SHA-256(0x01 || left hash || right hash)
    empty tree  SHA-256("")

A tree of `size` leaves splits at the largest power of two smaller than `size`. A *complete* subtree is named
`(level, index)`: it covers the leaves `index << level` up to `(index + 1) << level`. Whoever can tell the roots of
complete subtrees (`Nodes`) can have any root and any proof of the tree from here.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Nodes = Callable[[int, int], bytes]
"""`nodes(level, index)`: the root of that complete subtree."""

Range = tuple[int, int]
"""Leaves from the first number up to, and without, the second."""


class NotProven(ValueError):
    """The proof does not show what it should."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size` (at least 2)."""
    return int(1 << ((size - 1).bit_length() - 1))


# --- Which parts of the tree a root or a proof is made of --------------------------------------------------------


def complete_subtrees(low: int, high: int) -> list[tuple[int, int]]:
    """The complete subtrees that make up leaves `low` up to `high`, from left to right.

    `low` must be where such a range begins in a tree: a multiple of the largest power of two that fits.
    """
    parts = []
    while low < high:
        level = (high - low).bit_length() - 1
        parts.append((level, low >> level))
        low += 1 << level
    return parts


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots prove leaf `index` in a tree of `size` (RFC 9162 2.1.3.1), leaf first."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    low, high, path = 0, size, []
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose roots prove that the tree of `new` begins with the tree of `old` (RFC 9162 2.1.4.1)."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not continue one of {old}")
    if old in (0, new):
        return []
    low, high, path = 0, new, []
    while high != old:
        middle = low + split(high - low)
        if old <= middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    if low:
        path.append((low, high))
    return path[::-1]


# --- Roots and proofs --------------------------------------------------------------------------------------------


def range_root(low: int, high: int, nodes: Nodes) -> bytes:
    """The root over leaves `low` up to `high` (see `complete_subtrees`); of no leaves, the empty tree's."""
    return fold([nodes(level, index) for level, index in complete_subtrees(low, high)])


def fold(roots: Sequence[bytes]) -> bytes:
    """The root over complete subtrees of falling size, given from left to right."""
    if not roots:
        return EMPTY_ROOT
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = node_hash(left, root)
    return root


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    return [range_root(low, high, nodes) for low, high in inclusion_ranges(index, size)]


def consistency_proof(old: int, new: int, nodes: Nodes) -> list[bytes]:
    return [range_root(low, high, nodes) for low, high in consistency_ranges(old, new)]


def nodes_of(leaf_hashes: Sequence[bytes]) -> Nodes:
    """The complete subtrees of a tree whose leaf hashes are at hand; each is computed when asked for."""

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaf_hashes[index]
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    edge = Edge()
    for leaf in leaf_hashes:
        edge.append(leaf)
    return edge.root()


# --- Verification: a proof is consumed exactly, and nothing in it is taken on trust -------------------------------


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return if `leaf` is leaf `index` of the tree with this size and root; else raise `NotProven`."""
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise NotProven(f"there is no leaf {index} in a tree of {size}")
    position, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise NotProven("the proof is too long")
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise NotProven("the proof is too short")
    if computed != root:
        raise NotProven("the proof leads to another root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return if the tree (`new`, `new_root`) begins with the tree (`old`, `old_root`); else raise `NotProven`."""
    _check_hashes(old_root, new_root, *proof)
    if not 0 <= old <= new:
        raise NotProven(f"a tree of {new} does not continue one of {old}")
    if old in (0, new):
        _verify_trivial(old, old_root, new_root if old == new else None, proof)
        return
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    if not hashes:
        raise NotProven("the proof is empty")
    computed_old, computed_new = _walk_consistency(old - 1, new - 1, hashes)
    if computed_old != old_root:
        raise NotProven("the proof leads to another old root")
    if computed_new != new_root:
        raise NotProven("the proof leads to another new root")


def _verify_trivial(old: int, old_root: bytes, same_as: bytes | None, proof: Sequence[bytes]) -> None:
    if proof:
        raise NotProven("the proof is too long")
    if old == 0 and old_root != EMPTY_ROOT:
        raise NotProven("the empty tree has another root")
    if same_as is not None and old_root != same_as:
        raise NotProven("two trees of one size have different roots")


def _walk_consistency(position: int, last: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes]:
    while position & 1:
        position, last = position >> 1, last >> 1
    computed_old = computed_new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise NotProven("the proof is too long")
        if position & 1 or position == last:
            computed_old = node_hash(sibling, computed_old)
            computed_new = node_hash(sibling, computed_new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            computed_new = node_hash(computed_new, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise NotProven("the proof is too short")
    return computed_old, computed_new


def _check_hashes(*hashes: bytes) -> None:
    if any(len(value) != HASH_BYTES for value in hashes):
        raise NotProven(f"every hash has {HASH_BYTES} bytes")


# --- Growing -----------------------------------------------------------------------------------------------------


class Edge:
    """The right edge of a growing tree: a stack of the roots of its complete subtrees, the largest first."""

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size = size
        self.roots = list(roots)
        if len(self.roots) != size.bit_count():
            raise ValueError(f"a tree of {size} has {size.bit_count()} complete subtrees, not {len(self.roots)}")

    def append(self, leaf: bytes) -> list[tuple[int, bytes]]:
        """Add one leaf hash; returns the roots it completes at levels 8, 16, ...: those that tiles hold."""
        completed: list[tuple[int, bytes]] = []
        root, level, rest = leaf, 0, self.size
        while rest & 1:
            root = sha256(b"\x01" + self.roots.pop() + root).digest()
            rest >>= 1
            level += 1
            if not level & 7:
                completed.append((level, root))
        self.roots.append(root)
        self.size += 1
        return completed

    def root(self) -> bytes:
        return fold(self.roots)
