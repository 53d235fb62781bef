"""An entry as a row: of a table, or a line of JSON. Pure; made for many entries a second.

An entry has one spelling (`portal.ledger.entry`), so its members stand in one order: an act is cut there instead of
being read as JSON. No member holds a quotation mark, a comma or a line break.
"""

import re
from base64 import b64encode
from binascii import a2b_base64, hexlify
from collections.abc import Callable, Mapping
from hashlib import sha256

from portal.ledger import canonical

LEAF = b"\x00"
_WORDS, _NUMBER, _IF_ANY = b'"([^"]*)"', b"([0-9]*)", b'(?:null|"([^"]*)")'
_MEMBERS = {
    b"act": _WORDS,
    b"at": _WORDS,
    b"channel": _WORDS,
    b"commitment": _WORDS,
    b"due": _IF_ANY,
    b"n": _NUMBER,
    b"outcome": _IF_ANY,
    b"previous": _IF_ANY,
    b"procedure": _WORDS,
    b"reference": _WORDS,
    b"revision": _NUMBER,
    b"rule": _IF_ANY,
    b"to": _IF_ANY,
    b"unit": _WORDS,
}
_ACT = re.compile(rb"\{" + b",".join(b'"%b":%b' % member for member in _MEMBERS.items()))


def csv_row(position: bytes, entry: bytes) -> bytes:
    """The columns of `columns.LEDGER`, hashes in hexadecimal, CRLF."""
    leaf = hexlify(sha256(LEAF + entry).digest())
    found = _ACT.match(entry)
    if found is None:
        return _other(position, leaf, entry)
    members = found.groups(b"")
    act, at, channel, commitment, due, n, outcome, previous, procedure, reference, revision, rule, to, unit = members
    before, private = hexlify(a2b_base64(previous)), hexlify(a2b_base64(commitment))
    cells = (position, leaf, b"act", n, before, act, at, reference, procedure, revision, unit, to, channel, due, rule)
    return b",".join((*cells, outcome, private, b"\r\n"))


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
