"""A person's own documents: files of dossiers they filed, given again instead of sent again.

What is chosen is copied, the sealed bytes as they are, under a key of its own: so each row's file lives and goes with
its row, and neither the sweep nor an erasure has to ask who else uses it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.dossiers import attachments, drafts, queries, reach
from portal.dossiers.models import Attachment, Dossier
from portal.dossiers.rows import is_key
from portal.dossiers.views import Page
from portal.dossiers.wishes import RESULT
from portal.errors import NotFound
from portal.files.virus_scan import OPENABLE
from portal.procedures.text import Text
from portal.transaction import current_session, unit_of_work

LIMIT = 20
LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class OwnFile:
    """One document, once however many dossiers it is in: as it was given last."""

    id: int
    name: str
    media_type: str
    size: int
    preview: bool
    added_at: datetime
    reference: str
    procedure: Text
    is_result: bool

    openable = True
    gone = False


def of_person(session: Session, *, person_id: int, after: str | None = None) -> Page[OwnFile]:
    """The newest first."""
    newest = select(func.max(Attachment.id)).join(Dossier, Dossier.id == Attachment.dossier_id)
    newest = newest.where(*_theirs(person_id)).group_by(Attachment.sha256)
    statement = (
        select(
            Attachment.id,
            Attachment.name,
            Attachment.media_type,
            Attachment.size,
            Attachment.preview,
            Attachment.added_at,
            Attachment.field,
            Dossier.reference,
            Dossier.procedure_vi,
            Dossier.procedure_en,
        )
        .join(Dossier, Dossier.id == Attachment.dossier_id)
        .where(Attachment.id.in_(newest.scalar_subquery()), *_theirs(person_id), *_before(after))
        .order_by(Attachment.id.desc())
        .limit(LIMIT + 1)
    )
    rows = session.execute(statement).all()
    found = tuple(
        OwnFile(
            id=row.id,
            name=row.name,
            media_type=row.media_type,
            size=row.size,
            preview=row.preview,
            added_at=row.added_at,
            reference=row.reference,
            procedure=Text(row.procedure_vi, row.procedure_en),
            is_result=row.field == RESULT,
        )
        for row in rows[:LIMIT]
    )
    return Page(found, str(found[-1].id) if len(rows) > LIMIT else None)


def has_any(session: Session, *, person_id: int) -> bool:
    mine = select(Attachment.id).join(Dossier, Dossier.id == Attachment.dossier_id).where(*_theirs(person_id))
    return session.scalar(mine.limit(1)) is not None


def give(*, token: UUID, person_id: int, field: str, file_ids: Collection[int], at: datetime) -> int:
    """Attach copies of these to a field of the draft, each in a transaction of its own; how many.

    NotFound where one is not a file of a dossier of this person's own (whom they represent keeps theirs); then
    Invalid as `drafts.attach`, with the ones before it attached.
    """
    found = [queries.own_file(current_session(), one, person_id=person_id) for one in file_ids]
    chosen = [file for file in found if file is not None]
    if len(chosen) != len(found):
        raise NotFound
    for file in chosen:
        with unit_of_work() as session:
            drafts.check_room(session, token=token, person_id=person_id, field=field, size=file.size)
        copied = attachments.copy(file)
        with unit_of_work() as session:
            drafts.attach(session, token=token, person_id=person_id, field=field, file=copied, at=at)
    return len(chosen)


def _theirs(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return reach.own(person_id), Attachment.scan.in_([state.value for state in OPENABLE])


def _before(after: str | None) -> tuple[ColumnElement[bool], ...]:
    if not after or not after.isascii() or not after.isdecimal() or len(after) > LONGEST_NUMBER:
        return ()
    return (Attachment.id < int(after),) if is_key(int(after)) else ()
