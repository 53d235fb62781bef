"""What a mandate is worth on a day, in one place. Pure; `queries.holding` says the same in SQL, and a test compares.

    offered --accepted--> accepted --ended--> ended
       +-----------------ended----------------^

That a mandate has run out, or that an offer was never taken up, nobody writes down: the day says it.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class State(StrEnum):
    """What was done to it."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    ENDED = "ended"


class Ending(StrEnum):
    """How it ended before its time."""

    TAKEN_BACK = "taken_back"  # by the granter, before it was accepted
    DECLINED = "declined"  # by whom it was offered to
    REVOKED = "revoked"  # by the granter
    GIVEN_UP = "given_up"  # by the agent
    ERASED = "erased"  # one side was lawfully erased


class Event(StrEnum):
    """What the trail of a mandate tells. `expired` is noted by the nightly job for the letters; the day decides."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    ENDED = "ended"
    EXPIRED = "expired"


class Standing(StrEnum):
    """What it is worth on a day."""

    OFFERED = "offered"
    LAPSED = "lapsed"  # offered, and never accepted in its time
    COMING = "coming"  # accepted, and its first day is still to come
    HOLDS = "holds"
    EXPIRED = "expired"
    ENDED = "ended"


OPEN = frozenset({Standing.OFFERED, Standing.COMING, Standing.HOLDS})


@dataclass(frozen=True, slots=True)
class Days:
    """From a day until, and with, a day."""

    first: date
    last: date

    @property
    def longest(self) -> int:
        return (self.last - self.first).days + 1


def standing(state: State, days: Days, *, on: date) -> Standing:
    if state is State.ENDED:
        return Standing.ENDED
    if days.last < on:
        return Standing.LAPSED if state is State.OFFERED else Standing.EXPIRED
    if state is State.OFFERED:
        return Standing.OFFERED
    return Standing.COMING if on < days.first else Standing.HOLDS


def covers(procedures: Collection[str] | None, code: str) -> bool:
    """Whether it is for this procedure; None: for all of them."""
    return procedures is None or code in procedures


def fault(days: Days, *, on: date, most_days: int) -> str | None:
    """Why these days cannot be a mandate's, as the code of a refusal. Nobody is empowered for days gone by."""
    if days.first < on:
        return "begins_in_the_past"
    if days.last < days.first:
        return "ends_before_it_begins"
    if days.last > days.first + timedelta(days=most_days - 1):
        return "lasts_too_long"
    return None


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: capitals, spaces and the way marks are composed do not count; marks do."""
    return _name(one) == _name(other) != ""


def _name(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).split())
