"""Verbs of a reform: order that a unit's work goes to its successor, and carry the order out."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import jobs, logs
from portal.dossiers import at_units, counter, opinions
from portal.dossiers import commands as dossiers
from portal.dossiers.life import ADMINISTRATOR, Actor
from portal.errors import Forbidden, PortalError, Refused, Stale
from portal.people import register
from portal.people.queries import Role
from portal.reforms.models import HandOver
from portal.units import queries as units
from portal.units.queries import Succession, Unit

BATCH = 100
JOB = "reforms.hand_over"

log = logs.logger(__name__)


class Shared(NamedTuple):
    """What one of several successors was given at once."""

    dossiers: int
    officers: int


def order(
    session: Session,
    *,
    old_unit_id: int,
    new_unit_id: int,
    officer_id: int,
    roles: tuple[Role, ...],
    at: datetime,
    on: date,
) -> int:
    """Order that all a unit still has goes to a successor, by an administrator of either unit or of one above it.

    Officers, drafts of the counter and questions that wait for an answer move at once, dossiers in the course of
    minutes. Of a unit that is divided (`share`) this is the rest. Raises Refused("not_a_successor") where the register
    does not say so by this day, Refused("already_ordered"), or Forbidden("administers_elsewhere").
    """
    succession = _succession(session, old_unit_id, new_unit_id, on=on)
    if not _administers(session, roles, succession, on=on):
        raise Forbidden("administers_elsewhere")
    open_already = select(HandOver.id).where(HandOver.old_unit_id == old_unit_id, HandOver.done_at.is_(None))
    if session.execute(open_already).first() is not None:
        raise Refused("already_ordered")
    made = _begun(session, succession, officer_id=officer_id, at=at)
    made.officers = register.move_roles(session, old_unit_id=old_unit_id, new_unit_id=new_unit_id, at=at)
    counter.hand_over(session, from_unit_id=old_unit_id, to_unit_id=new_unit_id)
    opinions.hand_over(session, from_unit_id=old_unit_id, to=_unit(session, new_unit_id, on=on))
    session.flush()
    jobs.enqueue(session, JOB, key=f"{JOB}/{made.id}", order_id=made.id)
    return made.id


def share(
    session: Session,
    *,
    old_unit_id: int,
    new_unit_id: int,
    references: Collection[str],
    officer_ids: Collection[int],
    by_officer_id: int,
    roles: tuple[Role, ...],
    at: datetime,
    on: date,
) -> Shared:
    """Give one of the successors of a unit that is divided these dossiers and officers, at once.

    With an officer go the drafts that they began at the counter.

    Dossiers and officers that are no longer the old unit's are passed over, so that what is sent twice has one effect.
    Raises as `order` does, and Refused("too_many") beyond `BATCH` dossiers.
    """
    if len(references) > BATCH:
        raise Refused("too_many")
    succession = _succession(session, old_unit_id, new_unit_id, on=on)
    if not _administers(session, roles, succession, on=on):
        raise Forbidden("administers_elsewhere")
    rows = at_units.chosen(session, references, unit_id=old_unit_id)
    made = _begun(session, succession, officer_id=by_officer_id, at=at, done_at=at)
    made.officers = register.move_roles(
        session, old_unit_id=old_unit_id, new_unit_id=new_unit_id, at=at, officer_ids=officer_ids
    )
    counter.hand_over(session, from_unit_id=old_unit_id, to_unit_id=new_unit_id, officer_ids=officer_ids)
    for _number, reference, steps in rows:
        if _handed_over(session, made, reference, steps, at=at, on=on):
            made.dossiers += 1
    session.flush()
    shared = Shared(made.dossiers, made.officers)
    if not any(shared):
        session.delete(made)
    return shared


def _begun(
    session: Session, succession: Succession, *, officer_id: int, at: datetime, done_at: datetime | None = None
) -> HandOver:
    made = HandOver(
        old_unit_id=succession.old_id,
        new_unit_id=succession.new_id,
        decision=succession.decision,
        ordered_by=officer_id,
        ordered_at=at,
        officers=0,
        dossiers=0,
        done_at=done_at,
    )
    session.add(made)
    session.flush()
    return made


def _unit(session: Session, unit_id: int, *, on: date) -> Unit:
    found = next((unit for unit in units.units_on(session, on=on) if unit.id == unit_id), None)
    if found is None:
        raise Refused("not_a_successor")
    return found


def carry_on(session: Session, order_id: int, *, after: int, at: datetime, on: date) -> int | None:
    """Hand over the next few dossiers beyond this number; the number to go on after, None at the end of the round.

    A dossier that somebody acted on in the same moment stays for the next round, which finds it again. The order is
    done when a round finds nothing.
    """
    found = session.execute(
        select(HandOver).where(HandOver.id == order_id, HandOver.done_at.is_(None)).with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    if found is None:
        return None
    rows = at_units.next_running(session, unit_id=found.old_unit_id, after=after, limit=BATCH)
    for _number, reference, steps in rows:
        if _handed_over(session, found, reference, steps, at=at, on=on):
            found.dossiers += 1
    if not rows and after == 0:
        found.done_at = at
    session.flush()
    return rows[-1][0] if rows else None


def _handed_over(session: Session, order: HandOver, reference: str, steps: int, *, at: datetime, on: date) -> bool:
    try:
        dossiers.hand_over(
            session,
            reference=reference,
            by=Actor.officer(order.ordered_by, [(order.old_unit_id, ADMINISTRATOR)]),
            seen=steps,
            at=at,
            on=on,
            from_unit_id=order.old_unit_id,
            to_unit_id=order.new_unit_id,
            decision=order.decision,
        )
    except Stale:
        return False
    except PortalError as refusal:
        log.warning("not_handed_over", reference=reference, order=order.id, reason=refusal.code)
        return False
    return True


def _succession(session: Session, old_unit_id: int, new_unit_id: int, *, on: date) -> Succession:
    for one in units.successors(session, old_unit_id):
        if one.on <= on and one.new_id == new_unit_id:
            return one
    raise Refused("not_a_successor")


def _administers(session: Session, roles: tuple[Role, ...], succession: Succession, *, on: date) -> bool:
    """Whether one of the officer's units is one of the two, or stood above the old one or stands above the new one."""
    last = succession.on - timedelta(days=1)
    for unit_id in {role.unit_id for role in roles if role.role == ADMINISTRATOR}:
        if succession.old_id in units.within(session, unit_id, on=last):
            return True
        if succession.new_id in units.within(session, unit_id, on=on):
            return True
    return False
