"""A backup, and an installation elsewhere that it is put back into by the commands an operator types."""

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.backups import facts, making, schema_lock, sealed_dump, sums
from portal.backups.faults import NotDone
from portal.extensions import db
from portal.files.file_places import SEALED_PIECE
from portal.ledger import handed_out
from portal.people.queries import Officer, Person
from portal.settings import Settings
from tests import filing
from tests.backups.places import NAME, REASON, Place, backed_up, contents, declined, files, told
from tests.ledger.stored import wait_until
from tests.publishing import publish_now

SETTLED = {"sign_in_session", "letter", "procrastinate_jobs", "procrastinate_events", "ledger_head"}


def test_everything_is_there_again_and_the_log_goes_on_once_it_is_told_how_far_it_was(
    app: Flask, session: Session, here: Settings, person: Person, receiver: Officer, place: Place, tmp_path: Path
) -> None:
    declined(session, person, receiver)
    filing.draft(session, person)
    signed_in = session.scalar(text("select count(*) from sign_in_session"))
    publish_now(app)
    backup, before = backed_up(here, tmp_path / "backups"), contents(here.database_url)
    said = told(place, "restore", str(backup))
    after = contents(place.database_url)
    assert {name for name in before if before[name] != after[name]} <= SETTLED
    assert files(here.files) == files(place.instance / "files")
    assert "Put back: 1 dossiers" in said and f"Sign-ins ended: {signed_in}." in said and "ledger remember" in said
    with psycopg.connect(place.database_url) as connection:
        assert connection.execute("select count(*) from sign_in_session where ended_at is null").fetchone() == (0,)
        unsure = "select count(*), count(*) filter (where attempts = failures + 1) from letter where sent_at is null"
        waiting = connection.execute(unsure).fetchone()
    assert waiting is not None and waiting[0] == waiting[1] > 0
    assert "handed out is gone" in told(place, "ledger", "publish", status=1)
    told(place, "ledger", "remember", str(handed_out.path_of(here)))
    assert "sound" in told(place, "ledger", "verify")
    told(place, "ledger", "publish")


def test_what_came_after_the_backup_is_missed_and_nothing_is_signed(
    app: Flask, session: Session, here: Settings, person: Person, place: Place, tmp_path: Path
) -> None:
    filing.file_dossier(session, person)
    publish_now(app)
    backup = backed_up(here, tmp_path / "backups")
    filing.file_dossier(session, person)
    publish_now(app)
    (place.instance / "ledger").mkdir()
    shutil.copy(handed_out.path_of(here), handed_out.path_of(here.model_copy(update={"instance": place.instance})))
    assert "The log had 2 entries" in told(place, "restore", str(backup), status=1)
    assert "a checkpoint of 2 entries was handed out, and the database holds 1" in told(
        place, "ledger", "publish", status=1
    )


def test_nothing_of_anybody_can_be_read_in_a_backup_and_no_key_is_in_it(
    app: Flask, session: Session, here: Settings, person: Person, receiver: Officer, tmp_path: Path
) -> None:
    declined(session, person, receiver)
    backup = backed_up(here, tmp_path / "backups")
    found = files(backup)
    with (backup / sealed_dump.FILE).open("rb") as sealed:
        assert sums.box(here).unseal(sealed.read(SEALED_PIECE)).startswith(b"PGDMP")
    keys = [path.read_bytes() for path in here.keys.iterdir()]
    assert keys
    for name, body in found.items():
        assert not name.startswith("instance/keys")
        assert not any(word.encode() in body for word in (NAME, REASON, "CREATE TABLE", "PGDMP"))
        assert not any(key in body for key in keys)
    assert (backup.stat().st_mode & 0o077, backup.parent.stat().st_mode & 0o077) == (0, 0)


def test_a_second_backup_shares_the_files_of_the_first_and_each_is_whole_alone(
    app: Flask, session: Session, here: Settings, person: Person, place: Place, tmp_path: Path
) -> None:
    filing.file_dossier(session, person)
    first = making.make(db.engine, here, tmp_path / "backups", at=clock.now())
    filing.file_dossier(session, person)
    second = making.make(db.engine, here, tmp_path / "backups", at=clock.now() + timedelta(seconds=1))
    assert (first.linked, second.linked) == (0, first.files)
    assert second.files > first.files
    shared = list(files(first.backup / "instance"))
    assert all(Path(one.backup, "instance", path).stat().st_nlink == 2 for one in (first, second) for path in shared)
    shutil.rmtree(first.backup)
    assert "Sound" in told(place, "restore", "--check", str(second.backup))


def test_a_backup_that_was_changed_or_is_of_other_keys_is_not_put_back(
    app: Flask, session: Session, here: Settings, person: Person, place: Place, tmp_path: Path
) -> None:
    filing.file_dossier(session, person)
    backup = backed_up(here, tmp_path / "backups")
    dumped = backup / "database.sealed"
    whole = dumped.read_bytes()
    dumped.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "database.sealed is missing or was changed" in told(place, "restore", str(backup), status=1)
    dumped.write_bytes(whole)
    (place.instance / "keys/installation.key").write_bytes(bytes(32))
    assert "the keys of this installation do not open" in told(place, "restore", str(backup), status=1)
    assert contents(place.database_url) == {}
    assert not (place.instance / "files").exists() or files(place.instance / "files") == {}


def test_a_backup_is_never_put_over_anything(
    app: Flask, session: Session, here: Settings, person: Person, tmp_path: Path
) -> None:
    filing.file_dossier(session, person)
    backup, before = backed_up(here, tmp_path / "backups"), contents(here.database_url)
    done = app.test_cli_runner().invoke(args=["restore", str(backup)])
    assert (done.exit_code, "the database is not empty" in done.output) == (1, True), done.output
    assert contents(here.database_url) == before


def test_a_restore_that_was_broken_off_after_the_database_is_ended_by_typing_it_again(
    app: Flask, session: Session, here: Settings, person: Person, place: Place, tmp_path: Path
) -> None:
    filing.file_dossier(session, person)
    publish_now(app)
    backup = backed_up(here, tmp_path / "backups")
    told(place, "restore", str(backup))
    with psycopg.connect(place.database_url) as connection:
        connection.execute("update sign_in_session set ended_at = null")
    (place.instance / "restore-unfinished").write_text(backup.name)
    assert "Sign-ins ended: 1" in told(place, "restore", str(backup))
    assert "the database is not empty" in told(place, "restore", str(backup), status=1)


def test_a_file_that_the_disk_lost_is_told(
    app: Flask, session: Session, here: Settings, person: Person, place: Place, tmp_path: Path
) -> None:
    filing.file_dossier(session, person)
    publish_now(app)
    key = session.scalar(text("select key from attachment limit 1"))
    session.rollback()
    (here.files / str(key)).unlink()
    backup = backed_up(here, tmp_path / "backups")
    assert f"files without their bytes: 1, such as {key}" in told(place, "restore", str(backup), status=1)


def test_a_backup_of_a_newer_version_is_not_put_back(
    app: Flask, session: Session, here: Settings, place: Place, tmp_path: Path
) -> None:
    backup = backed_up(here, tmp_path / "backups")
    said = json.loads((backup / facts.FILE).read_text())
    (backup / facts.FILE).write_text(json.dumps({**said, "schema": "9999_later"}))
    key = sums.box(here)
    digests = sums.read(backup, key=key)
    sums.write(backup, {**digests, facts.FILE: str(sums.digest_of(backup / facts.FILE))}, key=key)
    assert "a newer version of the portal (9999_later)" in told(place, "restore", str(backup), status=1)


def test_a_folder_within_the_instance_is_refused(app: Flask, here: Settings) -> None:
    with pytest.raises(NotDone, match="lost with it"):
        making.make(db.engine, here, here.instance / "backups", at=clock.now())


def test_what_does_not_come_about_leaves_nothing_behind(
    app: Flask, session: Session, here: Settings, tmp_path: Path
) -> None:
    nowhere = here.model_copy(update={"database_url": here.database_url.replace("portal_test", "no_such")})
    with pytest.raises(NotDone, match="pg_dump ended with 1"):
        making.make(db.engine, nowhere, tmp_path / "backups", at=clock.now())
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".lock"]


def test_what_a_killed_one_left_goes_with_the_next(app: Flask, here: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for left in (making.UNFINISHED, making.AWAY):
        (folder / left / "instance").mkdir(parents=True)
    backup = backed_up(here, folder)
    assert {path.name for path in folder.iterdir()} == {".lock", backup.name}


def test_a_backup_and_a_change_of_the_schema_wait_for_each_other(app: Flask, here: Settings, tmp_path: Path) -> None:
    with db.engine.begin() as changing:
        schema_lock.wait_for_backups(changing)
        with pytest.raises(NotDone, match="the schema is being changed"):
            backed_up(here, tmp_path / "backups")
    with Session(db.engine) as reading, ThreadPoolExecutor() as threads:
        assert schema_lock.may_begin(reading)
        changed = threads.submit(app.test_cli_runner().invoke, args=["db", "upgrade"])
        waiting = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
        wait_until(lambda: reading.scalar(waiting) == 1)
        assert not changed.done()
        reading.rollback()
        assert "Schema up to date" in changed.result(60).output


def test_the_command_says_what_was_made_and_removes_what_need_not_stay(
    app: Flask, session: Session, here: Settings, person: Person, tmp_path: Path
) -> None:
    filing.file_dossier(session, person)
    folder = tmp_path / "backups"
    for days in (50, 40):
        making.make(db.engine, here, folder, at=clock.now() - timedelta(days=days))
    done = app.test_cli_runner().invoke(args=["backup", str(folder), "--thin"])
    assert done.exit_code == 0, done.output
    assert re.search(r"Made: .*Z: 1 dossiers, .*\nRemoved: 2 older ones\.\nThe keys in .* are not in it", done.output)
    assert len(making.made_in(folder)) == 1
