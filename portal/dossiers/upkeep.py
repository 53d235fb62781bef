"""What is cleared away every night: files without a row, drafts long left alone, uploads never ended, old counters."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal import clock, jobs
from portal.dossiers import attachments, finding, uploads
from portal.dossiers.attempt_models import LookUpAttempt
from portal.dossiers.models import Attachment, Dossier, Draft, SignedPaper
from portal.files.virus_scan import Scan
from portal.people import entered
from portal.people import queries as people
from portal.queues import saved, searches
from portal.transaction import current_session, unit_of_work

DRAFT_AGE = timedelta(days=90)  # since it was last saved; the page of drafts says so
BATCH = 1000
ATTEMPT_AGE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Cleared:
    drafts: int
    attempts: int
    files: int


def clear(session: Session, *, at: datetime) -> tuple[int, int]:
    """Delete drafts and counters past their time; how many of each."""
    old = select(Draft.token).where(Draft.saved_at < at - DRAFT_AGE)
    locked = session.scalars(old.with_for_update(skip_locked=True)).all()
    session.execute(delete(Attachment).where(Attachment.draft_token.in_(locked)))
    gone = delete(Draft).where(Draft.token.in_(locked)).returning(Draft.person_id, Draft.officer_id)
    drafts = session.execute(gone).all()
    entered.forget(session, [row.person_id for row in drafts if row.officer_id is not None])
    attempts = session.scalars(
        delete(LookUpAttempt).where(LookUpAttempt.hour < at - ATTEMPT_AGE).returning(LookUpAttempt.attempts)
    ).all()
    uploads.clear(session, at=at)
    searches.forget_old(session, at=at)
    saved.forget_those_of(session, people.officers_gone())
    return len(drafts), len(attempts)


def known_keys(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Which of these files have a row that speaks of bytes."""
    rows = select(Attachment.key).where(Attachment.key.in_(list(keys)), Attachment.scan != Scan.FOUND)
    papers = select(SignedPaper.key).where(SignedPaper.key.in_(list(keys)))
    return frozenset(session.scalars(rows)) | frozenset(key for key in session.scalars(papers) if key)


def number_of_dossiers(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Dossier)) or 0


def missing_files(session: Session) -> list[str]:
    """The keys of files and signed papers whose row speaks of bytes that are in no place."""
    places = attachments.installed()
    attached = session.execute(select(Attachment.key, Attachment.scan).where(Attachment.scan != Scan.FOUND))
    missing = [
        row.key
        for row in attached.yield_per(BATCH)
        if not (places.quarantine if row.scan == Scan.WAITING else places.clean).has(row.key)
    ]
    papers = session.scalars(select(SignedPaper.key).where(SignedPaper.key.is_not(None)))
    return missing + [key for key in papers.yield_per(BATCH) if key and not places.clean.has(key)]


def run(*, at: datetime) -> Cleared:
    """One night's work; safe to repeat and to break off."""
    with unit_of_work() as session:
        drafts, attempts = clear(session, at=at)
    finding.index_missing()
    files = attachments.sweep(lambda keys: known_keys(current_session(), keys), at=at)
    attachments.installed().uploads.sweep(
        lambda keys: uploads.known_keys(current_session(), keys), before=at - uploads.AGE
    )
    return Cleared(drafts, attempts, files)


@jobs.tasks.periodic(cron="20 19 * * *")  # 02:20 in Viet Nam
@jobs.task("dossiers.upkeep", queueing_lock="dossiers.upkeep")
def upkeep(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    run(at=clock.now())
