"""One server for one instance folder: a lock that ends with its holders, however they end."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO

PREDECESSOR_SECONDS = 30.0


class InUse(RuntimeError):
    """Another server holds the instance; the message says what to do."""


def take(instance: Path, address: str) -> IO[str]:
    """The open lock file of the instance, which says who holds it. Raises InUse.

    Where the holder itself is gone and only its watchdog is still ending its children, that is waited for.
    """
    lock = (instance / "server.lock").open("a+", encoding="utf-8")
    deadline = time.monotonic() + PREDECESSOR_SECONDS
    while not _try(lock):
        number, holder_address = _holder(lock)
        if _alive(number) or time.monotonic() > deadline:
            lock.close()
            raise InUse(
                f"A server is already running with this instance: {holder_address} (process {number}).\n"
                "Use that one, stop it with Ctrl-C where it runs, or start a second one beside it:\n"
                "    INSTANCE=/another/folder PORT=8010 script/server"
            )
        time.sleep(0.1)
    lock.truncate(0)
    lock.write(f"{os.getpid()} {address}\n")
    lock.flush()
    return lock


def _try(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(lock: IO[str]) -> tuple[int, str]:
    lock.seek(0)
    number, _, address = lock.read().strip().partition(" ")
    return (int(number) if number.isdigit() else 0), address


def _alive(number: int) -> bool:
    """Whether it runs; 0, a holder that has not written its number yet, counts as running."""
    try:
        os.kill(number, 0)
        status = Path(f"/proc/{number}/stat").read_text()
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's, or a machine without /proc
    return status.rpartition(")")[2].split()[0] != "Z"  # one that has ended and only waits to be fetched
