"""How a due instant came about, counted again from the dossier's own steps and its revision's term. Pure."""

from portal.deadlines.calendar import Calendar
from portal.deadlines.counting import Due, due, resumed
from portal.deadlines.term import Term
from portal.dossiers.life import Act
from portal.dossiers.views import Dossier, Step, Tracked, TrackedStep
from portal.procedures.procedure import Procedure


def of(dossier: Dossier | Tracked, procedure: Procedure, *, channel: str, calendar: Calendar) -> tuple[Due, ...]:
    """One count for the receipt and one for each pause that ended; empty before the receipt.

    A due instant that an extension gave was decided, not counted: it has no working, and later pauses count from it.
    """
    term = procedure.channel(channel)
    if term is None:
        return ()
    counted: list[Due] = []
    before: Step | TrackedStep | None = None
    for step in dossier.steps:
        if step.act is Act.RECEIVED:
            counted.append(due(step.at, Term(term.term.number, term.term.unit), calendar))
        elif before is not None and before.act is Act.SUPPLEMENT_ASKED and before.due_at is not None:
            counted.append(resumed(before.due_at, before.at, step.at, calendar))
        before = step
    return tuple(counted)
