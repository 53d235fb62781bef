"""A bar on a terminal, and nothing where there is none."""

import time
from typing import TextIO

WIDTH = 30
EVERY = 0.1


class Bar:
    def __init__(self, screen: TextIO, *, quiet: bool) -> None:
        self._screen = screen if not quiet and screen.isatty() else None
        self._begun: tuple[float, int] | None = None
        self._drawn_at = 0.0

    def show(self, done: int, size: int) -> None:
        now = time.monotonic()
        if self._screen is None or (now - self._drawn_at < EVERY and done < size):
            return
        self._begun = self._begun or (now, done)
        self._drawn_at = now
        full = WIDTH if not size else WIDTH * done // size
        rate = (done - self._begun[1]) / max(now - self._begun[0], 0.001)
        line = f"\r[{'#' * full}{'.' * (WIDTH - full)}] {done:,} of {size:,} entries, {rate:,.0f}/s "
        self._screen.write(line + "\x1b[K")
        self._screen.flush()

    def clear(self) -> None:
        if self._screen is not None and self._begun is not None:
            self._screen.write("\r\x1b[K")
            self._screen.flush()
        self._begun = None
