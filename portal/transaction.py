"""The only place that commits.

A view, a command line or a job opens one unit of work around the commands of one act; what it writes
(state, step, letter, ledger entry, job) is there whole or not at all. Mail, HTTP and signing never run
inside it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from portal.extensions import db


def current_session() -> Session:
    """The session of this request or command, for reading."""
    return db.session()


@contextmanager
def unit_of_work(session: Session | None = None) -> Iterator[Session]:
    """Commit on leaving, roll back on any error; `session` only for a process with a connection of its own."""
    work = session or current_session()
    try:
        yield work
        work.commit()
    except BaseException:
        work.rollback()
        raise
