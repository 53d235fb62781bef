"""A database in which others keep things too, an owner who is no superuser, people who write meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from portal import clock
from portal.backups import making, restoring
from portal.backups.copying import walk
from portal.backups.faults import NotDone
from portal.extensions import db
from portal.people.queries import Person
from portal.pilot.postgres import EmbeddedPostgres
from portal.settings import Settings
from tests import filing
from tests.backups.places import Place, backed_up, contents, empty, told
from tests.ledger.stored import wait_until
from tests.publishing import publish_now

OWNER = "portal_owner"


def test_what_others_keep_in_the_database_stays_there_and_an_ordinary_owner_puts_the_portals_back(
    app: Flask, session: Session, here: Settings, person: Person, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    filing.file_dossier(session, person)
    publish_now(app)
    for others in ("schema others", "table others.row (a int)", "publication others for all tables"):
        session.execute(text(f"create {others}"))
    session.commit()
    backup = backed_up(here, tmp_path / "backups")
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        if not connection.execute("select from pg_roles where rolname = %s", [OWNER]).fetchone():
            connection.execute(f"create role {OWNER} login")
    place = empty(postgres, here, tmp_path / "elsewhere", owner=OWNER)
    assert "Put back: 1 dossiers" in told(place, "restore", str(backup))
    with psycopg.connect(place.database_url) as connection:
        left = "select (select count(*) from pg_publication), to_regnamespace('others') is null"
        assert connection.execute(left).fetchone() == (0, True)
    assert set(contents(place.database_url)) == set(contents(here.database_url))


def test_a_backup_waits_for_somebody_who_has_a_table_for_themselves(
    app: Flask, session: Session, here: Settings, person: Person, tmp_path: Path
) -> None:
    """Longer than the server lets a transaction idle."""
    session.execute(text("alter database portal_test set idle_in_transaction_session_timeout = '500ms'"))
    session.commit()
    idle = (
        "select count(*) from pg_stat_activity where datname = 'portal_test' and pid <> %s"
        " and state = 'idle in transaction' and state_change < clock_timestamp() - interval '1 s'"
    )
    db.engine.dispose()
    with ThreadPoolExecutor() as threads, psycopg.connect(here.database_url) as other:
        other.execute("set idle_in_transaction_session_timeout = 0")
        other.execute("lock table person")
        made = threads.submit(making.make, db.engine, here, tmp_path / "backups", at=clock.now())
        with psycopg.connect(here.database_url, autocommit=True) as looking:
            wait_until(lambda: looking.execute(idle, [other.info.backend_pid]).fetchone() == (2,))
        other.rollback()
        assert made.result(60).backup.is_dir()


def test_a_database_that_is_away_is_told(app: Flask, here: Settings, tmp_path: Path) -> None:
    nowhere = create_engine(db.engine.url.set(database="no_such"))
    with pytest.raises(NotDone, match="the database does not answer"):
        making.make(nowhere, here, tmp_path / "backups", at=clock.now())


def test_a_file_that_is_being_written_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "files" / "ab"
    folder.mkdir(parents=True)
    for name in ("whole", "whole#1", ".whole.new"):
        (folder / name).write_text(name)
    (folder / "link").symlink_to("whole")
    assert list(walk(tmp_path)) == ["files/ab/whole"]


def test_nothing_is_started_before_a_restore_that_was_broken_off_is_ended(
    app: Flask, here: Settings, place: Place, tmp_path: Path
) -> None:
    backup = backed_up(here, tmp_path / "backups")
    told(place, "restore", str(backup))
    mark = place.instance / restoring.MARK
    mark.write_text(backup.name)
    for command in (["db", "upgrade"], ["worker"]):
        assert f"the restore of {backup.name} was broken off" in told(place, *command, status=1)
    told(place, "restore", str(backup))
    told(place, "db", "upgrade")
