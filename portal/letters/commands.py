"""Writing letters, and keeping account of the attempts to deliver them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal import jobs
from portal.letters import message
from portal.letters.models import Letter

MOST_UNCERTAIN = 2  # a letter may arrive twice, the second time marked, and never a third time


@dataclass(frozen=True, slots=True)
class Attempt:
    """A letter to be handed over now; `repeat` where somebody may have got it already."""

    key: str
    to: str
    subject: str
    body: str
    created_at: datetime
    repeat: bool


def enqueue(session: Session, *, key: str, to: str, subject: str, body: str, at: datetime) -> None:
    """Write a letter and the job that delivers it, in this transaction. A key that exists writes nothing.

    Raises Invalid for an address or a text that cannot be sent.
    """
    message.check(to, subject, body)
    adding = insert(Letter).values(key=key, recipient=to, subject=subject, body=body, created_at=at)
    letter_id = session.scalar(adding.on_conflict_do_nothing(index_elements=["key"]).returning(Letter.id))
    if letter_id is not None:
        jobs.enqueue(session, "letters.deliver", key=f"letter-{letter_id}", letter_id=letter_id)


def begin_attempt(session: Session, letter_id: int, *, exact: bool, at: datetime) -> Attempt | None:
    """Count an attempt before it begins; None where the letter waits no longer, or is no more.

    Where handing over is not `exact`, a letter whose attempts ended unknown twice is given up.
    """
    statement = select(*Letter.__table__.columns).where(Letter.id == letter_id).with_for_update()
    row = session.execute(statement).one_or_none()
    if row is None or row.sent_at is not None or row.gave_up_at is not None:
        return None
    uncertain = row.attempts - row.failures
    if uncertain >= MOST_UNCERTAIN and not exact:
        _set(session, letter_id, gave_up_at=at, failure="uncertain")
        return None
    _set(session, letter_id, attempts=row.attempts + 1, attempted_at=at)
    return Attempt(row.key, row.recipient, row.subject, row.body, row.created_at, uncertain > 0 and not exact)


def record_sent(session: Session, letter_id: int, *, at: datetime) -> None:
    _set(session, letter_id, sent_at=at, failure=None)


def record_failure(session: Session, letter_id: int, *, reason: str, permanent: bool, at: datetime) -> None:
    """Nobody got it: the letter waits on, or is given up where the server will never take it."""
    session.execute(
        update(Letter)
        .where(Letter.id == letter_id)
        .values(failures=Letter.failures + 1, failure=reason, gave_up_at=at if permanent else None)
    )


def doubt_waiting(session: Session, *, at: datetime) -> int:
    """Nobody knows whether the waiting letters went out: each is sent once more, marked as a repeat. How many."""
    known = Letter.sent_at.is_(None) & Letter.gave_up_at.is_(None) & (Letter.attempts == Letter.failures)
    doubted = session.scalars(
        update(Letter).where(known).values(attempts=Letter.attempts + 1, attempted_at=at).returning(Letter.id)
    )
    return len(doubted.all())


def forget(session: Session, *, prefix: str) -> int:
    """Delete the letters whose keys begin so, sent or not; how many. A job whose letter is gone has nothing to do."""
    gone = session.scalars(delete(Letter).where(Letter.key.startswith(prefix, autoescape=True)).returning(Letter.id))
    return len(gone.all())


def _set(session: Session, letter_id: int, **values: object) -> None:
    session.execute(update(Letter).where(Letter.id == letter_id).values(**values))
