"""What an officer types to change a calendar, and what is wrong with it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, get_args

from portal.deadlines.calendar import Calendar, Hours, hours
from portal.deadlines.changes import Change, Kind
from portal.deadlines.clockwork import FIRST_DAY, LAST_DAY

LONGEST_REASON = 120
LONGEST_SOURCE = 300
MOST_DAYS = 31
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
SPAN = re.compile(r"([01]?\d|2[0-3])[:hg]([0-5]\d)?\s*[-–]\s*([01]?\d|2[0-3])[:hg]([0-5]\d)?")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field."""

    field: str
    code: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change as somebody wants it.

    `weekly`: seven texts from Monday on, "07:30-11:30, 13:00-17:00"; an empty one is a day that is not worked.
    """

    unit_id: int
    kind: str
    first: date | None
    reason_vi: str
    source: str
    reason_en: str = ""
    last: date | None = None
    worked_on: date | None = None
    weekly: tuple[str, ...] = field(default=("",) * 7)
    cut_off: str = "15:00"

    @property
    def hours(self) -> dict[str, Any] | None:
        """As the table keeps it."""
        if self.kind != "hours":
            return None
        days = [[f"{begin:%H:%M}-{end:%H:%M}" for begin, end in day] for day in map(read_day, self.weekly)]
        return {"weekly": days, "cut_off": f"{read_time(self.cut_off):%H:%M}"}


def kind_of(wanted: Wanted) -> Kind | None:
    return next((kind for kind in get_args(Kind) if kind == wanted.kind), None)


def read_day(text: str) -> Hours:
    """The spans of one day as people write them, 7:30-11:30 or 7h30–11h30; ValueError for all else."""
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    found = [SPAN.fullmatch(part) for part in parts]
    if not all(found):
        raise ValueError(text)
    spans = [span.groups(default="00") for span in found if span]
    return hours([f"{int(a):02}:{b}-{int(c):02}:{d}" for a, b, c, d in spans])


def read_time(text: str) -> time:
    return time.fromisoformat(text.strip().replace("h", ":").zfill(5))


def weekly_of(kept: dict[str, Any] | None) -> tuple[tuple[Hours, ...], time]:
    """The hours of a week and the cut-off, as the table keeps them."""
    if kept is None:
        return (), time(15)
    return tuple(hours(day) for day in kept["weekly"]), time.fromisoformat(kept["cut_off"])


def problems(wanted: Wanted, now: Calendar) -> Iterator[Problem]:
    """Everything that is wrong; `now` is the calendar that would be changed."""
    kind = kind_of(wanted)
    if kind is None:
        yield Problem("kind", "missing")
        return
    yield from _words(wanted)
    if wanted.first is None:
        yield Problem("first", "missing")
        return
    days = [("first", wanted.first), ("last", wanted.last), ("worked_on", wanted.worked_on)]
    far = [name for name, day in days if day is not None and not FIRST_DAY <= day <= LAST_DAY]
    yield from (Problem(name, "too_far") for name in far)
    if far:
        return
    if kind in ("off", "hours") and wanted.last is not None and wanted.last < wanted.first:
        yield Problem("last", "before_the_first")
    elif kind == "off" and len(Change("off", wanted.first, wanted.last).days) > MOST_DAYS:
        yield Problem("last", "too_many_days")
    else:
        yield from _about_days(wanted, wanted.first, kind, now)


def _words(wanted: Wanted) -> Iterator[Problem]:
    for name, text, longest, must in (
        ("reason_vi", wanted.reason_vi, LONGEST_REASON, True),
        ("reason_en", wanted.reason_en, LONGEST_REASON, False),
        ("source", wanted.source, LONGEST_SOURCE, True),
    ):
        if must and not text:
            yield Problem(name, "missing")
        elif len(text) > longest:
            yield Problem(name, "too_long")
        elif CONTROL.search(text):
            yield Problem(name, "unreadable")


def _about_days(wanted: Wanted, first: date, kind: Kind, now: Calendar) -> Iterator[Problem]:
    if kind == "hours":
        yield from _about_hours(wanted)
    elif kind == "off" and not any(now.works_on(day) for day in Change("off", first, wanted.last).days):
        yield Problem("first", "already_off", first)
    elif kind == "worked" and now.works_on(first):
        yield Problem("first", "already_worked", first)
    elif kind == "swap":
        if not now.works_on(first):
            yield Problem("first", "already_off", first)
        if wanted.worked_on is None:
            yield Problem("worked_on", "missing")
        elif now.works_on(wanted.worked_on) or wanted.worked_on == first:
            yield Problem("worked_on", "already_worked", wanted.worked_on)


def _about_hours(wanted: Wanted) -> Iterator[Problem]:
    any_hours = False
    for number, text in enumerate(wanted.weekly):
        try:
            any_hours = bool(read_day(text)) or any_hours
        except ValueError:
            yield Problem(f"hours-{number}", "not_hours")
            any_hours = True
    if not any_hours or not wanted.weekly[0].strip():
        yield Problem("hours-0", "no_monday")
    try:
        read_time(wanted.cut_off)
    except ValueError:
        yield Problem("cut_off", "not_a_time")
