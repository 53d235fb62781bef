"""The log's entry about its own keys: one begins, those before it end. No act on any dossier.

Canonical JSON with exactly these members, in this order:

    at        instant from which checkpoints bear the new key's signature
    key       vkey of the new key
    kind      "key"
    replaces  vkey of the newest key before it
    root      base64 root of the log's last checkpoint before this entry was written
    size      size of that checkpoint
    until     instant from which no earlier key signs any more; `at` itself where they end at once
    v         1

With the name of the replaced key it is a rotation. With another name it is a log under a new origin, which continues
the log of the old one up to that checkpoint, and nothing that the old key may have signed after it. Whoever counts
acts skips it: it has no `act`. The publisher takes in none that its own list of keys does not bear out.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from portal.ledger import canonical, note, spelling, tiles
from portal.ledger.entry import BadEntry, instant, instant_text
from portal.ledger.note import BadNote, Verifier, from_base64, to_base64

_VKEY = r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}"
_KEY_ENTRY = re.compile(
    rf"""\{{"at":"(?P<at>{spelling.INSTANT})","key":"(?P<key>{_VKEY})","kind":"key","replaces":"(?P<replaces>{_VKEY})","""
    rf""""root":"(?P<root>{spelling.HASH})","size":(?P<size>{spelling.NUMBER}),"until":"(?P<until>{spelling.INSTANT})","v":1\}}""",
    re.ASCII,
)
BEGINNING = b'{"at":"'
_KIND = b'","kind":"key","'


@dataclass(frozen=True, slots=True)
class KeyChange:
    at: datetime
    key: Verifier
    replaces: Verifier
    size: int
    root: bytes
    until: datetime


def render(change: KeyChange) -> bytes:
    """The entry's bytes; raises `BadEntry` for what has none."""
    data = canonical.render(
        {
            "v": 1,
            "kind": "key",
            "at": instant_text(change.at),
            "key": change.key.vkey,
            "replaces": change.replaces.vkey,
            "size": change.size,
            "root": to_base64(change.root),
            "until": instant_text(change.until),
        }
    )
    parse(data)
    return data


def is_key(data: bytes) -> bool:
    """Whether it is about a key: quick, for whoever goes through many entries."""
    return data.startswith(BEGINNING) and _KIND in data


def parse(data: bytes) -> KeyChange:
    """What the entry says; raises `BadEntry` unless `render` gives these very bytes."""
    found = _KEY_ENTRY.fullmatch(_text(data))
    if found is None:
        raise BadEntry("not an entry about a key in canonical form")
    try:
        key, replaces = note.parse_vkey(found["key"]), note.parse_vkey(found["replaces"])
    except BadNote as error:
        raise BadEntry(str(error)) from error
    change = KeyChange(
        instant(found["at"]), key, replaces, int(found["size"]), from_base64(found["root"]), instant(found["until"])
    )
    if change.key.key_id == change.replaces.key_id or change.until < change.at or change.size > canonical.MAX_INTEGER:
        raise BadEntry("a key that replaces itself, ends before it begins, or a size beyond 2^53 - 1")
    return change


def _text(data: bytes) -> str:
    if len(data) > tiles.MAX_ENTRY_BYTES:
        raise BadEntry("an entry is at most 65,535 bytes")
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as error:
        raise BadEntry("an entry is ASCII") from error
