"""The working of a due instant, as facts; `portal.deadline_words` says them in words.

| code | facts |
|---|---|
| `received` | at |
| `begins` | at, skipped: counting began later than the receipt |
| `working_day` | number, until, skipped |
| `hours` | day, minutes, so_far (minutes), skipped |
| `days` | number, until |
| `moved` | until, skipped: the last calendar day was not a working day |
| `outside_hours` | until: the hour is not a working hour of that day |
| `before_cut_off`, `after_cut_off` | cut_off, until, skipped |
| `paused`, `resumed` | at; minutes left |
| `late_before_pause` | at |
| `decided` | at: given by decision, not counted |
| `closed_that_day` | until, skipped: the decided day has come to be off |
| `provisional`, `unknown` | year: its days off are computed and not yet announced; not known at all |
| `due` | at |

Instants are wall-clock times in Viet Nam; `skipped` is a tuple of days off.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from portal.deadlines.calendar import Calendar, Reason
from portal.deadlines.clockwork import DAY_MINUTES, ONE_DAY, to_moment, to_wall_clock
from portal.deadlines.term import Term

LONGEST_LIST = 62  # working days told one by one; of longer terms the last ones


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that did not count; `reason` None: a weekend."""

    day: date
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    facts: Mapping[str, object]


class Pause(NamedTuple):
    """The moments of a pause: counting began again at `start`, with `left` working minutes to go."""

    was_due: int
    paused: int
    resumed: int
    start: int
    end: int
    left: int


def of_term(received: int, start: int, end: int, term: Term, calendar: Calendar) -> tuple[Line, ...]:
    return tuple(_of_term(received, start, end, term, calendar))


def of_pause(pause: Pause, calendar: Calendar) -> tuple[Line, ...]:
    return tuple(_of_pause(pause, calendar))


def of_decision(decided: int, end: int, calendar: Calendar) -> tuple[Line, ...]:
    lines = [Line("decided", {"at": to_wall_clock(decided)})]
    if end != decided:
        lines.append(
            Line("closed_that_day", {"until": to_wall_clock(end), "skipped": _skipped(decided, end, calendar)})
        )
    return (*lines, *_doubts(end, calendar), Line("due", {"at": to_wall_clock(end)}))


def _of_term(received: int, start: int, end: int, term: Term, calendar: Calendar) -> Iterator[Line]:
    yield Line("received", {"at": to_wall_clock(received)})
    if start > received:
        yield Line("begins", {"at": to_wall_clock(start), "skipped": _skipped(received, start, calendar)})
    if term.unit == "working_days":
        yield from _working_days(start, term.number, calendar)
    elif term.unit == "hours":
        yield from _hours(start, end, calendar)
    elif term.unit == "days":
        yield from _days(start, end, term.number, calendar)
    else:
        yield _cut_off(start, end, calendar)
    yield from _doubts(end, calendar)
    yield Line("due", {"at": to_wall_clock(end)})


def _of_pause(pause: Pause, calendar: Calendar) -> Iterator[Line]:
    if pause.was_due <= pause.paused:
        yield Line("late_before_pause", {"at": to_wall_clock(pause.was_due)})
        return
    yield Line("paused", {"at": to_wall_clock(pause.paused), "minutes": pause.left})
    yield Line("resumed", {"at": to_wall_clock(pause.resumed), "minutes": pause.left})
    if pause.start > pause.resumed:
        skipped = _skipped(pause.resumed, pause.start, calendar)
        yield Line("begins", {"at": to_wall_clock(pause.start), "skipped": skipped})
    yield from _hours(pause.start, pause.end, calendar)
    yield from _doubts(pause.end, calendar)
    yield Line("due", {"at": to_wall_clock(pause.end)})


def _working_days(start: int, number: int, calendar: Calendar) -> Iterator[Line]:
    clockwork = calendar.clockwork
    begun = clockwork.worked_until(start)
    before = start
    for count in range(1, number + 1):
        until = clockwork.moment_after(begun + count * 8 * 60)
        if number - count < LONGEST_LIST:
            skipped = _skipped(before, until, calendar)
            yield Line("working_day", {"number": count, "until": to_wall_clock(until), "skipped": skipped})
        before = until


def _hours(start: int, end: int, calendar: Calendar) -> Iterator[Line]:
    clockwork = calendar.clockwork
    begun = clockwork.worked_until(start)
    before = start
    days = [day for day in _days_between(start, end) if calendar.works_on(day)]
    for day in days[-LONGEST_LIST:]:
        close = min(end, to_moment(datetime.combine(day + ONE_DAY, time())))
        minutes = clockwork.worked_until(close) - clockwork.worked_until(max(before, _midnight(day)))
        if minutes:
            facts = {
                "day": day,
                "minutes": minutes,
                "so_far": clockwork.worked_until(close) - begun,
                "skipped": _skipped(before, close, calendar),
            }
            yield Line("hours", facts)
            before = close


def _days(start: int, end: int, number: int, calendar: Calendar) -> Iterator[Line]:
    last = start + number * DAY_MINUTES
    yield Line("days", {"number": number, "until": to_wall_clock(last)})
    if last == end:
        return
    if last // DAY_MINUTES == end // DAY_MINUTES:
        yield Line("outside_hours", {"until": to_wall_clock(end)})
    else:
        yield Line("moved", {"until": to_wall_clock(end), "skipped": _skipped(last, end, calendar)})


def _cut_off(start: int, end: int, calendar: Calendar) -> Line:
    code = "before_cut_off" if start // DAY_MINUTES == end // DAY_MINUTES else "after_cut_off"
    skipped = _skipped(start, end, calendar)
    return Line(
        code,
        {"cut_off": calendar.cut_off_on(to_wall_clock(start).date()), "until": to_wall_clock(end), "skipped": skipped},
    )


def _doubts(end: int, calendar: Calendar) -> Iterator[Line]:
    year = to_wall_clock(end).year
    if year > calendar.known_until:
        yield Line("unknown", {"year": year})
    elif year > calendar.announced_until:
        yield Line("provisional", {"year": year})


def _skipped(begin: int, end: int, calendar: Calendar) -> tuple[DayOff, ...]:
    """The days off from the day of `begin` to the day of `end`."""
    return tuple(
        DayOff(day, calendar.days_off.get(day)) for day in _days_between(begin, end) if not calendar.works_on(day)
    )


def _days_between(begin: int, end: int) -> Iterator[date]:
    """The calendar days that the period touches."""
    first = to_wall_clock(begin).date()
    for number in range(end // DAY_MINUTES - begin // DAY_MINUTES + 1):
        yield first + timedelta(number)


def _midnight(day: date) -> int:
    return to_moment(datetime.combine(day, time()))
