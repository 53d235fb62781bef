"""Who does the work of a unit that is no more, and whose work a unit does: along the successions of the register."""

from datetime import date

from sqlalchemy import Date, Subquery, Text, and_, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.units import queries
from portal.units.models import UnitFact, UnitSuccession
from portal.units.queries import Unit

MOST_GENERATIONS = 20


def lasting(session: Session, unit_id: int, *, on: date) -> Unit | None:
    """The unit itself, or who has its work by that day; None where it was split, or nobody is known to have it."""
    seen: set[int] = set()
    while unit_id not in seen:
        seen.add(unit_id)
        found = queries.unit(session, unit_id, on=on)
        if found is not None:
            return found
        heirs = [one.new_id for one in queries.successors(session, unit_id) if one.on <= on]
        if len(heirs) != 1:
            return None
        unit_id = heirs[0]
    return None


def codes_before() -> Subquery:
    """The codes of the unit that bears :agency, and before them of those it was made from, with how many generations.

    For a statement of a package above. A unit was made from units that ended by the day :on, where that was on its own
    first day. One that was there already and took others in goes on as before.
    """
    old, day = UnitFact.__table__.alias("old"), bindparam("on", type_=Date)
    stands = exists().where(
        old.c.unit_id == UnitSuccession.old_id,
        old.c.valid_from <= day,
        or_(old.c.valid_to.is_(None), old.c.valid_to > day),
    )
    born = select(func.min(UnitFact.valid_from)).where(UnitFact.unit_id == UnitSuccession.new_id).scalar_subquery()
    bearer = select(UnitFact.unit_id, literal(0).label("depth")).where(
        UnitFact.agency_code == bindparam("agency", type_=Text)
    )
    line = bearer.cte("line", recursive=True)
    older = select(UnitSuccession.old_id, line.c.depth + 1).join(line, UnitSuccession.new_id == line.c.unit_id)
    made = and_(UnitSuccession.on <= day, UnitSuccession.on == born, ~stands, line.c.depth < MOST_GENERATIONS)
    line = line.union(older.where(made))
    codes = select(UnitFact.agency_code, func.min(line.c.depth).label("depth"))
    return codes.join(line, line.c.unit_id == UnitFact.unit_id).group_by(UnitFact.agency_code).subquery("codes_before")
