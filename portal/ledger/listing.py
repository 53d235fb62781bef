"""Lists, figures of days and feeds of units, grown from the log after it was signed: in its order, each entry once.

An entry is signed and handed out first; what is derived from it is written in a transaction of its own, which also
moves the mark `ledger_head.listed`. So a batch of entries is in the lists whole or not at all, and a publisher that
was cut off goes on from the mark. The mark stands at signed sizes alone: whatever is listed, a checkpoint of exactly
that size was handed out. docs/decisions/ledger-publisher.md.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.ledger import faults, hubs, projection, queries, storage
from portal.ledger.haste import without_looking_for_cycles
from portal.ledger.projection import Logged
from portal.ledger.storage import Head
from portal.ledger.tree import leaf_hash

BATCH = 4096
MOST_BEHIND = 32_768
"""Entries that are signed one after the other before the lists get their turn."""


def behind(session: Session) -> int:
    """How many entries are handed out and not listed."""
    head = storage.head(session)
    return max(0, head.published - head.listed)


def catch_up(session: Session, *, at: datetime) -> None:
    """List all that is signed, handed out or not: in a database that was just put back, and that nobody publishes."""
    head = storage.lock_head(session)
    while _take(session, head, most=head.size, at=at):
        head = storage.lock_head(session)


def advance(session: Session, *, at: datetime) -> int:
    """List the next entries that were handed out, in the caller's transaction; how many."""
    head = storage.lock_head(session)
    return _take(session, head, most=head.published, at=at)


def _take(session: Session, head: Head, *, most: int, at: datetime) -> int:
    high = storage.signed_size(session, after=head.listed, within=BATCH, most=most)
    if high is None:
        return 0
    with without_looking_for_cycles():
        broken = projection.apply(session, _logged(session, head.listed, high))
    faults.keep_broken(session, broken, at=at)
    hubs.announce(session, head.listed, high)
    if not storage.mark_listed(session, old=head.listed, size=high):
        raise RuntimeError(f"somebody else lists the entries after {head.listed}")
    return high - head.listed


def _logged(session: Session, low: int, high: int) -> Sequence[Logged]:
    """The acts among them. What was erased before it was listed, and what is about a key, is in no list."""
    acts = (
        (position, data, sealed, queries.read_act(data, opening))
        for position, data, sealed, opening in storage.with_openings(session, low, high)
    )
    return [Logged(position, leaf_hash(data), act, sealed) for position, data, sealed, act in acts if act is not None]
