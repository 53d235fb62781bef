"""A calendar month in Viet Nam, as file names write it. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from portal import clock
from portal.ledger import entry

_FORM = re.compile(r"((?:19|20|21)[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


class BadMonth(ValueError):
    """Not a month as `2020-06`."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def following(self) -> "Month":
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.following.first_day - timedelta(days=1)

    @property
    def begins_at(self) -> datetime:
        """Its first instant, in UTC."""
        return datetime.combine(self.first_day, time.min, clock.LOCAL_ZONE).astimezone(UTC)

    @property
    def bounds(self) -> tuple[str, str]:
        """Its first instant and the first one after it, as entries write instants: they sort as texts do."""
        return entry.instant_text(self.begins_at), entry.instant_text(self.following.begins_at)


def parse(text: str) -> Month:
    found = _FORM.fullmatch(text)
    if found is None:
        raise BadMonth(text[:20])
    return Month(int(found[1]), int(found[2]))


def of(day: date) -> Month:
    return Month(day.year, day.month)
