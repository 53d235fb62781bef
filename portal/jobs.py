"""Background jobs: rows in the same database, enqueued inside the act's own transaction.

A job may run twice (a worker killed in the middle is started again), so every task is idempotent. A task
receives ids, never personal data: job rows are kept and shown to operators.
"""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import procrastinate
from procrastinate.exceptions import ConnectorException
from psycopg import Connection, OperationalError
from sqlalchemy.orm import Session

from portal.reading import away

tasks = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


class _Context:
    enter: Callable[[], AbstractContextManager[Any]] | None = None


def run_inside(context: Callable[[], AbstractContextManager[Any]]) -> None:
    """Run each task inside a fresh `context()`, so that each has a database session of its own."""
    _Context.enter = context


def task(name: str, **options: Any) -> Callable[[Callable[..., None]], Any]:
    """Register a synchronous task under a lasting name (`letters.deliver`); see procrastinate's `App.task`."""

    def register(function: Callable[..., None]) -> Any:
        @functools.wraps(function)
        def inside(**arguments: Any) -> None:
            if _Context.enter is None:
                raise RuntimeError("jobs.run_inside() was not called")
            with _Context.enter():
                function(**arguments)

        register_task: Any = tasks.task(name=name, **options)
        return register_task(inside)

    return register


def enqueue(session: Session, name: str, *, key: str | None = None, **arguments: Any) -> None:
    """Write the job row in this session's transaction; `key` lets only one such job wait at a time."""
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, Connection):
        raise TypeError("jobs need psycopg")
    deferrer = tasks.configure_task(name, queueing_lock=key, connection=connection)
    try:
        deferrer.defer(**arguments)
    except ConnectorException as error:
        if isinstance(error.__cause__, OperationalError):
            raise away(error.__cause__) from error
        raise
