"""A signer whose key an SSH agent holds: the private half never enters this process.

    message    uint32 length || byte type || contents
    request    type 13: string key || string data || uint32 0
    answer     type 14: string signature; type 5 where the agent refuses
    key        string "ssh-ed25519" || string public key, 32 bytes
    signature  string "ssh-ed25519" || string signature, 64 bytes
    string     uint32 length || that many bytes

Integers are big-endian. An agent signs with an Ed25519 key the data as they are, so its signature is a note's. The
protocol is spoken by ssh-agent (for a key of its own or one on a PKCS#11 token), by agents over a TPM or a security
module, and through a forwarded socket by those of another machine. docs/decisions/ledger-signers.md.
"""

import socket
import struct
import time
from pathlib import Path

from portal.ledger.note import BadNote, Verifier, from_base64, to_base64

SIGN_REQUEST = 13
SIGN_RESPONSE = 14
ANSWER_SECONDS = 5.0

_ALGORITHM = b"ssh-ed25519"
_PUBLIC_BYTES = 32
_SIGNATURE_BYTES = 64


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


_SIGNATURE_HEAD = _string(_ALGORITHM) + struct.pack(">I", _SIGNATURE_BYTES)
_ANSWER_HEAD = bytes([SIGN_RESPONSE]) + struct.pack(">I", len(_SIGNATURE_HEAD) + _SIGNATURE_BYTES) + _SIGNATURE_HEAD
_ANSWER_BYTES = len(_ANSWER_HEAD) + _SIGNATURE_BYTES


class AgentFailed(OSError):
    """No signature by the agent: it is away, slow, lacks the key, or answers something else. It may work later."""


class AgentSigner:
    """Asks the agent behind a Unix socket, anew each time; believes no signature that it has not verified."""

    def __init__(self, path: Path, verifier: Verifier, *, seconds: float = ANSWER_SECONDS) -> None:
        self._path = path
        self._verifier = verifier
        self._seconds = seconds

    @property
    def verifier(self) -> Verifier:
        return self._verifier

    def sign(self, message: bytes) -> bytes:
        key = _string(_ALGORITHM) + _string(self._verifier.public_key)
        request = bytes([SIGN_REQUEST]) + _string(key) + _string(message) + struct.pack(">I", 0)
        try:
            answer = self._ask(request)
        except (OSError, EOFError) as error:
            raise AgentFailed(f"the agent at {self._path} does not answer: {type(error).__name__}") from error
        signature = answer.removeprefix(_ANSWER_HEAD)
        if len(answer) != _ANSWER_BYTES or len(signature) != _SIGNATURE_BYTES:
            raise AgentFailed(f"the agent at {self._path} does not sign with the key {self._verifier.key_id.hex()}")
        if not self._verifier.verify(message, signature):
            raise AgentFailed(f"the agent at {self._path} gave a signature that is not the key's")
        return signature

    def _ask(self, request: bytes) -> bytes:
        """One answer, in bounded time and of bounded length; a longer one is cut off, and so is no signature."""
        deadline = time.monotonic() + self._seconds
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(self._seconds)
            connection.connect(str(self._path))
            connection.sendall(_string(request))
            (length,) = struct.unpack(">I", _receive(connection, 4, deadline))
            return _receive(connection, min(length, _ANSWER_BYTES + 1), deadline)


def _receive(connection: socket.socket, count: int, deadline: float) -> bytes:
    data = b""
    while len(data) < count:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        part = connection.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def parse_public_key(line: str) -> bytes:
    """The 32 bytes in a line as `ssh-add -L` shows it; raises `BadNote` for any other kind of key."""
    kind, _, rest = line.strip().partition(" ")
    data = from_base64(rest.partition(" ")[0])
    head = _string(_ALGORITHM) + struct.pack(">I", _PUBLIC_BYTES)
    if kind.encode() != _ALGORITHM or len(data) != len(head) + _PUBLIC_BYTES or not data.startswith(head):
        raise BadNote("not an Ed25519 key in a line of OpenSSH: ssh-ed25519 AAAA...")
    return data[len(head) :]


def render_public_key(public_key: bytes) -> str:
    """The line of OpenSSH for this key, without a comment."""
    return f"{_ALGORITHM.decode()} {to_base64(_string(_ALGORITHM) + _string(public_key))}"
