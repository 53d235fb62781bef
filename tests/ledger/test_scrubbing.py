"""The whole log verified every night, and what operators see of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from portal import clock, jobs
from portal.ledger import scrubbing
from portal.ledger.publisher import Publisher
from portal.settings import Settings
from tests.ledger.chains import Chain
from tests.ledger.stored import scalar, with_triggers_off

Run = Callable[..., Result]


@pytest.fixture
def own(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings: Settings = app.config["SETTINGS"]
    own = settings.model_copy(update={"instance": tmp_path / "instance"})
    monkeypatch.setitem(app.config, "SETTINGS", own)
    return own


@pytest.fixture
def run(app: Flask, own: Settings) -> Run:
    def invoke(*arguments: str, status: int = 0) -> Result:
        result = app.test_cli_runner().invoke(args=["ledger", *arguments])
        assert result.exit_code == status, result.output
        return result

    return invoke


@pytest.fixture
def log(session: Session, own: Settings) -> Settings:
    """A log of three entries."""
    Chain(session, at=clock.now()).receive().resolve()
    publisher = Publisher.of(own)
    publisher.publish_pending()
    publisher.close()
    return own


def scrub(session: Session, settings: Settings, at: datetime) -> scrubbing.Scrub:
    session.rollback()
    return scrubbing.scrub(session, settings, at=at, rest=session.rollback)


def test_a_sound_log_is_remembered_as_sound(session: Session, log: Settings, run: Run) -> None:
    at = datetime(2026, 1, 2, 18, 10, tzinfo=UTC)
    found = scrub(session, log, at)
    assert (found.sound, found.size, found.checkpoints) == (True, 3, 2)
    assert scrubbing.last(log) == found
    assert "48 hours old" in run("status", status=1).output
    run("scrub")
    assert run("status").output.endswith("Well.\n")


def test_a_finding_is_told_loudly_and_stays_in_view(
    session: Session, log: Settings, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    with_triggers_off(session, "update ledger_entry set entry = overlay(entry placing '2' from 60) where position = 1")
    assert not scrub(session, log, clock.now()).sound
    loud = [record for record in caplog.records if "ledger_not_sound" in str(record.msg)]
    assert [record.levelname for record in loud] == ["CRITICAL"]
    shown = run("status", status=1).output
    assert "scrub: root: size 3" in shown
    assert "NOT WELL" in shown
    run("scrub", status=1)


def test_a_file_of_another_log_is_a_finding(session: Session, log: Settings, run: Run) -> None:
    file = log.instance / "ledger" / "checkpoint"
    file.write_text("nonsense")
    assert scrub(session, log, clock.now()).findings[0].startswith("handed_out_unreadable")
    assert "handed_out_unreadable" in run("status", status=1).output


def test_what_waits_too_long_is_said(session: Session, log: Settings, run: Run) -> None:
    assert "Never scrubbed" in run("status").output
    Chain(session, at=clock.now() - timedelta(minutes=2), reference="H06.31.01-200615-0099")
    assert "waited for more than a minute" in run("status", status=1).output
    assert scalar(session, "select count(*) from ledger_outbox") == 1


def test_a_result_that_was_cut_off_is_none(log: Settings) -> None:
    for content in ("", "{", "[]", json.dumps({"at": "yesterday"}), "3"):
        scrubbing.path_of(log).write_text(content)
        assert scrubbing.last(log) is None


def test_it_runs_every_night_as_a_job(app: Flask, session: Session, log: Settings) -> None:
    (periodic,) = [
        task for key, task in jobs.tasks.periodic_registry.periodic_tasks.items() if key[0] == "ledger.scrub"
    ]
    assert periodic.cron == "10 18 * * *"
    shared = scrubbing._Installation.settings
    try:
        scrubbing.configure(log)
        jobs.tasks.tasks["ledger.scrub"](timestamp=0)
    finally:
        assert shared is not None
        scrubbing.configure(shared)
    found = scrubbing.last(log)
    assert found is not None
    assert (found.sound, found.size) == (True, 3)
