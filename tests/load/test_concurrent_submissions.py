"""32 people at once file 50 dossiers each while the publisher is at work: nothing twice, nothing missing."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers.references import parse
from portal.ledger import keys, note
from portal.ledger.publisher import AnotherPublisher, Publisher
from portal.settings import Settings
from tests.dossiers.making import make_draft
from tests.dossiers.test_filing import at_once, copies_of, submit
from tests.publishing import forget_handed_out
from tests.signing_in import make_citizen

WRITERS, EACH = 32, 50
ALL = WRITERS * EACH


def test_1600_dossiers_filed_at_once_are_in_the_log_once_each(app: Flask, session: Session) -> None:
    person = make_citizen(session)
    tokens = copies_of(session, make_draft(session, person), ALL)

    def write(mine: list[UUID]) -> Callable[[Session], list[str]]:
        return lambda own: [submit(own, token, person).reference for token in mine]

    settings: Settings = app.config["SETTINGS"]
    with _publisher_at_work(settings):
        shares = at_once(app, [write(tokens[n::WRITERS]) for n in range(WRITERS)])
    references = [reference for share in shares for reference in share]
    assert sorted(_serial(reference) for reference in references) == list(range(1, ALL + 1))
    entries = _entries(session)
    assert sorted(json.loads(entry)["reference"] for entry in entries) == sorted(references)
    _hold_the_checkpoints(session, settings, entries)


@contextmanager
def _publisher_at_work(settings: Settings) -> Iterator[None]:
    """A publisher beside the writers; what they left at the end is published too."""
    forget_handed_out(settings)
    stop = threading.Event()
    thread = threading.Thread(target=Publisher.of(settings).run, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
    last = Publisher.of(settings)
    _publish_after_it(last)
    last.close()


def _publish_after_it(last: Publisher) -> None:
    """Once the server has noticed that the connection with the lock is gone: a moment after it was closed."""
    until = time.monotonic() + 30
    while True:
        try:
            last.publish_pending()
        except AnotherPublisher:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _serial(reference: str) -> int:
    found = parse(reference)
    assert found, reference
    return found.serial


def _entries(session: Session) -> list[bytes]:
    """The entries in order, whose positions are complete and unique."""
    rows = session.execute(text("select position, entry from ledger_entry order by position")).all()
    assert [row.position for row in rows] == list(range(ALL))
    assert session.execute(text("select count(*) from ledger_outbox")).scalar_one() == 0
    return [bytes(row.entry) for row in rows]


def _hold_the_checkpoints(session: Session, settings: Settings, entries: list[bytes]) -> None:
    """Every head that was signed on the way is the root over the entries up to there."""
    verifier = keys.log_key(settings).verifier
    notes = session.scalars(text("select note from ledger_checkpoint order by size")).all()
    heads = [note.open_checkpoint(bytes(signed), verifier) for signed in notes]
    assert len([head for head in heads if 0 < head.size < ALL]) >= 1, "the publisher did not work beside the writers"
    assert heads[-1].size == ALL
    leaves = [hashlib.sha256(b"\0" + entry).digest() for entry in entries]
    for head in heads:
        assert head.root == _root(leaves[: head.size]), f"the root at {head.size} is not that of the entries"


def _root(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, as it is written there; not the portal's own arithmetic."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    middle = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + _root(leaves[:middle]) + _root(leaves[middle:])).digest()
