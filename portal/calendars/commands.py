"""Changing a calendar: one person enters what a document says, a second one signs it, and then it counts.

Every signature makes a new version, under a new name, for the unit and for those below it that have changes of their
own. What was counted by an earlier version stays as it was until `dossiers.recounting` says otherwise.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from portal.calendars import queries, wishes
from portal.calendars.models import CalendarChange, CalendarVersion
from portal.calendars.wishes import Wanted
from portal.deadlines.calendar import CURRENT
from portal.errors import Invalid, NotFound, Refused
from portal.units import queries as units


def reach(session: Session, unit_ids: Collection[int], *, on: date) -> frozenset[int]:
    """For which units somebody answers who administers these: they and all below them.

    Who sits in a department answers for the authority whose department it is.
    """
    found: set[int] = set()
    for unit_id in unit_ids:
        unit = units.unit(session, unit_id, on=on)
        if unit is not None:
            top = unit.parent_id if unit.kind == "department" and unit.parent_id else unit.id
            found |= units.within(session, top, on=on)
    return frozenset(found)


def enter(session: Session, wanted: Wanted, *, by: int, administers: Collection[int], at: datetime, on: date) -> int:
    """Write down what is to be changed; it waits for a second person. Raises NotFound, or Invalid with Problems."""
    if wanted.unit_id not in administers:
        raise NotFound
    found = list(wishes.problems(wanted, queries.of_unit(session, wanted.unit_id, on=on)))
    if found:
        raise Invalid(*found, code="calendar_invalid")
    values = {
        "unit_id": wanted.unit_id,
        "kind": wanted.kind,
        "first": wanted.first,
        "last": wanted.last if wanted.kind in ("off", "hours") else None,
        "worked_on": wanted.worked_on if wanted.kind == "swap" else None,
        "hours": wanted.hours,
        "reason_vi": wanted.reason_vi,
        "reason_en": wanted.reason_en,
        "source": wanted.source,
        "entered_by": by,
        "entered_at": at,
        "state": "waiting",
    }
    return session.execute(insert(CalendarChange).values(values).returning(CalendarChange.id)).scalar_one()


def sign(
    session: Session, change_id: int, *, by: int, administers: Collection[int], at: datetime, on: date
) -> tuple[str, ...]:
    """It counts from now on; the names of the versions that it made. Raises NotFound or Refused."""
    change = _decide(session, change_id, "signed", by=by, administers=administers, at=at)
    below = units.within(session, change.unit_id, on=on)
    row = CalendarChange
    own = session.scalars(select(row.unit_id).where(row.state == "signed", row.unit_id.in_(below)).distinct()).all()
    names = []
    for unit_id in sorted({change.unit_id, *own}):
        unit = units.unit(session, unit_id, on=on)
        if unit is None:
            continue
        name = f"{CURRENT}-{change_id}-{unit.agency_code}"
        made = {
            "name": name,
            "unit_id": unit_id,
            "base": CURRENT,
            "changes": _applying(session, unit_id, on=on),
            "signed_by": by,
            "made_at": at,
        }
        session.execute(insert(CalendarVersion).values(made))
        names.append(name)
    return tuple(names)


def refuse(session: Session, change_id: int, *, by: int, administers: Collection[int], at: datetime) -> None:
    """It will not count; it stays on the list. Raises NotFound or Refused."""
    _decide(session, change_id, "refused", by=by, administers=administers, at=at)


def _decide(
    session: Session, change_id: int, state: str, *, by: int, administers: Collection[int], at: datetime
) -> queries.Entered:
    session.execute(text("lock table calendar_version in share row exclusive mode"))  # one signature at a time
    change = queries.entered(session, change_id, unit_ids=administers)
    if change is None:
        raise NotFound
    if change.state != "waiting":
        raise Refused("calendar_decided")
    if change.entered_by == by:
        raise Refused("calendar_same_person")
    row = CalendarChange
    session.execute(update(row).where(row.id == change_id).values(state=state, decided_by=by, decided_at=at))
    session.expire_all()
    return change


def _applying(session: Session, unit_id: int, *, on: date) -> list[int]:
    """The signed changes of the units above and of the unit itself: the nearer one has the last word on a day."""
    row = CalendarChange
    above = list(reversed(units.upwards(session, unit_id, on=on)))
    statement = select(row.id, row.unit_id).where(row.state == "signed", row.unit_id.in_(above))
    found = session.execute(statement.order_by(row.decided_at, row.id)).all()
    return [one.id for one in sorted(found, key=lambda one: above.index(one.unit_id))]
