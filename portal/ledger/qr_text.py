"""A proof as the text of a QR code: `HD1:` and the base45 (RFC 9285) of its zlib stream (RFC 1950). Pure.

Inflating stops at the most bytes that a proof may have; a stream that goes on, is cut short or has something after its
end is refused.
"""

import zlib

from portal.ledger import base45
from portal.ledger.base45 import NotBase45
from portal.ledger.proof_file import MAX_BYTES, BadProof

MARK = "HD1:"
MAX_LETTERS = 4 * MAX_BYTES
"""No QR code holds more than 4,296; more may be pasted, and a good text of the longest proof is far below this."""


def render(proof: bytes) -> str:
    return MARK + base45.encode(zlib.compress(proof, 9))


def parse(text: str) -> bytes:
    """The proof file in the text; raises `BadProof`."""
    if len(text) > MAX_LETTERS:
        raise BadProof("too_large")
    if not text.startswith(MARK):
        raise BadProof("not_a_proof")
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(base45.decode(text.removeprefix(MARK)), MAX_BYTES + 1)
    except (NotBase45, zlib.error) as error:
        raise BadProof("not_canonical") from error
    if len(data) > MAX_BYTES:
        raise BadProof("too_large")
    if not stream.eof or stream.unused_data:
        raise BadProof("not_canonical")
    return data
