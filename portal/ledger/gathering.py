"""Gathering cosignatures: shows each witness the published checkpoint as it grows, and keeps what comes back.

It runs beside the publisher, with a thread for each witness that is asked, so that a slow or dead one holds up neither
the log nor the others. One process gathers at a time (an advisory lock on its connection). The network is never used
inside a transaction. A witness that knows more of this log than there is halts the log (`portal.ledger.halted`).
"""

import concurrent.futures
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from portal import clock, logs
from portal.ledger import halted, handed_out, quorum, showing, storage, witnessing
from portal.ledger.policy import Asked
from portal.ledger.quorum import Rules
from portal.ledger.showing import Head
from portal.ledger.witness.request import Request
from portal.ledger.witnessing import SECONDS, Answer, Cosigned, Differs, Elsewhere, Failed
from portal.settings import Settings
from portal.transaction import unit_of_work

LOCK = int.from_bytes(sha256(b"hai-dang/ledger/gathering").digest()[:8], "big", signed=True)
LONGEST_PAUSE = 60.0
FIRST_SECONDS = 2.0
"""How long a start waits for witnesses before the log goes on: one that is up answers in a fraction of this."""
MOST_TURNS = 3
"""A witness that keeps saying it is elsewhere is asked so often at once, and then after a pause."""

log = logs.logger("portal.ledger.gathering")


@dataclass(slots=True)
class _Caller:
    """One witness: at which size it is as far as we know, and what it was asked."""

    witness: Asked
    known: int = 0
    done: int = -1
    asked: int = 0
    busy: "Future[Answer] | None" = None
    turns: int = 0
    failures: int = 0
    not_before: float = 0.0


class Gathering:
    """`run(stop)` for a life, `settle()` until everybody has been asked. Not for use by several threads at once."""

    def __init__(
        self,
        database_url: str,
        *,
        rules: Rules,
        halt_file: Path,
        interval: float = 1.0,
        seconds: float = SECONDS,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        if rules.policy is None:
            raise ValueError("without a policy nobody is asked")
        self._engine = create_engine(database_url, poolclass=NullPool, hide_parameters=True)
        self._rules, self._policy = rules, rules.policy
        self._halt_file, self._interval, self._seconds, self._now = halt_file, interval, seconds, now
        self._callers = [_Caller(witness) for witness in self._policy.witnesses if witness.address]
        self._pool = ThreadPoolExecutor(max(1, len(self._callers)), thread_name_prefix="witness")
        self._connection: Connection | None = None
        self._told_at: datetime | None = None
        self.begun = threading.Event()

    @classmethod
    def of(cls, settings: Settings) -> "Gathering | None":
        """The one of this installation; None where no policy is set. Raises `BadPolicy`."""
        rules = quorum.rules_of(settings)
        if rules.policy is None:
            return None
        halt_file = halted.beside(handed_out.path_of(settings))
        return cls(settings.sqlalchemy_url, rules=rules, halt_file=halt_file, interval=settings.ledger_interval_seconds)

    # --- Life ----------------------------------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Gather until `stop` is set. Survives the database.

        `begun` is set once the witnesses were shown what was signed last, or did not answer in time: before that
        nothing more should be signed.
        """
        try:
            while not stop.is_set() and not self._survives(lambda: self.settle(FIRST_SECONDS)):
                stop.wait(self._interval)
        finally:
            self.begun.set()
        while not stop.is_set():
            if self._survives(self.tick):
                self._pause(stop)
            else:
                stop.wait(self._interval)
        self.close()

    def _survives(self, work: Callable[[], None]) -> bool:
        """Do it; False where it could not be done. What is known of the witnesses is read anew then."""
        try:
            work()
        except (DBAPIError, psycopg.Error, OSError) as error:
            log.warning("ledger_gathering_interrupted", error=type(error).__name__)
        except Exception:
            log.exception("ledger_gathering_failed")
        else:
            return True
        self._disconnect()
        return False

    def settle(self, seconds: float) -> None:
        """Ask whoever is to be asked and wait for the answers, so long at most."""
        deadline = time.monotonic() + seconds
        self.tick()
        while (waiting := self._waiting()) and time.monotonic() < deadline:
            pause = min(self._interval, max(0.0, deadline - time.monotonic()))
            concurrent.futures.wait(waiting, pause, concurrent.futures.FIRST_COMPLETED)
            self.tick()

    def close(self) -> None:
        """Wait for nobody any more."""
        self._disconnect()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _pause(self, stop: threading.Event) -> None:
        """An interval, or until a witness answers."""
        waiting = self._waiting()
        if waiting:
            concurrent.futures.wait(waiting, self._interval, concurrent.futures.FIRST_COMPLETED)
        else:
            stop.wait(self._interval)

    def _waiting(self) -> list["Future[Answer]"]:
        return [caller.busy for caller in self._callers if caller.busy is not None]

    # --- One round -----------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Take in what was answered, note how the quorum stands, ask who has not seen the newest checkpoint."""
        session = self._open()
        if session is None:
            return
        for caller in self._callers:
            if caller.busy is not None and caller.busy.done():
                answered, caller.busy = caller.busy, None
                self._take_in(session, caller, answered.result())
        head = self._stand(session)
        if head is None:
            return
        for caller in self._callers:
            ready = caller.busy is None and caller.not_before <= time.monotonic()
            if ready and caller.done < head.size and caller.known <= head.size:
                self._ask(session, caller, head)

    def _open(self) -> Session | None:
        """A session on the one connection; None while another process gathers."""
        if self._connection is not None:
            return Session(self._connection)
        self._connection = self._engine.connect()
        session = Session(self._connection)
        with unit_of_work(session):
            mine = session.execute(text("select pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar_one()
        if not mine:
            self._disconnect()
            return None
        self._recall(session)
        return session

    def _recall(self, session: Session) -> None:
        """Where each witness was when it last cosigned, as the database remembers."""
        with unit_of_work(session):
            for caller in self._callers:
                key = caller.witness.key
                last = quorum.last_size_of(session, key.name, key.key_id)
                caller.known, caller.done = (0, -1) if last is None else (last, last)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _ask(self, session: Session, caller: _Caller, head: Head) -> None:
        with unit_of_work(session):
            asked = Request(caller.known, showing.proof(session, caller.known, head.size), head.note)
        caller.asked = head.size
        caller.busy = self._pool.submit(witnessing.ask, caller.witness, asked, now=self._now(), seconds=self._seconds)

    # --- Answers -------------------------------------------------------------------------------------------------

    def _take_in(self, session: Session, caller: _Caller, answer: Answer) -> None:
        match answer:
            case Cosigned():
                self._keep(session, caller, answer)
            case Elsewhere(size):
                self._go_there(session, caller, size)
            case Differs(reason):
                self._halt(caller, reason)
            case Failed(reason, refused):
                level = log.error if refused and not caller.failures else log.warning
                level("ledger_witness_failed", witness=caller.witness.name, reason=reason)
                self._back_off(caller)

    def _keep(self, session: Session, caller: _Caller, answer: Cosigned) -> None:
        with unit_of_work(session):
            quorum.keep(session, caller.asked, answer.line, at=answer.at)
            if self._reached(session, caller.asked):
                quorum.reached(session, caller.asked)
        if caller.failures:
            log.info("ledger_witness_back", witness=caller.witness.name)
        caller.known = caller.done = caller.asked
        caller.turns = caller.failures = 0

    def _go_there(self, session: Session, caller: _Caller, size: int) -> None:
        with unit_of_work(session):
            stored = storage.head(session).size
        if size > stored:
            self._halt(caller, f"it has cosigned {size} entries, and the database holds {stored}")
            return
        caller.known = size
        caller.turns += 1
        if caller.turns > MOST_TURNS:
            self._back_off(caller)

    def _halt(self, caller: _Caller, reason: str) -> None:
        words = f"the witness {caller.witness.name} says: {reason}; was an older state restored?"
        halted.write(self._halt_file, words, at=self._now())
        log.critical("ledger_halted", witness=caller.witness.name, reason=reason)
        self._back_off(caller)

    def _back_off(self, caller: _Caller) -> None:
        caller.turns = 0
        caller.failures += 1
        caller.not_before = time.monotonic() + min(LONGEST_PAUSE, 2.0 ** min(caller.failures, 10))

    # --- The quorum ----------------------------------------------------------------------------------------------

    def _stand(self, session: Session) -> Head | None:
        """The published checkpoint, None before the first; whether it has its quorum is noted, and told if it must."""
        at = self._now()
        with unit_of_work(session):
            head = showing.head(session)
            if head is None:
                return None
            if self._reached(session, head.size):
                quorum.reached(session, head.size)
            else:
                quorum.lacks(session, at=at)
            standing = quorum.standing(session)
        if standing.missing_for(at) >= self._rules.tell_after:
            self._tell(standing.missing_since, at)
        elif self._told_at is not None and standing.missing_since is None:
            self._told_at = None
            log.info("ledger_quorum_back", size=head.size)
        return head

    def _tell(self, since: datetime | None, at: datetime) -> None:
        if self._told_at is None or at - self._told_at >= self._rules.tell_after:
            self._told_at = at
            silent = [caller.witness.name for caller in self._callers if caller.failures]
            log.error("ledger_quorum_missing", since=str(since), silent=silent)

    def _reached(self, session: Session, size: int) -> bool:
        return self._policy.reached(self._policy.named(quorum.cosigners_of(session, size)))


def once(settings: Settings) -> None:
    """Show every witness the published checkpoint, and take what comes back in time. Raises `BadPolicy`."""
    gathering = Gathering.of(settings)
    if gathering is not None:
        try:
            gathering.settle(SECONDS)
        finally:
            gathering.close()
