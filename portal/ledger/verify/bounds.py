"""Moments at which the log provably had so many entries and no more: what came later cannot be much older.

Such a moment is a witness's cosignature on a checkpoint, or one's own look at it. An entry beyond that size whose act
is more than a minute older than that moment came late: it was back-dated, or held back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from portal import clock
from portal.ledger import entry

GRACE = timedelta(seconds=60)

Moment = tuple[int, datetime]
"""Size of the log, and when it was that."""


class Bounds:
    """To be asked position by position, rising."""

    def __init__(self, moments: Iterable[Moment] = ()) -> None:
        self._coming = sorted(moments, reverse=True)
        self._latest: datetime | None = None
        self.instant, self.day = "", ""
        self.next = self._coming[-1][0] if self._coming else None

    def reach(self, position: int) -> None:
        """Take in the moments at which this position was not yet in the log."""
        while self._coming and self._coming[-1][0] <= position:
            _, at = self._coming.pop()
            if self._latest is None or at > self._latest:
                self._latest = at
                self.instant = entry.instant_text(at - GRACE)
                self.day = clock.local_day(at - GRACE).isoformat()
        self.next = self._coming[-1][0] if self._coming else None
