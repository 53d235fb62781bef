"""Everything that is sent to the database, seen where the driver sends it: by the ORM or past it alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, event

Watcher = Callable[[str, Any], None]

_watchers: list[Watcher] = []


class WatchedCursor(psycopg.Cursor[Any]):
    """Tells who watches before it sends."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "WatchedCursor":
        _tell(query, params)
        return super().execute(query, params, **options)

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        _tell(query, None)
        super().executemany(query, params_seq, **options)


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)


def watch_always(watcher: Watcher) -> None:
    if watcher not in _watchers:
        _watchers.append(watcher)


def _tell(query: object, values: object) -> None:
    for watcher in _watchers:
        watcher(str(query), values)


def _watch(connection: "psycopg.Connection[Any]", _record: object) -> None:
    connection.cursor_factory = WatchedCursor


event.listen(Engine, "connect", _watch)
