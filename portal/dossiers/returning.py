"""Where a dossier came from: whose step brought it here. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from portal.dossiers.taking_back import counting
from portal.dossiers.vocabulary import Act


class Moved(Protocol):
    """A step as a row of the table; `keeper_id` is who had the dossier before it."""

    @property
    def act(self) -> str: ...
    @property
    def unit_id(self) -> int: ...
    @property
    def to_unit_id(self) -> int | None: ...
    @property
    def keeper_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Giver:
    """The unit that passed a dossier on, or its successor, and who had it there."""

    unit_id: int
    officer_id: int | None


def came_from(steps: Iterable[Moved]) -> Giver | None:
    """Who passed it to where it is now; what was passed and came back is as if it had never gone.

    So is what was taken back. A unit that handed the dossier over is its successor from then on.
    """
    moves: list[Giver] = []
    for step in counting(steps):
        if step.act == Act.PASSED:
            moves.append(Giver(step.unit_id, step.keeper_id))
        elif step.act == Act.PASSED_BACK and moves:
            moves.pop()
        elif step.act == Act.HANDED_OVER and step.to_unit_id is not None:
            heir = step.to_unit_id
            moves = [Giver(heir, one.officer_id) if one.unit_id == step.unit_id else one for one in moves]
    return moves[-1] if moves else None
