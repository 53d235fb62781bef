"""Counting what a piece of work sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from tests.watched_cursors import watching


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """The SQL statements sent meanwhile, by this session or anybody else in this process.

    The session is connected before: the first connection of a process asks the server who it is.
    """
    session.connection()
    sent: list[str] = []
    with watching(lambda statement, _values: sent.append(statement)):
        yield sent
