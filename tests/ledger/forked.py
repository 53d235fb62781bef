"""Publishers as processes of their own, made quickly: one process that has loaded everything forks one for each order.

    python -m tests.ledger.forked       reads orders, JSON a line, from standard input

An order has `url`, `keys`, `file`; `at` and `how` (which call of the system by which the checkpoint's file is written
ends how, see `Disk`); `seconds` (publish for so long instead of once). Told back, JSON a line: {"pid": ...} when it
has begun, {"ended": exit status, negative for a signal} when it has ended. Exit status 0: published; 1: refused or
interrupted, as a publisher may be.
"""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from sqlalchemy.exc import DBAPIError

from portal import logs
from portal.ledger import handed_out
from portal.ledger.growing import RefusedToSign
from portal.ledger.keys import LogKeys
from portal.ledger.publisher import AnotherPublisher, Publisher
from portal.settings import ROOT

CALLS = frozenset({"open", "write", "fsync", "replace", "close"})
EXPECTED = (AnotherPublisher, RefusedToSign, handed_out.GoneBack, DBAPIError, psycopg.Error, OSError)


class Disk:
    """The calls of the system by which the checkpoint's file is written, one of which goes wrong.

    `how`: "fails" (and nothing is done), "fails after" (it is done, and yet fails), "half" (a write stores half, the
    next fails: the disk is full), "killed", "killed after", "stopped" (until somebody lets the process go on).
    """

    def __init__(self, at: int, how: str) -> None:
        self.calls = 0
        self._at, self._how, self._full = at, how, False

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        return self._watching(name, real) if name in CALLS else real

    def _watching(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self.calls += 1
            if self._full and name == "write":
                raise OSError(errno.ENOSPC, "no space left on device")
            if self.calls != self._at:
                return real(*arguments, **options)
            return self._go_wrong(name, lambda: real(*arguments, **options), arguments)

        return call

    def _go_wrong(self, name: str, do: Callable[[], Any], arguments: tuple[Any, ...]) -> Any:
        if self._how in ("killed", "stopped"):
            os.kill(os.getpid(), signal.SIGKILL if self._how == "killed" else signal.SIGSTOP)
        if self._how == "half" and name == "write":
            self._full = True
            return os.write(arguments[0], arguments[1][: len(arguments[1]) // 2])
        if self._how == "fails":
            if name == "close":
                do()  # the system lets go of a file even where closing it fails
            raise OSError(errno.EIO, "failed")
        found = do()
        if self._how == "killed after":
            os.kill(os.getpid(), signal.SIGKILL)
        if self._how == "fails after":
            raise OSError(errno.EIO, "failed after it was done")
        return found


class Publishers:
    """Starts publishers as processes; `ended` waits for the last one."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def start(self, *, url: str, keys: Path, file: Path, at: int = 0, how: str = "", seconds: float = 0.0) -> int:
        order = {"url": url, "keys": str(keys), "file": str(file), "at": at, "how": how, "seconds": seconds}
        _pipe(self._process.stdin).write(json.dumps(order) + "\n")
        _pipe(self._process.stdin).flush()
        return int(self._told("pid"))

    def ended(self) -> int:
        return int(self._told("ended"))

    def _told(self, what: str) -> int:
        told = json.loads(_pipe(self._process.stdout).readline())
        return int(told[what])


@contextmanager
def publishers() -> Iterator[Publishers]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.forked"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Publishers(process)
    finally:
        _pipe(process.stdin).close()
        process.wait(30)
        _pipe(process.stdout).close()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def main() -> None:
    logs.install()  # to standard error: standard output is for what is told back
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(_publish(order))
        _tell("pid", pid)
        _, status = os.waitpid(pid, 0)
        _tell("ended", os.waitstatus_to_exitcode(status))


def _tell(what: str, number: int) -> None:
    sys.stdout.write(json.dumps({what: number}) + "\n")
    sys.stdout.flush()


def _publish(order: dict[str, Any]) -> int:
    if order["at"]:
        handed_out.os = Disk(order["at"], order["how"])  # type: ignore[assignment,attr-defined]
    keys = LogKeys(Path(order["keys"]), "hai-dang.test/ledger")
    publisher = Publisher(order["url"], keys=keys, checkpoint_file=Path(order["file"]), interval=0.02)
    try:
        if order["seconds"]:
            stop = threading.Event()
            threading.Timer(order["seconds"], stop.set).start()
            publisher.run(stop)
        else:
            publisher.publish_pending()
    except EXPECTED:
        return 1
    return 0


if __name__ == "__main__":
    main()
