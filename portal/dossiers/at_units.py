"""What of running dossiers lies with units, for whoever hands a unit over. Running: not yet at its end."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import Session

from portal.dossiers.life import FINAL, State
from portal.dossiers.models import Dossier
from portal.dossiers.rows import AnySelect
from portal.procedures.text import Text


@dataclass(frozen=True, slots=True)
class Running:
    """A dossier that lies with a unit which is being divided."""

    reference: str
    procedure: Text
    state: str
    keeper_id: int | None


RUNNING = sorted(state.value for state in State if state not in FINAL)


def running(session: Session, *, unit_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many dossiers each unit holds or is the desk of, by state; each dossier once a unit."""
    wanted = list(unit_ids)
    held = select(Dossier.holder_unit_id.label("unit_id"), Dossier.state, Dossier.id).where(
        Dossier.holder_unit_id.in_(wanted)
    )
    desk = select(Dossier.desk_unit_id, Dossier.state, Dossier.id).where(
        Dossier.desk_unit_id.in_(wanted), Dossier.desk_unit_id != Dossier.holder_unit_id
    )
    both = union_all(held.where(Dossier.state.in_(RUNNING)), desk.where(Dossier.state.in_(RUNNING))).subquery()
    found: dict[int, dict[str, int]] = {}
    for row in session.execute(
        select(both.c.unit_id, both.c.state, func.count().label("number")).group_by(both.c.unit_id, both.c.state)
    ):
        found.setdefault(row.unit_id, {})[row.state] = row.number
    return found


def chosen(session: Session, references: Iterable[str], *, unit_id: int) -> list[tuple[int, str, int]]:
    """Those of these references that are running and of which the unit has something: number, reference and steps."""
    return _listed(session, _of(unit_id).where(Dossier.reference.in_(list(references))))


def next_running(session: Session, *, unit_id: int, after: int, limit: int) -> list[tuple[int, str, int]]:
    """Number, reference and steps of the unit's next running dossiers, by number."""
    return _listed(session, _of(unit_id).where(Dossier.id > after).limit(limit))


def to_divide(session: Session, *, unit_id: int, limit: int) -> tuple[Running, ...]:
    """The unit's oldest running dossiers, for whoever says where each belongs; nothing of the applicant."""
    columns = Dossier.reference, Dossier.procedure_vi, Dossier.procedure_en, Dossier.state, Dossier.keeper_id
    rows = session.execute(_of(unit_id).with_only_columns(*columns).limit(limit))
    return tuple(
        Running(row.reference, Text(row.procedure_vi, row.procedure_en), row.state, row.keeper_id) for row in rows
    )


def _of(unit_id: int) -> AnySelect:
    held = or_(Dossier.holder_unit_id == unit_id, Dossier.desk_unit_id == unit_id)
    return (
        select(Dossier.id, Dossier.reference, Dossier.steps)
        .where(held, Dossier.state.in_(RUNNING))
        .order_by(Dossier.id)
    )


def _listed(session: Session, wanted: AnySelect) -> list[tuple[int, str, int]]:
    return [(row.id, row.reference, row.steps) for row in session.execute(wanted)]
