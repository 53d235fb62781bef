"""Signed notes, the keys that sign them, and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).

    note        <text, ends with a newline>\n— <key name> <base64(key id || signature)>\n ...one line a signature
    key id      first 4 bytes of SHA-256(key name || 0x0A || algorithm || 32-byte Ed25519 public key)
    vkey        <key name>+<key id, 8 hex digits>+<base64(algorithm || public key)>
    key file    PRIVATE+KEY+<key name>+<key id, 8 hex digits>+<base64(algorithm || seed)>
    checkpoint  <origin>\n<tree size, decimal>\n<base64 root hash>\n

Algorithm 0x01: the signature is Ed25519's over the text, its last newline included; 0x04: a witness's, see
`portal.ledger.cosignature`. Base64 is the standard alphabet with padding. Every reader here refuses what its writer
would not have written.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Protocol, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from portal.ledger.tree import HASH_BYTES

ED25519 = b"\x01"
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100

PRIVATE = "PRIVATE+KEY+"
_NAME = re.compile(r"[^\s+]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_CHECKPOINT = re.compile(r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/=]{44})\n", re.ASCII)


class BadNote(ValueError):
    """Not a note, a key or a checkpoint in its one form, or not signed by the key asked for."""


# --- Keys --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key and the name it signs under; `ALGORITHM` is what it is used for."""

    ALGORITHM: ClassVar[bytes]
    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, self.public_key, self.ALGORITHM)

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(self.ALGORITHM + self.public_key)}"

    def verify(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Verifier(PublicKey):
    """The public key of a log, or of whoever else signs notes."""

    __slots__ = ()
    ALGORITHM = ED25519


_Key = TypeVar("_Key", bound=PublicKey)


class Signer(Protocol):
    """What signs for the log: a key in a file today; a token or a remote signer has the same two members."""

    @property
    def verifier(self) -> Verifier: ...

    def sign(self, message: bytes) -> bytes: ...


class KeySigner:
    """An Ed25519 key at hand."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._verifier = Verifier(checked_name(name), self._key.public_key().public_bytes_raw())

    @property
    def verifier(self) -> Verifier:
        return self._verifier

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def render(self) -> str:
        """The key as its file holds it, without a newline."""
        return render_private(self._verifier, self._seed)


def key_id(name: str, public_key: bytes, algorithm: bytes = ED25519) -> bytes:
    return sha256(name.encode() + b"\n" + algorithm + public_key).digest()[:4]


def parse_vkey(vkey: str) -> Verifier:
    name, given_id, key = key_parts(vkey, ED25519)
    return fitting(Verifier(name, key), given_id)


def parse_signer(text: str) -> KeySigner:
    name, given_id, seed = key_parts(private_part(text), ED25519)
    signer = KeySigner(name, seed)
    fitting(signer.verifier, given_id)
    return signer


def render_private(key: PublicKey, seed: bytes) -> str:
    return f"{PRIVATE}{key.name}+{key.key_id.hex()}+{to_base64(key.ALGORITHM + seed)}"


def private_part(text: str) -> str:
    if not text.startswith(PRIVATE):
        raise BadNote("not a private key")
    return text.removeprefix(PRIVATE)


def fitting(key: _Key, given_id: str) -> _Key:
    if key.key_id.hex() != given_id:
        raise BadNote("the key id does not fit the key")
    return key


def key_parts(text: str, algorithm: bytes) -> tuple[str, str, bytes]:
    """Name, key id in hex, 32 bytes. Base64 may hold `+`, a name may not: split from the left."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise BadNote("not a key")
    data = from_base64(parts[2])
    if len(data) != 33 or data[:1] != algorithm:
        raise BadNote("not an Ed25519 key for this use")
    return checked_name(parts[0]), parts[1], data[1:]


def checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or _CONTROL.search(name):
        raise BadNote("a key name has neither spaces nor +")
    return name


# --- Notes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"— {self.name} {to_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signature lines under it; `opened_by` says which of them are good."""

    text: str
    signatures: tuple[Signature, ...]

    def signed_by(self, verifier: Verifier) -> bool:
        """Whether exactly one line claims this key, and is good."""
        claimed = self.claimed_by(verifier)
        return len(claimed) == 1 and verifier.verify(self.text.encode(), claimed[0].value)

    def claimed_by(self, key: PublicKey) -> list[Signature]:
        """The lines that say they are this key's, good or not."""
        key_id = key.key_id
        return [line for line in self.signatures if line.key_id == key_id and line.name == key.name]


def sign(text: str, signers: Iterable[Signer]) -> str:
    """The whole note."""
    _check_text(text)
    lines = []
    for signer in signers:
        verifier = signer.verifier
        lines.append(Signature(verifier.name, verifier.key_id, signer.sign(text.encode())).line)
    return text + "\n" + "".join(lines)


def parse(data: bytes) -> Note:
    if len(data) > MAX_NOTE_BYTES:
        raise BadNote("the note is too long")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise BadNote("the note is not UTF-8") from error
    text, separator, lines = whole.rpartition("\n\n")
    if not separator:
        raise BadNote("the note has no signature")
    text += "\n"
    _check_text(text)
    return Note(text, parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Signature lines, one at least, each ended by a newline."""
    rows = lines[:-1].split("\n")
    if not lines.endswith("\n") or len(rows) > MAX_SIGNATURES:
        raise BadNote("no signature, or too many")
    return tuple(_signature(row) for row in rows)


def open_note(data: bytes, verifier: Verifier) -> str:
    """The text of a note that this key signed; raises `BadNote` otherwise."""
    note = parse(data)
    if not note.signed_by(verifier):
        raise BadNote(f"the note is not signed by {verifier.vkey}")
    return note.text


def _signature(row: str) -> Signature:
    dash, _, rest = row.partition(" ")
    name, _, encoded = rest.partition(" ")
    value = from_base64(encoded)
    if dash != "—" or len(value) < 5:
        raise BadNote("not a signature line")
    return Signature(checked_name(name), value[:4], value[4:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise BadNote("a note is lines of text without control characters")


# --- Checkpoints -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the log `origin`: so many entries, this root."""

    origin: str
    size: int
    root: bytes

    def render(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    match = _CHECKPOINT.fullmatch(text)
    if match is None:
        raise BadNote("not a checkpoint")
    root = from_base64(match["root"])
    if len(root) != HASH_BYTES:
        raise BadNote("a root hash has 32 bytes")
    return Checkpoint(match["origin"], int(match["size"]), root)


def open_checkpoint(data: bytes, verifier: Verifier) -> Checkpoint:
    """The checkpoint in a note signed by the log's own key, whose name is the log's origin."""
    checkpoint = parse_checkpoint(open_note(data, verifier))
    if checkpoint.origin != verifier.name:
        raise BadNote("the checkpoint is another log's")
    return checkpoint


# --- Base64 in its one form --------------------------------------------------------------------------------------


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("not base64") from error
    if to_base64(data) != text:
        raise BadNote("not base64 in its one form")
    return data
