"""Verbs of a reform: order that a unit's work goes to its successor, and carry the order out."""

from datetime import date, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal import jobs, logs
from portal.dossiers import at_units
from portal.dossiers import commands as dossiers
from portal.dossiers.life import ADMINISTRATOR, Actor
from portal.errors import Forbidden, PortalError, Refused, Stale
from portal.people import register
from portal.people.queries import Role
from portal.reforms.models import HandOver
from portal.units import queries as units
from portal.units.queries import Succession

BATCH = 100
JOB = "reforms.hand_over"

log = logs.logger(__name__)


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
    """Order the hand-over, by an administrator of either unit or of one above it; officers move at once.

    Raises Refused("not_a_successor") where the register does not say so by this day, Refused("split") where there are
    several, Refused("already_ordered"), or Forbidden("administers_elsewhere").
    """
    succession = _succession(session, old_unit_id, new_unit_id, on=on)
    if not _administers(session, roles, succession, on=on):
        raise Forbidden("administers_elsewhere")
    open_already = select(HandOver.id).where(HandOver.old_unit_id == old_unit_id, HandOver.done_at.is_(None))
    if session.execute(open_already).first() is not None:
        raise Refused("already_ordered")
    moved = register.move_roles(session, old_unit_id=old_unit_id, new_unit_id=new_unit_id, at=at)
    made = session.execute(
        insert(HandOver)
        .values(
            old_unit_id=old_unit_id,
            new_unit_id=new_unit_id,
            decision=succession.decision,
            ordered_by=officer_id,
            ordered_at=at,
            officers=moved,
            dossiers=0,
        )
        .returning(HandOver.id)
    ).scalar_one()
    jobs.enqueue(session, JOB, key=f"{JOB}/{made}", order_id=made)
    return made


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
    found = [one for one in units.successors(session, old_unit_id) if one.on <= on]
    if new_unit_id not in {one.new_id for one in found}:
        raise Refused("not_a_successor")
    if len(found) > 1:
        raise Refused("split")
    return found[0]


def _administers(session: Session, roles: tuple[Role, ...], succession: Succession, *, on: date) -> bool:
    """Whether one of the officer's units is one of the two, or stood above the old one or stands above the new one."""
    last = succession.on - timedelta(days=1)
    for unit_id in {role.unit_id for role in roles if role.role == ADMINISTRATOR}:
        if succession.old_id in units.within(session, unit_id, on=last):
            return True
        if succession.new_id in units.within(session, unit_id, on=on):
            return True
    return False
