"""A backup and a change of the schema wait for each other.

`pg_dump` reads every table until it is done; a migration that wanted one for itself meanwhile would stand before
everybody else who comes to that table, readers too.
"""

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

KEY = 0x736368656D61  # "schema"; an advisory lock, which goes with its transaction


def wait_for_backups(connection: Connection) -> None:
    """Before the first change of the schema; until the transaction ends no backup begins."""
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": KEY})


def may_begin(session: Session) -> bool:
    """Whether nobody is changing the schema; until the transaction ends nobody begins to."""
    return bool(session.scalar(text("select pg_try_advisory_xact_lock_shared(:key)"), {"key": KEY}))
