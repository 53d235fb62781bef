"""To whom a dossier goes back, and what came back: reads of its steps."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dossiers.life import Act
from portal.dossiers.models import Dossier, Step
from portal.dossiers.returning import came_from
from portal.dossiers.rows import AnyRow

CAME_BACK = (Act.PASSED_BACK, Act.GIVEN_BACK, Act.SENT_BACK)
_HANDS = (Act.TAKEN_UP, Act.ASSIGNED, Act.GIVEN_BACK, Act.UNDONE, Act.PASSED, Act.PASSED_BACK)


@dataclass(frozen=True, slots=True)
class Origin:
    """The unit that a dossier came from, and who had it there."""

    unit_id: int
    officer_id: int | None


@dataclass(frozen=True, slots=True)
class CameBack:
    """That the latest thing done to a dossier was to return it: by whom, and why."""

    officer_id: int | None
    reason: str | None


def origin(session: Session, dossier: AnyRow) -> Origin | None:
    """Where it was passed from; None where it was not, or came to that unit again in another way."""
    moves = session.execute(
        select(Step.act, Step.unit_id, Step.keeper_id)
        .where(Step.dossier_id == dossier.id, Step.act.in_([Act.PASSED, Act.PASSED_BACK]))
        .order_by(Step.n)
    ).all()
    found = came_from(moves)
    return None if found is None or found.unit_id == dossier.holder_unit_id else Origin(found.unit_id, found.keeper_id)


def giver(session: Session, dossier: AnyRow) -> int | None:
    """Who gave it to the officer who has it; None where they took it up themself."""
    row = session.execute(
        select(Step.act, Step.officer_id, Step.to_officer_id)
        .where(Step.dossier_id == dossier.id, Step.act.in_(_HANDS))
        .order_by(Step.n.desc())
        .limit(1)
    ).one_or_none()
    given = row is not None and row.act == Act.ASSIGNED and row.to_officer_id == dossier.keeper_id
    return row.officer_id if row is not None and given else None


def came_back(session: Session, dossier_ids: Collection[int]) -> dict[int, CameBack]:
    """Which of these were returned by their latest step, in one statement."""
    if not dossier_ids:
        return {}
    rows = session.execute(
        select(Step.dossier_id, Step.officer_id, Step.note)
        .join(Dossier, Dossier.id == Step.dossier_id)
        .where(Dossier.id.in_(list(dossier_ids)), Step.n == Dossier.steps - 1, Step.act.in_(CAME_BACK))
    )
    return {row.dossier_id: CameBack(row.officer_id, row.note) for row in rows}
