"""Progress on the screen, details in a log, and a clear word when something fails."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STATE = ROOT / ".setup"
LOG = STATE / "log"
TAIL_LINES = 25
TICK_SECONDS = 0.5


class Failed(Exception):
    """The set-up cannot go on; the message says what to do."""


@contextmanager
def step(words: str) -> Iterator[None]:
    """One line on the screen, with the time it took."""
    print(f"  {words:<44}", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:6.1f} s", flush=True)


def run(
    command: Sequence[str | Path], *, doing: str, environment: Mapping[str, str] | None = None, folder: Path = ROOT
) -> None:
    """Run it with its output in the log. Raises Failed with the end of that output."""
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n")
        log.flush()
        began = log.tell()
        code = _run(command, log.fileno(), {**os.environ, **(environment or {})}, folder)
    if code:
        raise Failed(f"{doing} failed (exit code {code}). The end of {LOG}:\n{_tail(began)}")


def succeeds(command: Sequence[str | Path]) -> bool:
    """Whether the command can be run and says yes."""
    try:
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def output(command: Sequence[str | Path]) -> str:
    """What the command prints; empty where it cannot be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _run(command: Sequence[str | Path], log: int, environment: Mapping[str, str], folder: Path) -> int:
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=folder, env=environment
        )
    except OSError as error:
        raise Failed(f"{command[0]} cannot be run: {error}") from error
    with process:
        while True:
            try:
                return process.wait(TICK_SECONDS)
            except subprocess.TimeoutExpired:
                _tick()


def _tick() -> None:
    """A sign of life on a terminal; nothing in a file."""
    if sys.stdout.isatty():
        spinner = "|/-\\"[int(time.monotonic() / TICK_SECONDS) % 4]
        print(f"{spinner}\b", end="", flush=True)


def _tail(began: int) -> str:
    with LOG.open("rb") as log:
        log.seek(began)
        lines = log.read().decode("utf-8", errors="replace").splitlines()[-TAIL_LINES:]
    return "\n".join(f"    {line}" for line in lines)
