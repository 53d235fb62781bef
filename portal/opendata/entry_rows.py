"""An entry as a row: of a table, or a line of JSON. Pure; made for many entries a second.

An entry has one spelling (`portal.ledger.entry`), so its members stand at fixed places between its quotation marks:
an act is cut there instead of being read as JSON. No member holds a quotation mark, a comma or a line break.
"""

from base64 import b64encode
from binascii import a2b_base64, hexlify
from collections.abc import Callable, Mapping
from hashlib import sha256

from portal.ledger import canonical

LEAF = b"\x00"


def csv_row(position: bytes, entry: bytes) -> bytes:
    """The columns of `columns.LEDGER`, hashes in hexadecimal, CRLF."""
    leaf = hexlify(sha256(LEAF + entry).digest())
    if not entry.startswith(b'{"act":'):
        return _other(position, leaf, entry)
    a = entry.replace(b'":null', b'":""').split(b'"')
    previous, commitment = hexlify(a2b_base64(a[29])), hexlify(a2b_base64(a[15]))
    cells = (position, leaf, b"act", a[22][1:-1], previous, a[3], a[7], a[37], a[33], a[40][1:-1], a[51], a[47])
    return b",".join((*cells, a[11], a[19], a[43], a[25], commitment, b"\r\n"))


def json_row(position: bytes, entry: bytes) -> bytes:
    """The entry's own members, after its position and leaf hash."""
    leaf = b64encode(sha256(LEAF + entry).digest())
    return b'{"index":%b,"leaf_hash":"%b",%b\n' % (position, leaf, entry[1:])


WRITERS: Mapping[str, Callable[[bytes, bytes], bytes]] = {"csv": csv_row, "jsonl": json_row}


def _other(position: bytes, leaf: bytes, entry: bytes) -> bytes:
    """A sealed entry, or one about a key: rare, so read as JSON."""
    value = canonical.parse(entry)
    commitment = hexlify(a2b_base64(value.get("commitment", "")))
    at, on = value.get("at", "").encode(), value.get("on", "").encode()
    kind: bytes = value["kind"].encode()
    return b",".join((position, leaf, kind, *[b""] * 3, at, *[b""] * 9, commitment, on)) + b"\r\n"
