"""Who gets a dossier by an act: the unit that it goes to or that is asked, and the officer who has it there."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.clock import local_day
from portal.dossiers import life, returns
from portal.dossiers.life import Actor, Keeping, Need, Transition
from portal.dossiers.returns import Origin
from portal.dossiers.rows import AnyRow, is_key
from portal.dossiers.taking_back import Before
from portal.dossiers.wishes import Wish
from portal.errors import Refused
from portal.people import queries as people
from portal.units import queries as units


def towards(
    session: Session, dossier: AnyRow, wish: Wish, row: Transition, *, origin: Origin | None, on: date
) -> units.Unit | None:
    """The unit that it goes to or that is asked."""
    if origin is not None:
        return origin.unit
    return _other_unit(session, dossier, wish, on) if Need.OTHER_UNIT in row.needs else None


def _other_unit(session: Session, dossier: AnyRow, wish: Wish, on: date) -> units.Unit:
    if wish.to_unit_id == (wish.from_unit_id or dossier.holder_unit_id):
        raise Refused("same_unit")
    unit = units.unit(session, wish.to_unit_id, on=on) if wish.to_unit_id and is_key(wish.to_unit_id) else None
    if unit is None:
        raise Refused("unknown_unit")
    return unit


def back_to(session: Session, dossier: AnyRow, back: Before, *, on: date, at: datetime) -> int | None:
    """Who has it again where an act is taken back; the unit must still be one where it is another than now."""
    if back.unit_id != dossier.holder_unit_id and units.unit(session, back.unit_id, on=on) is None:
        raise Refused("nothing_to_take_back")
    return None if back.beside else _still_there(session, back.unit_id, back.keeper_id, at)


def colleague(
    session: Session, dossier: AnyRow, wish: Wish, row: Transition, *, by: Actor, origin: Origin | None, at: datetime
) -> int | None:
    """Who has it afterwards, where the act names or finds somebody."""
    if Need.COLLEAGUE in row.needs:
        return _named(session, dossier, wish, at)
    if origin is not None:
        return _still_there(session, origin.unit.id, origin.officer_id, at)
    if row.keeping is Keeping.GIVER and dossier.keeper_id in (by.officer_id, by.for_id):
        return _still_there(session, dossier.holder_unit_id, returns.giver(session, dossier), at)
    return None


def _still_there(session: Session, unit_id: int, officer_id: int | None, at: datetime) -> int | None:
    """The officer, if they hold a role of the desk in the unit today."""
    if officer_id is None:
        return None
    known = people.officers_in(session, unit_id, roles=life.ROLES, on=local_day(at))
    return officer_id if officer_id in {officer.id for officer in known} else None


def _named(session: Session, dossier: AnyRow, wish: Wish, at: datetime) -> int:
    """The officer of the holding unit to whom it is given; they hold a role of the desk there today."""
    if wish.to_officer_id == dossier.keeper_id:
        raise Refused("same_keeper")
    known = people.officers_in(session, dossier.holder_unit_id, roles=life.ROLES, on=local_day(at))
    found = next((officer.id for officer in known if officer.id == wish.to_officer_id), None)
    if found is None:
        raise Refused("unknown_colleague")
    return found
