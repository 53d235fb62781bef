"""Which roles of absent officers are lent, as selects: read with an account, and anew under every act.

A role is lent while all of this holds: the stand-in was named for that day and not ended, the absent one is active and
has the role of the desk in that unit themself, and the stand-in has a role of the desk there of their own. So nothing
has to be undone where a role ends, a unit ends, or somebody leaves.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, literal_column, or_, select
from sqlalchemy.orm import aliased

from portal.people.models import Officer, OfficerRole, StandIn

DESK = ("receiver", "specialist", "leader")
COLUMNS = (StandIn.absent_id, StandIn.unit_id, OfficerRole.role)


def lent_to(
    officer_id: SQLColumnExpression[Any], day: ColumnElement[Any], columns: Sequence[Any] = COLUMNS
) -> Select[*tuple[Any, ...]]:
    """(absent one, unit, role) for every role that is lent to this officer on that day."""
    return (
        select(*columns)
        .select_from(StandIn)
        .join(OfficerRole, (OfficerRole.officer_id == StandIn.absent_id) & (OfficerRole.unit_id == StandIn.unit_id))
        .join(Officer, Officer.id == StandIn.absent_id)
        .where(
            StandIn.officer_id == officer_id,
            in_force(day),
            Officer.active,
            at_the_desk(OfficerRole, day),
            works_there(day),
        )
    )


def in_force(day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Of a row of `stand_in`: named for that day, and not ended."""
    return and_(StandIn.ended_at.is_(None), StandIn.first_on <= day, StandIn.last_on >= day)


def works_there(day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Of a row of `stand_in`: who stands in has a role of the desk in that unit themself."""
    own = aliased(OfficerRole)
    here = select(own.id).where(
        own.officer_id == StandIn.officer_id, own.unit_id == StandIn.unit_id, at_the_desk(own, day)
    )
    return here.exists()


def at_the_desk(role: Any, day: ColumnElement[Any]) -> ColumnElement[bool]:
    valid = and_(role.valid_from <= day, or_(role.valid_to.is_(None), role.valid_to > day))
    return and_(role.role.in_([literal_column(f"'{name}'") for name in DESK]), valid)
