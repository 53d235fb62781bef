"""A log that is looked at after every blow: nothing of it may ever be other than it was, and nothing may be missing."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.ledger import audit, commitment, entry, handed_out, key_entry, storage, tree
from portal.ledger.note import Checkpoint
from portal.ledger.publisher import AnotherPublisher
from portal.ledger.storage import Head
from portal.ledger.tree import Edge
from portal.transaction import unit_of_work
from tests.ledger.acts import FILED, SECRET
from tests.ledger.chains import reference
from tests.ledger.stored import keys_beside, wait_until

COMMITMENT = commitment.commit({"note": "riêng tư"}, secret=SECRET, n=0)
HELD = (
    "from pg_locks where locktype = 'advisory' "
    "and database = (select oid from pg_database where datname = current_database())"
)
"""The publisher's lock on this database; other logs of the same server have theirs."""
INTERRUPTIONS = (DBAPIError, psycopg.Error, OSError)
"""What the publisher in its life gets over by trying again."""


class Watched:
    """Remembers every entry and every checkpoint ever seen, and holds the log to them."""

    def __init__(self, session: Session, file: Path) -> None:
        self._session = session
        self._file = file
        self._keys = keys_beside(file)
        self._edge = Edge()
        self._roots = {0: tree.EMPTY_ROOT}
        self._notes: dict[int, bytes] = {}
        self._given: list[bytes] = []
        self._announced = 0
        self._acts: list[int] = []
        self._published = self._handed_out = 0
        self.dossiers = 0

    def file_acts(self, count: int) -> None:
        """Acts of new dossiers in the outbox, committed."""
        data = []
        for _ in range(count):
            self.dossiers += 1
            act = replace(FILED, reference=reference(self.dossiers))
            data.append(entry.render(act, COMMITMENT))
        with unit_of_work(self._session):
            self._session.execute(
                text("insert into ledger_outbox (at, entry) select :at, unnest(cast(:data as bytea[]))"),
                {"at": FILED.at, "data": data},
            )
        self._given += data

    def look(self) -> None:
        """Between a blow and what mends it, or while others publish: whatever is stored or handed out is true.

        One snapshot of the database between two looks at the file: what was handed out before is in the snapshot, and
        what is published there has been handed out since.
        """
        before = self._file.read_bytes() if self._file.exists() else None
        self._session.rollback()
        self._session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        head = storage.head(self._session)
        self._look_at_entries(head)
        waiting = self._session.execute(text("select entry from ledger_outbox")).scalars().all()
        listed = self._session.execute(text("select first from ledger_dossier order by first")).scalars().all()
        self._session.rollback()
        if before is not None:
            last = self._opened(before)
            assert self._notes.get(last.size) == before, "handed out what is not stored"
            assert last.root == self._roots[last.size], "handed out what is not in the log"
            assert last.size >= self._handed_out, "what was handed out has gone back"
        self._handed_out = self._opened(self._file.read_bytes()).size if self._file.exists() else 0
        assert self._published <= head.published <= self._handed_out, "published what is not handed out"
        self._published = head.published
        acts = head.size - self._announced + sum(not key_entry.is_key(data) for data in waiting)
        assert acts == len(self._given), "an act is lost or there twice"
        self._look_at_lists(head, listed)
        keys = len(self._keys.ring().keys) - 1
        assert self._announced + sum(map(key_entry.is_key, waiting)) <= keys, "a key is announced twice"

    def _look_at_entries(self, head: Head) -> None:
        for position, data, _unit, _procedure in storage.entries(self._session, self._edge.size, head.size):
            assert position == self._edge.size
            self._announced += key_entry.is_key(data)
            if not key_entry.is_key(data):
                self._acts.append(position)
            self._edge.append(tree.leaf_hash(data))
            self._roots[self._edge.size] = self._edge.root()
        assert (head.size, head.root) == (self._edge.size, self._edge.root())
        for size, root, data, _at in storage.signed_checkpoints(self._session):
            assert root == self._roots[size]
            assert self._notes.setdefault(size, data) == data, "two checkpoints of one size"

    def _look_at_lists(self, head: Head, listed: Sequence[int]) -> None:
        """They show the first entries of the log, up to a signed size, each act once: here each begins a dossier."""
        assert head.listed <= head.published, "the lists show what is not published"
        assert head.listed in {0, *self._notes}, "the lists stand at a size that was never signed"
        assert listed == self._acts[: bisect_left(self._acts, head.listed)], "the lists are not the log's"

    def _opened(self, data: bytes) -> Checkpoint:
        return self._keys.ring().open(data)

    def assert_whole(self) -> None:
        """Everything is in its place, published and handed out; and the audit, which reads it all anew, agrees."""
        self.look()
        stored = [data for _, data, _, _ in storage.entries(self._session, 0, self._edge.size)]
        assert sorted(data for data in stored if not key_entry.is_key(data)) == sorted(self._given)
        assert self._published == self._handed_out == len(stored)
        assert storage.head(self._session).listed == len(stored), "the lists are behind"
        ring = self._keys.ring()
        report = audit.audit(self._session, ring=ring, handed_out=handed_out.read(self._file, ring.open))
        assert report.findings == ()
        counted = self._session.execute(text("select count(*), sum(filed) from ledger_dossier, ledger_day")).one()
        assert counted[0] == self.dossiers
        filed = self._session.execute(text("select sum(filed) from ledger_day")).scalar_one()
        assert filed == self.dossiers, "the figures count an act twice or not at all"
        self._session.rollback()

    def wait_for_the_lock(self) -> None:
        """Until the server has noticed that the publisher's connection is gone."""
        wait_until(lambda: not self._session.execute(text(f"select count(*) {HELD}")).scalar_one(), every=0.002)
        self._session.rollback()


def until_it_works(publish: Callable[[], int]) -> None:
    """What a publisher's life does: try again. A lock that a dead connection held is free a moment later."""

    def works() -> bool:
        try:
            publish()
        except (AnotherPublisher, *INTERRUPTIONS):
            return False
        return True

    wait_until(works, every=0.005)
