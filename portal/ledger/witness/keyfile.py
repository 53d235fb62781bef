"""The witness's key: a file that its owner alone can read, made on first use, never overwritten."""

import os
from pathlib import Path

from portal.ledger import cosignature
from portal.ledger.cosignature import Cosigner


def read(path: Path) -> Cosigner:
    """Raises `BadNote` for a file that is not a witness's key."""
    return cosignature.parse_cosigner(path.read_text(encoding="utf-8").strip())


def make(path: Path, name: str) -> None:
    """Raises `BadNote` for what cannot be a name, `FileExistsError` rather than overwrite a key."""
    text = Cosigner(name, os.urandom(32)).render() + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
