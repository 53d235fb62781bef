"""Who was erased, remembered outside the database, so that a backup that is put back does not bring them to life.

    instance/erasures    a line an erasure: the instant, and the numbers of the rows of `person` that it emptied

Such a number names nobody once its person is erased, and nobody who came after that instant: after a restore numbers
are given anew. The file is added to before the erasure is committed and never made shorter; it is kept as the log's
last checkpoint is, apart from the database and its backups too.
"""

import fcntl
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy.orm import Session

from portal.dossiers import attachments, erasure
from portal.errors import Refused
from portal.people import queries as people
from portal.settings import Settings
from portal.transaction import unit_of_work

FILE = "erasures"


@dataclass(frozen=True, slots=True)
class Again:
    """`open`: references whose person could not be erased, because a dossier of theirs is not at its end."""

    erased: int
    open: tuple[str, ...]


def remember(settings: Settings, person_ids: Collection[int], *, at: datetime) -> None:
    """Have it on the disk before this returns."""
    _add(settings.instance / FILE, [" ".join([at.isoformat(), *map(str, sorted(person_ids))])])


def join(settings: Settings, other: Path) -> None:
    """Add the lines of another copy of this file, where there is one."""
    path = settings.instance / FILE
    known = _lines(path)
    _add(path, [line for line in _lines(other) if line not in known])


def again(session: Session, settings: Settings, *, at: datetime) -> Again:
    """Erase everybody of the file who is here with a name. The log's lists must have all that is signed."""
    erased: int = 0
    still: set[str] = set()
    for line in _lines(settings.instance / FILE):
        instant, *numbers = line.split()
        for person_id in map(int, numbers):
            if not _named(session, person_id, since=datetime.fromisoformat(instant)):
                continue  # or the one before took them along
            try:
                with unit_of_work(session):
                    gone = erasure.erase_known(session, person_id, at=at)
            except Refused as refused:
                if refused.code != "open_dossiers":
                    raise
                still.update(cast(list[str], refused.facts["references"]))
                continue
            attachments.destroy(gone.files)
            attachments.destroy_pieces(gone.pieces)
            erased += 1
    return Again(erased, tuple(sorted(still)))


def _named(session: Session, person_id: int, *, since: datetime) -> bool:
    found = people.named(session, [person_id], since=since)
    session.rollback()
    return bool(found)


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    except FileNotFoundError:
        return []


def _add(path: Path, lines: Collection[str]) -> None:
    """The file is replaced whole, so that no number in it is ever half written, here or in a backup's copy."""
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        draft = path.with_name(f".{path.name}.new")
        draft.touch(mode=0o600)
        with draft.open("w", encoding="ascii") as file:
            file.writelines(f"{line}\n" for line in [*_lines(path), *lines])
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
