"""Logs of a few short runs, for the tests of what is kept of them."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bench.lives import Lives
from portal.ledger import export, log
from portal.opendata import entry_rows, keeping, runs, selection
from portal.opendata.columns import LEDGER
from portal.opendata.runs import Runs
from tests.ledger.stored import stored_entries
from tests.publishing import publish_now

RUN = 256
"""The shortest there can be: one tile."""

MARKED = b"7,from the file\r\n"


def grow(app: Flask, session: Session, lives: Lives, size: int) -> None:
    lives.append(session, size - log.size(session))
    publish_now(app)
    session.rollback()


def keep(session: Session, kept: Runs, *, thoroughly: bool = False) -> int:
    """What the worker's jobs do."""
    try:
        return keeping.keep_runs(session, kept, thoroughly=thoroughly)
    finally:
        session.rollback()


def lines(session: Session) -> list[bytes]:
    """The rows of the whole log, each made by itself."""
    found = [entry_rows.csv_row(str(position).encode(), data) for position, data in enumerate(stored_entries(session))]
    session.rollback()
    return found


def downloaded(client: FlaskClient, query: str = "") -> bytes:
    """The rows, without the header."""
    answer = client.get(f"/open-data/ledger.csv{query}")
    assert answer.status_code == 200
    data: bytes = answer.data
    return data.removeprefix(selection.header(LEDGER))


def mark(session: Session, kept: Runs, low: int) -> None:
    """Put a sound file with rows of its own in the place of a run, so that one sees where rows came from."""
    root = export.run_root(session, low)
    session.rollback()
    assert root is not None
    kept.path(low).write_bytes(runs._head(runs._about_of(low, root), MARKED) + MARKED)
