"""Ends the supervisor's children when the supervisor itself is killed and can no longer do it.

Run by path as a small process of its own (`python -I watchdog.py`), without the portal. Its standard input is a
pipe whose other end only the supervisor holds: end of file means the supervisor is gone. Lines on it, before that:

    + <process group> <signal>      watch this group; the signal is what ends it in good order
    - <process group>               it has ended; its number may belong to somebody else from now on

Groups are ended newest first: the web before the database it writes to.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

GRACE_SECONDS = 3.0


def watched(lines: Iterable[str]) -> dict[int, int]:
    """The groups still running when the lines end, with the signal for each, in order of their start."""
    groups: dict[int, int] = {}
    for line in lines:
        match line.split():
            case ["+", group, number]:
                groups[int(group)] = int(number)
            case ["-", group]:
                groups.pop(int(group), None)
    return groups


def end_all(groups: Mapping[int, int]) -> None:
    """End each group in good order, newest first, and by force what has not ended in time."""
    for group in reversed(groups):
        _send(group, groups[group])
        deadline = time.monotonic() + GRACE_SECONDS
        while _exists(group) and time.monotonic() < deadline:
            time.sleep(0.05)
        _send(group, signal.SIGKILL)


def _exists(group: int) -> bool:
    """Whether any process of the group still runs; one that has ended and only waits to be fetched does not."""
    if not Path("/proc/self/stat").exists():
        return _send(group, 0)
    return any(_running_in(group, stat) for stat in Path("/proc").glob("[0-9]*/stat"))


def _running_in(group: int, stat: Path) -> bool:
    try:
        state, _, found, *_ = stat.read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return False  # it ended while we looked
    return int(found) == group and state not in ("Z", "X")


def _send(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    end_all(watched(sys.stdin))


if __name__ == "__main__":
    main()
