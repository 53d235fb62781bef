"""The proof file: the bytes that prove an act to whoever lacks the log, their only writer and their only reader. Pure.

A file of at most 131,072 bytes (c2sp.org/tlog-proof@v1), media type text/plain; charset=utf-8:

    c2sp.org/tlog-proof@v1\\n
    extra <base64 of the receipt, below>\\n
    index <position of the leaf, decimal>\\n
    <base64 hash>\\n                                  the inclusion proof of RFC 6962, leaf first; none for a log of one
    \\n
    <origin>\\n<tree size>\\n<base64 root hash>\\n      the checkpoint ...
    \\n
    — <key name> <base64(key id || signature)>\\n     ... signed by the log, cosigned by witnesses; 1 to 100 lines

The receipt is canonical JSON (`portal.ledger.canonical`) with exactly these members:

    entry    base64 of the leaf's bytes
    opening  null, or what opens the act's commitment (`portal.ledger.commitment`, purpose private): shows some fields
    promise  null, or the signed promise (`portal.ledger.promise`)
    sealed   null, or, for a sealed leaf, what opens its commitment (purpose sealed): shows the one field `entry`
    v        1

An opening's digests are base64url of 32 bytes, its disclosures base64url, each list in ascending order (that of the
digests is the check's business). Every other spelling is in `portal.ledger.spelling`; index and tree size are at most
2^53 - 1; a signature line holds 5 bytes at least.

Before the leaf is in a checkpoint there is no proof; the receipt alone, a JSON file of these same bytes, then carries
the promise. Nothing in either file is believed before `portal.ledger.proof` has checked it.
"""

import re
from dataclasses import dataclass
from typing import Any

from portal.ledger import canonical, commitment, note, spelling
from portal.ledger.canonical import MAX_INTEGER, NotCanonical
from portal.ledger.commitment import BadOpening, Opening
from portal.ledger.note import BadNote, to_base64

MAX_BYTES = 131_072
FIRST_LINE = b"c2sp.org/tlog-proof@v1\n"

_FORM = re.compile(
    r"c2sp\.org/tlog-proof@v1\n"
    rf"extra (?P<extra>{spelling.BASE64})\n"
    rf"index (?P<index>{spelling.NUMBER})\n"
    rf"(?P<path>(?:{spelling.HASH}\n)*)\n"
    rf"(?P<checkpoint>{spelling.NAME}\n{spelling.NUMBER}\n{spelling.HASH}\n"
    rf"\n(?:— {spelling.NAME} {spelling.BASE64}\n){{1,100}})",
    re.ASCII,
)
_MEMBERS = frozenset({"v", "entry", "sealed", "opening", "promise"})
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
_DISCLOSURE = re.compile(r"[A-Za-z0-9_-]+")


class BadProof(ValueError):
    """Not proven; `problem` is one of `portal.ledger.proof.PROBLEMS`."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A leaf and what opens it."""

    entry: bytes
    sealed: Opening | None = None
    opening: Opening | None = None
    promise: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A receipt and why its leaf is number `index` of the tree that the signed `checkpoint` names."""

    receipt: Receipt
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes


def render(proof: Proof) -> bytes:
    lines = [
        "c2sp.org/tlog-proof@v1",
        f"extra {to_base64(render_receipt(proof.receipt))}",
        f"index {proof.index}",
        *map(to_base64, proof.path),
        "",
        "",
    ]
    return "\n".join(lines).encode() + proof.checkpoint


def parse(data: bytes) -> Proof:
    """The proof; raises `BadProof` unless `render` gives these very bytes."""
    if len(data) > MAX_BYTES:
        raise BadProof("too_large")
    if not data.startswith(FIRST_LINE):
        raise BadProof("not_a_proof")
    try:
        found = _FORM.fullmatch(data.decode())
        if found is None or int(found["index"]) > MAX_INTEGER:
            raise BadProof("not_canonical")
        path = tuple(note.from_base64(line) for line in found["path"].splitlines())
        checkpoint = found["checkpoint"].encode()
        if note.parse_checkpoint(note.parse(checkpoint).text).size > MAX_INTEGER:
            raise BadProof("not_canonical")
        return Proof(_receipt(note.from_base64(found["extra"])), int(found["index"]), path, checkpoint)
    except (UnicodeDecodeError, BadNote) as error:
        raise BadProof("not_canonical") from error


def render_receipt(receipt: Receipt) -> bytes:
    return canonical.render(
        {
            "v": 1,
            "entry": to_base64(receipt.entry),
            "sealed": _opening_value(receipt.sealed),
            "opening": _opening_value(receipt.opening),
            "promise": receipt.promise,
        }
    )


def parse_receipt(data: bytes) -> Receipt:
    """The receipt; raises `BadProof` unless `render_receipt` gives these very bytes."""
    if len(data) > MAX_BYTES:
        raise BadProof("too_large")
    if not data.startswith(b"{"):
        raise BadProof("not_a_proof")
    return _receipt(data)


def _receipt(data: bytes) -> Receipt:
    try:
        value = canonical.parse(data)
        if not isinstance(value, dict) or value.keys() != _MEMBERS or value["v"] is True or value["v"] != 1:
            raise BadProof("not_canonical")
        if not isinstance(value["entry"], str) or not isinstance(value["promise"], str | None):
            raise BadProof("not_canonical")
        sealed, opening = _opening(value["sealed"]), _opening(value["opening"])
        return Receipt(note.from_base64(value["entry"]), sealed, opening, value["promise"])
    except (NotCanonical, BadNote, BadOpening) as error:
        raise BadProof("not_canonical") from error


def _opening_value(opening: Opening | None) -> Any:
    return None if opening is None else canonical.parse(opening.render())


def _opening(value: Any) -> Opening | None:
    if value is None:
        return None
    opening = commitment.parse_opening(canonical.render(value))
    if not all(map(_DIGEST.fullmatch, opening.digests)) or not all(map(_DISCLOSURE.fullmatch, opening.disclosures)):
        raise BadProof("not_canonical")
    return opening
