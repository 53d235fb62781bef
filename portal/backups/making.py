"""Making a backup while the portal works."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.backups import facts, schema_lock, sealed_dump, sums, thinning
from portal.backups.copying import Copies
from portal.backups.facts import Facts
from portal.backups.faults import NotDone
from portal.settings import Settings

SPELT = "%Y-%m-%dT%H%M%SZ"
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z")
_PATIENT = text(
    "select set_config(name, '0', true) from pg_settings"
    " where name in ('idle_in_transaction_session_timeout', 'transaction_timeout')"
)
"""A transaction that waits for the dump may wait as long as that takes."""
UNFINISHED, AWAY = ".unfinished", ".away"


@dataclass(frozen=True, slots=True)
class Made:
    backup: Path
    facts: Facts
    files: int
    linked: int  # of these, that the backup before had


def make(engine: Engine, settings: Settings, folder: Path, *, at: datetime) -> Made:
    """A new backup in the folder; the folder has it whole or not at all. Raises `NotDone`."""
    if folder.resolve().is_relative_to(settings.instance.resolve()):
        raise NotDone(f"{folder} is within the instance, and would be lost with it: choose a folder on another disk")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(folder):
            return _made(engine, settings, folder, at=at)
    except OSError as error:
        raise NotDone(f"{error.strerror}: {error.filename or folder}") from error
    except OperationalError as error:
        raise NotDone(f"the database does not answer: {error.orig}") from error


def made_in(folder: Path) -> dict[datetime, Path]:
    """The whole backups of the folder, by the instant they were made."""
    if not folder.is_dir():
        return {}
    names = [path for path in folder.iterdir() if NAME.fullmatch(path.name)]
    return {datetime.strptime(path.name, SPELT).replace(tzinfo=UTC): path for path in names}


def thin(folder: Path, *, at: datetime) -> int:
    """Remove the backups that need not stay; how many. Raises `NotDone`."""
    made = made_in(folder)
    gone = sorted(set(made) - thinning.staying(made, at=at))
    try:
        with _alone(folder):
            for one in gone:
                _remove(made[one])
    except OSError as error:
        raise NotDone(f"{error.strerror}: {error.filename or folder}") from error
    return len(gone)


def _made(engine: Engine, settings: Settings, folder: Path, *, at: datetime) -> Made:
    whole, draft = folder / f"{at.astimezone(UTC):{SPELT}}", folder / UNFINISHED
    if whole.exists():
        raise NotDone(f"{whole} was made this very second")
    for left in (draft, folder / AWAY):  # of work that was broken off
        shutil.rmtree(left, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        made = _filled(engine, settings, draft, before=_newest(folder, at=at), at=at)
        os.sync()
        draft.rename(whole)
        os.sync()
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Made(whole, made[0], len(made[1].digests), made[1].linked)


def _filled(
    engine: Engine, settings: Settings, draft: Path, *, before: Path | None, at: datetime
) -> tuple[Facts, Copies]:
    key = sums.box(settings)
    copies = Copies(settings.instance, draft, before=before, known=_known(before))
    copies.take()
    with _snapshot(engine) as (session, snapshot):
        copies.take()
        said = facts.of(session, origin=settings.ledger_origin, at=at)
        dumped = sealed_dump.write(
            settings.database_url, draft / sealed_dump.FILE, server=said.server, snapshot=snapshot, seal=key.seal
        )
    (draft / facts.FILE).write_bytes(said.render())
    own = {sealed_dump.FILE: dumped, facts.FILE: sha256(said.render()).hexdigest()}
    sums.write(draft, {**copies.digests, **own}, key=key)
    return said, copies


@contextmanager
def _snapshot(engine: Engine) -> Iterator[tuple[Session, str]]:
    """A session that sees the database as it is now, and the name by which another connection sees the same."""
    with Session(engine) as locking, _reading(engine) as connection, Session(bind=connection) as session:
        locking.execute(_PATIENT)
        if not schema_lock.may_begin(locking):
            raise NotDone("the schema is being changed: try again in a moment")
        session.execute(_PATIENT)  # what it sees is settled by this, and no change of the schema can end meanwhile
        yield session, str(session.scalar(text("select pg_export_snapshot()")))


def _reading(engine: Engine) -> Connection:
    return engine.connect().execution_options(isolation_level="REPEATABLE READ")


def _newest(folder: Path, *, at: datetime) -> Path | None:
    made = {one: path for one, path in made_in(folder).items() if one < at}
    return made[max(made)] if made else None


def _known(before: Path | None) -> dict[str, str]:
    """What the backup before lists; what cannot be read of it is copied anew."""
    if before is None:
        return {}
    try:
        return sums.parse((before / sums.FILE).read_bytes())
    except (OSError, ValueError):
        return {}


def _remove(backup: Path) -> None:
    """Out of sight first, so that one that is half removed is not taken for whole."""
    away = backup.with_name(AWAY)
    backup.rename(away)
    shutil.rmtree(away)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time in a folder; held by the kernel, so that one that is killed lets go of it."""
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise NotDone(f"another backup is being made in {folder}") from error
    finally:
        os.close(handle)
