"""When a part that ended by itself is started again, and when that is given up. Pure: instants are handed in."""

FIRST_DELAY = 0.5
LONGEST_DELAY = 15.0
WINDOW_SECONDS = 120.0
HOPELESS_AFTER = 6


class Restarts:
    """One part's ends; delays double while they come close together."""

    def __init__(self) -> None:
        self._ends: list[float] = []
        self._start_at: float | None = None

    @property
    def delay(self) -> float:
        return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** max(0, len(self._ends) - 1))

    def ended(self, at: float) -> None:
        self._ends = [*self._recent(at), at]
        self._start_at = at + self.delay

    def hopeless(self, at: float) -> bool:
        return len(self._recent(at)) >= HOPELESS_AFTER

    def due(self, at: float) -> bool:
        return self._start_at is not None and at >= self._start_at

    def started(self) -> None:
        self._start_at = None

    def _recent(self, at: float) -> list[float]:
        return [end for end in self._ends if at - end < WINDOW_SECONDS]
