"""Papers are signed after the commit of the act that calls for them, never inside it.

The act writes a row and a job (`ask`). The job makes the file outside any transaction, keeps it, and only then says so
in the row, if nobody else did meanwhile: run twice, it signs once for all that anybody can see. What cannot be signed
now waits with the reason in its row, and is tried again every five minutes.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, Insert, ScalarSelect, case, insert, literal, select, update
from sqlalchemy.orm import Session

from portal import clock, jobs, logs
from portal.dossiers import attachments, called_for, notices, paper_making, queries
from portal.dossiers.life import Act, Outcome
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

Render = Callable[[WholeDossier, str, int, bool], bytes]


class _Installed:
    roll: Roll | None = None
    render: Render | None = None


def install(roll: Roll | None, *, render: Render) -> None:
    """Sign with this roll from now on in this process; `render` makes a paper of the portal's own.

    It is told which form, about which step, and whether it is to say DEMO.
    """
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
    outcome: Outcome | None = None,
    approved: bool = False,
) -> None:
    """Have the papers of this act signed once it is committed; nothing where there is nobody who signs.

    `approved`: a leader agreed to a decision before `officer_id` recorded one, and is who signs it if it is that one.
    """
    form = called_for.paper_of(act, outcome)
    if _Installed.roll is None or (form is None and act is not Act.RESOLVED):
        return
    signs: ColumnElement[int | None] = literal(officer_id)
    if approved and act is Act.RESOLVED and outcome is not None:
        proposed = _latest(Step.outcome, dossier_id, Act.PROPOSED)
        signs = case((proposed == outcome.value, _latest(Step.officer_id, dossier_id, Act.APPROVED)), else_=signs)
    values = {"dossier_id": dossier_id, "step": n, "unit_code": unit_code, "asked_at": at}
    asked: list[int] = []
    if form is not None:
        own = insert(SignedPaper).values(**values, kind=form, officer_id=None if form == "receipt" else signs)
        asked += session.scalars(own.returning(SignedPaper.id)).all()
    if act is Act.RESOLVED:
        asked += session.scalars(_results(values, signs).returning(SignedPaper.id)).all()
    for paper_id in asked:
        jobs.enqueue(session, JOB, paper_id=paper_id)


def _results(values: Mapping[str, Any], signs: ColumnElement[int | None]) -> Insert:
    """A row for each result file that can be signed."""
    literals = [literal(value) for value in values.values()]
    found = select(*literals, literal("result"), Attachment.id, signs).where(
        Attachment.dossier_id == values["dossier_id"],
        Attachment.by_step == values["step"],
        Attachment.media_type == PDF,
    )
    return insert(SignedPaper).from_select([*values, "kind", "attachment_id", "officer_id"], found)


def _latest(column: Any, dossier_id: int, act: Act) -> ScalarSelect[Any]:
    """Of the latest step by this act."""
    steps = select(column).where(Step.dossier_id == dossier_id, Step.act == act.value)
    return steps.order_by(Step.n.desc()).limit(1).scalar_subquery()


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
    changed = update(SignedPaper).where(SignedPaper.id == paper_id, *_UNSIGNED)
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
        official=None if row.kind == "receipt" else _official(session, row.officer_id),
        source=partial(_original, row) if row.kind == "result" else partial(_rendered, dossier, row.kind, row.step),
    )


def _official(session: Session, officer_id: int | None) -> Official:
    """Nobody's subject is empty, so an officer who is gone has no certificate."""
    officer = None if officer_id is None else people.officer(session, officer_id)
    subject = None if officer is None else people.officer_subject(session, officer.id)
    return Official(subject or "", officer.name if officer else "", officer.title if officer else "")


def _rendered(dossier: WholeDossier, kind: str, n: int, demo: bool) -> bytes:
    if _Installed.render is None:
        raise RuntimeError("paper_signing.install() was not called")
    return _Installed.render(dossier, kind, n, demo)


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
        waiting = select(SignedPaper.id).where(*_UNSIGNED)
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


_UNSIGNED = SignedPaper.signed_at.is_(None), SignedPaper.taken_back_at.is_(None)
_WAITING = (
    select(
        SignedPaper.id,
        SignedPaper.kind,
        SignedPaper.step,
        SignedPaper.unit_code,
        SignedPaper.officer_id,
        Dossier.reference,
        Attachment.key.label("original"),
        Attachment.sha256.label("original_sha256"),
        Attachment.scan,
    )
    .join(Dossier, Dossier.id == SignedPaper.dossier_id)
    .outerjoin(Attachment, Attachment.id == SignedPaper.attachment_id)
    .where(*_UNSIGNED)
)
