"""The portal's processes as a process manager keeps them: each begun anew when it is gone, whatever ended it."""

import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import psycopg

from bench.installation import children
from portal.pilot.children import Child, Program, Watchdog
from portal.pilot.installation import CONNECTIONS
from portal.settings import ROOT, Settings

WORKERS = 2
STOP_SECONDS = 40.0


class Upheld:
    """Web server and worker of one installation. Whoever calls `start` and `keep` is one thread that lives on."""

    def __init__(self, settings: Settings, environment: Mapping[str, str], watchdog: Watchdog) -> None:
        web = ["portal.serving", "--interface", "wsgi", "--http", "1", "--no-ws", "--host", "127.0.0.1"]
        web += ["--port", str(settings.port), "--workers", str(WORKERS), "--blocking-threads", str(CONNECTIONS)]
        web += [
            "--backpressure",
            str(CONNECTIONS),
            "--workers-kill-timeout",
            "10",
            "--respawn-failed-workers",
            "wsgi:app",
        ]
        commands = {"web": web, "worker": ["flask", "--app", "wsgi", "worker"]}
        inner = {**os.environ, **environment}
        self._children = {
            name: Child(
                Program(
                    name,
                    [sys.executable, "-X", "utf8", "-m", *command],
                    inner,
                    ROOT,
                    settings.instance / f"{name}.log",
                    STOP_SECONDS,
                ),
                watchdog,
            )
            for name, command in commands.items()
        }
        self._database = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)

    def start(self) -> None:
        for child in self._children.values():
            child.start()

    def keep(self) -> None:
        for child in self._children.values():
            if child.ended() is not None:
                child.start()

    def stop(self) -> None:
        """As asked, and not by force: what is under way is finished."""
        for child in self._children.values():
            child.stop()

    def kill(self, kind: str, draw: random.Random) -> bool:
        """SIGKILL for one of KINDS; False where there is none at this moment."""
        found = sorted(KINDS[kind](self))
        if not found:
            return False
        with suppress(ProcessLookupError):
            os.kill(draw.choice(found), signal.SIGKILL)
            return True
        return False

    def _servers(self) -> list[int]:
        return self._of("web")

    def _pages(self) -> list[int]:
        return [child for server in self._of("web") for child in children(server)]

    def _workers(self) -> list[int]:
        return self._of("worker")

    def _sessions(self) -> list[int]:
        asked = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        try:
            with psycopg.connect(self._database, connect_timeout=5) as connection:
                return [row[0] for row in connection.execute(asked)]
        except psycopg.OperationalError:  # it is recovering
            return []

    def _of(self, name: str) -> list[int]:
        number = self._children[name].number
        return [] if number is None else [number]


KINDS: Mapping[str, Callable[[Upheld], list[int]]] = {
    "page": Upheld._pages,
    "web": Upheld._servers,
    "worker": Upheld._workers,
    "database": Upheld._sessions,
}
"""A process that answers pages; the server, with which they all go; the worker, publisher and all; one of PostgreSQL's,
which then ends all others and recovers."""


@contextmanager
def upheld(settings: Settings, environment: Mapping[str, str]) -> Iterator[Upheld]:
    watchdog = Watchdog()
    found = Upheld(settings, environment, watchdog)
    try:
        found.start()
        yield found
    finally:
        found.stop()
        watchdog.close()
