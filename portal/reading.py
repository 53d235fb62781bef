"""Rows of one statement, straight from the driver.

Most pages are one or two statements that each see a state of their own. Such a read needs no transaction: opening and
ending one costs two journeys to the database beside the one that brings the rows. Where the session is in a
transaction already, the read is part of it and sees what was written there.
"""

from collections import namedtuple
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Engine, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.types import TypeDecorator

from portal.preparing import CHANGED

Rows = list[tuple[Any, ...]]


def read(session: Session, statement: str, values: Mapping[str, Any]) -> Rows:
    """The rows of one statement that changes nothing; `%(name)s` stands for a value."""
    bind = session.get_bind()
    if session.in_transaction() or not isinstance(bind, Engine):
        return _rows(session.connection().connection, statement, values)
    pooled = bind.raw_connection()
    try:
        return _alone(pooled, statement, values)
    finally:
        pooled.close()


def _alone(pooled: PoolProxiedConnection, statement: str, values: Mapping[str, Any]) -> Rows:
    connection = _driver(pooled)
    try:
        connection.autocommit = True
        rows = connection.execute(statement, values).fetchall()
        connection.autocommit = False
    except psycopg.OperationalError as error:
        _put_back(pooled, connection, error)
        raise OperationalError(None, None, error) from error  # as SQLAlchemy says it, without the values
    except BaseException as error:
        _put_back(pooled, connection, error)
        raise
    return rows


def _rows(pooled: PoolProxiedConnection, statement: str, values: Mapping[str, Any]) -> Rows:
    return _driver(pooled).execute(statement, values).fetchall()


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
        compiled = statement.compile(dialect=_DIALECT)
        self.text = compiled.string
        self._settled = {name: value for name, value in compiled.params.items() if value is not None}
        columns = list(statement.selected_columns)
        self._row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        sealed = [(number, column.type) for number, column in enumerate(columns)]
        self._unsealed = [(number, kind) for number, kind in sealed if isinstance(kind, TypeDecorator)]

    def read(self, session: Session, **values: Any) -> list[Any]:
        """Its rows, columns by name."""
        found = read(session, self.text, {**self._settled, **values})
        return [self._row._make(self._values(row) if self._unsealed else row) for row in found]

    def _values(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for number, kind in self._unsealed:
            values[number] = kind.process_result_value(values[number], _DIALECT)
        return values


_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]
