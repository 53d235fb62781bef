"""The signed promise on a receipt: this leaf will be in the log before then. Pure.

A signed note by the key named `<origin>/receipt`, of exactly these three lines and one signature:

    <origin>/receipt\n
    leaf <base64 leaf hash> at <instant of the act>\n
    before <instant>\n
    \n
    — <origin>/receipt <base64(key id || Ed25519 signature)>\n

Instants are RFC 3339, UTC, whole seconds. Ed25519 is deterministic, so the same act gives the same promise again and
nothing is stored. Whoever holds one, and any later checkpoint with all its entries, can show that a leaf was promised
and never logged.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.ledger import entry, note, spelling
from portal.ledger.entry import BadEntry
from portal.ledger.note import BadNote, Note, Signer, to_base64

NAME_END = "/receipt"
TERM = timedelta(hours=24)
"""Usually it takes seconds. A machine may be down for hours; a day late is a broken promise, whatever the reason."""

_FORM = re.compile(
    rf"(?P<name>{spelling.NAME})\n"
    rf"leaf (?P<leaf>{spelling.HASH}) at (?P<at>{spelling.INSTANT})\n"
    rf"before (?P<before>{spelling.INSTANT})\n"
    rf"\n— {spelling.NAME} {spelling.BASE64}\n",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Promise:
    """The leaf of an act done at `at` will be in the log before `before`; `note` is what was signed, and by whom."""

    name: str
    leaf: bytes
    at: datetime
    before: datetime
    note: Note


def key_name(origin: str) -> str:
    """The name of the key that promises for the log of this origin."""
    return origin + NAME_END


def make(leaf: bytes, *, at: datetime, signer: Signer) -> str:
    """The signed promise for the leaf of an act done at that instant."""
    at_text, before_text = entry.instant_text(at), entry.instant_text(at + TERM)
    text = f"{signer.verifier.name}\nleaf {to_base64(leaf)} at {at_text}\nbefore {before_text}\n"
    return note.sign(text, [signer])


def parse(text: str) -> Promise:
    """The promise in its one form; raises `BadNote`. Whether it is signed well is asked with `note.signed_by`."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise BadNote("not a promise in its one form")
    try:
        at, before = entry.instant(found["at"]), entry.instant(found["before"])
    except BadEntry as error:
        raise BadNote("an instant that no clock shows") from error
    if at >= before:
        raise BadNote("a promise of the past")
    return Promise(found["name"], note.from_base64(found["leaf"]), at, before, note.parse(text.encode()))
