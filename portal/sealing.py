"""Personal data at rest: sealed with a key that lives outside the database.

A sealed value is `version (1 byte, 0x01) || nonce (12 bytes) || AES-256-GCM ciphertext and tag`, with the
version as associated data. `blind_index` gives an equal value an equal keyed digest, for look-ups by
equality without plain text in the database.
"""

import hmac
import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NONCE_BYTES = 12


class _Keys:
    cipher: AESGCM | None = None
    index_key: bytes = b""


def install_key(key: bytes) -> None:
    """Use this 32-byte installation key from now on in this process."""
    if len(key) != 32:
        raise ValueError("the installation key must be 32 bytes")
    _Keys.cipher = AESGCM(_derive(key, b"hai-dang/sealing/v1"))
    _Keys.index_key = _derive(key, b"hai-dang/blind-index/v1")


def make_key_file(path: Path) -> None:
    """Create a new key file (mode 0600) unless there is one; never overwrites."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(os.urandom(32))


def seal(plain: bytes) -> bytes:
    return _seal(_cipher(), plain)


def unseal(sealed: bytes) -> bytes:
    """The plain bytes; raises `cryptography.exceptions.InvalidTag` where key or bytes are not right."""
    return _unseal(_cipher(), sealed)


class Box:
    """Seals with another key than the installation's: what the one opens, the other does not."""

    def __init__(self, key: bytes, purpose: bytes) -> None:
        self._cipher = AESGCM(_derive(key, purpose))

    def seal(self, plain: bytes) -> bytes:
        return _seal(self._cipher, plain)

    def unseal(self, sealed: bytes) -> bytes:
        return _unseal(self._cipher, sealed)


def blind_index(purpose: str, value: str) -> bytes:
    """32 bytes: equal for an equal purpose and value, meaningless without the installation's key."""
    return hmac.digest(_Keys.index_key or _missing(), f"{purpose}\0{value}".encode(), sha256)


def to_json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def from_json(data: bytes) -> dict[str, Any]:
    value = json.loads(data)
    if not isinstance(value, dict):
        raise TypeError("a sealed document is an object")
    return value


def _seal(cipher: AESGCM, plain: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + cipher.encrypt(nonce, plain, VERSION)


def _unseal(cipher: AESGCM, sealed: bytes) -> bytes:
    if sealed[:1] != VERSION:
        raise ValueError("unknown sealing version")
    return cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], VERSION)


def _cipher() -> AESGCM:
    return _Keys.cipher or _missing()


def _missing() -> Any:
    raise RuntimeError("no installation key: sealing.install_key() was not called")


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)
