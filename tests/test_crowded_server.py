"""More connections than places and chairs, at a real server with a thread for each connection."""

import http.client
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from portal.pilot import addresses
from portal.settings import ROOT
from tests.crowded_server import CHAIRS, PLACES

LONG = 60.0
TOO_MANY = 20
THREADS = 64


@contextmanager
def serving(release: Path) -> Iterator[int]:
    port = addresses.free_port()
    options = ["--interface", "wsgi", "--http", "1", "--no-ws", "--host", "127.0.0.1", "--port", str(port)]
    options += ["--workers", "1", "--blocking-threads", str(THREADS), "--backpressure", str(THREADS)]
    command = [sys.executable, "-m", "portal.serving", *options, "--workers-kill-timeout", "10"]
    environment = os.environ | {"RELEASE": str(release)}
    process = subprocess.Popen([*command, "tests.crowded_server:app"], cwd=ROOT, env=environment)
    try:
        _wait_for(port)
        yield port
    finally:
        release.touch()
        process.terminate()
        process.wait(LONG)


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            assert _get(port, "/healthz", 0)[0] == 200
        except OSError:
            threading.Event().wait(0.1)
        else:
            return
    raise AssertionError("the server did not start")


def _get(port: int, path: str, client: int) -> tuple[int, str | None, bytes, bool]:
    """Status, when to come back, body, and whether the server means to close the connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONG)
    try:
        connection.request("GET", path, headers={"X-Forwarded-For": f"192.0.2.{client}"})
        answer = connection.getresponse()
        return answer.status, answer.headers["Retry-After"], answer.read(), answer.will_close
    finally:
        connection.close()


def test_who_is_too_many_is_answered_at_once_and_the_others_when_their_turn_has_come(tmp_path: Path) -> None:
    release = tmp_path / "release"
    number = PLACES + CHAIRS + TOO_MANY
    refused, served = threading.Semaphore(0), threading.Semaphore(0)
    with serving(release) as port, ThreadPoolExecutor(number) as threads:

        def ask(client: int) -> tuple[int, str | None, bytes, bool]:
            answer = _get(port, "/track", client)
            (refused if answer[0] == 503 else served).release()
            return answer

        answers = [threads.submit(ask, client) for client in range(number)]
        try:
            for _ in range(TOO_MANY):
                assert refused.acquire(timeout=LONG)
            assert not served.acquire(blocking=False)
            for path in ("/healthz", "/readyz", "/static/app.css", "/procedures?q=x"):
                assert _get(port, path, 250)[0] == 200
        finally:
            release.touch()
        found = [answer.result(LONG) for answer in answers]
        assert found.count((503, "10", b"come back", True)) == TOO_MANY
        assert found.count((200, None, b"served", False)) == PLACES + CHAIRS
        assert _get(port, "/track", 1)[0] == 200
