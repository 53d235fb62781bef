"""What of running dossiers lies with units, for whoever hands a unit over. Running: not yet at its end."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import Session

from portal.dossiers.life import FINAL, State
from portal.dossiers.models import Dossier

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


def next_running(session: Session, *, unit_id: int, after: int, limit: int) -> list[tuple[int, str, int]]:
    """Number, reference and steps of the unit's next running dossiers, by number."""
    rows = session.execute(
        select(Dossier.id, Dossier.reference, Dossier.steps)
        .where(
            or_(Dossier.holder_unit_id == unit_id, Dossier.desk_unit_id == unit_id),
            Dossier.state.in_(RUNNING),
            Dossier.id > after,
        )
        .order_by(Dossier.id)
        .limit(limit)
    )
    return [(row.id, row.reference, row.steps) for row in rows]
