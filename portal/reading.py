"""Rows of one statement, straight from the driver.

Most pages are one or two statements that each see a state of their own. Such a read needs no transaction: opening and
ending one costs two journeys to the database beside the one that brings the rows. Where the session is in a
transaction already, the read is part of it and sees what was written there.
"""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from sqlalchemy import Engine, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.types import TypeDecorator

from portal.preparing import CHANGED

HELD = "held for reading"
"""Under which a session knows the connection that `together` holds."""

Rows = list[tuple[Any, ...]]


def read(session: Session, statement: str, values: Mapping[str, Any]) -> Rows:
    """The rows of one statement that changes nothing; `%(name)s` stands for a value."""
    bind = session.get_bind()
    if session.in_transaction() or not isinstance(bind, Engine):
        return _rows(session.connection().connection, statement, values)
    held: psycopg.Connection[Any] | None = session.info.get(HELD)
    if held is not None:
        return held.execute(statement, values).fetchall()
    with _alone(bind) as connection:
        return connection.execute(statement, values).fetchall()


@contextmanager
def together(session: Session) -> Iterator[None]:
    """The reads inside, each of which sees a state of its own, go over one connection instead of one each.

    For a page of many statements that waits for nothing but the database. What begins a transaction inside has a
    connection of its own.
    """
    bind = session.get_bind()
    if session.in_transaction() or not isinstance(bind, Engine) or HELD in session.info:
        yield
        return
    with _alone(bind) as connection:
        session.info[HELD] = connection
        try:
            yield
        finally:
            del session.info[HELD]


@contextmanager
def _alone(bind: Engine) -> "Iterator[psycopg.Connection[Any]]":
    """A connection on which each statement is by itself."""
    try:
        pooled = bind.raw_connection()
    except psycopg.OperationalError as error:
        raise away(error) from error
    try:
        connection = _driver(pooled)
        try:
            connection.autocommit = True
            yield connection
            connection.autocommit = False
        except psycopg.OperationalError as error:
            _put_back(pooled, connection, error)
            raise away(error) from error
        except BaseException as error:
            _put_back(pooled, connection, error)
            raise
    finally:
        pooled.close()


def _rows(pooled: PoolProxiedConnection, statement: str, values: Mapping[str, Any]) -> Rows:
    try:
        return _driver(pooled).execute(statement, values).fetchall()
    except psycopg.OperationalError as error:
        raise away(error) from error


def away(error: psycopg.OperationalError) -> OperationalError:
    """As SQLAlchemy says it, for whoever waits until the database is there again; without the values."""
    return OperationalError(None, None, error)


def _put_back(pooled: PoolProxiedConnection, connection: "psycopg.Connection[Any]", error: BaseException) -> None:
    """As it came; a connection that this cannot be said of is never used again."""
    with suppress(psycopg.Error):
        connection.autocommit = False
        if not connection.broken and not isinstance(error, CHANGED):
            return
    pooled.invalidate(error if isinstance(error, Exception) else None)


def _driver(pooled: PoolProxiedConnection) -> "psycopg.Connection[Any]":
    connection = pooled.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the portal needs psycopg")
    return connection


class Written:
    """A select of Core, written out once: its text, and what makes values of columns that rest sealed.

    Values are given by the names of its `bindparam`s, as the driver takes them. Lists want `= any(...)`, which is one
    text however long they are.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        compiled = statement.compile(dialect=DIALECT)
        self.text = compiled.string
        self.settled = {name: value for name, value in compiled.params.items() if value is not None}
        columns = list(statement.selected_columns)
        self.row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        self.kinds = [column.type for column in columns]
        self._unsealed = [(number, kind) for number, kind in enumerate(self.kinds) if isinstance(kind, TypeDecorator)]

    def read(self, session: Session, **values: Any) -> list[Any]:
        """Its rows, columns by name."""
        found = read(session, self.text, {**self.settled, **values})
        return [self.row._make(self._values(row) if self._unsealed else row) for row in found]

    def _values(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for number, kind in self._unsealed:
            values[number] = kind.process_result_value(values[number], DIALECT)
        return values


DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]
