"""Files that wait for the scanner: asked again until it answers, moved on when clean, destroyed when malware is found.

The scanner is asked outside any transaction; the verdict is written in one of its own, together with the letter that
tells the person. Bytes are in their new place before the row says so, and leave the old one after.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal import clock, jobs, logs
from portal.dossiers import attachments, malware_letters
from portal.dossiers.models import Attachment
from portal.dossiers.rows import AnyRow
from portal.files import file_places
from portal.files.file_places import FilePlace
from portal.files.virus_scan import Clamd, Scan, ScannerSilent
from portal.transaction import current_session, unit_of_work

log = logs.logger(__name__)

BATCH = 100
PATIENCE = timedelta(minutes=10)  # a file that waits longer says that the scanner is not there
UNREADABLE = (file_places.Corrupt, FileNotFoundError, InvalidTag, ValueError)


@dataclass(frozen=True, slots=True)
class Scanned:
    clean: int = 0
    found: int = 0
    silent: bool = False  # it stopped because the scanner did not answer


@dataclass(frozen=True, slots=True)
class Standing:
    """What administrators should know of the scanner."""

    configured: bool
    waiting: int  # files that have waited longer than PATIENCE


def standing(session: Session, *, at: datetime) -> Standing:
    waiting = select(func.count()).where(Attachment.scan == Scan.WAITING, Attachment.added_at < at - PATIENCE)
    return Standing(attachments.installed().scanner is not None, session.scalar(waiting) or 0)


def scan(states: Collection[Scan], *, at: datetime) -> Scanned:
    """Ask about all files in these states, the oldest first, until done or the scanner falls silent."""
    scanner = attachments.installed().scanner
    after, clean, found = 0, 0, 0
    while scanner is not None:
        rows = _next(current_session(), states, after)
        if not rows:
            break
        for row in rows:
            after = row.id
            try:
                verdict = _verdict(scanner, row, at=at)
            except ScannerSilent as reason:
                log.warning("scanner_silent", reason=str(reason))
                return Scanned(clean, found, silent=True)
            clean, found = clean + (verdict is Scan.CLEAN), found + (verdict is Scan.FOUND)
    return Scanned(clean, found, silent=scanner is None)


def _next(session: Session, states: Collection[Scan], after: int) -> list[AnyRow]:
    columns = (Attachment.id, Attachment.key, Attachment.sha256, Attachment.scan)
    chosen = select(*columns).where(Attachment.scan.in_([state.value for state in states]), Attachment.id > after)
    with unit_of_work(session):
        return list(session.execute(chosen.order_by(Attachment.id).limit(BATCH)).all())


def _verdict(scanner: Clamd, row: AnyRow, *, at: datetime) -> Scan | None:
    """The scanner's, carried out; None where the bytes cannot be read."""
    place = _place(row.scan)
    try:
        data = b"".join(file_places.whole(place.read(row.key), key=row.key, expected=row.sha256))
    except UNREADABLE as error:
        log.error("file_unreadable", file=row.id, error=type(error).__name__)
        return None
    verdict = scanner.scan([data])
    if verdict is Scan.CLEAN:
        _release(row, data)
    else:
        _destroy(row, at=at)
    return verdict


def _place(scan: str) -> FilePlace:
    files = attachments.installed()
    return files.quarantine if scan == Scan.WAITING else files.clean


def _release(row: AnyRow, data: bytes) -> None:
    if row.scan == Scan.WAITING:
        attachments.installed().clean.put(row.key, data, again=True)
    with unit_of_work() as session:
        _mark(session, row, Scan.CLEAN)
    attachments.installed().quarantine.remove([row.key])


def _destroy(row: AnyRow, *, at: datetime) -> None:
    log.warning("malware_found", file=row.id)
    with unit_of_work() as session:
        if _mark(session, row, Scan.FOUND):
            malware_letters.send(session, file_id=row.id, at=at)
    attachments.destroy([row.key])


def _mark(session: Session, row: AnyRow, verdict: Scan) -> bool:
    """Whether the row was still there as it was."""
    changed = session.execute(
        update(Attachment)
        .where(Attachment.id == row.id, Attachment.scan == row.scan)
        .values(scan=verdict.value)
        .returning(Attachment.id)
    )
    return changed.one_or_none() is not None


@jobs.tasks.periodic(cron="*/5 * * * *")
@jobs.task("dossiers.rescan", queueing_lock="dossiers.rescan")
def rescan(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    if attachments.installed().scanner is not None:
        scan([Scan.WAITING], at=clock.now())
