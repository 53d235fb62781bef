"""The key that promises on receipts, `<origin>/receipt`: a file of the installation, made on first use.

    receipt-<first 8 hex digits of SHA-256(name)>.key    in the folder of keys, mode 0600; see `portal.ledger.note`

The file's name goes by the key's, so a log that goes on under a new origin gets a new key and keeps the old. Unlike the
log's own key it must be at hand wherever a receipt is shown; what a thief could do with it is promise, never log.
"""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from portal.ledger import note, promise
from portal.ledger.note import BadNote, KeySigner, Verifier
from portal.settings import Settings


def receipt_key(settings: Settings) -> KeySigner:
    """The key that promises for this log. Raises `BadNote` if its file holds something else."""
    name = promise.key_name(settings.ledger_origin)
    path = settings.keys / f"receipt-{sha256(name.encode()).hexdigest()[:8]}.key"
    if not path.exists():
        _make(path, name)
    signer = note.parse_signer(path.read_text().strip())
    if signer.verifier.name != name:
        raise BadNote(f"{path} is not the key {name}")
    return signer


def public_keys(settings: Settings) -> tuple[Verifier, ...]:
    """Every key that ever promised here, this log's first."""
    now = receipt_key(settings).verifier
    files = sorted(settings.keys.glob("receipt-*.key"))
    kept = [note.parse_signer(path.read_text().strip()).verifier for path in files]
    return (now, *(key for key in kept if key != now))


def _make(path: Path, name: str) -> None:
    """Written whole or not at all; the first of two that try at once wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(KeySigner(name, os.urandom(32)).render() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
