"""Working minutes counted fast: every span of working time of sixty years in one sorted list, made once.

A moment is a whole number of minutes since the first day, on the wall clock of the office. Viet Nam has
kept one offset since 1975, so wall-clock minutes can be added and subtracted.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from portal import clock

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2059, 12, 31)
ZERO = datetime(2000, 1, 1)  # noqa: DTZ001 - a wall clock, not an instant
MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)
DAY_MINUTES = 24 * 60
LAST_MOMENT = (LAST_DAY - FIRST_DAY).days * DAY_MINUTES


class _Spans(NamedTuple):
    first: "array[int]"  # by number of day: the first span that ends on it or later
    begins: "array[int]"
    ends: "array[int]"
    worked: "array[int]"  # working minutes up to and including the span


class OutsideCalendar(ValueError):
    """The moment lies before 2000 or after 2059."""


class Clockwork:
    """Counting over one calendar; the list is made on first use."""

    def __init__(self, hours_of: Callable[[date], Sequence[tuple[time, time]]]) -> None:
        self._hours_of = hours_of
        self._spans: _Spans | None = None

    def next_working(self, moment: int) -> int:
        """The moment itself where it is working time (an end of hours is not), else the next beginning."""
        spans = self._made()
        place = bisect_right(spans.ends, moment)
        self._check(place, spans)
        return max(moment, spans.begins[place])

    def worked_until(self, moment: int) -> int:
        """Working minutes from the first day up to the moment."""
        spans = self._made()
        place, ends = spans.first[moment // DAY_MINUTES], spans.ends
        while place < len(ends) and ends[place] <= moment:
            place += 1
        before = spans.worked[place - 1] if place else 0
        return before + (max(0, moment - spans.begins[place]) if place < len(spans.begins) else 0)

    def moment_after(self, worked: int) -> int:
        """The earliest moment by which so many working minutes have passed since the first day."""
        spans = self._made()
        place = bisect_left(spans.worked, worked)
        self._check(place, spans)
        return spans.ends[place] - (spans.worked[place] - worked)

    def is_working(self, moment: int) -> bool:
        """Whether the moment lies in working time, both ends included."""
        spans = self._made()
        place = bisect_left(spans.ends, moment)
        return place < len(spans.begins) and spans.begins[place] <= moment

    def _made(self) -> _Spans:
        if self._spans is None:
            self._spans = self._make()
        return self._spans

    def _make(self) -> _Spans:
        spans = _Spans(array("i"), array("i"), array("i"), array("i"))
        worked = 0
        for number in range((LAST_DAY - FIRST_DAY).days + 1):
            spans.first.append(len(spans.begins))
            for begin, end in self._hours_of(FIRST_DAY + number * ONE_DAY):
                spans.begins.append(number * DAY_MINUTES + _minutes(begin))
                spans.ends.append(number * DAY_MINUTES + _minutes(end))
                worked += _minutes(end) - _minutes(begin)
                spans.worked.append(worked)
        return spans

    @staticmethod
    def _check(place: int, spans: _Spans) -> None:
        if not 0 <= place < len(spans.begins):
            raise OutsideCalendar("no working time is known that far")


def to_moment(wall_clock: datetime) -> int:
    """Whole minutes, seconds dropped, of a wall-clock time (its zone is ignored)."""
    return _within((wall_clock.replace(tzinfo=None) - ZERO) // MINUTE)


def moment_of(instant: datetime) -> int:
    """The moment that an instant is; refuses naive values."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware")
    return _within(clock.local_minute(instant))


def _within(moment: int) -> int:
    if not 0 <= moment <= LAST_MOMENT:
        raise OutsideCalendar("outside the years that can be counted")
    return moment


def to_wall_clock(moment: int) -> datetime:
    return ZERO + moment * MINUTE


def _minutes(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute
