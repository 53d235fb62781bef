"""Keeping runs of the ledger's rows: by whom, when, and what goes."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import commands as ledger
from portal.opendata import keeping, selection, upkeep
from portal.opendata.runs import Runs
from portal.opendata.selection import Entries
from portal.transaction import unit_of_work
from tests.ledger.stored import scalar, with_triggers_off
from tests.opendata.small_runs import RUN, downloaded, keep


def test_nothing_of_a_sealed_dossier_is_kept_that_erasure_would_take(
    client: FlaskClient, session: Session, runs: Runs, two_runs: bytes
) -> None:
    before = [runs.path(low).read_bytes() for low in (0, RUN)]
    sealed = [row for row in two_runs.splitlines() if b",sealed," in row]
    assert len(sealed) > 5
    for row in sealed:
        position, leaf, kind, *between, commitment, on = row.split(b",")
        assert (kind, set(between), len(leaf), len(commitment), len(on)) == (b"sealed", {b""}, 64, 64, 10), position
    assert scalar(session, "select count(*) from ledger_opening where opening is not null") == len(sealed)
    for (reference,) in session.execute(text("select reference from ledger_dossier where sealed")).all():
        with unit_of_work(session):
            ledger.erase(session, reference=reference)
    assert scalar(session, "select count(*) from ledger_opening where opening is not null") == 0
    session.rollback()
    assert downloaded(client) == two_runs
    assert keep(session, runs, thoroughly=True) == 0
    assert [runs.path(low).read_bytes() for low in (0, RUN)] == before


def test_what_is_of_no_use_is_thrown_away(session: Session, runs: Runs, two_runs: bytes) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in runs.folder.iterdir()}
    (runs.folder / f".{runs.path(0).name}.0123456789abcdef").write_bytes(b"half")
    (runs.folder / "ledger-0-128.csv").write_bytes(b"of another length")
    runs.path(2 * RUN).write_bytes(runs.path(0).read_bytes())
    assert keep(session, runs) == 0
    assert {path.name: path.stat().st_mtime_ns for path in runs.folder.iterdir()} == before


def test_the_disk_is_left_with_room(
    client: FlaskClient, session: Session, runs: Runs, two_runs: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.path(0).unlink()
    monkeypatch.setattr(keeping, "FREE_BYTES", 1 << 62)
    assert keep(session, runs) == 0
    assert downloaded(client) == two_runs
    assert not runs.path(0).exists()


def test_only_one_keeps_at_a_time(session: Session, runs: Runs, two_runs: bytes) -> None:
    runs.path(0).unlink()
    with Session(session.get_bind()) as other:
        assert keeping.keep_runs(other, runs) == 1
        runs.path(0).unlink()
        assert keep(session, runs) == 0
    assert keep(session, runs) == 1


def test_downloads_are_whole_while_runs_are_made_by_several(session: Session, runs: Runs, two_runs: bytes) -> None:
    """Also by ones that know nothing of each other's lock, and with files that come and go."""
    bind, ended = session.get_bind(), threading.Event()

    def make(low: int) -> None:
        with Session(bind) as own:
            for _time in range(15):
                runs.make(own, low)
                runs.path(low).unlink(missing_ok=True)
                runs.make(own, low)

    def take() -> int:
        times = 0
        while not ended.is_set() or not times:
            assert b"".join(selection.rows(bind, Entries(0, 2 * RUN + 3), "csv", runs)) == two_runs
            times += 1
        return times

    with ThreadPoolExecutor(6) as pool:
        reading = [pool.submit(take) for _reader in range(2)]
        try:
            for making in [pool.submit(make, low) for low in (0, RUN, 0, RUN)]:
                making.result()
        finally:
            ended.set()
        assert all(reader.result() for reader in reading)
    assert sorted(path.name for path in runs.folder.iterdir()) == sorted(runs.path(low).name for low in (0, RUN))


def test_the_worker_keeps_them_every_hour_and_looks_them_over_every_night(
    client: FlaskClient, session: Session, runs: Runs, two_runs: bytes
) -> None:
    hourly: Any = upkeep.hourly
    nightly: Any = upkeep.build
    sound = runs.path(0).read_bytes()
    runs.path(0).unlink()
    hourly(timestamp=0)
    assert runs.path(0).read_bytes() == sound
    runs.path(0).write_bytes(sound[:-1] + b" ")
    hourly(timestamp=1)
    assert runs.path(0).read_bytes() != sound, "an hour looks at first lines only"
    assert downloaded(client) == two_runs
    nightly(timestamp=2)
    assert runs.path(0).read_bytes() == sound


def test_the_command_keeps_them_and_says_how_many(app: Flask, session: Session, runs: Runs, two_runs: bytes) -> None:
    runs.path(0).unlink()
    run = app.test_cli_runner().invoke
    assert "Runs of rows kept: 1 new." in run(args=["opendata", "build"]).output
    with_triggers_off(session, "update ledger_tile set root = sha256(root) where level = 0 and number = 0")
    refused = run(args=["opendata", "build"])
    assert refused.exit_code == 1
    assert "the entries from 0 on do not give the tree" in refused.output


def test_a_folder_that_cannot_be_written_is_told_and_nothing_else_fails(
    app: Flask, client: FlaskClient, session: Session, runs: Runs, two_runs: bytes
) -> None:
    shutil.rmtree(runs.folder)
    runs.folder.write_bytes(b"in the way")
    told = app.test_cli_runner().invoke(args=["opendata", "build"])
    assert told.exit_code == 1
    assert "Runs of rows are not kept" in told.output
    assert str(runs.folder) in told.output
    assert downloaded(client) == two_runs
