"""Witnesses that know more than there is, and witnesses that do not help: dead, silent, slow, wrong."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.ledger import halted, quorum
from portal.ledger.cosignature import Cosigner
from portal.ledger.growing import RefusedToSign
from portal.ledger.note import KeySigner
from portal.ledger.policy import Asked, Policy
from portal.ledger.publisher import Publisher
from tests.ledger.chains import Chain, reference
from tests.ledger.gathered import AT, DEAD, Two, add, gathered, gathering, of, post_raw, standing
from tests.ledger.stored import SIGNER, assert_sound, new_publisher, scalar, wait_until
from tests.ledger.witnesses import SmallLog

# --- A witness that knows more -----------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", [200, 3, 2])
def test_a_witness_that_has_seen_another_history_halts_the_log(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path, two: Two, shown: int
) -> None:
    """More entries than there are (an older state was restored), or other ones (somebody else has the key)."""
    add(session, 3)
    publisher.publish_pending()
    assert post_raw(two.honest, SmallLog(SIGNER).request(0, shown))
    halt_file = halted.beside(checkpoint_file)
    with gathered(app, checkpoint_file, of("honest", two.honest)):
        assert "honest" in str(halted.reason(halt_file))
    before = checkpoint_file.read_bytes()
    add(session, 1)
    for _ in range(2):
        with pytest.raises(RefusedToSign, match="halted"):
            publisher.publish_pending()
    assert checkpoint_file.read_bytes() == before
    assert scalar(session, "select count(*) from ledger_outbox") == 1
    halt_file.unlink()
    assert publisher.publish_pending() == 1
    assert assert_sound(session, checkpoint_file) == 4


def test_the_first_reason_to_halt_is_kept(tmp_path: Path) -> None:
    file = halted.beside(tmp_path / "ledger" / "checkpoint")
    halted.check(file)
    halted.write(file, "first", at=AT)
    halted.write(file, "second", at=AT)
    assert halted.reason(file) == "2026-01-05T08:00:00+00:00 first"


# --- Witnesses that do not help ----------------------------------------------------------------------------------


@contextlib.contextmanager
def silent() -> Iterator[Asked]:
    """Takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield Asked("silent", DEAD.key, f"http://127.0.0.1:{listening.getsockname()[1]}")


@contextlib.contextmanager
def saying(answer: bytes, *, slowly: float = 0) -> Iterator[Asked]:
    """Answers every request with these bytes."""

    def speak() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.recv(100_000)
                for byte in range(len(answer)) if slowly else ():
                    connection.sendall(answer[byte : byte + 1])
                    time.sleep(slowly)
                connection.sendall(b"" if slowly else answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=speak, daemon=True).start()
        yield Asked("saying", DEAD.key, f"http://127.0.0.1:{listening.getsockname()[1]}")
        listening.shutdown(socket.SHUT_RDWR)


def test_a_silent_or_slow_witness_holds_up_neither_the_log_nor_the_others(
    app: Flask, session: Session, checkpoint_file: Path, two: Two
) -> None:
    with silent() as mute, saying(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000, slowly=0.2) as drip:
        wanted = of("honest", two.honest, mute, drip._replace(name="drip", key=Cosigner("d", b"d" * 32).witness))
        taken = paces(app, session, checkpoint_file, wanted)
    assert sorted(taken)[3] < 3, taken  # waiting for either would cost 5 s each time
    assert standing(session) == quorum.Standing(6, None)


def test_it_goes_on_when_its_connection_is_cut(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path, two: Two
) -> None:
    publisher.publish_pending()
    stop = threading.Event()
    gatherer = gathering(app, checkpoint_file, of("honest", two.honest), interval=0.2)
    running = threading.Thread(target=gatherer.run, args=(stop,))
    running.start()
    try:
        for size in (0, 2, 4):
            wait_until(lambda: standing(session) == quorum.Standing(size, None))  # noqa: B023
            add(session, 2)
            publisher.publish_pending()
            assert scalar(session, HANG_UP) == 1
    finally:
        stop.set()
        running.join(20)
    assert not running.is_alive()


HANG_UP = """
select count(pg_terminate_backend(pid)) from pg_locks
 where locktype = 'advisory' and ((classid::bigint << 32) | objid::bigint) = (
       select ('x' || left(encode(sha256('hai-dang/ledger/gathering'), 'hex'), 16))::bit(64)::bigint)
"""


def paces(app: Flask, session: Session, checkpoint_file: Path, wanted: Policy) -> list[float]:
    """How long each of six acts took from its transaction to a checkpoint with its quorum."""
    stop, taken = threading.Event(), []
    publisher = new_publisher(app, checkpoint_file, interval=0.2)
    gatherer = gathering(app, checkpoint_file, wanted, interval=0.2)
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in (publisher, gatherer)]
    for thread in threads:
        thread.start()
    try:
        for number in range(6):
            begun = time.monotonic()
            Chain(session, reference(number))
            wait_until(lambda: standing(session).witnessed == number + 1)  # noqa: B023
            taken.append(time.monotonic() - begun)
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)
    return taken


HEAD = b"HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"


def http(status: int, body: bytes, content_type: bytes = b"text/x.tlog.size") -> bytes:
    return HEAD % (status, content_type, len(body)) + body


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        http(200, b""),
        http(200, b"\xff"),
        http(200, KeySigner("x", bytes(32)).verifier.vkey.encode()),
        http(200, Cosigner(DEAD.key.name, bytes(31) + b"x").cosign("other\n", AT).line.encode()),
        http(200, b"x" * 100_000),
        http(200, b"")[:-2],
        http(302, b"").replace(b"\r\n\r\n", b"\r\nLocation: http://127.0.0.1:1/\r\n\r\n"),
        http(409, b"999"),
        http(409, b"999\n", b"text/html"),
        http(409, b"-1\n"),
        http(409, b"0\n"),
        http(400, b""),
        http(403, b""),
        http(404, b""),
        http(500, b""),
        http(200, b"")[:20] + b"X" * 70_000 + b"\r\n\r\n",
    ],
)
def test_an_answer_that_does_not_help_changes_nothing(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path, answer: bytes
) -> None:
    publisher.publish_pending()
    add(session, 1)
    publisher.publish_pending()
    with saying(answer) as witness, gathered(app, checkpoint_file, of("saying", witness), seconds=2.0):
        assert standing(session).witnessed is None
    assert halted.reason(halted.beside(checkpoint_file)) is None
    assert scalar(session, "select count(*) from ledger_cosignature") == 0


def test_a_cosignature_with_another_clock_is_not_kept(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path, two: Two
) -> None:
    publisher.publish_pending()
    with gathered(app, checkpoint_file, of("honest", two.honest), now=lambda: AT):
        assert scalar(session, "select count(*) from ledger_cosignature") == 0


def test_one_process_gathers_at_a_time(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path, two: Two
) -> None:
    publisher.publish_pending()
    with gathered(app, checkpoint_file, of("dead", DEAD)):
        add(session, 1)
        publisher.publish_pending()
        with gathered(app, checkpoint_file, of("honest", two.honest)):
            assert standing(session).witnessed is None
    with gathered(app, checkpoint_file, of("honest", two.honest)):
        assert standing(session).witnessed == 1
