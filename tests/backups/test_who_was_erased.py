"""Who was erased after a backup was made is erased again when it is put back, and nobody else is."""

from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg.errors import CheckViolation
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import erasures
from portal.people.queries import Officer, Person
from portal.settings import Settings
from tests import filing
from tests.backups.places import Place, backed_up, declined, files, told
from tests.ledger.test_lists_behind import broken
from tests.publishing import publish_now
from tests.signing_in import make_citizen


def line(person: Person, *, at: datetime | None = None) -> str:
    return f"{(at or clock.now()).isoformat()} {person.id}\n"


def names(place: Place) -> int:
    """How many people are known by a name there."""
    with psycopg.connect(place.database_url) as connection:
        (found,) = connection.execute("select count(*) from person where email is not null").fetchone() or (0,)
    return int(found)


def test_who_was_erased_after_the_backup_stays_erased(
    app: Flask, session: Session, here: Settings, person: Person, receiver: Officer, place: Place, tmp_path: Path
) -> None:
    reference = declined(session, person, receiver)
    other = declined(session, make_citizen(session, name="Võ Thị Ở Lại"), receiver)
    publish_now(app)
    backup = backed_up(here, tmp_path / "backups")
    erased = app.test_cli_runner().invoke(args=["dossiers", "erase-person", reference, "--yes"])
    assert erased.exit_code == 0, erased.output
    remembered = (here.instance / erasures.FILE).read_text()
    assert remembered.split()[1:] == [str(person.id)]
    place.instance.joinpath(erasures.FILE).write_text(remembered)
    assert "People erased again: 1." in told(place, "restore", str(backup))
    with psycopg.connect(place.database_url) as connection:
        gone = connection.execute("select reference, applicant is null from dossier order by id").fetchall()
        notes = connection.execute("select count(*) from step where note is not null").fetchone()
    assert gone == [(reference, True), (other, False)]
    assert notes == (1,)
    assert files(place.instance / "files").keys() < files(Path(backup, "instance/files")).keys()


def test_who_was_erased_but_has_a_dossier_open_in_the_backup_is_told(
    app: Flask, session: Session, here: Settings, person: Person, receiver: Officer, place: Place, tmp_path: Path
) -> None:
    reference = filing.file_dossier(session, person)
    publish_now(app)
    backup = backed_up(here, tmp_path / "backups")
    place.instance.joinpath(erasures.FILE).write_text(line(person))
    assert f"The person of {reference} was erased later" in told(place, "restore", str(backup), status=1)


def test_who_had_only_a_draft_in_the_backup_stays_erased(
    app: Flask, session: Session, here: Settings, person: Person, receiver: Officer, place: Place, tmp_path: Path
) -> None:
    make_citizen(session, name="Võ Thị Ở Lại")
    filing.draft(session, person)
    publish_now(app)
    backup = backed_up(here, tmp_path / "backups")
    reference = declined(session, person, receiver)
    publish_now(app)
    app.test_cli_runner().invoke(args=["dossiers", "erase-person", reference, "--yes"])
    (place.instance / erasures.FILE).write_text((here.instance / erasures.FILE).read_text())
    assert "People erased again: 1." in told(place, "restore", str(backup))
    assert names(place) == 1
    with psycopg.connect(place.database_url) as connection:
        assert connection.execute("select count(*) from draft").fetchone() == (0,)


def test_who_was_given_the_number_of_somebody_erased_before_is_not_erased(
    app: Flask, session: Session, here: Settings, person: Person, place: Place, tmp_path: Path
) -> None:
    backup = backed_up(here, tmp_path / "backups")
    (place.instance / erasures.FILE).write_text(line(person, at=clock.now() - timedelta(hours=1)))
    assert "People erased again: 0." in told(place, "restore", str(backup))
    assert names(place) == 1


def test_who_was_erased_stays_so_though_the_backup_was_made_before_the_lists_had_the_newest_entries(
    app: Flask, session: Session, here: Settings, person: Person, receiver: Officer, place: Place, tmp_path: Path
) -> None:
    with broken(session, "ledger_dossier"):
        declined(session, person, receiver)
        with pytest.raises(CheckViolation):
            publish_now(app)
    backup = backed_up(here, tmp_path / "backups")
    (place.instance / erasures.FILE).write_text(line(person))
    assert "People erased again: 1." in told(place, "restore", str(backup))
    assert names(place) == 0
