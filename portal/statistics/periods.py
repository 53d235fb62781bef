"""Periods of days, and the whole years, whole months and single days that cover them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from portal.statistics.counting import DAY, MONTH, YEAR

ONE_DAY = timedelta(days=1)
FIRST_DAY = date.min

_PERIOD = re.compile(r"(?P<year>2[01][0-9]{2})(?:-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4]))?", re.ASCII)


class BadPeriod(ValueError):
    """Not a period: `2026`, `2026-Q4` or `2026-11`."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included. `name` is how it was asked for where it is a month, quarter or year."""

    first: date
    last: date
    name: str = ""


class Stretch(NamedTuple):
    """Cells of one span that begin between two days, both included."""

    span: str
    low: date
    high: date


def parse(text: str) -> Period:
    """The year, quarter or month of that name."""
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise BadPeriod(text)
    year = int(found["year"])
    if found["month"]:
        return Period(date(year, int(found["month"]), 1), end_of_month(date(year, int(found["month"]), 1)), text)
    if found["quarter"]:
        begins = date(year, 3 * int(found["quarter"]) - 2, 1)
        return Period(begins, end_of_month(begins.replace(month=begins.month + 2)), text)
    return Period(date(year, 1, 1), date(year, 12, 31), text)


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def quarter_of(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def end_of_month(day: date) -> date:
    return next_month(day) - ONE_DAY


def next_month(day: date) -> date:
    """The first day of the next month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def months_before(day: date, count: int) -> date:
    """The first day of the month that lies `count` months before that day's."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def cover(first: date, last: date) -> Iterator[Stretch]:
    """Whole years, and the months and days before and after them; nothing where `last` lies before `first`."""
    if last < first:
        return
    begins = first.year if (first.month, first.day) == (1, 1) else first.year + 1
    ends = last.year + 1 if (last.month, last.day) == (12, 31) else last.year  # the first year no more
    if begins >= ends:
        yield from _months(first, last)
        return
    if first.year < begins:
        yield from _months(first, date(first.year, 12, 31))
    yield Stretch(YEAR, date(begins, 1, 1), date(ends - 1, 12, 31))
    if ends <= last.year:
        yield from _months(date(ends, 1, 1), last)


def _months(first: date, last: date) -> Iterator[Stretch]:
    """Whole months, and the days before and after them."""
    begins = first if first.day == 1 else next_month(first)
    ends = last.replace(day=1) if last < end_of_month(last) else next_month(last)  # the first month no more
    if begins >= ends:
        yield Stretch(DAY, first, last)
        return
    if first < begins:
        yield Stretch(DAY, first, begins - ONE_DAY)
    yield Stretch(MONTH, begins, ends - ONE_DAY)
    if ends <= last:
        yield Stretch(DAY, ends, last)
