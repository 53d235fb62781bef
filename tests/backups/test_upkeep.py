"""The worker's hourly backup, and who is told when there is none."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from portal import clock
from portal.backups import making, upkeep
from portal.extensions import db
from portal.jobs import tasks
from portal.settings import Settings
from tests import filing
from tests.signing_in import make_citizen


@pytest.fixture
def kept(app: Flask, tmp_path: Path) -> Iterator[Settings]:
    """The installation with a folder for backups."""
    settings: Settings = app.config["SETTINGS"]
    changed = settings.model_copy(update={"backups": tmp_path / "backups"})
    upkeep.install(changed)
    yield changed
    upkeep.install(settings)


def test_it_is_made_every_hour_and_operators_are_told_when_the_newest_is_old(
    app: Flask, kept: Settings, client: FlaskClient
) -> None:
    assert client.get("/readyz").get_json() == {"ready": True, "warning": "backups"}
    tasks.tasks["backups.make"](timestamp=0)
    assert kept.backups is not None
    (made,) = making.made_in(kept.backups)
    assert client.get("/readyz").get_json() == {"ready": True}
    assert not upkeep.late(at=made + upkeep.LATE)
    assert upkeep.late(at=made + upkeep.LATE + timedelta(seconds=1))


def test_one_made_while_the_clock_was_wrong_is_not_taken_for_the_newest(
    app: Flask, session: Session, kept: Settings
) -> None:
    now, folder = clock.now(), kept.backups
    assert folder is not None
    upkeep.run(kept, at=now + timedelta(days=3650))
    assert upkeep.late(at=now)
    filing.file_dossier(session, make_citizen(session))
    upkeep.run(kept, at=now)
    assert not upkeep.late(at=now)
    made = making.make(db.engine, kept, folder, at=now + timedelta(seconds=1))
    assert made.linked == made.files


def test_a_folder_that_cannot_be_looked_into_is_one_without_backups(app: Flask, kept: Settings) -> None:
    upkeep.install(kept.model_copy(update={"backups": Path("/", "x" * 300)}))
    assert upkeep.late(at=clock.now())


def test_those_that_need_not_stay_go_with_the_next_one(app: Flask, kept: Settings) -> None:
    now = clock.now()
    for days in (40, 35):
        upkeep.run(kept, at=now - timedelta(days=days))
    upkeep.run(kept, at=now)
    assert kept.backups is not None
    assert len(making.made_in(kept.backups)) == 1


def test_without_a_folder_nothing_is_made_and_nobody_is_told(app: Flask, client: FlaskClient) -> None:
    tasks.tasks["backups.make"](timestamp=0)
    assert client.get("/readyz").get_json() == {"ready": True}


def test_what_does_not_come_about_is_told_and_the_worker_goes_on(app: Flask, kept: Settings) -> None:
    assert kept.backups is not None
    kept.backups.parent.mkdir(exist_ok=True)
    kept.backups.write_text("a file where the folder should be")
    with capture_logs() as told:
        tasks.tasks["backups.make"](timestamp=0)
    (line,) = [one for one in told if one["event"] == "backup_not_made"]
    assert str(kept.backups) in line["reason"]


def test_the_worker_knows_the_hourly_job() -> None:
    assert ("35 * * * *", "backups.make") in {
        (one.cron, one.task.name) for one in tasks.periodic_registry.periodic_tasks.values()
    }
