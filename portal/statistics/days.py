"""Days on which something was so, told by the end of each day: spans in order, never touching. Pure.

A span is `(first day, first day no more)`, the second None while it lasts. What begins and ends on one day was
not so at the end of any day, and leaves no span.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple


class Span(NamedTuple):
    begins: date
    ends: date | None


class Days:
    """The spans of one thing, written from the past to the future."""

    __slots__ = ("spans",)

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self.spans = list(spans)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Days) and self.spans == other.spans

    def __hash__(self) -> int:
        return hash(tuple(self.spans))

    def __iter__(self) -> Iterator[Span]:
        return iter(self.spans)

    def __repr__(self) -> str:
        return f"Days({self.spans!r})"

    def begin(self, on: date) -> None:
        """It is so from that day on. What ended on that very day did not end."""
        if self.spans:
            last = self.spans[-1]
            if last.ends is None:
                return
            if last.ends >= on:
                self.spans[-1] = Span(last.begins, None)
                return
        self.spans.append(Span(on, None))

    def end(self, on: date) -> None:
        """From that day on it is so no more; what would only have begun then, or later, never was."""
        if self.spans and self.spans[-1].ends is None:
            last = self.spans.pop()
            if on > last.begins:
                self.spans.append(Span(last.begins, on))
