"""The worker as a process of its own: killed, told to stop, orphaned, and with the database pulled away."""

import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from portal.extensions import db
from portal.ledger import handed_out, keys, note, storage, tree
from portal.letters import commands as letters
from portal.pilot.postgres import EmbeddedPostgres
from portal.settings import ROOT, Settings
from portal.transaction import unit_of_work
from tests.ledger.acts import FILED
from tests.ledger.chains import Chain, reference
from tests.ledger.stored import scalar, stored_entries, wait_until

COMMAND = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]


@pytest.fixture
def own(app: Flask, tmp_path: Path) -> Settings:
    """The test's database with an instance folder of its own."""
    settings: Settings = app.config["SETTINGS"]
    return settings.model_copy(update={"instance": tmp_path / "instance"})


def environment(settings: Settings) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.database_url,
        "PORTAL_LEDGER_INTERVAL_SECONDS": "0.2",
        **({"PORTAL_LEDGER_POLICY": str(settings.ledger_policy)} if settings.ledger_policy else {}),
    }


@contextmanager
def worker(settings: Settings, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    settings.instance.mkdir(parents=True, exist_ok=True)
    with (settings.instance / "worker.log").open("ab") as log:
        process = subprocess.Popen([*COMMAND, *options], cwd=ROOT, env=environment(settings), stderr=log, stdout=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def handed_out_size(settings: Settings) -> int:
    found = handed_out.read(handed_out.path_of(settings), keys.LogKeys.of(settings).ring().open)
    return -1 if found is None else found.size


def has_grown(settings: Settings, size: int) -> bool:
    return handed_out_size(settings) > size


def assert_sound(session: Session, settings: Settings) -> int:
    """Entries, head, every checkpoint and the file tell one story."""
    leaves = [tree.leaf_hash(data) for data in stored_entries(session)]
    verifier = keys.log_key(settings).verifier
    head = storage.head(session)
    assert (head.size, head.root) == (len(leaves), tree.root_of(leaves))
    for size, root, data in storage.checkpoints(session):
        checkpoint = note.open_checkpoint(data, verifier)
        assert (checkpoint.size, checkpoint.root) == (size, root)
        assert root == tree.root_of(leaves[:size])
    assert handed_out_size(settings) == len(leaves)
    return len(leaves)


def test_killed_at_any_moment_it_goes_on_where_it_was(session: Session, own: Settings) -> None:
    kills, written, enough = 5, itertools.count(), threading.Event()
    chance = random.Random(1)
    make_session = sessionmaker(db.engine)

    def write() -> None:
        with make_session() as connection:
            while not enough.is_set():  # until the last kill, however slow the machine is
                Chain(connection, reference(next(written))).receive()
                time.sleep(0.01)

    writer = threading.Thread(target=write, daemon=True)
    with worker(own):
        wait_until(lambda: handed_out_size(own) == 0)
        writer.start()
        time.sleep(0.5)
    for _ in range(kills - 1):
        before = handed_out_size(own)
        with worker(own):
            wait_until(partial(has_grown, own, before))
            time.sleep(chance.random() * 0.3)
        assert handed_out_size(own) >= before
    enough.set()
    writer.join()
    dossiers = next(written)
    with worker(own):
        wait_until(lambda: handed_out_size(own) == dossiers * 2)
        wait_until(lambda: scalar(session, "select listed from ledger_head") == dossiers * 2)
    assert assert_sound(session, own) == dossiers * 2
    assert scalar(session, "select count(*) from ledger_fault") == 0
    assert scalar(session, "select count(*) from ledger_dossier where n = 1") == dossiers


def test_told_to_stop_it_ends_cleanly(session: Session, own: Settings) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with worker(own) as process:
            Chain(session, reference(number))
            wait_until(partial(is_listed, session, reference(number)))
            process.send_signal(number)
            assert process.wait(60) == 0
    log = (own.instance / "worker.log").read_text()
    assert log.count("worker_stopped") == 2
    assert "Traceback" not in log


def is_listed(session: Session, wanted: str) -> bool:
    return bool(scalar(session, "select count(*) from ledger_dossier where reference = :r", r=wanted))


def test_told_to_it_ends_with_its_parent(own: Settings) -> None:
    own.instance.mkdir(parents=True)
    script = f"{' '.join(COMMAND)} --with-parent & echo $! > {own.instance}/pid; wait"
    parent = subprocess.Popen(
        ["/bin/sh", "-c", script], cwd=ROOT, env=environment(own), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: handed_out_size(own) == 0)
    child = int((own.instance / "pid").read_text())
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_running(child))


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1]
    except FileNotFoundError:
        return False


def test_it_outlives_a_restart_of_the_database(session: Session, own: Settings, postgres: EmbeddedPostgres) -> None:
    with worker(own) as process:
        Chain(session)
        wait_until(lambda: handed_out_size(own) == 1)
        session.close()
        db.engine.dispose()
        postgres.stop()
        time.sleep(1.5)
        postgres.start()
        Chain(session, reference(2))
        wait_until(lambda: handed_out_size(own) == 2, seconds=60)
        assert process.poll() is None
    assert assert_sound(session, own) == 2


def test_it_runs_the_jobs_too(app: Flask, session: Session, own: Settings) -> None:
    shared: Settings = app.config["SETTINGS"]
    shutil.copytree(shared.keys, own.keys)
    with worker(own):
        with unit_of_work(session):
            letters.enqueue(session, key="k", to="ai-do@example.org", subject="Thư thử", body="Chào.", at=FILED.at)
        wait_until(lambda: any(own.outbox.glob("*.eml")))
        time.sleep(1)  # periodic jobs are looked at once a worker has begun
    assert '"level": "error"' not in (own.instance / "worker.log").read_text()


def test_a_second_worker_waits_and_takes_over(session: Session, own: Settings) -> None:
    with worker(own), worker(own) as second:
        wait_until(lambda: handed_out_size(own) == 0)
        Chain(session)
        wait_until(lambda: handed_out_size(own) == 1)
        assert second.poll() is None
    with worker(own):
        Chain(session, reference(2))
        wait_until(lambda: handed_out_size(own) == 2)
    assert assert_sound(session, own) == 2
