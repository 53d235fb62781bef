"""Long downloads: flat memory, no connection held for a slow reader, the nightly job."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal.ledger import export
from portal.opendata import selection, upkeep
from portal.opendata.selection import Entries
from tests.opendata import logs

MANY = 20_000
FILL = r"""
insert into ledger_entry (position, entry)
select position, convert_to(replace(convert_from(first.entry, 'UTF8'), '"n"\:0', '"n"\:' || position), 'UTF8')
  from generate_series(6, :last) as position, (select entry from ledger_entry where position = 0) as first
"""


@pytest.fixture
def long_log(app: Flask, session: Session, folder: Path) -> int:
    """Positions up to `MANY`, most of them copies that no checkpoint covers; its size."""
    logs.june(app, session)
    session.execute(text(FILL), {"last": MANY - 1})
    session.commit()
    return MANY


def test_memory_does_not_grow_with_the_log(session: Session, long_log: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "RUN_ROWS", 512)
    bind = session.get_bind()
    for form in ("csv", "jsonl"):
        tracemalloc.start()
        length = sum(len(block) for block in selection.stream(bind, Entries(0, long_log), form))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert length > 4_000_000
        assert peak < 1_500_000, f"{form} took {peak} bytes for {length}"


def test_no_connection_is_held_while_somebody_reads_slowly(
    session: Session, long_log: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "RUN_ROWS", 512)
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    session.rollback()
    held = engine.pool.checkedout()  # type: ignore[attr-defined]
    blocks = selection.stream(engine, Entries(0, long_log), "csv")
    for _block in range(5):
        assert next(blocks)
        assert engine.pool.checkedout() == held  # type: ignore[attr-defined]
    blocks.close()  # type: ignore[attr-defined]


def test_who_stops_reading_leaves_nothing_behind(
    app: Flask, client: FlaskClient, session: Session, folder: Path
) -> None:
    logs.june(app, session)
    for _time in range(12):
        answer = client.get("/open-data/ledger.csv", buffered=False)
        next(iter(answer.response))
        answer.close()
    assert client.get("/open-data/dossiers.parquet").status_code == 200


def test_the_nightly_job_finishes_what_is_over(app: Flask, client: FlaskClient, session: Session, folder: Path) -> None:
    logs.june(app, session)
    build: Any = upkeep.build
    build(timestamp=0)
    session.rollback()
    assert client.get("/open-data/ledger-2020-06.sums").status_code == 200
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.name != "coverage.json"}
    build(timestamp=1)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.name != "coverage.json"} == before
