"""Whose a dossier is: the one place that says which persons reach it, as conditions for a `where`.

*Own* is what the person filed, or somebody filed for them. *Open to* a person is besides what they filed for somebody
else, while the mandate they did it by holds: read anew at each request, so an ended mandate closes it at once.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from portal.dossiers.life import RECEIVER, Actor
from portal.dossiers.models import Dossier, Draft, Step
from portal.mandates import queries as mandates


def own(person_id: int) -> ColumnElement[bool]:
    """The person's own dossiers."""
    return Dossier.person_id == person_id


def open_to(person_id: int, *, at: datetime) -> ColumnElement[bool]:
    """The person's own dossiers, and those they filed by a mandate that holds at this instant."""
    return or_(own(person_id), Dossier.mandate_id.in_(mandates.holding(agent_id=person_id, at=at)))


def written_by(person_id: int) -> ColumnElement[bool]:
    """Dossiers that this person filed, for whomever, or an officer for them at the counter.

    Only for leading from a draft to what it became.
    """
    at_the_counter = and_(Step.officer_id.is_not(None), Dossier.person_id == person_id)
    theirs = or_(Step.person_id == person_id, at_the_counter)
    return select(Step.dossier_id).where(Step.dossier_id == Dossier.id, Step.n == 0, theirs).exists()


def own_draft(person_id: int) -> ColumnElement[bool]:
    """Drafts belong to whoever writes them, for whomever they are.

    Those of the counter bear the person entered for them, as whom nobody signs in: see `counter_draft`.
    """
    return Draft.person_id == person_id


def counter_draft(by: Actor) -> ColumnElement[bool]:
    """Drafts that this officer writes at the counter of a unit where they receive now."""
    return and_(Draft.officer_id.is_not(None), Draft.officer_id == by.officer_id, Draft.unit_id.in_(received_at(by)))


def received_at(by: Actor) -> list[int]:
    """The units at whose counter the officer receives."""
    return sorted(unit_id for unit_id, role in by.roles if role == RECEIVER)
