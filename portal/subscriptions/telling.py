"""Telling subscribers: each act on a dossier they follow at once, a summary of a unit or procedure each morning.

A thread of the worker with a connection of its own. Letters are written in the transaction that moves the mark on, so
an entry is told once, and never one that is not published and in the lists.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import clock, logs
from portal.errors import Invalid
from portal.ledger import log as ledger
from portal.ledger.queries import Logged
from portal.letters import commands as letters
from portal.settings import Settings
from portal.subscriptions import commands, matching, schedule
from portal.subscriptions.models import Subscription
from portal.transaction import unit_of_work

INTERVAL_SECONDS = 2.0
RETRY_SECONDS = 5.0
FAILED_SECONDS = 60.0
BATCH = 500
SUMMARIES = 100
LONGEST_SUMMARY = 50

log = logs.logger("portal.subscriptions")


class Words(Protocol):
    """What letters say, chosen at the edge: subject and body in the reader's language."""

    def act(self, entry: Logged, *, language: str, token: str) -> tuple[str, str]: ...

    def summary(
        self, entries: Sequence[Logged], *, about: str, code: str, more: bool, language: str, token: str
    ) -> tuple[str, str]: ...


class Teller:
    """`catch_up()` for one go, `run(stop)` for a life. Several may run: they wait for each other."""

    def __init__(
        self, database_url: str, *, words: Words, units_on: date | None = None, interval: float = INTERVAL_SECONDS
    ) -> None:
        """The register of units is read as of `units_on`; None: as of today."""
        self._engine = create_engine(
            database_url, pool_size=1, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
        self._words = words
        self._units_on = units_on
        self._interval = interval

    @classmethod
    def of(cls, settings: Settings, *, words: Words) -> "Teller":
        return cls(settings.sqlalchemy_url, words=words, units_on=settings.units_on)

    def run(self, stop: threading.Event) -> None:
        """Tell until `stop` is set; outlives the database's absence."""
        while not stop.is_set():
            try:
                self.catch_up(at=clock.now())
                pause = self._interval
            except DBAPIError as error:
                log.warning("subscriptions_interrupted", error=type(error).__name__)
                pause = RETRY_SECONDS
            except Exception:  # letters to readers must never stop the worker, which publishes the ledger
                log.exception("subscriptions_failed")
                pause = FAILED_SECONDS
            stop.wait(pause)
        self.close()

    def catch_up(self, *, at: datetime) -> None:
        """Tell all that is published and due now."""
        on = self._units_on or clock.local_day(at)
        with Session(self._engine, expire_on_commit=False) as session:
            while self._step(session, lambda: _tell_acts(session, self._words, at)):
                pass
            while self._step(session, lambda: _tell_summaries(session, self._words, at, on)):
                pass
            with unit_of_work(session):
                commands.forget_unconfirmed(session, at=at)

    @staticmethod
    def _step(session: Session, step: Callable[[], bool]) -> bool:
        with unit_of_work(session):
            return step()

    def close(self) -> None:
        self._engine.dispose()


def _tell_acts(session: Session, words: Words, at: datetime) -> bool:
    """The next entries, to those who follow their dossiers; whether there may be more."""
    told = int(session.execute(text("select told from subscription_progress for update")).scalar_one())
    listed = ledger.listed(session)
    high = min(told + BATCH, listed)
    if high <= told:
        return False
    entries = [entry for entry in reversed(ledger.between(session, told, high)) if entry.act and not entry.broken]
    readers = _readers(session, {entry.act.reference for entry in entries if entry.act})
    for entry in entries:
        for row in readers.get(entry.act.reference if entry.act else "", ()):
            if row.told <= entry.position:
                _write(session, row, f"{entry.position}", words.act(entry, language=row.language, token=row.token), at)
    session.execute(text("update subscription_progress set told = :told"), {"told": high})
    return high < listed


def _readers(session: Session, references: Iterable[str]) -> dict[str, list[Subscription]]:
    wanted = sorted(references)
    found: dict[str, list[Subscription]] = defaultdict(list)
    if wanted:
        statement = select(Subscription).where(
            Subscription.about == "dossier", Subscription.code.in_(wanted), Subscription.confirmed_at.is_not(None)
        )
        for row in session.scalars(statement):
            found[row.code].append(row)
    return found


def _tell_summaries(session: Session, words: Words, at: datetime, on: date) -> bool:
    """The summaries that are due; a reader of whose unit or procedure nothing is new gets no letter."""
    statement = (
        select(Subscription)
        .where(Subscription.next_at <= at, Subscription.confirmed_at.is_not(None))
        .order_by(Subscription.next_at)
        .limit(SUMMARIES)
        .with_for_update(skip_locked=True)
    )
    due = list(session.scalars(statement))
    listed = ledger.listed(session)
    for row in due:
        found = _news(session, row, listed, on)
        if found:
            _write(session, row, f"{listed}", _summary(row, found, words), at)
        values = {"told": listed, "next_at": schedule.next_summary(at)}
        session.execute(update(Subscription).where(Subscription.id == row.id).values(**values))
    return len(due) == SUMMARIES


def _news(session: Session, row: Subscription, listed: int, on: date) -> list[Logged]:
    """What is new since the last summary, newest first, one more than a letter shows."""
    procedure = row.code if row.about == "procedure" else None
    below = matching.below(session, row.code, on) if row.about == "unit" else None
    newest = ledger.newest(session, units=below, procedure=procedure, below=listed, limit=LONGEST_SUMMARY + 1)
    return [entry for entry in newest if entry.position >= row.told and entry.act and not entry.broken]


def _summary(row: Subscription, found: Sequence[Logged], words: Words) -> tuple[str, str]:
    return words.summary(
        found[:LONGEST_SUMMARY],
        about=row.about,
        code=row.code,
        more=len(found) > LONGEST_SUMMARY,
        language=row.language,
        token=row.token,
    )


def _write(session: Session, row: Subscription, what: str, letter: tuple[str, str], at: datetime) -> None:
    subject, body = letter
    try:
        key = f"subscription-{row.id}-{what}"
        letters.enqueue(session, key=key, to=row.address, subject=subject, body=body, at=at)
    except Invalid as refusal:
        log.warning("subscription_letter_not_written", subscription=row.id, reason=refusal.code)
