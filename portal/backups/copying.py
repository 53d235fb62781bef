"""The files beside the database: which go along, into a backup and back.

Bytes of a file never change once a row speaks of them, and a row is committed after its file is on the disk: what is
copied once more when the dump's snapshot is taken has every file that it speaks of, but for those removed that instant.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from portal.backups import sums

WITHIN = "instance"
FOLDERS = ("quarantine", "files", "previews", "uploads", "templates", "opendata", "ledger")
LEFT_OUT = ("opendata/runs",)  # made anew from the ledger within the hour
SINGLE = ("erasures",)
NOT_PUT_BACK = ("ledger/", "erasures")
"""What says how far an installation had come is never set back: the log's last checkpoint, and who was erased."""
BLOCK = 1024 * 1024


class Copies:
    """Copies of one instance's files in one backup; `digests` by path in the backup."""

    def __init__(self, instance: Path, backup: Path, *, before: Path | None, known: Mapping[str, str]) -> None:
        """`before`: the backup before this one, whose files have the digests `known`."""
        self._instance, self._backup = instance, backup
        self._before, self._known = before, known
        self.digests: dict[str, str] = {}
        self.linked = 0

    def take(self) -> None:
        """Copy what is there and was not yet taken. Safe to repeat; what vanishes meanwhile is left out."""
        for path in walk(self._instance):
            name = f"{WITHIN}/{path}"
            if name not in self.digests:
                with suppress(FileNotFoundError):
                    self.digests[name] = self._linked(name) or self._copied(name)

    def _linked(self, name: str) -> str | None:
        """Its digest, where the backup before has the same file and the disk can have it twice."""
        if self._before is None or name not in self._known:
            return None
        old, new = self._before / name, self._backup / name
        if not _alike(old, self._instance / name.removeprefix(f"{WITHIN}/")):
            return None
        new.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            os.link(old, new)
        except OSError:
            return None
        self.linked += 1
        return self._known[name]

    def _copied(self, name: str) -> str:
        source, target = self._instance / name.removeprefix(f"{WITHIN}/"), self._backup / name
        with source.open("rb") as file:
            status = os.fstat(file.fileno())
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            digest = sha256()
            with target.open("wb") as copy:
                while block := file.read(BLOCK):
                    digest.update(block)
                    copy.write(block)
        os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns))
        return digest.hexdigest()


def walk(instance: Path) -> Iterator[str]:
    """Paths in the instance, of whole files alone: `.name` and `name#1` are being written, or a lock."""
    yield from (name for name in SINGLE if (instance / name).is_file())
    for folder in FOLDERS:
        for at, folders, names in os.walk(instance / folder):
            here = Path(at).relative_to(instance)
            folders[:] = [one for one in sorted(folders) if str(here / one) not in LEFT_OUT]
            yield from (str(here / one) for one in sorted(names) if _whole(Path(at, one)))


def put_back(backup: Path, instance: Path, digests: Mapping[str, str]) -> int:
    """Have every file in its place, each whole or not there; how many were copied. Safe to repeat."""
    copied = 0
    for name, digest in digests.items():
        path = name.removeprefix(f"{WITHIN}/")
        if path == name or path.startswith(NOT_PUT_BACK):
            continue
        target = instance / path
        if sums.digest_of(target) != digest:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = target.with_name(f".{target.name}.restoring")
            shutil.copy2(backup / name, draft)
            draft.replace(target)
            copied += 1
    return copied


def _whole(path: Path) -> bool:
    being_written = path.name.startswith(".") or "#" in path.name
    return not being_written and path.is_file() and not path.is_symlink()


def _alike(one: Path, other: Path) -> bool:
    try:
        a, b = one.stat(), other.stat()
    except FileNotFoundError:
        return False
    return (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)
