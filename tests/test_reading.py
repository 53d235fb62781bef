"""Reads of one statement: alone where there is no transaction, inside it where there is one."""

import psycopg
import pytest
from sqlalchemy import bindparam, create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from portal.people.models import Person
from portal.reading import Written, read, together
from portal.transaction import unit_of_work
from tests.signing_in import make_citizen


def test_a_read_alone_opens_no_transaction(session: Session) -> None:
    session.rollback()
    (row,) = read(session, "select %(a)s::text, txid_current_if_assigned()", {"a": "x%"})
    assert row == ("x%", None)
    assert not session.in_transaction()


def test_a_read_in_a_transaction_sees_what_was_written_there_and_others_do_not(session: Session) -> None:
    with unit_of_work(session):
        session.execute(text("create table kept_for_a_test (n int)"))
    with unit_of_work(session):
        session.execute(text("insert into kept_for_a_test values (1)"))
        assert read(session, "select n from kept_for_a_test", {}) == [(1,)]
        with Session(session.get_bind()) as other:
            assert read(other, "select n from kept_for_a_test", {}) == []


def test_a_statement_that_fails_leaves_the_connection_as_it_was(session: Session) -> None:
    session.rollback()
    with pytest.raises(psycopg.errors.UndefinedTable):
        read(session, "select * from nowhere", {})
    assert read(session, "select 1", {}) == [(1,)]
    with unit_of_work(session):  # the connections of the pool still open transactions
        session.execute(text("create table undone (n int)"))
        session.rollback()
    assert read(session, "select to_regclass('undone')", {}) == [(None,)]


def test_a_database_that_went_away_is_told_as_by_the_orm_and_found_again(session: Session) -> None:
    session.rollback()
    with pytest.raises(OperationalError):
        read(session, "select pg_terminate_backend(pg_backend_pid())", {})
    assert read(session, "select 1", {}) == [(1,)]


def test_a_database_that_is_not_there_is_told_as_by_the_orm() -> None:
    nowhere = Session(create_engine("postgresql+psycopg://127.0.0.1:1/nowhere"))
    with pytest.raises(OperationalError):
        read(nowhere, "select 1", {})
    with pytest.raises(OperationalError), together(nowhere):
        read(nowhere, "select 1", {})


def test_a_database_that_went_away_in_a_transaction_is_told_as_by_the_orm(session: Session) -> None:
    with pytest.raises(OperationalError), unit_of_work(session):
        session.execute(text("select 1"))
        read(session, "select pg_terminate_backend(pg_backend_pid())", {})
    session.rollback()
    assert read(session, "select 1", {}) == [(1,)]


def test_reads_together_go_over_one_connection_and_each_sees_a_state_of_its_own(session: Session) -> None:
    session.rollback()
    with unit_of_work(session):
        session.execute(text("create table seen_together (n int)"))
    backend, many = "select pg_backend_pid()", "select count(*) from seen_together"
    with together(session):
        assert read(session, backend, {}) == read(session, backend, {})
        assert read(session, many, {}) == [(0,)]
        with Session(session.get_bind()) as other, unit_of_work(other):
            other.execute(text("insert into seen_together values (1)"))
        assert read(session, many, {}) == [(1,)]
    assert not session.in_transaction()
    assert session.get_bind().pool.checkedout() == 0  # type: ignore[union-attr]


def test_reads_together_are_part_of_a_transaction_that_begins_among_them(session: Session) -> None:
    session.rollback()
    with together(session):
        with unit_of_work(session):
            session.execute(text("create table begun_among_reads (n int)"))
            assert read(session, "select count(*) from begun_among_reads", {}) == [(0,)]
        assert read(session, "select to_regclass('begun_among_reads') is not null", {}) == [(True,)]


def test_a_database_that_went_away_among_reads_is_told_as_by_the_orm_and_found_again(session: Session) -> None:
    session.rollback()
    with pytest.raises(OperationalError), together(session):
        read(session, "select pg_terminate_backend(pg_backend_pid())", {})
    with together(session):
        assert read(session, "select 1", {}) == [(1,)]


def test_a_written_select_unseals_and_names_its_columns(session: Session) -> None:
    person = make_citizen(session, name="Nguyễn Thị Mẫu An")
    written = Written(select(Person.id, Person.name).where(Person.kind == bindparam("kind", type_=Text)))
    assert [(row.id, row.name) for row in written.read(session, kind="citizen")] == [(person.id, "Nguyễn Thị Mẫu An")]
