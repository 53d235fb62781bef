"""A person's own documents: files of dossiers they filed and results they got, given again instead of sent again.

What is chosen is copied, the sealed bytes as they are, under a key of its own: so each row's file lives and goes with
its row, and neither the sweep nor an erasure has to ask who else uses it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from portal.dossiers import attachments, drafts, queries, reach, signed_papers
from portal.dossiers.life import Act
from portal.dossiers.models import Attachment, Dossier, SignedPaper, Step
from portal.dossiers.places import places
from portal.dossiers.rows import AnyRow, is_key
from portal.dossiers.signed_papers import Paper
from portal.dossiers.views import File, Page, Place, StoredFile
from portal.dossiers.wishes import RESULT
from portal.errors import NotFound
from portal.files.virus_scan import OPENABLE
from portal.procedures.text import Text
from portal.signatures.findings import Reading, from_json
from portal.transaction import current_session, unit_of_work

LIMIT = 20
LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Result:
    """What tells of a document that it is the result of a dossier: who decided, when, and the signed paper of it."""

    unit: Place
    decided_at: datetime
    paper: Paper | None  # None: nobody asked for one to be signed
    taken_back_at: datetime | None  # since then it is no result any more, and is not given again


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
    result: Result | None  # None: the person sent it
    signed: Reading | None  # the signatures it came with

    openable = True
    gone = False


def of_person(session: Session, *, person_id: int, after: str | None = None, to_give: bool = False) -> Page[OwnFile]:
    """The newest first, in two statements. A result that was given again is listed as the result alone.

    `to_give`: only what may be given again, so no result that was taken back.
    """
    newest = select(func.max(Attachment.id)).join(Dossier, Dossier.id == Attachment.dossier_id)
    newest = newest.where(*_listed(person_id)).group_by(Attachment.sha256)
    which = (Attachment.id.in_(newest.scalar_subquery()), *_listed(person_id), *_before(after))
    which += (_TAKEN_BACK.at.is_(None),) if to_give else ()
    rows = session.execute(_ROWS.where(*which).order_by(Attachment.id.desc()).limit(LIMIT + 1)).all()
    shown = rows[:LIMIT]
    names = places(session, [row.unit_code for row in shown])
    found = tuple(_own_file(row, names) for row in shown)
    return Page(found, str(found[-1].id) if len(rows) > LIMIT else None)


def _own_file(row: AnyRow, names: Mapping[str, Place]) -> OwnFile:
    return OwnFile(
        id=row.id,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        preview=row.preview,
        added_at=row.added_at,
        reference=row.reference,
        procedure=Text(row.procedure_vi, row.procedure_en),
        result=_result(row, names) if row.field == RESULT else None,
        signed=None if row.signatures is None else from_json(row.signatures),
    )


def _result(row: AnyRow, names: Mapping[str, Place]) -> Result:
    return Result(names[row.unit_code], row.at, _paper(row), row.taken_back_at)


def _paper(row: AnyRow) -> Paper | None:
    if row.paper_id is None:
        return None
    return Paper(
        id=row.paper_id,
        kind=RESULT,
        step=row.by_step,
        attachment_id=row.id,
        waits_for=row.waits_for,
        asked_at=row.asked_at,
        signed_at=row.signed_at,
        size=row.paper_size,
        demo=row.demo,
        taken_back_at=row.taken_back_at,
    )


def has_any(session: Session, *, person_id: int) -> bool:
    mine = select(Attachment.id).join(Dossier, Dossier.id == Attachment.dossier_id).where(*_theirs(person_id))
    return session.scalar(mine.limit(1)) is not None


def give(*, token: UUID, person_id: int, field: str, file_ids: Collection[int], at: datetime) -> int:
    """Attach copies of these to a field of the draft, each in a transaction of its own; how many.

    Of a result that is signed the signed paper is copied, with what its signatures are worth now. NotFound where one
    is not a file of a dossier of this person's own (whom they represent keeps theirs); then Invalid as
    `drafts.attach`, with the ones before it attached.
    """
    found = [_chosen(current_session(), one, person_id=person_id) for one in file_ids]
    chosen = [one for one in found if one is not None]
    if len(chosen) != len(found):
        raise NotFound
    for file, from_result, signed in chosen:
        with unit_of_work() as session:
            drafts.check_room(session, token=token, person_id=person_id, field=field, size=file.size)
        copied = attachments.copy_signed(file) if signed else attachments.copy(file)
        facts: dict[str, Any] = {"token": token, "person_id": person_id, "field": field, "at": at}
        with unit_of_work() as session:
            drafts.attach(session, file=copied, from_result=from_result, **facts)
    return len(chosen)


def _chosen(session: Session, file_id: int, *, person_id: int) -> tuple[StoredFile, str | None, bool] | None:
    """The file to copy, whose result it is, and whether it is our signed paper of it; none that was taken back."""
    original = queries.own_file(session, file_id, person_id=person_id)
    if original is None:
        return None
    row = session.execute(_CHOSEN.where(Attachment.id == original.id)).one()
    if row.taken_back_at is not None:
        return None
    if row.field != RESULT:
        return original, row.from_result, False
    signed = signed_papers.signed_result(session, original.id, person_id=person_id)
    return signed or original, original.reference, signed is not None


def taken_back(session: Session, files: Collection[File]) -> frozenset[int]:
    """Which of these are copies of a result that was taken back since: by number, in one statement or none."""
    copies = {file.id: file for file in files if file.from_result is not None}
    if not copies:
        return frozenset()
    rows = session.execute(
        select(Dossier.reference, Attachment.sha256, SignedPaper.sha256.label("signed"))
        .select_from(Attachment)
        .join(Dossier, Dossier.id == Attachment.dossier_id)
        .outerjoin(SignedPaper, SignedPaper.attachment_id == Attachment.id)
        .join(Step, _BROUGHT)
        .join(_TAKEN_BACK, _BY_ITS_STEP)
        .where(Dossier.reference.in_({file.from_result for file in copies.values()}), Attachment.field == RESULT)
    )
    gone = {(row.reference, digest) for row in rows for digest in (row.sha256, row.signed)}
    return frozenset(number for number, file in copies.items() if (file.from_result, file.sha256) in gone)


def _theirs(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return reach.own(person_id), Attachment.scan.in_([state.value for state in OPENABLE])


def _listed(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return (*_theirs(person_id), Attachment.from_result.is_(None))


def _before(after: str | None) -> tuple[ColumnElement[bool], ...]:
    if not after or not after.isascii() or not after.isdecimal() or len(after) > LONGEST_NUMBER:
        return ()
    return (Attachment.id < int(after),) if is_key(int(after)) else ()


_TAKEN_BACK = aliased(Step)
_BROUGHT = (Step.dossier_id == Attachment.dossier_id) & (Step.n == Attachment.by_step)
_BY_ITS_STEP = (
    (_TAKEN_BACK.dossier_id == Step.dossier_id)
    & (_TAKEN_BACK.entry == Step.entry + 1)
    & (_TAKEN_BACK.act == Act.CORRECTED.value)
)
_CHOSEN = (
    select(Attachment.field, Attachment.from_result, _TAKEN_BACK.at.label("taken_back_at"))
    .join(Step, _BROUGHT)
    .outerjoin(_TAKEN_BACK, _BY_ITS_STEP & (Attachment.field == RESULT))
)
_ROWS = (
    select(
        Attachment.id,
        Attachment.name,
        Attachment.media_type,
        Attachment.size,
        Attachment.preview,
        Attachment.added_at,
        Attachment.field,
        Attachment.by_step,
        Attachment.signatures,
        Dossier.reference,
        Dossier.procedure_vi,
        Dossier.procedure_en,
        Step.unit_code,
        Step.at,
        SignedPaper.id.label("paper_id"),
        SignedPaper.waits_for,
        SignedPaper.asked_at,
        SignedPaper.signed_at,
        SignedPaper.size.label("paper_size"),
        SignedPaper.demo,
        _TAKEN_BACK.at.label("taken_back_at"),
    )
    .join(Dossier, Dossier.id == Attachment.dossier_id)
    .join(Step, _BROUGHT)
    .outerjoin(_TAKEN_BACK, _BY_ITS_STEP & (Attachment.field == RESULT))
    .outerjoin(SignedPaper, SignedPaper.attachment_id == Attachment.id)
)
