"""Children of the supervisor: none outlives it, whatever ends it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.pilot import watchdog as watchdog_process
from portal.pilot.children import Child, Program, Watchdog, turn_log
from portal.settings import ROOT

# A program with a child of its own in its group, as granian has: both print their number, both sleep.
PAIR = "import os, time; print(os.getpid(), flush=True); os.fork() or print(os.getpid(), flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)


@pytest.fixture
def watchdog() -> Iterator[Watchdog]:
    found = Watchdog()
    yield found
    found.close()


def test_stopping_a_child_ends_its_own_children_too(tmp_path: Path, watchdog: Watchdog) -> None:
    child = Child(_program(tmp_path, PAIR), watchdog)
    child.start()
    numbers = _numbers(child.log)
    child.stop()
    assert _gone(*numbers)
    assert child.ended() is None, "it was asked to end: that is no accident"


def test_a_child_that_does_not_listen_is_ended_by_force(tmp_path: Path, watchdog: Watchdog) -> None:
    child = Child(_program(tmp_path, STUBBORN, stop_seconds=0.2), watchdog)
    child.start()
    _wait_for(child.log, "up")
    started = time.monotonic()
    child.stop()
    assert time.monotonic() - started < 5


def test_an_accident_is_told_and_leaves_no_grandchild(tmp_path: Path, watchdog: Watchdog) -> None:
    child = Child(_program(tmp_path, PAIR), watchdog)
    child.start()
    numbers = _numbers(child.log)
    os.kill(numbers[0], signal.SIGKILL)
    assert _eventually(lambda: child.ended() == "was ended by SIGKILL")
    assert _gone(*numbers)


def test_a_program_that_fails_tells_its_code(tmp_path: Path, watchdog: Watchdog) -> None:
    child = Child(_program(tmp_path, "raise SystemExit(3)"), watchdog)
    assert child.run(lambda: None) == 3


def test_children_and_grandchildren_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    numbers = _end_a_supervisor(tmp_path, kill_watchdog=False)
    assert _gone(*numbers)


def test_children_end_with_their_supervisor_though_the_watchdog_was_killed_before(tmp_path: Path) -> None:
    first, _ = _end_a_supervisor(tmp_path, kill_watchdog=True)
    assert _gone(first)


def test_a_new_watchdog_takes_over_from_a_killed_one(tmp_path: Path) -> None:
    found = Watchdog()
    child = Child(_program(tmp_path, PAIR), found)
    child.start()
    numbers = _numbers(child.log)
    found._process.kill()
    found._process.wait()
    found.renew()
    found.close()  # as when the supervisor ends without having stopped the child
    assert _gone(*numbers)


def test_groups_are_ended_newest_first_and_not_those_that_ended_before() -> None:
    lines = ["+ 10 15\n", "+ 11 15\n", "- 10\n", "+ 12 2\n", "nonsense\n"]
    assert watchdog_process.watched(lines) == {11: 15, 12: 2}


def test_a_log_that_has_grown_large_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.pilot.children.LOG_LIMIT", 10)
    log = tmp_path / "logs" / "web.log"
    turn_log(log)
    log.write_text("x" * 11)
    turn_log(log)
    assert not log.exists()
    assert (tmp_path / "logs" / "web.log.1").read_text() == "x" * 11


def _end_a_supervisor(folder: Path, *, kill_watchdog: bool) -> list[int]:
    """A supervisor in a process of its own starts a pair and is killed; the numbers of the pair."""
    script = f"""
import sys, time
from pathlib import Path
from portal.pilot.children import Child, Program, Watchdog
watchdog = Watchdog()
child = Child(Program("pair", [sys.executable, "-c", {PAIR!r}], {{}}, Path({str(folder)!r}),
                      Path({str(folder)!r}) / "pair.log"), watchdog)
child.start()
print(watchdog._process.pid, flush=True)
time.sleep(600)
"""
    supervisor = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    watching = int(supervisor.stdout.readline())
    numbers = _numbers(folder / "pair.log")
    if kill_watchdog:
        os.kill(watching, signal.SIGKILL)
    supervisor.kill()
    supervisor.communicate()
    if kill_watchdog:
        os.kill(numbers[1], signal.SIGKILL)  # the grandchild is beyond the kernel's promise
    return numbers


def _program(folder: Path, code: str, *, stop_seconds: float = 10) -> Program:
    return Program("test", [sys.executable, "-c", code], {}, folder, folder / "test.log", stop_seconds)


def _numbers(log: Path) -> list[int]:
    """The numbers of a pair: parent first."""
    assert _eventually(lambda: log.exists() and len(log.read_text().split()) == 2)
    return [int(number) for number in log.read_text().split()]


def _wait_for(log: Path, words: str) -> None:
    assert _eventually(lambda: log.exists() and words in log.read_text())


def _gone(*numbers: int) -> bool:
    return _eventually(lambda: not any(_alive(number) for number in numbers))


def _alive(number: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except OSError:
        return False


def _eventually(true: object, seconds: float = 60) -> bool:
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
