"""Signed papers as pages show them, and as whoever checks a file finds them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dossiers import reach, references
from portal.dossiers.life import Actor
from portal.dossiers.models import Attachment, Dossier, SignedPaper
from portal.dossiers.rows import AnyRow, AnySelect
from portal.dossiers.views import StoredFile
from portal.files.virus_scan import Scan

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a dossier. `signed_at` None: it waits, for what `waits_for` says (None: for its turn)."""

    id: int
    kind: str  # result, or the name of a form
    step: int
    attachment_id: int | None
    waits_for: str | None
    asked_at: datetime
    signed_at: datetime | None
    size: int | None
    demo: bool
    taken_back_at: datetime | None = None  # with the act that called for it: then it holds no more, or is never signed


@dataclass(frozen=True, slots=True)
class Known:
    """A signed paper as anybody may know it who has it, or its reference. `sealed`: the ledger shows nothing of it."""

    reference: str
    kind: str
    step: int
    unit_code: str
    signed_at: datetime
    demo: bool
    sealed: bool
    sha256: bytes
    size: int
    taken_back_at: datetime | None = None


def of_dossier(session: Session, dossier_id: int) -> tuple[Paper, ...]:
    """All of them, in the order of the acts that called for them."""
    paper = SignedPaper
    rows = session.execute(
        select(
            paper.id,
            paper.kind,
            paper.step,
            paper.attachment_id,
            paper.waits_for,
            paper.asked_at,
            paper.signed_at,
            paper.size,
            paper.demo,
            paper.taken_back_at,
        )
        .where(paper.dossier_id == dossier_id)
        .order_by(paper.step, paper.id)
    )
    return tuple(Paper(**row._mapping) for row in rows)


def file_of_person(session: Session, paper_id: int, *, person_id: int, at: datetime) -> StoredFile | None:
    """The signed file, if the dossier is open to this person."""
    return _stored(session, _files().where(SignedPaper.id == paper_id, reach.open_to(person_id, at=at)))


def signed_result(session: Session, attachment_id: int, *, person_id: int) -> StoredFile | None:
    """The signed paper of a result file of one of the person's own dossiers; None while it is not signed."""
    mine = (SignedPaper.attachment_id == attachment_id, reach.own(person_id))
    return _stored(session, _files().where(*mine))


def file_for_desk(
    session: Session, paper_id: int, *, unit_ids: Collection[int], by: Actor | None = None
) -> StoredFile | None:
    """The signed file, if its dossier is reached as `queries.for_desk` says."""
    return _stored(session, _files().where(SignedPaper.id == paper_id, reach.at_desks(unit_ids, by)))


def known_by_digests(session: Session, digests: Iterable[bytes]) -> Known | None:
    """The paper that has one of these SHA-256."""
    row = session.execute(_known().where(SignedPaper.sha256.in_(list(digests))).limit(1)).one_or_none()
    return None if row is None else Known(*row)


def known_by_reference(session: Session, reference: str) -> tuple[Known, ...]:
    """The signed papers of a dossier that the ledger shows; none of one that it does not."""
    wanted = references.tidy(reference)
    rows = session.execute(
        _known().where(Dossier.reference == wanted, Dossier.sealed.is_(False)).order_by(SignedPaper.id)
    )
    return tuple(Known(*row) for row in rows)


def _known() -> AnySelect:
    paper = SignedPaper
    return (
        select(
            Dossier.reference,
            paper.kind,
            paper.step,
            paper.unit_code,
            paper.signed_at,
            paper.demo,
            Dossier.sealed,
            paper.sha256,
            paper.size,
            paper.taken_back_at,
        )
        .join(Dossier, Dossier.id == paper.dossier_id)
        .where(paper.signed_at.is_not(None))
    )


def _files() -> AnySelect:
    return (
        select(
            SignedPaper.id,
            SignedPaper.dossier_id,
            Dossier.reference,
            SignedPaper.key,
            SignedPaper.kind,
            SignedPaper.step,
            SignedPaper.size,
            SignedPaper.sha256,
            Attachment.name,
        )
        .join(Dossier, Dossier.id == SignedPaper.dossier_id)
        .outerjoin(Attachment, Attachment.id == SignedPaper.attachment_id)
        .where(SignedPaper.signed_at.is_not(None))
    )


def _stored(session: Session, query: AnySelect) -> StoredFile | None:
    row: AnyRow | None = session.execute(query).one_or_none()
    if row is None:
        return None
    name = _signed_name(row.name) if row.kind == "result" else own_name(row.reference, row.kind, row.step)
    return StoredFile(
        row.id, row.dossier_id, row.reference, row.key, name, PDF, row.size, row.sha256, Scan.CLEAN, preview=False
    )


def own_name(reference: str, kind: str, n: int) -> str:
    """What the file of one of our papers is called."""
    return f"{reference}.pdf" if kind == "receipt" else f"{reference}-{kind}-{n}.pdf"


def _signed_name(name: str) -> str:
    stem = name[:-4] if name.lower().endswith(".pdf") else name
    return f"{stem}-da-ky.pdf"
