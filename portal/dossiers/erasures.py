"""Who was erased, remembered outside the database, so that a backup that is put back does not bring them to life.

    instance/erasures    a line an erasure: the instant, and the references of the dossiers that were theirs

A reference names nobody once its person is erased. The file is added to before the erasure is committed and never made
shorter; it is kept as the log's last checkpoint is, apart from the database and its backups too.
"""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dossiers import attachments, erasure
from portal.dossiers.models import Dossier
from portal.errors import NotFound, Refused
from portal.people import queries as people
from portal.settings import Settings
from portal.transaction import unit_of_work

FILE = "erasures"


@dataclass(frozen=True, slots=True)
class Again:
    """`open`: references whose person could not be erased, because a dossier of theirs is not at its end."""

    erased: int
    open: tuple[str, ...]


def remember(settings: Settings, references: Collection[str], *, at: datetime) -> None:
    """Have it on the disk before this returns."""
    _add(settings.instance / FILE, [f"{at.isoformat(timespec='seconds')} {' '.join(sorted(references))}"])


def join(settings: Settings, other: Path) -> None:
    """Add the lines of another copy of this file, where there is one."""
    path = settings.instance / FILE
    known = _lines(path)
    _add(path, [line for line in _lines(other) if line not in known])


def again(session: Session, settings: Settings, *, at: datetime) -> Again:
    """Erase everybody of the file who is here with a name."""
    erased, still = 0, []
    for line in _lines(settings.instance / FILE):
        for reference in _named(session, line.split()[1:]):
            try:
                with unit_of_work(session):
                    gone = erasure.erase_person(session, reference=reference, at=at)
            except NotFound:
                continue
            except Refused:
                still.append(reference)
                continue
            attachments.destroy(gone.files)
            attachments.destroy_pieces(gone.pieces)
            erased += 1
    return Again(erased, tuple(still))


def _named(session: Session, references: list[str]) -> Iterator[str]:
    """Those whose person still has a name, asked one after the other: the first may have taken the rest along."""
    for reference in references:
        person_id = session.scalar(select(Dossier.person_id).where(Dossier.reference == reference))
        person = people.person(session, person_id) if person_id is not None else None
        session.rollback()
        if person is not None and person.name:
            yield reference


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    except FileNotFoundError:
        return []


def _add(path: Path, lines: Collection[str]) -> None:
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, "".join(f"{line}\n" for line in lines).encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)
