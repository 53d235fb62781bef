"""Prepared statements: they last, and end where a table changed under them."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import NotSupportedError
from sqlalchemy.orm import Session

from portal.reading import read
from portal.settings import Settings
from portal.transaction import unit_of_work

OFTEN = 8  # psycopg prepares what was asked five times
PREPARED = "select count(*) from pg_prepared_statements where statement like %(part)s"


def test_what_is_prepared_outlives_a_page_that_read_through_the_orm(session: Session) -> None:
    session.rollback()
    for _time in range(OFTEN):
        assert read(session, "select 'kept here'::text", {}) == [("kept here",)]
        session.execute(text("select 1"))
        session.rollback()
    assert read(session, PREPARED, {"part": "select 'kept here'%"}) == [(1,)]


def test_a_statement_whose_table_was_changed_fails_once_and_is_then_planned_anew(
    session: Session, settings: Settings
) -> None:
    with unit_of_work(session):
        session.execute(text("create table changing (n int)"))
    for _time in range(OFTEN):
        read(session, "select n from changing", {})
    _change_outside(settings)
    with pytest.raises(psycopg.errors.FeatureNotSupported):
        read(session, "select n from changing", {})
    assert read(session, "select n from changing", {}) == []


def test_the_same_through_the_orm(session: Session, settings: Settings) -> None:
    with unit_of_work(session):
        session.execute(text("create table changing (n int)"))
    for _time in range(OFTEN):
        session.execute(text("select n from changing"))
        session.rollback()
    _change_outside(settings)
    with pytest.raises(NotSupportedError):
        session.execute(text("select n from changing"))
    session.rollback()
    assert session.execute(text("select n from changing")).all() == []


def _change_outside(settings: Settings) -> None:
    """As a migration does, on a connection of its own."""
    with psycopg.connect(settings.database_url, autocommit=True) as other:
        other.execute("alter table changing alter column n type text")
