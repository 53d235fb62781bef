"""What a log sends to a witness, `POST <address>/add-checkpoint` (c2sp.org/tlog-witness): one writer, one reader. Pure.

request     old <size of the log when this witness last cosigned it, decimal>\\n
            <base64 hash>\\n                 one line a hash of the consistency proof, at most 63
            \\n
            <the signed checkpoint>
answer      200 and one or more signature lines (`portal.ledger.cosignature`), or a refusal; 409 with
            <size, decimal>\\n as text/x.tlog.size where `old` is not the size that the witness knows
"""

import re
from typing import NamedTuple

from portal.ledger import note
from portal.ledger.note import BadNote
from portal.ledger.tree import HASH_BYTES

SIZE_TYPE = "text/x.tlog.size"
MOST_HASHES = 63
MOST_BYTES = 128 * 1024

_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})")
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class BadRequest(ValueError):
    """Not a request, or not an answer, in its one form."""


class Request(NamedTuple):
    old: int
    proof: tuple[bytes, ...]
    note: bytes


def render(request: Request) -> bytes:
    lines = "".join(f"{note.to_base64(one)}\n" for one in request.proof)
    return f"old {request.old}\n{lines}\n".encode() + request.note


def parse(data: bytes) -> Request:
    if len(data) > MOST_BYTES:
        raise BadRequest(f"a request has at most {MOST_BYTES} bytes")
    head, blank, signed = data.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    old = _OLD.fullmatch(first)
    if old is None or not blank or len(lines) > MOST_HASHES:
        raise BadRequest("not an old size, a consistency proof, an empty line and a checkpoint")
    return Request(int(old[1]), tuple(map(_hash, lines)), signed)


def render_size(size: int) -> bytes:
    return f"{size}\n".encode()


def parse_size(data: bytes) -> int:
    found = _SIZE.fullmatch(data)
    if found is None:
        raise BadRequest("not the size of a log")
    return int(found[1])


def _hash(line: bytes) -> bytes:
    try:
        data = note.from_base64(line.decode("ascii"))
    except (BadNote, UnicodeDecodeError) as error:
        raise BadRequest("a hash of the proof is not base64") from error
    if len(data) != HASH_BYTES:
        raise BadRequest(f"a hash has {HASH_BYTES} bytes")
    return data
