"""Jobs as rows of the act's own transaction."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal import jobs
from portal.extensions import db
from portal.transaction import unit_of_work


def test_a_job_is_enqueued_with_the_transaction_or_not_at_all(session: Session) -> None:
    waiting = text("select args ->> 'letter_id' from procrastinate_jobs where task_name = 'letters.deliver'")
    with unit_of_work(session):
        jobs.enqueue(session, "letters.deliver", letter_id=7)
        session.rollback()
    assert session.scalars(waiting).all() == []
    with unit_of_work(session):
        jobs.enqueue(session, "letters.deliver", letter_id=8)
    assert session.scalars(waiting).all() == ["8"]


def test_a_database_that_went_away_is_told_as_by_the_orm(app: Flask, session: Session) -> None:
    mine = session.scalar(text("select pg_backend_pid()"))
    with db.engine.connect() as other:
        other.execute(text("select pg_terminate_backend(:mine, 5000)"), {"mine": mine})
    with pytest.raises(OperationalError):
        jobs.enqueue(session, "letters.deliver", letter_id=9)
    session.invalidate()
