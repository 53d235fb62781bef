"""What of a dossier, and of whoever acts, decides which acts are open. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.dossiers.vocabulary import Act, Proposal, State


@dataclass(frozen=True, slots=True)
class Last:
    """The latest act: what it was, who did it (and for which colleague), and who had the dossier before."""

    act: Act
    officer_id: int | None
    keeper_id: int | None
    for_id: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The latest public act, where it may be taken back: what it was, in which state, and who did it for which unit."""

    act: Act
    n: int
    before: State
    officer_id: int | None
    unit_id: int
    for_id: int | None = None  # the colleague in whose place it was done


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
    told: Told | None = None
    passed_here: bool = False  # whether another unit passed it to the one that holds it
    asked_unit_id: int | None = None  # the unit whose opinion is being given, where one is
    proposer_for_id: int | None = None  # for whom the proposer stood in


Lent = tuple[int, int, str]  # whose, in which unit, which role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: one person, or one officer with the (unit, role) pairs in force. Made by the two class methods.

    `lent` are the roles of absent colleagues for whom the officer stands in. They count for one absent colleague at a
    time: `for_id`, in whose place this actor acts.
    """

    person_id: int | None
    officer_id: int | None
    roles: frozenset[tuple[int, str]]
    lent: frozenset[Lent] = frozenset()
    for_id: int | None = None

    @classmethod
    def person(cls, person_id: int) -> "Actor":
        return cls(person_id, None, frozenset())

    @classmethod
    def officer(cls, officer_id: int, roles: Iterable[tuple[int, str]], lent: Iterable[Lent] = ()) -> "Actor":
        return cls(None, officer_id, frozenset(roles), frozenset(lent))

    def in_place_of(self, absent_id: int) -> "Actor":
        return replace(self, for_id=absent_id)

    def roles_at(self, unit_id: int) -> frozenset[str]:
        """The own roles, and those of the colleague in whose place they act."""
        own = frozenset(role for unit, role in self.roles if unit == unit_id)
        return own | frozenset(role for whose, unit, role in self.lent if (whose, unit) == (self.for_id, unit_id))

    @property
    def lent_roles(self) -> frozenset[tuple[int, str]]:
        """What is lent, whose ever it is."""
        return frozenset((unit, role) for _whose, unit, role in self.lent)

    def every_role_at(self, unit_id: int) -> frozenset[str]:
        """The own roles and all that are lent there."""
        return self.roles_at(unit_id) | frozenset(role for unit, role in self.lent_roles if unit == unit_id)

    def absent_at(self, unit_id: int) -> tuple[int, ...]:
        """For whom they stand in there."""
        return tuple(sorted({whose for whose, unit, _role in self.lent if unit == unit_id}))
