"""Delivering letters: the job `letters.deliver`, outside any transaction.

An attempt is counted and committed, then the message is handed over, then the outcome is committed. A process
killed in between leaves an attempt that nobody knows the end of; the letter is then sent once more with the same
Message-ID and marked as a repeat, and never a third time. As .eml files letters arrive exactly once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import procrastinate
from sqlalchemy import text
from sqlalchemy.engine import Engine

from portal import clock, jobs, logs, sealing
from portal.letters import commands
from portal.letters.message import compose
from portal.letters.transport import Folder, NobodyKnows, NotAccepted, Smtp, Transport
from portal.settings import Settings
from portal.transaction import current_session, unit_of_work

LOCK_SPACE = 0x6C657474  # "lett": one advisory lock a letter
RETRIES = procrastinate.RetryStrategy(max_attempts=9, exponential_wait=4)  # 4 s, 16 s, 1 min, ... 3 days

log = logs.logger(__name__)


class Outcome(StrEnum):
    SENT = "sent"
    WAITS = "waits"  # nobody got it, or nobody knows; try again
    GIVEN_UP = "given_up"
    ENDED_BEFORE = "ended_before"  # sent or given up by an earlier attempt
    BUSY = "busy"  # another process is at it


class TryAgain(Exception):
    """Tells the queue to run the job again later."""


class _Office:
    transport: Transport | None = None
    sender: str = ""


def configure(settings: Settings) -> None:
    """Deliver by the settings' SMTP server, or into its outbox folder where there is none."""
    _Office.sender = settings.mail_from
    _Office.transport = (
        Smtp(
            settings.smtp_host,
            settings.smtp_port,
            tls=settings.smtp_tls,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
        )
        if settings.smtp_host
        else Folder(settings.outbox)
    )


@jobs.task("letters.deliver", retry=RETRIES)
def deliver(*, letter_id: int) -> None:
    """The job: one attempt; asks to be run again where the letter still waits."""
    outcome = attempt(letter_id)
    if outcome in (Outcome.WAITS, Outcome.BUSY):
        raise TryAgain(outcome)


def attempt(letter_id: int) -> Outcome:
    """One attempt to deliver one letter; safe to repeat and to run beside others."""
    transport = _Office.transport
    if transport is None:
        raise RuntimeError("letters.delivery.configure() was not called")
    with alone_at(letter_id) as alone:
        if not alone:
            return Outcome.BUSY
        with unit_of_work() as session:
            letter = commands.begin_attempt(session, letter_id, exact=transport.exact, at=clock.now())
        if letter is None:
            return Outcome.ENDED_BEFORE
        return _hand_over(letter_id, letter, transport)


def message_id(key: str) -> str:
    """The part before the @: stable for a letter, meaningless to others."""
    return sealing.blind_index("letter", key).hex()[:32]


def _hand_over(letter_id: int, letter: commands.Attempt, transport: Transport) -> Outcome:
    message = compose(
        sender=_Office.sender,
        to=letter.to,
        subject=letter.subject,
        body=letter.body,
        message_id=message_id(letter.key),
        at=clock.local(letter.created_at),
        repeat=letter.repeat,
    )
    try:
        transport.send(message, sender=_Office.sender, recipient=message["To"].addresses[0].addr_spec)
    except NobodyKnows:
        log.warning("letter_uncertain", letter_id=letter_id)
        return Outcome.WAITS
    except NotAccepted as error:
        log.warning("letter_not_accepted", letter_id=letter_id, reason=error.reason, permanent=error.permanent)
        with unit_of_work() as session:
            commands.record_failure(session, letter_id, reason=error.reason, permanent=error.permanent, at=clock.now())
        return Outcome.GIVEN_UP if error.permanent else Outcome.WAITS
    with unit_of_work() as session:
        commands.record_sent(session, letter_id, at=clock.now())
    return Outcome.SENT


@contextmanager
def alone_at(letter_id: int) -> Iterator[bool]:
    """Whether this process alone is at the letter: a lock that goes with the process, and no transaction."""
    engine = current_session().get_bind()
    if not isinstance(engine, Engine):
        raise TypeError("letters are delivered with a session bound to an engine")
    key = {"space": LOCK_SPACE, "letter": letter_id % 2**31}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        locked = connection.scalar(text("select pg_try_advisory_lock(:space, :letter)"), key)
        try:
            yield bool(locked)
        finally:
            if locked:
                connection.execute(text("select pg_advisory_unlock(:space, :letter)"), key)
