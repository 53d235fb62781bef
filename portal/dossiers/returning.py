"""Where a dossier came from: whose step brought it here. Pure."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from portal.dossiers.vocabulary import Act


class Moved(Protocol):
    @property
    def act(self) -> str: ...


Move = TypeVar("Move", bound=Moved)


def came_from(steps: Iterable[Move]) -> Move | None:
    """The step that passed it to where it is now; what was passed and came back is as if it had never gone."""
    moves: list[Move] = []
    for step in steps:
        if step.act == Act.PASSED:
            moves.append(step)
        elif step.act == Act.PASSED_BACK and moves:
            moves.pop()
    return moves[-1] if moves else None
