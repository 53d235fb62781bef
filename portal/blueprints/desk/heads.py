"""Which units an officer heads: where they are a leader, and everything below as the register says."""

from dataclasses import dataclass

from flask import abort, request
from sqlalchemy.orm import Session

from portal.access import register_day
from portal.blueprints.desk.face import desk_units, officer
from portal.units import queries as units
from portal.units.queries import Unit


@dataclass(frozen=True, slots=True)
class Headed:
    """The unit that is looked at, and those beside it; `own` where the officer works on its dossiers themself."""

    unit: Unit
    all: tuple[Unit, ...]
    own: bool

    @property
    def below(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.all if unit.parent_id == self.unit.id)


def is_head() -> bool:
    return bool(officer().units_as("leader"))


def headed(session: Session) -> Headed:
    """The unit of the address, or the first that the officer leads; not found for everybody else's."""
    leads, on = officer().units_as("leader"), register_day()
    reach = frozenset().union(*(units.within(session, unit_id, on=on) for unit_id in leads)) if leads else frozenset()
    mine = tuple(unit for unit in units.units_on(session, on=on) if unit.id in reach) if reach else ()
    code = request.args.get("unit")
    found = next((unit for unit in mine if (unit.agency_code == code if code else unit.id in leads)), None)
    unit = found or abort(404)
    return Headed(unit, mine, unit.id in desk_units())
