"""Papers are signed after the commit of the act that calls for them, never inside it.

The act writes a row and a job (`ask`). The job makes the file outside any transaction, keeps it, and only then says so
in the row, if nobody else did meanwhile: run twice, it signs once for all that anybody can see. What cannot be signed
now waits with the reason in its row, and is tried again every five minutes.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from sqlalchemy import ScalarSelect, insert, literal, select, update
from sqlalchemy.orm import Session

from portal import clock, jobs, logs
from portal.dossiers import attachments, notices, paper_making, queries
from portal.dossiers.life import Act
from portal.dossiers.models import Attachment, Dossier, SignedPaper, Step
from portal.dossiers.paper_making import Made, Official, Order
from portal.dossiers.rows import AnyRow
from portal.dossiers.signed_papers import PDF
from portal.dossiers.views import Dossier as WholeDossier
from portal.files import file_places
from portal.files.virus_scan import OPENABLE, Scan
from portal.people import queries as people
from portal.signatures.refusals import CannotSign
from portal.signatures.roll import Roll
from portal.transaction import unit_of_work
from portal.units import queries as units

log = logs.logger(__name__)

JOB = "dossiers.sign_paper"
AT_ONCE = 200  # tried again in one run of the periodic job
GONE = (file_places.Corrupt, FileNotFoundError, InvalidTag)

Render = Callable[[WholeDossier, bool], bytes]


class _Installed:
    roll: Roll | None = None
    render: Render | None = None


def install(roll: Roll | None, *, render: Render) -> None:
    """Sign with this roll from now on in this process; `render` makes a receipt, told whether it is to say DEMO."""
    _Installed.roll, _Installed.render = roll, render


def ask(
    session: Session,
    *,
    dossier_id: int,
    unit_code: str,
    act: Act,
    n: int,
    officer_id: int | None,
    at: datetime,
    approved: bool = False,
) -> None:
    """Have the papers of this act signed once it is committed; nothing where there is nobody who signs.

    `approved`: a leader agreed to the decision before `officer_id` recorded it, and is who signs it.
    """
    if _Installed.roll is None or act not in (Act.RECEIVED, Act.RESOLVED):
        return
    values = {"dossier_id": dossier_id, "step": n, "unit_code": unit_code, "asked_at": at}
    if act is Act.RECEIVED:
        made = insert(SignedPaper).values(**values, kind="receipt")
    else:
        results = select(
            literal(dossier_id),
            literal(n),
            literal(unit_code),
            literal(at),
            literal("result"),
            Attachment.id,
            _approver(dossier_id) if approved else literal(officer_id),
        ).where(Attachment.dossier_id == dossier_id, Attachment.by_step == n, Attachment.media_type == PDF)
        made = insert(SignedPaper).from_select([*values, "kind", "attachment_id", "officer_id"], results)
    for paper_id in session.scalars(made.returning(SignedPaper.id)).all():
        jobs.enqueue(session, JOB, paper_id=paper_id)


def _approver(dossier_id: int) -> ScalarSelect[int | None]:
    approvals = select(Step.officer_id).where(Step.dossier_id == dossier_id, Step.act == Act.APPROVED.value)
    return approvals.order_by(Step.n.desc()).limit(1).scalar_subquery()


def sign(paper_id: int, *, at: datetime) -> bool:
    """Make this paper, if it waits; whether it is signed now."""
    roll = _Installed.roll
    with unit_of_work() as session:
        row = session.execute(_WAITING.where(SignedPaper.id == paper_id)).one_or_none()
        order = None if row is None else _order(session, row)
    if row is None or order is None or roll is None:
        return False
    try:
        made = paper_making.make(order, roll, at=at)
    except CannotSign as refusal:
        log.warning("paper_not_signed", paper=paper_id, reason=refusal.reason)
        with unit_of_work() as session:
            _mark(session, paper_id, waits_for=refusal.reason, tried_at=at)
        return False
    return _keep(paper_id, made, at=at)


def _keep(paper_id: int, made: Made, *, at: datetime) -> bool:
    key = attachments.new_key()
    attachments.installed().clean.put(key, made.data)
    digest = sha256(made.data).digest()
    with unit_of_work() as session:
        facts = {"key": key, "size": len(made.data), "sha256": digest, "demo": made.demo}
        mine = _mark(session, paper_id, waits_for=None, tried_at=at, signed_at=at, **facts)
    if not mine:
        attachments.installed().clean.remove([key])
    return mine


def _mark(session: Session, paper_id: int, **values: object) -> bool:
    """Whether it still waited."""
    changed = update(SignedPaper).where(SignedPaper.id == paper_id, SignedPaper.signed_at.is_(None))
    return session.scalar(changed.values(**values).returning(SignedPaper.id)) is not None


def _order(session: Session, row: AnyRow) -> Order | None:
    dossier = queries.for_archive(session, row.reference)
    if dossier is None or dossier.applicant is None:
        return None
    unit = units.by_agency_code(session, row.unit_code)
    return Order(
        kind=row.kind,
        unit_code=row.unit_code,
        agency=unit.authority_in("vi") if unit else row.unit_code,
        address=notices.address(f"/verify?reference={row.reference}"),
        official=_official(session, row.officer_id) if row.kind == "result" else None,
        source=partial(_rendered, dossier) if row.kind == "receipt" else partial(_original, row),
    )


def _official(session: Session, officer_id: int | None) -> Official:
    """Nobody's subject is empty, so an officer who is gone has no certificate."""
    officer = None if officer_id is None else people.officer(session, officer_id)
    subject = None if officer is None else people.officer_subject(session, officer.id)
    return Official(subject or "", officer.name if officer else "", officer.title if officer else "")


def _rendered(dossier: WholeDossier, demo: bool) -> bytes:
    if _Installed.render is None:
        raise RuntimeError("paper_signing.install() was not called")
    return _Installed.render(dossier, demo)


def _original(row: AnyRow, _demo: bool) -> bytes:
    if Scan(row.scan) not in OPENABLE:
        raise CannotSign("original_waits")
    pieces = attachments.installed().clean.read(row.original)
    try:
        return b"".join(file_places.whole(pieces, key=row.original, expected=row.original_sha256))
    except GONE as error:
        raise CannotSign("original_gone") from error


def sign_waiting(*, at: datetime) -> int:
    """Try all that wait, those that were tried longest ago first; how many are signed now."""
    if _Installed.roll is None:
        return 0
    with unit_of_work() as session:
        waiting = select(SignedPaper.id).where(SignedPaper.signed_at.is_(None))
        oldest = waiting.order_by(SignedPaper.tried_at.nulls_first(), SignedPaper.id).limit(AT_ONCE)
        ids = session.scalars(oldest.with_for_update(skip_locked=True)).all()
        # Said before it is tried: one that breaks the run goes to the end of the queue.
        session.execute(update(SignedPaper).where(SignedPaper.id.in_(ids)).values(tried_at=at))
    return sum(sign(paper_id, at=at) for paper_id in ids)


@jobs.task(JOB)
def sign_paper(paper_id: int) -> None:
    """The job of one paper."""
    sign(paper_id, at=clock.now())


@jobs.tasks.periodic(cron="*/5 * * * *")
@jobs.task("dossiers.sign_waiting", queueing_lock="dossiers.sign_waiting")
def try_again(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    sign_waiting(at=clock.now())


_WAITING = (
    select(
        SignedPaper.id,
        SignedPaper.kind,
        SignedPaper.unit_code,
        SignedPaper.officer_id,
        Dossier.reference,
        Attachment.key.label("original"),
        Attachment.sha256.label("original_sha256"),
        Attachment.scan,
    )
    .join(Dossier, Dossier.id == SignedPaper.dossier_id)
    .outerjoin(Attachment, Attachment.id == SignedPaper.attachment_id)
    .where(SignedPaper.signed_at.is_(None))
)
