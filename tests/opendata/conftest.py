import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from bench.lives import Lives
from portal.ledger import export
from portal.opendata.archive import Archive
from portal.opendata.runs import Runs
from tests.opendata import small_runs


@pytest.fixture
def folder(app: Flask) -> Iterator[Path]:
    """The folder of months and runs, empty: every test has a log of its own, and all share one instance."""
    found = Archive.of(app.config["SETTINGS"]).folder
    shutil.rmtree(found, ignore_errors=True)
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture
def lives() -> Lives:
    return Lives(seed=5, at_work=40)


@pytest.fixture
def runs(app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Where runs are kept; they are short ones."""
    monkeypatch.setattr(export, "RUN_ROWS", small_runs.RUN)
    return Runs.of(app.config["SETTINGS"])


@pytest.fixture
def two_runs(app: Flask, session: Session, runs: Runs, lives: Lives) -> bytes:
    """A log of two runs that are kept, and a bit; its rows."""
    small_runs.grow(app, session, lives, 2 * small_runs.RUN + 3)
    assert small_runs.keep(session, runs) == 2
    return b"".join(small_runs.lines(session))
