"""Statements that a connection has prepared outlive a transaction that is rolled back, as they do in PostgreSQL.

psycopg forgets them all with every rollback, for what they are about may have been made in that transaction; and every
page that reads through the ORM ends with one. A process of the web makes and drops no tables: it need not have the
same statements planned again for each request. One that a migration has changed under it ends its connection.
"""

import re
from collections.abc import Sequence
from typing import Any

from psycopg import Connection
from psycopg._preparing import PrepareManager
from psycopg.errors import FeatureNotSupported
from sqlalchemy import Engine, ExceptionContext, event

CHANGED = FeatureNotSupported  # "cached plan must not change result type"
_FORGOTTEN = re.compile(rb"(?:DROP|ALTER|DISCARD ALL|DEALLOCATE ALL)\b")


class Lasting(PrepareManager):
    """Forgets what the server has forgotten, and what is about tables that are no more; a rollback is neither."""

    def clear(self) -> bool:
        return False

    def _should_discard(self, prep: Any, results: Sequence[Any], *rest: Any) -> bool:
        gone = any(_FORGOTTEN.match(result.command_status or b"") for result in results)
        return super().clear() if gone else False


@event.listens_for(Engine, "connect")
def _keep_what_is_prepared(connection: Any, _record: Any) -> None:
    if isinstance(connection, Connection):
        lasting = Lasting()
        lasting.prepare_threshold = connection.prepare_threshold
        connection._prepared = lasting


@event.listens_for(Engine, "handle_error")
def _begin_anew(context: ExceptionContext) -> None:
    if isinstance(context.original_exception, CHANGED):
        context.is_disconnect = True
