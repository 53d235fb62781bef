"""What a witness remembers: of each log the size and root that it last cosigned, in one small file.

    file        hai-dang-witness/1\\n
                <size, decimal> <base64 root hash> <origin>\\n      one line a log, by origin

The file is replaced whole: a new file, synced, renamed over the old, the folder synced. `keep` returns after that and
not before; only then may the cosignature leave. A file that cannot be read is never begun anew: a witness that forgets
can be made to sign another history.
"""

import fcntl
import os
import re
from pathlib import Path
from typing import IO, NamedTuple

from portal.ledger import note
from portal.ledger.note import BadNote
from portal.ledger.tree import EMPTY_ROOT, HASH_BYTES

FIRST_LINE = "hai-dang-witness/1"

_LINE = re.compile(r"(0|[1-9][0-9]{0,18}) ([A-Za-z0-9+/=]{44}) ([^\n]+)", re.ASCII)


class BadMemory(Exception):
    """The file is not what a witness wrote, is missing, or is in use."""


class Known(NamedTuple):
    """The largest tree of a log that this witness cosigned."""

    size: int
    root: bytes


NOTHING = Known(0, EMPTY_ROOT)


class Memory:
    """`of` and `keep` are for one thread at a time; `begin` is called once, before the key is made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._logs: dict[str, Known] = {}
        self._lock_file: IO[str] | None = None

    def begin(self, *, first_use: bool) -> None:
        """Take the file for this process alone and read it; write an empty one at first use. Raises `BadMemory`."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock_file = self._path.with_name(f"{self._path.name}.lock").open("w")
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadMemory(f"another witness is at work with {self._path}") from error
        if self._path.exists():
            self._logs = parse(self._path.read_bytes())
        elif first_use:
            _replace(self._path, render({}))
        else:
            raise BadMemory(
                f"{self._path} is missing, and there is a key already: a witness that has forgotten what it signed "
                "must not sign again. Bring the file back, or begin as a new witness with a new key"
            )

    def of(self, origin: str) -> Known:
        return self._logs.get(origin, NOTHING)

    def all(self) -> dict[str, Known]:
        return dict(self._logs)

    def keep(self, origin: str, known: Known) -> None:
        """On the disk when this returns; as before when it raises `OSError`."""
        logs = self._logs | {origin: known}
        _replace(self._path, render(logs))
        self._logs = logs


def render(logs: dict[str, Known]) -> bytes:
    lines = [f"{logs[origin].size} {note.to_base64(logs[origin].root)} {origin}" for origin in sorted(logs)]
    return "".join(f"{line}\n" for line in (FIRST_LINE, *lines)).encode()


def parse(data: bytes) -> dict[str, Known]:
    """Raises `BadMemory` for any other form than the one that is written."""
    try:
        first, *lines, last = data.decode().split("\n")
        logs = dict(map(_read, lines))
    except (ValueError, BadNote) as error:
        raise BadMemory("the file is not what a witness wrote") from error
    if (first, last) != (FIRST_LINE, "") or render(logs) != data:
        raise BadMemory("the file is not what a witness wrote")
    return logs


def _read(line: str) -> tuple[str, Known]:
    found = _LINE.fullmatch(line)
    root = note.from_base64(found[2]) if found else b""
    if found is None or len(root) != HASH_BYTES:
        raise BadMemory("a line is not that of a log")
    return found[3], Known(int(found[1]), root)


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
