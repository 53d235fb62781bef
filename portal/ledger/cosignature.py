"""Cosignatures of witnesses: cosignature/v1 of c2sp.org/tlog-cosignature, with Ed25519. Pure.

    signature   POSIX seconds (8 bytes, big-endian) || Ed25519 signature (64 bytes) over the message
    message     cosignature/v1\\ntime <POSIX seconds, decimal>\\n<the checkpoint's text, its last newline included>

Keys are written as in `portal.ledger.note`, with the algorithm 0x04. A cosignature says: at that second this witness
knew of no larger tree of this log, and of none that this one does not continue. It does not sign the witness's name:
a key has one name for ever.
"""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.ledger import note
from portal.ledger.note import Note, PublicKey, Signature

COSIGNATURE = b"\x04"
TIME_BYTES = 8
LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z


class Witness(PublicKey):
    """A witness's public key."""

    __slots__ = ()
    ALGORITHM = COSIGNATURE

    def time_of(self, text: str, value: bytes) -> datetime | None:
        """When it cosigned this text; None where `value`, a signature line's, is no good cosignature of it."""
        seconds = int.from_bytes(value[:TIME_BYTES], "big")
        if seconds > LAST_SECOND or not self.verify(message(text, seconds), value[TIME_BYTES:]):
            return None
        return datetime.fromtimestamp(seconds, UTC)

    def cosigned(self, signed: Note) -> datetime | None:
        """When it cosigned the note; None unless exactly one line claims its key, and is good."""
        claimed = signed.claimed_by(self)
        return self.time_of(signed.text, claimed[0].value) if len(claimed) == 1 else None


class Cosigner:
    """A witness's key at hand."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._seed, self._key = seed, Ed25519PrivateKey.from_private_bytes(seed)
        self.witness = Witness(note.checked_name(name), self._key.public_key().public_bytes_raw())

    def cosign(self, text: str, at: datetime) -> Signature:
        seconds = int(at.timestamp())
        signature = self._key.sign(message(text, seconds))
        return Signature(self.witness.name, self.witness.key_id, seconds.to_bytes(TIME_BYTES, "big") + signature)

    def render(self) -> str:
        """The key as its file holds it, without a newline."""
        return note.render_private(self.witness, self._seed)


def message(text: str, seconds: int) -> bytes:
    """What a witness signs for the checkpoint of this text."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def parse_witness(vkey: str) -> Witness:
    """Raises `BadNote` for what is no witness's public key."""
    name, given_id, key = note.key_parts(vkey, COSIGNATURE)
    return note.fitting(Witness(name, key), given_id)


def parse_cosigner(text: str) -> Cosigner:
    """Raises `BadNote` for what is no witness's private key."""
    name, given_id, seed = note.key_parts(note.private_part(text), COSIGNATURE)
    cosigner = Cosigner(name, seed)
    note.fitting(cosigner.witness, given_id)
    return cosigner
