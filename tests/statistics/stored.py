"""Stories in a test's own log: appended as acts are, published, counted."""

from collections.abc import Iterable

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.statistics import commands
from portal.transaction import unit_of_work
from tests.publishing import publish_now
from tests.statistics.logs import Story, told


def publish(app: Flask, session: Session, entries: Iterable[bytes]) -> None:
    """Put these entries into the log, in their order, as the outbox hands them over."""
    for data in entries:
        session.execute(text("insert into ledger_outbox (at, entry) values (now(), :entry)"), {"entry": data})
    session.commit()
    publish_now(app)
    session.rollback()


def count_all(session: Session, *, most: int = 4096) -> int:
    """Count all that is published, so many entries at a time."""
    total = 0
    while True:
        with unit_of_work(session):
            count = commands.advance(session, most=most)
        if not count:
            return total
        total += count


def tell(app: Flask, session: Session, stories: Iterable[Story]) -> None:
    publish(app, session, told(stories))
    count_all(session)
