"""Our witness as a process: what it signs, what it refuses, and that nothing makes it sign two histories."""

import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from portal.ledger import note
from portal.ledger.note import KeySigner, Signature
from portal.ledger.witness import memory, request
from portal.settings import ROOT
from tests.ledger.witnesses import WITNESS, Answered, Running, SmallLog, started

SIGNER = KeySigner("hai-dang.test/ledger", bytes(range(32)))
NEXT = KeySigner("hai-dang.test/ledger", bytes(range(1, 33)))
OTHER = KeySigner("hai-dang.other/ledger", bytes(range(2, 34)))
LOG, FORK = SmallLog(SIGNER), SmallLog(SIGNER, "other", common=5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "one"


@pytest.fixture
def witness(folder: Path) -> Iterator[Running]:
    with started(folder, SIGNER.verifier, NEXT.verifier, OTHER.verifier) as running:
        yield running


def cosigned(witness: Running, answer: Answered, log: SmallLog, size: int) -> bool:
    if answer.status != 200:
        return False
    line: Signature
    (line,) = note.parse_signatures(answer.body.decode())
    return line.name == witness.key.name and witness.key.time_of(log.text(size), line.value) is not None


# --- What it signs -----------------------------------------------------------------------------------------------


def test_it_cosigns_a_log_as_it_grows_and_has_it_on_the_disk_before_it_answers(witness: Running, folder: Path) -> None:
    before = 0
    for size in (0, 0, 1, 2, 3, 7, 8, 8, 200, 257):
        assert cosigned(witness, witness.post(LOG.request(before, size)), LOG, size), size
        kept = memory.parse((folder / "state").read_bytes()).get(SIGNER.verifier.name, memory.NOTHING)
        assert kept == memory.Known(size, LOG.root(size))
        before = size


def test_it_keeps_logs_apart_and_knows_several_keys_of_one(witness: Running) -> None:
    assert cosigned(witness, witness.post(LOG.request(0, 9)), LOG, 9)
    other, renewed = SmallLog(OTHER), SmallLog(NEXT)
    assert cosigned(witness, witness.post(other.request(0, 3)), other, 3)
    assert cosigned(witness, witness.post(renewed.request(9, 11)), renewed, 11)


def test_it_remembers_and_keeps_its_key(folder: Path) -> None:
    with started(folder, SIGNER.verifier) as first:
        assert first.post(LOG.request(0, 9)).status == 200
    with started(folder, SIGNER.verifier) as again:
        assert again.key == first.key
        assert again.post(LOG.request(0, 9)) == (409, "text/x.tlog.size", b"9\n")
        assert cosigned(again, again.post(LOG.request(9, 20)), LOG, 20)
    assert (folder / "state.key").stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in folder.iterdir()) == ["log", "state", "state.key", "state.lock"]


# --- What it refuses ---------------------------------------------------------------------------------------------


def test_it_answers_as_the_protocol_says(witness: Running) -> None:
    good = LOG.request(10, 20)
    assert witness.post(LOG.request(0, 10)).status == 200
    unsigned = good.replace(b"\n\xe2\x80\x94 hai-dang.test/ledger ", b"\n\xe2\x80\x94 someone.else ")
    answers = {
        409: [LOG.request(0, 20), LOG.request(9, 20), LOG.request(11, 20), FORK.request(10, 10), LOG.request(5, 5)],
        404: [SmallLog(KeySigner("unknown/log", bytes(32))).request(10, 20)],
        403: [unsigned, SmallLog(KeySigner(SIGNER.verifier.name, bytes(32))).request(10, 20)],
        422: [
            FORK.request(10, 20),
            good.replace(b"\n", b"\n" + b"A" * 43 + b"=\n", 1),
            LOG.request(10, 19).replace(LOG.note(19), LOG.note(20)),
            b"old 10\n\n" + LOG.note(20),
            b"old 10\n" + b"A" * 43 + b"=\n\n" + LOG.note(10),
        ],
        400: [
            LOG.request(20, 10),
            b"",
            b"old 10",
            b"old 10\n\n",
            good.replace(b"old 10", b"old 010"),
            good.replace(b"old 10", b"old -1"),
            good.replace(b"old 10", b"Old 10"),
            good.replace(b"old 10", b"old 10 "),
            good.replace(b"\n", b"\r\n"),
            good.replace(b"old 10\n", b"old 10\nnot base64\n"),
            good.replace(b"old 10\n", b"old 10\n" + b"A" * 44 + b"\n"),
            good.replace(b"old 10\n", b"old 10\n" + (b"A" * 43 + b"=\n") * 64),
            good[:-1],
            good.replace(b"\n20\n", b"\n020\n"),
            good.replace(b"\n20\n", b"\n20\nextension\n"),
            b"\xff" + good,
            b"x" * 1000,
        ],
        413: [good + b" " * request.MOST_BYTES],
    }
    for status, bodies in answers.items():
        for body in bodies:
            answer = witness.post(body)
            assert answer.status == status, (status, body[:200])
            if status == 409:
                assert answer[1:] == ("text/x.tlog.size", b"10\n")
            assert b"\xe2\x80\x94" not in answer.body
    assert cosigned(witness, witness.post(good), LOG, 20)


def test_only_what_it_has_is_found(witness: Running) -> None:
    assert witness.post(LOG.request(0, 1), "/").status == 404
    assert witness.post(LOG.request(0, 1), "/below/add-checkpoint").status == 200
    with urlopen(witness.address + "/") as answer:
        text = answer.read().decode()
    assert witness.key.vkey in text
    assert "hai-dang.test/ledger, cosigned at 1 entries" in text


def raw(witness: Running, data: bytes) -> bytes:
    parts = urlsplit(witness.address)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"POST /add-checkpoint HTTP/1.1\r\n\r\n", b" 411 "),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b" 411 "),
        (b"POST /add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", b" 411 "),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 999999999999999999999\r\n\r\n", b" 413 "),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 50\r\n\r\nold", b""),
        (b"GET /nothing HTTP/1.1\r\n\r\n", b" 404 "),
        (b"BREW / HTTP/1.1\r\n\r\n", b" 501 "),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b" 400 "),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", b" 431 "),
    ],
)
def test_what_is_no_request_does_it_no_harm(witness: Running, folder: Path, data: bytes, status: bytes) -> None:
    answer = raw(witness, data)
    assert status in answer.split(b"\r\n")[0] if status else answer == b""
    assert cosigned(witness, witness.post(LOG.request(0, 1)), LOG, 1)
    assert "Traceback" not in (folder / "log").read_text()


def test_a_connection_is_used_again_and_too_many_are_turned_away(witness: Running) -> None:
    parts = urlsplit(witness.address)
    kept = HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    for size in (1, 2):
        kept.request("POST", "/add-checkpoint", LOG.request(size - 1, size))
        answer = kept.getresponse()
        assert (answer.status, answer.read()[:3]) == (200, "—".encode())
    idle = [socket.create_connection((parts.hostname, parts.port)) for _ in range(80)]
    time.sleep(0.5)
    kept.request("POST", "/add-checkpoint", LOG.request(2, 3))
    assert kept.getresponse().status == 200
    kept.close()
    for connection in idle:
        connection.close()


# --- Nothing makes it sign two histories -------------------------------------------------------------------------


def test_of_many_at_once_it_signs_one_history(witness: Running) -> None:
    """Two histories race for every size; whatever wins, all that it ever signed is one history."""
    chance = random.Random(3)
    wishes = [(log, old, size) for log in (LOG, FORK) for old in range(0, 12, 2) for size in (old, old + 2)] * 3
    chance.shuffle(wishes)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda wish: witness.post(wish[0].request(*wish[1:])), wishes))
    assert {answer.status for answer in answers} <= {200, 409, 422}
    signed = [(log, size) for (log, _, size), answer in zip(wishes, answers, strict=True) if answer.status == 200]
    assert len(signed) > 1
    assert one_history(signed)


def one_history(signed: list[tuple[SmallLog, int]]) -> bool:
    """FORK is LOG up to five entries; beyond that whatever was signed must all be of one of the two."""
    return len({id(log) for log, size in signed if size > 5}) <= 1


def test_killed_at_any_moment_it_signs_one_history(folder: Path) -> None:
    """It is shown a growing log, killed in between, and after each start the other history from where it may be."""
    chance, signed, size = random.Random(5), 0, 6
    for _ in range(8):
        with started(folder, SIGNER.verifier) as running, ThreadPoolExecutor(1) as pool:
            known = int(running.post(LOG.request(0, 6)).body or b"6") if size > 6 else 6
            first = running.post(LOG.request(known, known)) if size > 6 else running.post(LOG.request(0, 6))
            assert cosigned(running, first, LOG, known)
            assert known >= signed, "it forgot what it had signed"
            assert not any(running.post(FORK.request(old, known)).status == 200 for old in (0, 5, known))
            assert running.post(FORK.request(known, known + 1)).status == 422
            killing = pool.submit(kill_soon, running, chance.random() * 0.05)
            size, signed = grow_until_killed(running, known)
            killing.result()
    assert signed > 6


def kill_soon(running: Running, seconds: float) -> None:
    time.sleep(seconds)
    running.process.kill()


def grow_until_killed(running: Running, known: int) -> tuple[int, int]:
    """The largest size shown, and the largest for which a signature came out."""
    size = signed = known
    while size < 299:
        size += 1
        try:
            answer = running.post(LOG.request(size - 1, size))
        except OSError:
            break
        assert cosigned(running, answer, LOG, size)
        signed = size
    return size, signed


def test_what_it_has_not_written_down_it_does_not_sign(folder: Path) -> None:
    with started(folder, SIGNER.verifier) as running:
        assert running.post(LOG.request(0, 6)).status == 200
        (folder / "state.new").mkdir()  # the new file cannot be written
        for _ in range(2):
            answer = running.post(LOG.request(6, 7))
            assert (answer.status, "—".encode() in answer.body) == (500, False)
        assert memory.parse((folder / "state").read_bytes())[SIGNER.verifier.name].size == 6
        assert cosigned(running, running.post(LOG.request(6, 6)), LOG, 6)
        (folder / "state.new").rmdir()
        assert cosigned(running, running.post(LOG.request(6, 7)), LOG, 7)


# --- Starting ----------------------------------------------------------------------------------------------------


def start(folder: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    options = ["--listen", "127.0.0.1:0", "--state", str(folder / "state"), "--log", SIGNER.verifier.vkey, *more]
    return subprocess.run([*WITNESS, *options], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_it_does_not_begin_anew_where_it_has_forgotten(folder: Path) -> None:
    with started(folder, SIGNER.verifier) as running:
        assert running.post(LOG.request(0, 6)).status == 200
    state = (folder / "state").read_bytes()
    for damage in (state[:-1], state.replace(b"6", b"06"), state.replace(b"/1", b"/2"), state + b"\n", b"", b"\xff"):
        (folder / "state").write_bytes(damage)
        assert start(folder).returncode == 1
    (folder / "state").unlink()
    refused = start(folder)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "must not sign again" in refused.stderr
    (folder / "state").write_bytes(state)
    with started(folder, SIGNER.verifier) as running:
        assert start(folder).returncode == 1, "two witnesses with one memory"
        other = start(folder / "other", "--key", str(folder / "state.key"))
        assert "must not sign again" in other.stderr, "a key with a memory that is new"
        assert running.post(LOG.request(6, 7)).status == 200


def test_what_it_cannot_start_with_it_says(folder: Path) -> None:
    assert start(folder, "--name", "two words").returncode == 1
    assert "key name" in start(folder, "--name", "two words").stderr
    assert start(folder, "--log", "nonsense").returncode == 2
    assert start(folder, "--listen", "nowhere").returncode == 2
    (folder / "state.key").write_text(SIGNER.render())
    assert start(folder).returncode == 1


def test_it_needs_nothing_but_python_and_cryptography(folder: Path) -> None:
    """What the portal is made of besides is out of reach; the witness starts all the same."""
    script = (
        "import runpy, sys\n"
        "for name in ('flask', 'sqlalchemy', 'psycopg', 'pydantic', 'structlog', 'werkzeug', 'jinja2', 'click'):\n"
        "    sys.modules[name] = None\n"
        "sys.argv = ['witness', '--help']\n"
        "runpy.run_module('portal.ledger.witness', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "A witness for transparency logs" in done.stdout


def test_told_to_stop_it_ends_cleanly(folder: Path) -> None:
    with started(folder, SIGNER.verifier) as running:
        running.process.terminate()
        assert running.process.wait(10) == 0
    assert "Traceback" not in (folder / "log").read_text()
