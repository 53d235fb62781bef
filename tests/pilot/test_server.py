"""`script/server`'s supervisor with all its real parts: start, accidents, stop, and start again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.pilot import addresses
from portal.settings import ROOT
from tests.live import LiveServer, running

WEB, WORKER, IDENTITY, POSTGRES = "portal.serving", "--app wsgi worker", "portal.pilot.identity", "bin/postgres -D"


def test_a_new_instance_gets_a_database_of_its_own_and_says_where_to_click(tmp_path: Path) -> None:
    with running(tmp_path / "thư mục mới") as server:
        assert addresses.answers(server.url + "/readyz")
        assert addresses.answers(server.url + "/signin")
        shown = server.screen.read_text(encoding="utf-8")
        assert server.url in shown
        assert "Nguyễn Thị Mẫu An" in shown
        for part in (WEB, WORKER, IDENTITY, POSTGRES):
            assert _processes(server, part), part
        assert "already running with this instance" in _second_server(server)
        everything = _descendants(server.process.pid)
        keys = {file.name: file.read_bytes() for file in (server.instance / "keys").iterdir() if file.is_file()}
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(90) == 0
        assert _gone(everything)
    with running(server.instance) as again:
        assert "first start" not in again.screen.read_text(encoding="utf-8")
        assert {name: (again.instance / "keys" / name).read_bytes() for name in keys} == keys


def test_a_part_that_is_killed_is_started_again_and_leaves_nobody_behind(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        web, worker = _processes(server, WEB), _processes(server, WORKER)
        [main] = [number for number in web if _parent(number) == server.process.pid]
        os.kill(main, signal.SIGKILL)
        os.kill(worker[0], signal.SIGKILL)
        assert _gone([*web, *worker])
        assert _eventually(lambda: bool(_processes(server, WEB) and _processes(server, WORKER)))
        assert _eventually(lambda: addresses.answers(server.url + "/readyz"))

        [database] = [number for number in _processes(server, POSTGRES) if _parent(number) == server.process.pid]
        os.kill(database, signal.SIGKILL)
        assert _gone([database])
        assert _eventually(lambda: addresses.answers(server.url + "/readyz"))
        assert server.process.poll() is None
        assert "was ended by SIGKILL; starting it again" in server.screen.read_text(encoding="utf-8")


def test_nothing_outlives_a_supervisor_that_is_killed_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        everything = _descendants(server.process.pid)
        assert len(everything) >= 7
        server.process.kill()
        with running(tmp_path) as successor:
            assert _gone(everything)
            assert addresses.answers(successor.url + "/readyz")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PORT": "eight"}, "PORT: Input should be a valid integer"),
        ({"DATABASE_URL": "postgresql://portal@127.0.0.1:1/portal"}, "that database does not answer"),
        ({"INSTANCE": "/proc/portal"}, "/proc/portal"),
        ({"PORTAL_MAX_FILE_BYTES": "x"}, "MAX_FILE_BYTES"),
        (
            {
                "PORTAL_ENVIRONMENT": "production",
                "PORTAL_BASE_URL": "https://portal.example",
                "PORTAL_CITIZEN_PROVIDER__ISSUER": "https://sso.example",
                "PORTAL_OFFICER_PROVIDER__ISSUER": "https://sso.example",
                "PORTAL_SMTP_HOST": "mail.example",
            },
            "docs/production.md",
        ),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else "",
)
def test_what_cannot_work_is_refused_in_words(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    done = _start(tmp_path, environment)
    assert done.returncode == 1
    assert words.lower() in done.stderr.lower()
    assert "Traceback" not in done.stderr


def _second_server(server: LiveServer) -> str:
    done = _start(server.instance, {})
    assert done.returncode == 1
    return done.stderr


def _start(instance: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    settings = {"PATH": os.defpath, "INSTANCE": str(instance), "PORT": str(addresses.free_port()), **environment}
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "portal.pilot.supervisor"],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _processes(server: LiveServer, words: str) -> list[int]:
    return [number for number in _descendants(server.process.pid) if words in _command(number)]


def _descendants(number: int) -> list[int]:
    children = [
        int(child) for task in Path(f"/proc/{number}/task").glob("*/children") for child in task.read_text().split()
    ]
    return [*children, *(grandchild for child in children for grandchild in _descendants(child))]


def _command(number: int) -> str:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _parent(number: int) -> int:
    return int(Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _gone(numbers: list[int]) -> bool:
    return _eventually(lambda: not any(_command(number) for number in numbers))


def _eventually(true: Callable[[], bool], *, seconds: float = 90) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
