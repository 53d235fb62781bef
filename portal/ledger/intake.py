"""Reading what the outbox holds, before any of it gets a position. Pure.

What is taken in is an entry in its one form, and a sealed one comes with the opening that its commitment belongs to.
An entry about a key is taken in if the log's own list of keys bears it out: nobody announces a key by writing to the
outbox. Anything else was not written by `portal.ledger.commands`; nobody was ever told it would be in the log.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portal.ledger import commitment, entry, rows
from portal.ledger.commitment import BadOpening
from portal.ledger.entry import BadEntry, Members
from portal.ledger.key_entry import KeyChange
from portal.ledger.keyring import Ring
from portal.ledger.rows import NOT_AN_ACT, PROCEDURE, SEALED_ON, UNIT, Row
from portal.ledger.storage import Pending

AT_ONCE = 256


class Placed(NamedTuple):
    """An entry at its position; the acting unit and the procedure where it shows them."""

    position: int
    entry: bytes
    unit: str | None
    procedure: str | None


class Intake:
    """Rows of the outbox, read while they are written to the log.

    `openings` and `unreadable` are whole, and `size` is how large the log will be, when all that `placed` gives has
    been taken.
    """

    def __init__(self, taken: Sequence[Pending], ring: Ring, *, first: int) -> None:
        self._taken, self._ring = taken, ring
        self.size = first
        self.openings: list[tuple[int, bytes]] = []
        self.unreadable: list[Pending] = []

    def placed(self) -> Iterator[Placed]:
        for start in range(0, len(self._taken), AT_ONCE):
            pending = self._taken[start : start + AT_ONCE]
            found: Sequence[Row | None] | None = rows.read_all([one.entry for one in pending])
            if found is None:
                found = list(map(self._read, pending))
            for one, row in zip(pending, found, strict=True):
                if row is None or not _belong_together(one, row):
                    self.unreadable.append(one)
                    continue
                yield Placed(self.size, one.entry, row[UNIT] or None, row[PROCEDURE] or None)
                if one.opening is not None:
                    self.openings.append((self.size, one.opening))
                self.size += 1

    def _read(self, pending: Pending) -> Row | None:
        """The slow way, where something is no act; None: it is no entry of this log."""
        try:
            found = rows.read(pending.entry)
        except BadEntry:
            return None
        if not isinstance(found, KeyChange):
            return found
        return NOT_AN_ACT if self._ring.bears_out(found) else None


def _belong_together(pending: Pending, row: Row) -> bool:
    """A sealed entry comes with its own opening, and no other with any."""
    if pending.opening is None:
        return not row[SEALED_ON]
    try:
        opened(pending.entry, pending.opening)
    except (BadEntry, BadOpening):
        return False
    return True


def opened(sealed: bytes, opening: bytes) -> Members:
    """The act that a sealed entry stands for; raises `BadEntry` or `BadOpening` unless the two belong together."""
    return entry.members(opened_bytes(sealed, opening))


def opened_bytes(sealed: bytes, opening: bytes) -> bytes:
    shown = commitment.check(commitment.parse_opening(opening), entry.parse_sealed(sealed).commitment)
    inner = shown.get(commitment.SEALED_FIELD)
    if set(shown) != {commitment.SEALED_FIELD} or not isinstance(inner, str):
        raise BadOpening("not the opening of a sealed entry")
    return inner.encode()
