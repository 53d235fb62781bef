"""What of a dossier, and of whoever acts, decides which acts are open. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.dossiers.vocabulary import Act, Proposal, State


@dataclass(frozen=True, slots=True)
class Last:
    """The latest act: what it was, who did it, and who had the dossier before."""

    act: Act
    officer_id: int | None
    keeper_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a dossier decides which acts are open."""

    state: State
    received: bool
    extended: bool
    person_id: int
    desk_unit_id: int
    holder_unit_id: int
    agent_id: int | None = None  # who may act for the person now, by the mandate it was filed under
    keeper_id: int | None = None  # the officer of the holding unit who has it
    proposal: Proposal | None = None
    proposer_id: int | None = None
    last: Last | None = None
    passed_here: bool = False  # whether another unit passed it to the one that holds it
    asked_unit_id: int | None = None  # the unit whose opinion is being given, where one is


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: one person, or one officer with the (unit, role) pairs in force. Made by the two class methods."""

    person_id: int | None
    officer_id: int | None
    roles: frozenset[tuple[int, str]]

    @classmethod
    def person(cls, person_id: int) -> "Actor":
        return cls(person_id, None, frozenset())

    @classmethod
    def officer(cls, officer_id: int, roles: Iterable[tuple[int, str]]) -> "Actor":
        return cls(None, officer_id, frozenset(roles))

    def roles_at(self, unit_id: int) -> frozenset[str]:
        return frozenset(role for unit, role in self.roles if unit == unit_id)
