"""What became of letters; never their contents."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.letters.models import WAITING, Letter


def waiting(session: Session, *, after: int = 0, limit: int = 100) -> tuple[int, ...]:
    """Letters neither sent nor given up, oldest first, by their numbers."""
    statement = select(Letter.id).where(text(WAITING), Letter.id > after).order_by(Letter.id).limit(limit)
    return tuple(session.scalars(statement))
