"""Who has the work of a unit by a day: the unit itself while it stands, and then whoever follows it alone."""

from datetime import date

from sqlalchemy.orm import Session

from portal.units import queries
from portal.units.queries import Unit


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
