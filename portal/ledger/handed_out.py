"""The last checkpoint handed out, kept in a small file outside the database.

It is what notices a database that was set back: the publisher signs nothing unless its tree continues this one. The
file is replaced whole (a new file, synced, renamed over the old), and never by a smaller checkpoint: reading the old
one and putting the new one in its place are one step under a lock, so that a publisher which was held up in between
cannot set the file back when it wakes.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.ledger.note import BadNote, Checkpoint
from portal.settings import Settings

Open = Callable[[bytes], Checkpoint]
"""What reads a signed checkpoint: `Ring.open` of the log's keys. Raises `BadNote` for one that none of them signed."""


class GoneBack(RuntimeError):
    """A smaller checkpoint than the one handed out was about to be handed out."""


def path_of(settings: Settings) -> Path:
    return settings.instance / "ledger" / "checkpoint"


def read(path: Path, open_checkpoint: Open) -> Checkpoint | None:
    """The last one handed out; None before the first. Raises `BadNote` for a file that is not this log's."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return open_checkpoint(data)
    except BadNote as error:
        raise BadNote(f"{path}: {error}") from error


def write(path: Path, data: bytes, open_checkpoint: Open) -> None:
    """Raises `GoneBack`, and `BlockingIOError` while another process is at it."""
    new = open_checkpoint(data)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    with _locked(path):
        old = read(path, open_checkpoint)
        if old is not None and (new.size < old.size or (new.size == old.size and new.root != old.root)):
            raise GoneBack(f"a checkpoint of {new.size} entries after one of {old.size}")
        draft = path.with_name(f".{path.name}.new")
        _write_synced(draft, data)
        os.replace(draft, path)  # noqa: PTH105 (like every step here a call of the system, where tests make it fail)
        _sync_folder(path.parent)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time; held by the kernel, so that a process which is killed lets go of it."""
    handle = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _write_synced(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        left = data
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
