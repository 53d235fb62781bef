"""Whose a dossier is: the one place that says which persons reach it, as conditions for a `where`.

*Own* is what the person filed, or somebody filed for them. *Open to* a person is besides what they filed for somebody
else, while the mandate they did it by holds: read anew at each request, so an ended mandate closes it at once.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from portal.dossiers.models import Dossier, Draft, Step
from portal.mandates import queries as mandates


def own(person_id: int) -> ColumnElement[bool]:
    """The person's own dossiers."""
    return Dossier.person_id == person_id


def open_to(person_id: int, *, at: datetime) -> ColumnElement[bool]:
    """The person's own dossiers, and those they filed by a mandate that holds at this instant."""
    return or_(own(person_id), Dossier.mandate_id.in_(mandates.holding(agent_id=person_id, at=at)))


def written_by(person_id: int) -> ColumnElement[bool]:
    """Dossiers that this person filed, for whomever: only for leading from a draft to what it became."""
    first = select(Step.dossier_id).where(Step.dossier_id == Dossier.id, Step.n == 0, Step.person_id == person_id)
    return first.exists()


def own_draft(person_id: int) -> ColumnElement[bool]:
    """Drafts belong to whoever writes them, for whomever they are."""
    return Draft.person_id == person_id
