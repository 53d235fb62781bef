"""A mandate as finished values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.mandates.rules import Days, Ending, Event, Standing, State, covers


class Side(StrEnum):
    """Who looks at it."""

    GRANTER = "granter"
    AGENT = "agent"
    ASKED = "asked"  # whom it is offered to, before they accept


@dataclass(frozen=True, slots=True)
class Party:
    """One side as the mandate names it. `person_id` None: not accepted yet, so nobody's account."""

    person_id: int | None
    kind: str  # citizen | organisation
    name: str  # empty after a lawful erasure
    number: str | None  # national ID or tax code


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of its trail. `side` None: nobody did it, the day came."""

    event: Event
    ending: Ending | None
    side: Side | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Mandate:
    """A mandate as it stands on a day."""

    id: int
    granter: Party
    agent: Party
    procedures: tuple[str, ...] | None  # None: all of them
    days: Days
    state: State
    ending: Ending | None
    standing: Standing
    language: str
    offered_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None

    @property
    def until_on(self) -> date:
        return self.days.last

    @property
    def holds(self) -> bool:
        return self.standing is Standing.HOLDS

    @property
    def can_end(self) -> bool:
        """Whether either side can still end it."""
        return self.standing in (Standing.OFFERED, Standing.COMING, Standing.HOLDS)

    def covers(self, code: str) -> bool:
        return covers(self.procedures, code)

    def side_of(self, person_id: int) -> Side:
        """Of somebody who may see it."""
        if person_id == self.granter.person_id:
            return Side.GRANTER
        return Side.AGENT if person_id == self.agent.person_id else Side.ASKED
