"""Calling web hooks: several threads of the worker take turns, so that a slow address holds up nobody but itself.

A request is never inside a transaction: a turn is taken and committed, the request goes out, its outcome is committed.
A process killed in between leaves a turn that is taken again after the lease: an event may come twice, with the same
id, and never out of order.
"""

import threading
from collections.abc import Callable, Collection
from datetime import date, datetime

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import clock, logs, outgoing
from portal.ledger import log as ledger
from portal.ledger.queries import Logged
from portal.outgoing import NotAllowed, Unreachable
from portal.settings import Settings
from portal.subscriptions import events, hooks, matching
from portal.subscriptions.hooks import Turn
from portal.transaction import unit_of_work

THREADS = 4
PAUSE_SECONDS = 1.0
RETRY_SECONDS = 5.0
EVENTS_A_TURN = 20
BATCH = 500

log = logs.logger("portal.subscriptions.web_hooks")


class Caller:
    """`call_next()` for one turn, `run(stop)` for a life. Any number may run, in one process or in several."""

    def __init__(
        self,
        database_url: str,
        *,
        base_url: str,
        allowed: Collection[str] = (),
        units_on: date | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._engine = create_engine(
            database_url, pool_size=THREADS, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
        self._base_url, self._allowed, self._units_on, self._now = base_url, frozenset(allowed), units_on, now

    @classmethod
    def of(cls, settings: Settings) -> "Caller":
        return cls(
            settings.sqlalchemy_url,
            base_url=settings.base_url,
            allowed=settings.web_hooks_inside,
            units_on=settings.units_on,
        )

    def run(self, stop: threading.Event) -> None:
        """Call until `stop` is set; outlives the database's absence."""
        threads = [threading.Thread(target=self._live, args=(stop,), name=f"web-hooks-{n}") for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.close()

    def call_next(self) -> bool:
        """One turn of one web hook; False where none is waiting."""
        with self._session() as session, unit_of_work(session):
            turn = hooks.take_turn(session, at=self._now())
        if turn is None:
            return False
        try:
            self._tell(turn) if turn.proven else self._challenge(turn)
        except (NotAllowed, Unreachable) as error:
            log.info("web_hook_not_reached", web_hook=turn.id, reason=str(error))
            with self._session() as session, unit_of_work(session):
                hooks.record_failure(session, turn.id, at=self._now())
        return True

    def close(self) -> None:
        self._engine.dispose()

    def _live(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                pause = 0.0 if self.call_next() else PAUSE_SECONDS
            except DBAPIError as error:
                log.warning("web_hooks_interrupted", error=type(error).__name__)
                pause = RETRY_SECONDS
            except Exception:  # a turn that failed is taken again after its lease; the thread goes on
                log.exception("web_hooks_failed")
                pause = RETRY_SECONDS
            stop.wait(pause)

    def _challenge(self, turn: Turn) -> None:
        event = events.of_challenge(turn.id, turn.challenge, base_url=self._base_url, at=self._now())
        answer = self._post(turn, event)
        if not events.answers(answer.body, turn.challenge):
            raise Unreachable("challenge_not_answered")
        with self._session() as session, unit_of_work(session):
            hooks.record_proof(session, turn.id, at=self._now())

    def _tell(self, turn: Turn) -> None:
        """The next entries that concern it, one request each; what it took counts even if a later one fails."""
        entries, told = self._next(turn)
        try:
            for entry in entries:
                self._post(turn, events.of_entry(entry, base_url=self._base_url))
        except (NotAllowed, Unreachable):
            self._record(turn, entry.position)
            raise
        self._record(turn, told)

    def _record(self, turn: Turn, told: int) -> None:
        if told > turn.told:
            with self._session() as session, unit_of_work(session):
                hooks.record_told(session, turn.id, told=told, at=self._now())

    def _next(self, turn: Turn) -> tuple[list[Logged], int]:
        """Entries that concern it, and up to where the log was looked at for them."""
        with self._session() as session:
            high = min(turn.told + BATCH, ledger.listed(session))
            wanted = matching.subject(session, turn.about, turn.code, on=self._units_on or clock.local_day(self._now()))
            found = matching.entries(session, turn.told, high, wanted)
        if len(found) > EVENTS_A_TURN:
            return found[:EVENTS_A_TURN], found[EVENTS_A_TURN].position
        return found, high

    def _post(self, turn: Turn, event: dict[str, object]) -> outgoing.Answer:
        body = events.render(event)
        where = outgoing.destination(turn.url, allowed=self._allowed)
        answer = outgoing.post(where, body, events.headers(event, body, secret=turn.secret, at=self._now()))
        if not 200 <= answer.status < 300:
            raise Unreachable(f"status_{answer.status}")
        return answer

    def _session(self) -> Session:
        return Session(self._engine, expire_on_commit=False)
