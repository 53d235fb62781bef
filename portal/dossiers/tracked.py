"""A dossier as it is looked up without sign-in: finished values without words and without persons."""

from dataclasses import dataclass
from datetime import datetime

from portal.dossiers.life import Act, Outcome, Party, State, awaited
from portal.dossiers.views import Place, is_late
from portal.procedures.text import Text


@dataclass(frozen=True, slots=True)
class TrackedStep:
    """One act as whoever knows the reference and its proof may see it: no words, no persons."""

    n: int
    act: Act
    at: datetime
    unit: Place
    to: Place | None
    due_at: datetime | None
    rule: str | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Tracked:
    """A dossier as looked up without sign-in."""

    reference: str
    procedure_code: str
    revision_id: int
    channel: str
    procedure: Text
    unit: Place
    holder: Place
    state: State
    filed_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    paused_at: datetime | None
    resolved_at: datetime | None
    returned_at: datetime | None
    outcome: Outcome | None
    steps: tuple[TrackedStep, ...]

    @property
    def awaited(self) -> Party:
        return awaited(self.state)

    def late(self, at: datetime) -> bool:
        return is_late(self.due_at, self.resolved_at, self.paused_at, self.state, at)
