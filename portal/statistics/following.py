"""Counting what the publisher publishes, all the time: a thread of the worker with a connection of its own."""

import threading

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import logs
from portal.settings import Settings
from portal.statistics import commands
from portal.statistics.reading import Unreadable
from portal.transaction import unit_of_work

INTERVAL_SECONDS = 1.0
RETRY_SECONDS = 5.0
FAILED_SECONDS = 60.0

log = logs.logger("portal.statistics")


class Follower:
    """`catch_up()` for one go, `run(stop)` for a life. Several may run: they wait for each other."""

    def __init__(self, database_url: str, *, interval: float = INTERVAL_SECONDS) -> None:
        self._engine = create_engine(
            database_url, pool_size=1, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
        self._interval = interval

    @classmethod
    def of(cls, settings: Settings) -> "Follower":
        return cls(settings.sqlalchemy_url)

    def run(self, stop: threading.Event) -> None:
        """Count until `stop` is set; outlives the database's absence."""
        while not stop.is_set():
            stop.wait(self._attempt())
        self.close()

    def catch_up(self) -> int:
        """Count all that is published now; how many entries."""
        total = 0
        with Session(self._engine) as session:
            while True:
                with unit_of_work(session):
                    count = commands.advance(session)
                if not count:
                    return total
                total += count

    def close(self) -> None:
        self._engine.dispose()

    def _attempt(self) -> float:
        try:
            self.catch_up()
        except (DBAPIError, Unreadable) as error:
            log.warning("statistics_interrupted", error=type(error).__name__)
            return RETRY_SECONDS
        except Exception:  # counting must never stop the worker, which publishes the ledger
            log.exception("statistics_failed")
            return FAILED_SECONDS
        return self._interval
