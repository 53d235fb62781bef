"""What officers look for, kept for some hours under a token that only they can use.

Names and numbers of people would rest in browsers' histories and in the logs of every proxy if the address carried
them; the address carries the token. See docs/decisions/searching-people.md.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.queues.models import Search

AGE = timedelta(hours=12)
KEPT = 20  # of one officer


def remember(session: Session, words: str, *, officer_id: int, at: datetime) -> UUID:
    """Keep what this officer looks for; the token for the address. Of older ones only the last few stay."""
    token = uuid4()
    session.execute(insert(Search).values(token=token, officer_id=officer_id, words=words, made_at=at))
    latest = select(Search.token).where(Search.officer_id == officer_id).order_by(Search.made_at.desc()).limit(KEPT)
    session.execute(delete(Search).where(Search.officer_id == officer_id, Search.token.not_in(latest)))
    return token


def words_of(session: Session, token: UUID, *, officer_id: int, at: datetime) -> str | None:
    """What was looked for; None for another officer's, and where it is too long ago."""
    return session.scalar(
        select(Search.words).where(Search.token == token, Search.officer_id == officer_id, Search.made_at > at - AGE)
    )


def forget_old(session: Session, *, at: datetime) -> None:
    session.execute(delete(Search).where(Search.made_at <= at - AGE))


def forget_all(session: Session) -> None:
    """At a lawful erasure: nobody can say which of them named the person."""
    session.execute(delete(Search))
