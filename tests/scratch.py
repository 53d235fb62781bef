"""Where the tests' databases live: in memory where the machine has room there, since each test copies one.

A copy of the template is some hundred files: 60 ms in memory, up to 900 ms on a busy disk.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 2 * 1024**3
PREFIX = "hai-dang-test-"


@contextmanager
def folder() -> Iterator[Path]:
    """A private folder for as long as the block runs; named by this process, so that what a killed one left can go."""
    where = MEMORY if _has_room(MEMORY) else Path(tempfile.gettempdir())
    _sweep(where)
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=where) as name:
        yield Path(name)


def _has_room(where: Path) -> bool:
    return where.is_dir() and os.access(where, os.W_OK) and shutil.disk_usage(where).free >= ENOUGH_BYTES


def _sweep(where: Path) -> None:
    """Remove what tests left whose process is no more. Somebody else's stays: it cannot be removed anyway."""
    for left in where.glob(f"{PREFIX}*-*"):
        owner = left.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdecimal() and left.stat().st_uid == os.getuid() and not Path("/proc", owner).exists():
            shutil.rmtree(left, ignore_errors=True)
