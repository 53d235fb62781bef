"""How a due instant came about, counted again from the dossier's own steps and its revision's term. Pure."""

from portal.deadlines.calendar import Calendar
from portal.deadlines.counting import Due, due, resumed
from portal.deadlines.term import Term
from portal.dossiers.life import Act, ends_pause, pauses
from portal.dossiers.tracked import Tracked, TrackedStep
from portal.dossiers.views import Dossier, Step
from portal.procedures.procedure import Procedure


def of(dossier: Dossier | Tracked, procedure: Procedure, *, channel: str, calendar: Calendar) -> tuple[Due, ...]:
    """One count for the receipt and one for each pause that ended; empty before the receipt.

    A due instant that an extension gave was decided, not counted: it has no working, and later pauses count from it.
    """
    term = procedure.channel(channel)
    if term is None:
        return ()
    counted: list[Due] = []
    paused: Step | TrackedStep | None = None
    for step in dossier.steps:
        if step.act is Act.RECEIVED:
            counted.append(due(step.at, Term(term.term.number, term.term.unit), calendar))
        elif paused is not None and paused.due_at is not None and ends_pause(step.act):
            counted.append(resumed(paused.due_at, paused.at, step.at, calendar))
            paused = None
        if pauses(step.act) and step.due_at is not None:
            paused = step
    return tuple(counted)
