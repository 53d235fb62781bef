"""Whose a dossier is: the one place that says which persons and units reach it, as conditions for a `where`.

*Own* is what the person filed, or somebody filed for them. *Open to* a person is besides what they filed for somebody
else, while the mandate they did it by holds: read anew at each request, so an ended mandate closes it at once.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.sql.selectable import ScalarSelect

from portal.dossiers.life import LEADER, RECEIVER, TABLE, Act, Actor
from portal.dossiers.models import Dossier, Draft, Step
from portal.mandates import queries as mandates

LEAVING = (Act.PASSED, Act.PASSED_BACK, Act.RESOLVED)
"""By these a dossier goes from one unit to another."""


def own(person_id: int) -> ColumnElement[bool]:
    """The person's own dossiers."""
    return Dossier.person_id == person_id


def open_to(person_id: int, *, at: datetime) -> ColumnElement[bool]:
    """The person's own dossiers, and those they filed by a mandate that holds at this instant."""
    return or_(own(person_id), Dossier.mandate_id.in_(mandates.holding(agent_id=person_id, at=at)))


def held_or_received(unit_ids: Collection[int]) -> ColumnElement[bool]:
    """What one of these units holds, or is the desk of."""
    units = list(unit_ids)
    return or_(Dossier.holder_unit_id.in_(units), Dossier.desk_unit_id.in_(units))


def at_desks(unit_ids: Collection[int], by: Actor | None) -> ColumnElement[bool]:
    """What officers of these units reach: besides, what left one by its latest act, if this officer may take it back.

    That is whoever did the act and may still do it, or a leader of that unit, or who stands in there for one of them.
    """
    if by is None:
        return held_or_received(unit_ids)
    theirs = or_(Step.unit_id.in_(led_by(by)), *(_did(by, unit_id) for unit_id in sorted(unit_ids)))
    left = select(Step.dossier_id).where(*_left_by_latest(), Step.unit_id.in_(list(unit_ids)), theirs)
    return or_(held_or_received(unit_ids), left.exists())


def _did(by: Actor, unit_id: int) -> ColumnElement[bool]:
    """Of the latest step: done in this unit by the officer, or by one for whom they stand in there."""
    selves = [by.officer_id, *by.absent_at(unit_id)]
    theirs = or_(Step.officer_id.in_(selves), Step.for_officer_id.in_(selves))
    roles = by.every_role_at(unit_id)
    acts = [act for act in LEAVING if any(row.act is act and row.roles and row.roles & roles for row in TABLE)]
    return and_(Step.unit_id == unit_id, Step.act.in_(acts), theirs)


def latest_unit_id() -> ScalarSelect[int]:
    """The unit that a dossier left by its latest act."""
    return select(Step.unit_id).where(*_left_by_latest()).scalar_subquery()


def latest_unit_code() -> ScalarSelect[str]:
    return select(Step.unit_code).where(*_left_by_latest()).scalar_subquery()


def _left_by_latest() -> tuple[ColumnElement[bool], ...]:
    return Step.dossier_id == Dossier.id, Step.n == Dossier.steps - 1, Step.act.in_(LEAVING), Step.before.is_not(None)


def written_by(person_id: int) -> ColumnElement[bool]:
    """Dossiers that this person filed, for whomever, or an officer for them at the counter.

    Only for leading from a draft to what it became.
    """
    at_the_counter = and_(Step.officer_id.is_not(None), Dossier.person_id == person_id)
    theirs = or_(Step.person_id == person_id, at_the_counter)
    return select(Step.dossier_id).where(Step.dossier_id == Dossier.id, Step.n == 0, theirs).exists()


def own_draft(person_id: int) -> ColumnElement[bool]:
    """Drafts belong to whoever writes them, for whomever they are.

    Those of the counter bear the person entered for them, as whom nobody signs in: see `counter_draft`.
    """
    return Draft.person_id == person_id


def counter_draft(by: Actor) -> ColumnElement[bool]:
    """Drafts that this officer writes at the counter of a unit where they receive now."""
    return and_(Draft.officer_id.is_not(None), Draft.officer_id == by.officer_id, Draft.unit_id.in_(received_at(by)))


def led_by(by: Actor) -> list[int]:
    """The units that the officer leads, be it in an absent leader's place."""
    return sorted({unit_id for unit_id, role in by.roles | by.lent_roles if role == LEADER})


def received_at(by: Actor) -> list[int]:
    """The units at whose counter the officer receives."""
    return sorted(unit_id for unit_id, role in by.roles if role == RECEIVER)
