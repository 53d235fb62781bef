"""How many dossiers lie in a queue. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.dossiers.life import State


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many dossiers lie with these units, by state; `late` of those in progress; `kept` by the one who asks."""

    by_state: Mapping[State, int]
    late: int
    kept: int
    proposed: int  # waits for a leader's approval
    soon: int = 0  # due before long
    unapologised: int = 0  # late, or due before a working day has passed, and no new date was given

    def of(self, state: State) -> int:
        return self.by_state.get(state, 0)
