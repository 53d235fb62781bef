"""A small file beside the checkpoint that was handed out: while it is there, nothing is signed.

It is written when a witness has cosigned a larger tree of this log than there is, or another one: then an older state
was restored, or somebody else has the key. A person looks, mends the log, and takes the file away. docs/witnesses.md.
"""

import os
from datetime import datetime
from pathlib import Path

from portal.ledger.growing import RefusedToSign

NAME = "halted"


def beside(checkpoint_file: Path) -> Path:
    return checkpoint_file.with_name(NAME)


def write(path: Path, reason: str, *, at: datetime) -> None:
    """The first reason stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{at.isoformat(timespec='seconds')} {reason}\n")
        file.flush()
        os.fsync(file.fileno())


def reason(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def check(path: Path) -> None:
    """Raises `RefusedToSign` while the file is there."""
    found = reason(path)
    if found is not None:
        raise RefusedToSign(f"{found} (see docs/witnesses.md; remove {path} once it is settled)")
