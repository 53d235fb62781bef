"""When an office works: hours by weekday, days off, weekend days worked instead. Pure, dated data.

A packaged calendar is a folder named like its version, `data/brvt-2027.1/`: `calendar.toml` (hours, cut-off, version)
and one file a year, `2026.csv`. A folder that was released stays: the ledger speaks of it.
"""

import csv
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from types import MappingProxyType

from portal.deadlines.clockwork import Clockwork

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SATURDAY = 5
CURRENT = "brvt-2027.1"
Hours = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is off, or worked."""

    vi: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Period:
    """Other working hours from a day to a day, both included; `last` None: until further notice."""

    first: date
    last: date | None
    weekly: tuple[Hours, ...]
    cut_off: time

    def holds_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Working time of an office. `weekly` begins on Monday; of `periods` that hold on a day the last one counts.

    A weekend day among `days_worked` has Monday's hours; a weekday (a holiday taken back) its own.

    `announced_until`: up to this year the days off are announced; up to `known_until` they are computed;
    after that only weekends are known. The working says so whenever it matters.
    """

    version: str
    weekly: tuple[Hours, ...]
    days_off: Mapping[date, Reason]
    days_worked: Mapping[date, Reason]
    cut_off: time = time(15, 0)
    announced_until: int = 9999
    known_until: int = 9999
    periods: tuple[Period, ...] = ()
    clockwork: Clockwork = field(init=False, repr=False)

    def __post_init__(self) -> None:
        both = sorted(set(self.days_off) & set(self.days_worked))
        if both:
            raise ValueError(f"both off and worked: {both[0]}")
        object.__setattr__(self, "clockwork", Clockwork(self.hours_of))

    def hours_of(self, day: date) -> Hours:
        """The working hours of the day; empty on a day off."""
        if day in self.days_off:
            return ()
        weekly = self._period(day).weekly if self.periods else self.weekly
        if day not in self.days_worked:
            return weekly[day.weekday()]
        return (day.weekday() < SATURDAY and weekly[day.weekday()]) or weekly[0]

    def cut_off_on(self, day: date) -> time:
        """Received after it, what is done within the day is due on the next working day."""
        return self._period(day).cut_off

    def works_on(self, day: date) -> bool:
        return bool(self.hours_of(day))

    def _period(self, day: date) -> "Calendar | Period":
        return next((period for period in reversed(self.periods) if period.holds_on(day)), self)


def packaged(version: str = CURRENT) -> Path:
    return Path(__file__).parent / "data" / version


@functools.cache
def current_calendar() -> Calendar:
    """The calendar that comes with the portal, read once."""
    return packaged_calendar(CURRENT)


@functools.cache
def packaged_calendar(version: str) -> Calendar:
    """One that came with this or an earlier release; LookupError for none of ours."""
    if version not in {folder.name for folder in packaged().parent.iterdir() if folder.is_dir()}:
        raise LookupError(f"no calendar {version} comes with the portal")
    return read_calendar(packaged(version))


def read_calendar(folder: Path) -> Calendar:
    """Read a calendar's files; raises ValueError naming the file and line that is wrong."""
    head = tomllib.loads((folder / "calendar.toml").read_text(encoding="utf-8"))
    days: dict[str, dict[date, Reason]] = {"off": {}, "worked": {}}
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9].csv")):
        _read_year(path, days)
    return Calendar(
        version=head["version"],
        weekly=tuple(hours(head["hours"].get(weekday, [])) for weekday in WEEKDAYS),
        days_off=MappingProxyType(days["off"]),
        days_worked=MappingProxyType(days["worked"]),
        cut_off=time.fromisoformat(head["cut_off"]),
        announced_until=head["announced_until"],
        known_until=head["known_until"],
    )


def _read_year(path: Path, days: dict[str, dict[date, Reason]]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, strict=True), start=1):
            if number == 1:
                continue
            try:
                day_text, kind, reason, reason_en, _source = row
                day, known = date.fromisoformat(day_text), days[kind]
            except (KeyError, ValueError) as error:
                raise ValueError(f"{path.name}:{number}: {error}") from error
            if str(day.year) != path.stem or any(day in listed for listed in days.values()):
                raise ValueError(f"{path.name}:{number}: {day} is of another year or listed twice")
            known[day] = Reason(reason, reason_en)


def hours(spans: list[str]) -> Hours:
    """The spans of one day, "07:30-11:30" each; ValueError where they do not follow one another."""
    found = tuple((time.fromisoformat(span[:5]), time.fromisoformat(span[6:])) for span in spans)
    edges = [edge for span in found for edge in span]
    if edges != sorted(set(edges)):
        raise ValueError(f"working hours must follow one another: {spans}")
    return found
