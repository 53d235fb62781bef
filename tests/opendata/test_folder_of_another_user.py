"""A folder of the open data that is not the worker's own: said in one sentence, and what else can be done is done.

Root may write everywhere, so where root runs the tests the work is done as `nobody`, in a folder of root's.
Anybody else takes the right to write from a folder of their own.
"""

import json
import os
import pwd
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from bench.lives import Lives
from portal.ledger import export
from portal.opendata import upkeep
from portal.opendata.archive import Archive, signer
from portal.opendata.runs import Runs
from portal.opendata.whole_files import NotWritten
from portal.settings import Settings
from tests import scratch
from tests.opendata import logs, small_runs

ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")
CLOSED, OPEN = 0o555, 0o755


@pytest.fixture
def settings_of_worker(app: Flask) -> Iterator[Settings]:
    """An instance whose worker has everything of its own but `opendata/`."""
    settings: Settings = app.config["SETTINGS"]
    with scratch.folder() as folder:
        folder.chmod(OPEN)
        worker = settings.model_copy(update={"instance": folder})
        upkeep.install(worker)
        signer(worker)
        _give(worker.keys, worker.keys / "open-data.key")
        archive = Archive.of(worker).folder
        archive.mkdir()
        archive.chmod(OPEN if ROOT else CLOSED)
        try:
            yield worker
        finally:
            archive.chmod(OPEN)
            upkeep.install(settings)


def _give(*paths: Path) -> None:
    for path in paths:
        if ROOT:
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)


@contextmanager
def as_worker() -> Iterator[None]:
    """What is done here is done by a user who may not write everywhere."""
    if not ROOT:
        yield
        return
    os.seteuid(NOBODY.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


def sentence(folder: Path) -> str:
    name = shlex.quote(str(folder))
    if ROOT:
        return f"the user nobody may not write {folder}, which belongs to root. As root: chown -R nobody {name}"
    me = pwd.getpwuid(os.geteuid()).pw_name
    return f"the user {me} may not write {folder}, by its mode. Type: chmod -R u+rwX {name}"


def test_the_months_say_which_folder_and_what_to_do(app: Flask, session: Session, settings_of_worker: Settings) -> None:
    logs.june(app, session)
    with as_worker(), pytest.raises(NotWritten) as refused:
        upkeep.run(settings_of_worker)
    assert str(refused.value) == sentence(Archive.of(settings_of_worker).folder)
    session.rollback()


def test_a_file_that_may_not_be_read_is_named(app: Flask, session: Session, settings_of_worker: Settings) -> None:
    logs.june(app, session)
    archive = Archive.of(settings_of_worker)
    archive.folder.chmod(OPEN)
    _give(archive.folder)
    listed = archive.list_path(logs.JUNE)
    listed.write_bytes(b"")
    listed.chmod(0)
    with as_worker(), pytest.raises(NotWritten) as refused:
        upkeep.run(settings_of_worker)
    assert str(listed) in str(refused.value)
    assert str(refused.value).endswith(shlex.quote(str(archive.folder)))
    session.rollback()


def test_a_key_that_may_not_be_read_is_named(app: Flask, session: Session, settings_of_worker: Settings) -> None:
    logs.june(app, session)
    key = settings_of_worker.keys / "open-data.key"
    key.chmod(0)
    with as_worker(), pytest.raises(NotWritten) as refused:
        upkeep.run(settings_of_worker)
    assert str(refused.value).endswith(f" {shlex.quote(str(key))}")
    session.rollback()


def test_what_else_the_system_refuses_is_told_as_it_tells_it(
    app: Flask, session: Session, settings_of_worker: Settings
) -> None:
    logs.june(app, session)
    folder = Archive.of(settings_of_worker).folder
    folder.chmod(OPEN)
    (folder / "coverage.json").mkdir()
    with pytest.raises(NotWritten) as refused:
        upkeep.run(settings_of_worker)
    assert str(refused.value) == f"{folder / 'coverage.json'}: Is a directory"
    session.rollback()


def test_the_night_tells_it_without_a_traceback_and_goes_on(
    app: Flask,
    session: Session,
    settings_of_worker: Settings,
    lives: Lives,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(export, "RUN_ROWS", small_runs.RUN)
    small_runs.grow(app, session, lives, small_runs.RUN + 3)
    runs = Runs.of(settings_of_worker)
    _make_runs_folder(runs.folder)
    nightly: Any = upkeep.build
    with as_worker():
        nightly(timestamp=0)
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    (line,) = [line for line in told if line["event"] == "open_data_not_written"]
    assert line["level"] == "error"
    assert line["reason"] == sentence(runs.folder.parent)
    assert "exception" not in line
    assert [path.name for path in runs.folder.iterdir()] == [runs.path(0).name], "the runs are kept all the same"


def test_each_hour_tells_it_of_the_runs(
    app: Flask,
    session: Session,
    settings_of_worker: Settings,
    lives: Lives,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(export, "RUN_ROWS", small_runs.RUN)
    small_runs.grow(app, session, lives, small_runs.RUN + 3)
    hourly: Any = upkeep.hourly
    with as_worker():
        hourly(timestamp=0)
    assert sentence(Archive.of(settings_of_worker).folder) in capsys.readouterr().err


def test_the_command_says_it_too(app: Flask, session: Session, settings_of_worker: Settings) -> None:
    logs.june(app, session)
    app.config["SETTINGS"], before = settings_of_worker, app.config["SETTINGS"]
    try:
        with as_worker():
            told = app.test_cli_runner().invoke(args=["opendata", "build"])
    finally:
        app.config["SETTINGS"] = before
    assert told.exit_code == 1
    said = sentence(Archive.of(settings_of_worker).folder)
    assert told.output == f"Error: Nothing was finished: {said}. See docs/open-data.md.\n"


def _make_runs_folder(folder: Path) -> None:
    """The runs' own folder is the worker's."""
    folder.parent.chmod(OPEN)
    folder.mkdir()
    _give(folder)
    folder.parent.chmod(OPEN if ROOT else CLOSED)
