"""What officers changed of a working calendar, laid over the one that comes with the portal. Pure.

| kind | days |
|---|---|
| `off` | `first` to `last`: not worked |
| `worked` | `first`: worked, though it is a weekend or was off |
| `swap` | `first` is off, `worked_on` is worked instead |
| `hours` | from `first` to `last` (None: until further notice) the office works by `weekly` |
| `announced` | the year of `first`: its days off are now those the State announced |

Of changes about one day the later one in the sequence counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from types import MappingProxyType
from typing import Literal

from portal.deadlines.calendar import Calendar, Hours, Period, Reason
from portal.deadlines.clockwork import ONE_DAY

Kind = Literal["off", "worked", "swap", "hours", "announced"]
DEFAULT_CUT_OFF = time(15, 0)
NO_REASON = Reason("", "")


@dataclass(frozen=True, slots=True)
class Change:
    kind: Kind
    first: date
    last: date | None = None
    worked_on: date | None = None
    weekly: tuple[Hours, ...] = ()
    cut_off: time = DEFAULT_CUT_OFF
    reason: Reason = NO_REASON

    @property
    def days(self) -> tuple[date, ...]:
        """Every day from the first to the last, where both are known."""
        last = self.last or self.first
        return tuple(self.first + number * ONE_DAY for number in range((last - self.first).days + 1))


def changed(calendar: Calendar, changes: Iterable[Change], version: str) -> Calendar:
    """The calendar with these changes in their order, under a name of its own."""
    days_off, days_worked = dict(calendar.days_off), dict(calendar.days_worked)
    periods, years = list(calendar.periods), {calendar.announced_until}
    for change in changes:
        if change.kind == "hours":
            periods.append(Period(change.first, change.last, change.weekly, change.cut_off))
        elif change.kind == "announced":
            years.add(change.first.year)
        elif change.kind == "worked":
            _put(change.first, change.reason, days_worked, days_off)
        else:
            for day in (change.first,) if change.kind == "swap" else change.days:
                _put(day, change.reason, days_off, days_worked)
            if change.worked_on is not None:
                _put(change.worked_on, change.reason, days_worked, days_off)
    return replace(
        calendar,
        version=version,
        days_off=MappingProxyType(days_off),
        days_worked=MappingProxyType(days_worked),
        periods=tuple(periods),
        announced_until=max(years),
        known_until=max(calendar.known_until, *years),
    )


def _put(day: date, reason: Reason, here: dict[date, Reason], not_there: dict[date, Reason]) -> None:
    not_there.pop(day, None)
    here[day] = reason
