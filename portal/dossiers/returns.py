"""To whom a dossier goes back, and what came back: reads of its steps."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, literal_column, select
from sqlalchemy.orm import Session

from portal.dossiers.life import Act
from portal.dossiers.models import Dossier, Step
from portal.dossiers.returning import Moved, came_from
from portal.dossiers.rows import AnyRow
from portal.dossiers.taking_back import counting
from portal.dossiers.vocabulary import TAKEN_BACK
from portal.people import queries as people
from portal.questions import Question
from portal.reading import Written
from portal.units import heirs
from portal.units.queries import Unit

TOLD = (*TAKEN_BACK, Act.CORRECTED)
MOVES = (Act.HANDED_OVER, *TOLD)
CAME_BACK = (Act.PASSED_BACK, Act.GIVEN_BACK, Act.SENT_BACK)
_HANDS = (Act.TAKEN_UP, Act.ASSIGNED, Act.GIVEN_BACK, Act.UNDONE, Act.PASSED, Act.PASSED_BACK)


@dataclass(frozen=True, slots=True)
class Origin:
    """The unit that a dossier came from, or its successor, and who had it there."""

    unit: Unit
    officer_id: int | None


@dataclass(frozen=True, slots=True)
class CameBack:
    """That the latest thing done to a dossier was to return it: by whom, and why. None: not an officer; erased."""

    by: str | None
    reason: str | None


def origin(session: Session, dossier: AnyRow, *, on: date) -> Origin | None:
    """To whom it can be passed back now, as `origin_of` says."""
    moves = session.execute(
        select(Step.act, Step.unit_id, Step.to_unit_id, Step.keeper_id)
        .where(Step.dossier_id == dossier.id, Step.act.in_(MOVES))
        .order_by(Step.n)
    ).all()
    return origin_of(session, moves, holder_unit_id=dossier.holder_unit_id, on=on)


def origin_of(session: Session, steps: Iterable[Moved], *, holder_unit_id: int, on: date) -> Origin | None:
    """To whom these steps let it go back: who passed it here, or who has the work of that unit by this day.

    None where it was not passed, came to that unit again in another way, or the unit ended and nobody follows it alone.
    """
    found = came_from(steps)
    unit = None if found is None else heirs.lasting(session, found.unit_id, on=on)
    if found is None or unit is None or unit.id == holder_unit_id:
        return None
    return Origin(unit, found.officer_id)


def giver(session: Session, dossier: AnyRow) -> int | None:
    """Who gave it to the officer who has it; None where they took it up themself."""
    steps = session.execute(
        select(Step.act, Step.officer_id, Step.to_officer_id)
        .where(Step.dossier_id == dossier.id, Step.act.in_({*_HANDS, *TOLD}))
        .order_by(Step.n)
    ).all()
    row = next((step for step in reversed(counting(steps)) if step.act in _HANDS), None)
    given = row is not None and row.act == Act.ASSIGNED and row.to_officer_id == dossier.keeper_id
    return row.officer_id if row is not None and given else None


def came_back(session: Session, dossier_ids: Collection[int]) -> dict[int, CameBack]:
    """Which of these were returned by their latest step, in one statement."""
    return came_back_asked(dossier_ids).answer(session) if dossier_ids else {}


def came_back_asked(dossier_ids: Collection[int]) -> Question[dict[int, CameBack]]:
    return Question(
        _CAME_BACK,
        {"ids": list(dossier_ids)},
        lambda rows: {row.dossier_id: CameBack(row.officer_name, row.note) for row in rows},
    )


_CAME_BACK = Written(
    select(Step.dossier_id, people.name_of(Step.officer_id).label("officer_name"), Step.note)
    .join(Dossier, Dossier.id == Step.dossier_id)
    .where(
        Dossier.id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
        Step.n == Dossier.steps - literal_column("1"),
        Step.act.in_([literal_column(f"'{act.value}'") for act in CAME_BACK]),
    )
)
