"""The one process that gives positions: from the outbox to the signed checkpoint, batch by batch, then the lists.

A session-level advisory lock on the connection that does all the work is held for as long as that connection lives:
over commit *and* hand-out. Losing the connection loses lock and transaction together. What is in memory (the right
edge of the tree) is dropped after any error and recomputed from what is stored. docs/decisions/ledger-publisher.md.
"""

import shutil
import threading
import time
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import Connection
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection as SQLConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from portal import clock, logs
from portal.ledger import (
    announcing,
    commands,
    faults,
    growing,
    halted,
    handed_out,
    listing,
    note,
    projection,
    storage,
    unit_feeds,
)
from portal.ledger.agent import AgentFailed
from portal.ledger.growing import RefusedToSign
from portal.ledger.haste import without_looking_for_cycles
from portal.ledger.intake import Intake
from portal.ledger.keyring import Ring
from portal.ledger.keys import LogKeys
from portal.ledger.note import BadNote, Checkpoint
from portal.ledger.storage import Head
from portal.ledger.tiles import Growth
from portal.settings import Settings
from portal.transaction import unit_of_work

LOCK = int.from_bytes(sha256(b"hai-dang/ledger/publisher").digest()[:8], "big", signed=True)
BATCH = 8192
GATHER_SECONDS = 0.1
RETRY_SECONDS = 1.0
REFUSED_SECONDS = 30.0
FREE_BYTES = 64 * 1024 * 1024

log = logs.logger("portal.ledger.publisher")


class AnotherPublisher(RuntimeError):
    """The lock is held: this log has a publisher already."""


class NoSpace(RuntimeError):
    """The disk is nearly full: better to wait than to be cut off in the middle."""


class Publisher:
    """`publish_pending()` for one go, `run(stop)` for a life. Not for use by several threads at once."""

    def __init__(
        self,
        database_url: str,
        *,
        keys: LogKeys,
        checkpoint_file: Path,
        interval: float = 1.0,
        batch: int = BATCH,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._engine = create_engine(database_url, poolclass=NullPool, hide_parameters=True)
        self._keys = keys
        self._file = checkpoint_file
        self._interval = interval
        self._batch = batch
        self._now = now
        self._connection: SQLConnection | None = None
        self._growth: Growth | None = None
        self._signed_at: datetime | None = None
        self._announced: Ring | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Publisher":
        """The publisher of this installation; makes the log's key on first use. Raises `BadNote` for another's."""
        keys = LogKeys.of(settings)
        keys.ring()
        return cls(
            settings.sqlalchemy_url,
            keys=keys,
            checkpoint_file=handed_out.path_of(settings),
            interval=settings.ledger_interval_seconds,
        )

    # --- Life ----------------------------------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop` is set: woken by appends, and every interval all the same. Survives the database."""
        while not stop.is_set():
            pause = self._attempt()
            if pause is None:
                self._wait(stop)
            else:
                stop.wait(pause)
        self.close()

    def publish_pending(self) -> int:
        """Sign, hand out and list all that is pending now; how many entries were signed.

        Raises AnotherPublisher, RefusedToSign, NoSpace.
        """
        try:
            session = self._open()
            self._announce(session)
            total, busy = 0, True
            while busy:
                signed = self._publish_batch(session)
                total += signed
                busy = bool(self._list(session, more_to_sign=signed > 0) or signed)
            self._sweep(session)
        except BaseException:
            self.close()
            raise
        return total

    def close(self) -> None:
        """Forget everything in memory and give up connection and lock."""
        self._growth = self._signed_at = self._announced = None
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _attempt(self) -> float | None:
        """One go; the seconds to wait after one that failed. Nothing ends the publisher but being told to stop."""
        try:
            self.publish_pending()
        except AnotherPublisher:
            return self._interval
        except (RefusedToSign, BadNote, handed_out.GoneBack) as error:
            log.critical("ledger_refused_to_sign", reason=str(error))
            return REFUSED_SECONDS
        except AgentFailed as error:
            log.error("ledger_signer_failed", reason=str(error))
            return RETRY_SECONDS
        except (DBAPIError, psycopg.Error, OSError, NoSpace) as error:
            log.warning("ledger_publisher_interrupted", error=type(error).__name__)
            return RETRY_SECONDS
        except Exception:
            log.exception("ledger_publisher_failed")
            return RETRY_SECONDS
        return None

    def _wait(self, stop: threading.Event) -> None:
        """Until an append is announced or the interval is over; then a moment more, so that appends share a batch."""
        try:
            deadline = time.monotonic() + self._interval
            for _notice in self._driver().notifies(timeout=self._interval, stop_after=1):
                stop.wait(min(GATHER_SECONDS, max(0.0, deadline - time.monotonic())))
        except (psycopg.Error, DBAPIError, OSError):
            log.warning("ledger_publisher_connection_lost")
            self.close()
            stop.wait(min(RETRY_SECONDS, self._interval))

    # --- Opening -------------------------------------------------------------------------------------------------

    def _open(self) -> Session:
        """A session on the one connection: locked, listening, its tree recomputed and found to be the signed one."""
        if self._connection is None:
            self._connection = self._engine.connect()
        session = Session(self._connection, expire_on_commit=False)
        if self._growth is None:
            with unit_of_work(session):
                if not session.execute(text("select pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar_one():
                    raise AnotherPublisher("another process publishes this log")
                session.execute(text(f"listen {commands.CHANNEL}"))
            self._growth = self._recompute(session)
        return session

    def _recompute(self, session: Session) -> Growth:
        ring = self._keys.ring()
        before = handed_out.read(self._file, ring.open)
        if before is None:
            log.warning("ledger_nothing_handed_out_yet", file=str(self._file))
        with unit_of_work(session):
            head = storage.lock_head(session)
            growth = growing.load(session, head)
            growing.check(session, head, ring=ring, handed_out=before)
            self._signed_at = storage.last_signed_at(session)
            if self._signed_at is None:
                self._sign(session, head.size, head.root)
            unit_feeds.catch_up(session)
        self._hand_out(session, head.size)
        log.info("ledger_publisher_ready", size=head.size)
        return growth

    def _announce(self, session: Session) -> None:
        """A key that the log does not know yet is announced by an entry of its own, before all that waits."""
        ring = self._keys.ring()
        if ring != self._announced:
            with unit_of_work(session):
                announcing.announce(session, ring)
            self._announced = ring

    def _driver(self) -> Connection[object]:
        driver = None if self._connection is None else self._connection.connection.driver_connection
        if not isinstance(driver, Connection):
            raise TypeError("the publisher needs an open psycopg connection")
        return driver

    # --- A batch -------------------------------------------------------------------------------------------------

    def _publish_batch(self, session: Session) -> int:
        with unit_of_work(session):
            if not storage.anything_pending(session):
                return 0
            self._check_space()
            halted.check(halted.beside(self._file))
            with without_looking_for_cycles():
                size = self._commit_batch(session)
        self._hand_out(session, size.after)
        return size.taken

    def _commit_batch(self, session: Session) -> "_Sizes":
        growth = self._growth
        head = storage.lock_head(session)
        if growth is None or (growth.size, growth.root()) != (head.size, head.root):
            raise RefusedToSign(f"the head moved to {head.size} under the publisher that holds the lock")
        taken = storage.take(session, self._batch)
        found = Intake(taken, self._keys.ring(), first=growth.size)
        storage.write_entries(session, found.placed())
        faults.keep_unreadable(session, found.unreadable, at=self._now())
        if found.size > growth.size:
            storage.write_openings(session, found.openings)
            self._grow(session, growth, found.size)
            self._sign(session, growth.size, growth.root())
            if not storage.swap_head(session, old=head, size=growth.size, root=growth.root()):
                raise RefusedToSign(f"somebody else moved the head from {head.size}")
        return _Sizes(len(taken), growth.size)

    def _grow(self, session: Session, growth: Growth, size: int) -> None:
        """The tree and its full tiles, by what is stored, not by what was sent."""
        leaves = storage.leaf_hashes(session, growth.size, size)
        if len(leaves) != size - growth.size:
            raise RefusedToSign(f"{len(leaves)} entries stored of {size - growth.size}")
        storage.write_tiles(session, growth.extend(leaves))

    def _sign(self, session: Session, size: int, root: bytes) -> None:
        """By every key of this instant. The log's time never goes back, whatever the clock does: nor do its keys."""
        at = self._now() if self._signed_at is None else max(self._now(), self._signed_at)
        signers = self._keys.signers(at)
        checkpoint = Checkpoint(signers[-1].verifier.name, size, root)
        signed = note.sign(checkpoint.render(), signers).encode()
        if any(note.open_checkpoint(signed, signer.verifier) != checkpoint for signer in signers):
            raise RefusedToSign(f"the signatures of {size} entries do not verify")
        storage.write_checkpoint(session, checkpoint, signed, at=at)
        self._signed_at = at

    def _hand_out(self, session: Session, size: int) -> None:
        """First the file that remembers what was handed out, then the mark by which every reader goes."""
        with unit_of_work(session):
            head: Head = storage.head(session)
            signed = storage.checkpoint_note(session, size)
            if signed is None:
                raise RefusedToSign(f"no checkpoint of {size} entries")
            handed_out.write(self._file, signed, self._keys.ring().open)
            if head.published < size:
                storage.mark_published(session, size)

    # --- After a batch -------------------------------------------------------------------------------------------

    def _list(self, session: Session, *, more_to_sign: bool) -> int:
        """Take the next entries into the lists; how many. What may wait to be signed comes first, but not for ever."""
        with unit_of_work(session):
            behind = listing.behind(session)
            if not behind or (more_to_sign and behind < listing.MOST_BEHIND):
                return 0
            return listing.advance(session, at=self._now())

    def _sweep(self, session: Session) -> None:
        at = self._now()
        with unit_of_work(session):
            if projection.anything_late(session, at=at):
                projection.sweep_late(session, at=at)

    def _check_space(self) -> None:
        folder = self._file.parent if self._file.parent.exists() else self._file.parent.parent
        if shutil.disk_usage(folder).free < FREE_BYTES:
            raise NoSpace(str(folder))


class _Sizes(NamedTuple):
    """How many rows a batch took, and how large the tree is after it."""

    taken: int
    after: int
