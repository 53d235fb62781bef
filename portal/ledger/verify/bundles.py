"""One bundle of entries: leaf hashes, the root above them, and what each entry says. The bulk of an audit."""

from dataclasses import dataclass
from hashlib import sha256

from portal.ledger import rows, tiles
from portal.ledger.entry import BadEntry
from portal.ledger.key_entry import KeyChange
from portal.ledger.rows import NOT_AN_ACT, Row
from portal.ledger.tiles import WIDTH


@dataclass(frozen=True, slots=True)
class Bundle:
    """`rows` has NOT_AN_ACT where there is a key in `keys`, or a reason in `bad` why it is no entry at all."""

    hashes: list[bytes]
    root: bytes | None
    rows: list[Row]
    keys: dict[int, KeyChange]
    bad: dict[int, str]


def read(data: bytes, width: int) -> Bundle:
    """Raises `BadTile` unless the bytes are exactly `width` entries."""
    entries = tiles.parse_bundle(data, width)
    hashes = leaf_hashes(entries)
    root = root_of_full(hashes) if width == WIDTH else None
    found = rows.read_all(entries)
    return _each(entries, hashes, root) if found is None else Bundle(hashes, root, found, {}, {})


def _each(entries: list[bytes], hashes: list[bytes], root: bytes | None) -> Bundle:
    """The slow way, for a bundle with something in it that is no act."""
    bundle = Bundle(hashes, root, [], {}, {})
    for offset, one in enumerate(entries):
        row = NOT_AN_ACT
        try:
            found = rows.read(one)
            if isinstance(found, KeyChange):
                bundle.keys[offset] = found
            else:
                row = found
        except BadEntry as error:
            bundle.bad[offset] = str(error)
        bundle.rows.append(row)
    return bundle


def leaf_hashes(entries: list[bytes]) -> list[bytes]:
    return [sha256(b"\x00" + one).digest() for one in entries]


def root_of_full(hashes: list[bytes]) -> bytes:
    """The root over a power of two of hashes, level by level."""
    row = hashes
    while len(row) > 1:
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]
