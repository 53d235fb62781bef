"""The processes of a pilot installation: each in a session of its own, each known to the watchdog."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from portal.pilot.lifelines import ends_with_parent
from portal.pilot.postgres import EmbeddedPostgres

LOG_LIMIT = 20 * 1024 * 1024
WATCHDOG = Path(__file__).with_name("watchdog.py")


class Part(Protocol):
    """One part of the installation, as the supervisor sees it."""

    @property
    def name(self) -> str: ...

    @property
    def log(self) -> Path: ...

    def start(self) -> None: ...

    def stop(self) -> None:
        """End it in good order; returns when it has ended."""

    def ended(self) -> str | None:
        """How it ended by itself; None while it runs."""


class Watchdog:
    """The supervisor's side of `watchdog.py`; holds the instance's lock open too, until all is ended."""

    def __init__(self, lock: IO[str] | None = None) -> None:
        self._lock = lock
        self._groups: dict[int, int] = {}
        self._process = self._spawn()

    def watch(self, group: int, end_signal: int) -> None:
        self._groups[group] = end_signal
        self._tell(f"+ {group} {end_signal}")

    def forget(self, group: int) -> None:
        self._groups.pop(group, None)
        self._tell(f"- {group}")

    def renew(self) -> None:
        """Start another where the present one has ended."""
        if self._process.poll() is None:
            return
        self._process = self._spawn()
        for group, end_signal in self._groups.items():
            self._tell(f"+ {group} {end_signal}")

    def close(self) -> None:
        """It ends whatever is still watched, then itself."""
        self._process.communicate()

    def _spawn(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-I", str(WATCHDOG)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            pass_fds=[self._lock.fileno()] if self._lock else [],
        )

    def _tell(self, line: str) -> None:
        pipe = self._process.stdin
        with suppress(BrokenPipeError):  # it has ended: `renew` tells its successor all of it
            if pipe is not None:
                pipe.write(line + "\n")
                pipe.flush()


@dataclass(frozen=True, slots=True)
class Program:
    """A command to run, and how long it may take to end when asked."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    stop_seconds: float = 10.0


class Child:
    """A program as a part: started, watched, stopped with all its own children."""

    def __init__(self, program: Program, watchdog: Watchdog) -> None:
        self.program = program
        self.name = program.name
        self.log = program.log
        self._watchdog = watchdog
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def number(self) -> int | None:
        """The process's, which is its group's too; None where none was started or its end was seen."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        turn_log(self.log)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.program.folder,
                env=self.program.environment,
                preexec_fn=ends_with_parent(signal.SIGTERM),
            )
        self._watchdog.watch(self._process.pid, signal.SIGTERM)

    def stop(self) -> None:
        process = self._process
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(self.program.stop_seconds)
        self._clear(process)

    def kill(self) -> None:
        """Do not wait for what it is doing."""
        if self._process is not None:
            kill_group(self._process.pid)

    def ended(self) -> str | None:
        process = self._process
        if process is None or process.poll() is None:
            return None
        self._clear(process)
        return reason(process.returncode)

    def run(self, check: Callable[[], None]) -> int:
        """Start it and wait for its end: its exit code. `check` is called meanwhile and may raise."""
        self.start()
        process = self._process
        if process is None:
            raise RuntimeError("the program did not start")
        try:
            while process.poll() is None:
                check()
                time.sleep(0.02)
        finally:
            self._clear(process)
        return process.returncode

    def _clear(self, process: subprocess.Popen[bytes]) -> None:
        """Nothing of it stays behind: a server's own worker would go on answering beside its successor."""
        kill_group(process.pid)
        process.wait()
        self._watchdog.forget(process.pid)
        self._process = None


class DatabaseChild:
    """The embedded PostgreSQL as a part."""

    name = "PostgreSQL"

    def __init__(self, server: EmbeddedPostgres, watchdog: Watchdog) -> None:
        self._server = server
        self._watchdog = watchdog
        self.log = server.log

    def start(self) -> None:
        self._server.start()
        self._watchdog.watch(self._group(), signal.SIGINT)

    def stop(self) -> None:
        if self._server.process is not None:
            self._server.stop()
            self._watchdog.forget(self._group())
            self._server.process = None

    def ended(self) -> str | None:
        process = self._server.process
        if process is None or process.poll() is None:
            return None
        kill_group(process.pid)
        self._watchdog.forget(process.pid)
        self._server.process = None
        return reason(process.returncode)

    def _group(self) -> int:
        if self._server.process is None:
            raise RuntimeError("PostgreSQL is not running")
        return self._server.process.pid


def kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def reason(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"ended with code {code}"
    return f"was ended by {signal.Signals(-code).name}"


def turn_log(log: Path) -> None:
    """Begin a new log where the old one has grown large; one old one is kept."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(log.name + ".1"))
