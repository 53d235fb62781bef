"""Publishers as real processes: killed at every statement and at every step of writing the file, stopped and woken."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.ledger.publisher import Publisher
from portal.pilot.postgres import EmbeddedPostgres
from portal.settings import Settings
from tests.ledger.forked import Publishers, publishers
from tests.ledger.stored import keys_beside, new_publisher, wait_until
from tests.ledger.watched import HELD, Watched, until_it_works
from tests.ledger.wire import Wire, wire_to

ACTS = 30
FILE_CALLS = 10
"""Calls of the system for one hand-out, of which a start with acts makes two: the lock's file, draft, writing, syncing,
renaming, the folder, syncing it, and closing each of the three."""


@pytest.fixture
def wire(postgres: EmbeddedPostgres) -> Iterator[Wire]:
    with wire_to(postgres) as made:
        yield made


@pytest.fixture(scope="module")
def made() -> Iterator[Publishers]:
    with publishers() as started:
        yield started


@pytest.fixture
def folder(checkpoint_file: Path) -> Path:
    keys_beside(checkpoint_file)
    return checkpoint_file.parent.parent / "keys"


@pytest.fixture
def direct(app: Flask) -> str:
    settings: Settings = app.config["SETTINGS"]
    return settings.sqlalchemy_url


def publish_all(publisher: Publisher) -> None:
    until_it_works(publisher.publish_pending)
    publisher.close()


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_statement_another_goes_on(
    app: Flask, session: Session, checkpoint_file: Path, wire: Wire, made: Publishers, folder: Path, when: str
) -> None:
    log, other = Watched(session, checkpoint_file), new_publisher(app, checkpoint_file)
    running: list[int] = []
    step, status = 0, -9
    while status == -9:
        step += 1
        log.file_acts(ACTS)
        wire.arm(step, when, lambda: os.kill(running[-1], signal.SIGKILL))
        wire.hold()
        running.append(made.start(url=wire.url, keys=folder, file=checkpoint_file))
        wire.let_go()
        status = made.ended()
        wire.disarm()
        log.look()
        log.wait_for_the_lock()
        publish_all(other)
        log.wait_for_the_lock()
        if step % 16 == 0:
            log.assert_whole()
    assert (status, step > 40) == (0, True)
    log.assert_whole()


@pytest.mark.parametrize("how", ["fails", "fails after", "half", "killed", "killed after"])
def test_whatever_happens_to_the_file_the_log_goes_on(
    app: Flask, session: Session, checkpoint_file: Path, made: Publishers, folder: Path, direct: str, how: str
) -> None:
    log, other = Watched(session, checkpoint_file), new_publisher(app, checkpoint_file)
    publish_all(other)
    statuses = []
    for call in range(1, 2 * FILE_CALLS + 2):
        log.file_acts(3)
        log.wait_for_the_lock()
        made.start(url=direct, keys=folder, file=checkpoint_file, at=call, how=how)
        statuses.append(made.ended())
        log.look()
        log.wait_for_the_lock()
        publish_all(other)
    log.assert_whole()
    expected = {"fails": 1, "fails after": 1, "half": 1, "killed": -9, "killed after": -9}[how]
    assert expected in statuses
    assert statuses[-1] == 0, "there are more calls than were tried"


def test_a_stopped_publisher_that_wakes_up_writes_nothing(
    app: Flask,
    session: Session,
    checkpoint_file: Path,
    postgres: EmbeddedPostgres,
    wire: Wire,
    made: Publishers,
    folder: Path,
) -> None:
    """Stopped at any statement, its connection cut meanwhile, the log published past it by another, and woken again."""
    log, other = Watched(session, checkpoint_file), new_publisher(app, checkpoint_file)
    running: list[int] = []
    step, broke = 0, True
    while broke:
        step += 1
        log.file_acts(5)
        wire.arm(step, "after", lambda: os.kill(running[-1], signal.SIGSTOP))
        wire.hold()
        running.append(made.start(url=wire.url, keys=folder, file=checkpoint_file))
        wire.let_go()
        wait_until(lambda: wire.broken.is_set() or not is_alive(running[-1]), every=0.002)
        broke = wire.disarm()
        if broke:
            cut_the_lock_holder_off(postgres)
            log.file_acts(5)
            log.wait_for_the_lock()
            publish_all(other)
            log.look()
            before = checkpoint_file.read_bytes()
            os.kill(running[-1], signal.SIGCONT)
            assert made.ended() == 1
            assert checkpoint_file.read_bytes() == before
        else:
            assert made.ended() == 0
        log.wait_for_the_lock()
        log.look()
    publish_all(other)
    log.assert_whole()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def cut_the_lock_holder_off(postgres: EmbeddedPostgres) -> None:
    """Whoever holds the publisher's lock loses its connection."""
    with psycopg.connect(postgres.url("portal_test"), autocommit=True) as connection:
        connection.execute(f"select pg_terminate_backend(pid) {HELD}")


def test_a_publisher_stopped_while_it_writes_the_file_cannot_set_it_back(
    app: Flask,
    session: Session,
    checkpoint_file: Path,
    postgres: EmbeddedPostgres,
    made: Publishers,
    folder: Path,
    direct: str,
) -> None:
    """Stopped at each call of writing the file; the lock is lost, another commits and hands out, if it is let."""
    log, other = Watched(session, checkpoint_file), new_publisher(app, checkpoint_file)
    publish_all(other)
    stopped = 0
    for call in range(1, 2 * FILE_CALLS + 2):
        log.file_acts(2)
        log.wait_for_the_lock()
        pid = made.start(url=direct, keys=folder, file=checkpoint_file, at=call, how="stopped")
        wait_until(lambda pid=pid: is_stopped(pid) or not is_alive(pid), every=0.002)  # type: ignore[misc]
        if is_stopped(pid):
            stopped += 1
            cut_the_lock_holder_off(postgres)
            log.file_acts(2)
            log.wait_for_the_lock()
            try:
                other.publish_pending()
            except BlockingIOError:
                assert call > 1  # the stopped one holds the file's lock: better to wait than to go back
            log.look()
            os.kill(pid, signal.SIGCONT)
        made.ended()
        other.close()
        log.wait_for_the_lock()
        log.look()
        publish_all(other)
        log.look()
    assert stopped >= FILE_CALLS
    log.assert_whole()


def is_stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except FileNotFoundError:
        return False


def test_two_publishers_at_once_make_one_log(
    session: Session, checkpoint_file: Path, folder: Path, direct: str
) -> None:
    """Two processes at it all the time, each losing the lock to the other now and then, while acts come in."""
    log = Watched(session, checkpoint_file)
    with publishers() as one, publishers() as two:
        for _ in range(4):
            for each in (one, two):
                each.start(url=direct, keys=folder, file=checkpoint_file, seconds=0.5)
            for _ in range(10):
                log.file_acts(7)
                log.look()
            assert [one.ended(), two.ended()] == [0, 0]
            log.look()
        one.start(url=direct, keys=folder, file=checkpoint_file)
        assert one.ended() == 0
    log.assert_whole()
