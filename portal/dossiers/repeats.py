"""Whether a form that comes a second time was done the first time."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dossiers.life import Act
from portal.dossiers.models import Dossier, Step
from portal.dossiers.rows import is_key


@dataclass(frozen=True, slots=True)
class OwnStep:
    """What an officer did themself, wherever the dossier lies now."""

    act: Act
    note: str | None
    to_unit_id: int | None
    to_officer_id: int | None
    way: str | None
    postal_number: str | None


def own_step(session: Session, reference: str, *, n: int, officer_id: int) -> OwnStep | None:
    """The step with this number, if this officer did it; whoever did not learns nothing of it."""
    if not is_key(n):
        return None
    row = session.execute(
        select(Step.act, Step.note, Step.to_unit_id, Step.to_officer_id, Step.way, Step.postal_number)
        .join(Dossier, Dossier.id == Step.dossier_id)
        .where(Dossier.reference == reference, Step.n == n, Step.officer_id == officer_id)
    ).one_or_none()
    return None if row is None else OwnStep(**{**row._mapping, "act": Act(row.act)})
