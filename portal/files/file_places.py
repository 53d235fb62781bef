"""Where bytes of files rest, each place with a key of its own.

In a place a file is a run of sealed pieces (`portal.sealing`): each piece of 1 MiB of the file, the last one
shorter, becomes `version || nonce || ciphertext and tag`, 29 bytes longer. That no piece was dropped, doubled
or moved is seen by the SHA-256 of the whole, which the file's row holds.
"""

import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import obstore
from obstore.store import LocalStore

from portal import sealing

KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")
PIECE = 1024 * 1024
SEALED_PIECE = PIECE + 1 + sealing.NONCE_BYTES + 16
BATCH = 500


class Corrupt(RuntimeError):
    """The bytes in the place are not those that were taken in."""


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A folder of sealed files. `open_place` makes one."""

    folder: Path
    store: LocalStore
    seal: Callable[[bytes], bytes]
    unseal: Callable[[bytes], bytes]

    def put(self, key: str, data: bytes, *, again: bool = False) -> None:
        """Have it on the disk before this returns; `again` where the same bytes may be there already."""
        pieces = (self.seal(data[start : start + PIECE]) for start in range(0, len(data), PIECE))
        obstore.put(self.store, key, pieces, mode="overwrite" if again else "create")
        self._settle(self.folder / key)

    def read(self, key: str) -> Iterator[bytes]:
        """Piece by piece, unsealed. FileNotFoundError where there is none."""
        waiting = bytearray()
        for chunk in obstore.get(self.store, key).stream(min_chunk_size=PIECE):
            waiting += chunk
            while len(waiting) >= SEALED_PIECE:
                yield self.unseal(bytes(waiting[:SEALED_PIECE]))
                del waiting[:SEALED_PIECE]
        if waiting:
            yield self.unseal(bytes(waiting))

    def has(self, key: str) -> bool:
        return (self.folder / key).is_file()

    def copy(self, key: str, to: str) -> None:
        obstore.copy(self.store, key, to)
        self._settle(self.folder / to)

    def remove(self, keys: Collection[str]) -> None:
        """Those that are there."""
        for key in sorted(keys):
            with suppress(FileNotFoundError):
                obstore.delete(self.store, key)

    def sweep(self, known: Callable[[Collection[str]], Collection[str]], *, before: datetime) -> int:
        """Remove what is older and not known; how many."""
        removed = 0
        for batch in obstore.list(self.store, chunk_size=BATCH):
            old = {meta["path"] for meta in batch if meta["last_modified"] < before}
            orphans = sorted(path for path in old - set(known(old)) if KEY.fullmatch(path))
            self.remove(orphans)
            removed += len(orphans)
        return removed

    @staticmethod
    def _settle(path: Path) -> None:
        """Have file and folder on the disk before a row speaks of them: a power cut must not part the two."""
        for settled in (path, path.parent):
            handle = os.open(settled, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def whole(pieces: Iterator[bytes], *, key: str, expected: bytes) -> Iterator[bytes]:
    """The pieces, the last one only if all together have the SHA-256 expected; else Corrupt(key)."""
    digest = sha256()
    last = b""
    for piece in pieces:
        digest.update(piece)
        if last:
            yield last
        last = piece
    if digest.digest() != expected:
        raise Corrupt(key)
    yield last


def open_place(folder: Path, *, key: bytes | None = None) -> FilePlace:
    """A place in this folder, under the installation's key, or under `key` alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    box = sealing if key is None else sealing.Box(key, b"hai-dang/quarantine/v1")
    return FilePlace(folder, LocalStore(prefix=folder), box.seal, box.unseal)
