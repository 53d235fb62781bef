"""Which calendar a unit works by, which one a due instant was counted by, and what was changed.

A unit works by the newest version of its own; without one by that of the nearest unit above it; without any by the
calendar that comes with the portal. Calendars are made once for each content and kept.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from portal.calendars.models import CalendarChange, CalendarVersion
from portal.calendars.wishes import weekly_of
from portal.deadlines import Calendar, Change, Reason, changed, current_calendar, versions_of
from portal.deadlines.calendar import packaged_calendar
from portal.questions import Question
from portal.reading import Written
from portal.units import queries as units

MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class Version:
    """A calendar's lasting name, for which unit, and who signed the change that made it."""

    name: str
    unit_id: int
    base: str
    changes: tuple[int, ...]
    signed_by: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """A change as it stands: `state` is waiting, signed or refused."""

    id: int
    unit_id: int
    change: Change
    source: str
    entered_by: int
    entered_at: datetime
    state: str
    decided_by: int | None
    decided_at: datetime | None


def of_unit(session: Session, unit_id: int, *, on: date) -> Calendar:
    """The calendar that the unit works by now; `on` is the day of the register that says who stands above whom."""
    return _of_unit(session, unit_id, newest_asked().answer(session), on)


def of_units(
    session: Session, unit_ids: Collection[int], *, on: date, newest: Mapping[int, Version] | None = None
) -> dict[int, Calendar]:
    """The same for several units. `newest`: what `newest_asked` answered, where a page has asked already."""
    newest = newest_asked().answer(session) if newest is None else newest
    if not newest:
        return dict.fromkeys(unit_ids, current_calendar())
    return {unit_id: _of_unit(session, unit_id, newest, on) for unit_id in unit_ids}


def newest_asked() -> Question[dict[int, Version]]:
    """The newest version of every unit that has one of its own, by unit."""
    return Question(_NEWEST, {}, lambda rows: {row[1]: _version(row) for row in rows})


def version_of(session: Session, unit_id: int, *, on: date) -> Version | None:
    """The version that the unit works by; None: the calendar that comes with the portal, nothing changed."""
    return _version_of(session, unit_id, newest_asked().answer(session), on)


def _of_unit(session: Session, unit_id: int, newest: Mapping[int, Version], on: date) -> Calendar:
    version = _version_of(session, unit_id, newest, on)
    return current_calendar() if version is None else _calendar(session, version)


def _version_of(session: Session, unit_id: int, newest: Mapping[int, Version], on: date) -> Version | None:
    above = units.upwards(session, unit_id, on=on) if newest else ()
    return next((newest[one] for one in above if one in newest), None)


def version_named(session: Session, name: str) -> Version | None:
    """The version of that name; None for a packaged calendar, or for none."""
    rows = _VERSION.read(session, name=name)
    return _version(rows[0]) if rows else None


def by_rule(session: Session, rule: str | None) -> Calendar | None:
    """The calendar that a recorded rule names; None for a decision, or where it names none that we know."""
    found = versions_of(rule or "")
    if found is None:
        return None
    try:
        return packaged_calendar(found[1])
    except LookupError:
        version = version_named(session, found[1])
        return None if version is None else _calendar(session, version)


def waiting(session: Session, unit_ids: Collection[int]) -> tuple[Entered, ...]:
    """What waits for a second person, oldest first."""
    row = CalendarChange
    statement = select(row).where(row.unit_id.in_(list(unit_ids)), row.state == "waiting").order_by(row.id)
    return tuple(map(_entered, session.scalars(statement)))


def decided(session: Session, unit_ids: Collection[int], *, limit: int = 100) -> tuple[Entered, ...]:
    """What was signed or refused, newest first."""
    row = CalendarChange
    statement = select(row).where(row.unit_id.in_(list(unit_ids)), row.state != "waiting")
    return tuple(map(_entered, session.scalars(statement.order_by(row.decided_at.desc(), row.id.desc()).limit(limit))))


def entered(session: Session, change_id: int, *, unit_ids: Collection[int]) -> Entered | None:
    """One change of these units; None for all others."""
    row = CalendarChange
    found = session.scalar(select(row).where(row.id == change_id, row.unit_id.in_(list(unit_ids))))
    return None if found is None else _entered(found)


def changes_of(session: Session, ids: Iterable[int]) -> tuple[Entered, ...]:
    """These changes in the order asked for."""
    wanted = list(ids)
    found = {
        row.id: _entered(row) for row in session.scalars(select(CalendarChange).where(CalendarChange.id.in_(wanted)))
    }
    return tuple(found[one] for one in wanted)


def _calendar(session: Session, version: Version) -> Calendar:
    made = tuple(one.change for one in changes_of(session, version.changes))
    return _made(version.base, made, version.name)


@lru_cache(maxsize=MOST_KEPT)
def _made(base: str, changes: tuple[Change, ...], name: str) -> Calendar:
    return changed(packaged_calendar(base), changes, name)


def _version(row: Any) -> Version:
    return Version(row[0], row[1], row[2], tuple(row[3]), row[4], row[5])


def _entered(row: CalendarChange) -> Entered:
    weekly, cut_off = weekly_of(row.hours)
    reason = Reason(row.reason_vi, row.reason_en or row.reason_vi)
    kind: Any = row.kind
    return Entered(
        id=row.id,
        unit_id=row.unit_id,
        change=Change(kind, row.first, row.last, row.worked_on, weekly, cut_off, reason),
        source=row.source,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


_COLUMNS = (
    CalendarVersion.name,
    CalendarVersion.unit_id,
    CalendarVersion.base,
    CalendarVersion.changes,
    CalendarVersion.signed_by,
    CalendarVersion.made_at,
)
_NEWEST = Written(
    select(*_COLUMNS)
    .ext(distinct_on(CalendarVersion.unit_id))
    .order_by(CalendarVersion.unit_id, CalendarVersion.id.desc())
)
_VERSION = Written(select(*_COLUMNS).where(CalendarVersion.name == bindparam("name", type_=Text)))
