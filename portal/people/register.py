"""The officers' register: who they are, and what they may do in which unit from which day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.clock import local_day
from portal.people.models import Identity, Officer, OfficerRole
from portal.people.queries import RoleName

PROVIDER = "officer"


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """A right in a unit; from today unless said otherwise; `valid_to` is the first day without it."""

    unit_id: int
    role: RoleName
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class OfficerEntry:
    """An officer; `subject` is who they are at the officers' identity provider."""

    subject: str
    name: str
    title: str
    email: str | None
    roles: tuple[RoleEntry, ...]
    active: bool = True


def enter_officers(session: Session, entries: Sequence[OfficerEntry], *, at: datetime) -> int:
    """Bring the register in line with these entries; returns how many officers changed.

    Officers are found by subject, and one not listed stays as they are. A right that a listed officer has
    and the list has not ends today. Safe to repeat.
    """
    return sum(_enter(session, entry, at=at) for entry in entries)


def officer_of(session: Session, subject: str) -> Officer | None:
    """The officer who signs in under this subject."""
    return session.execute(
        select(Officer)
        .join(Identity, Identity.officer_id == Officer.id)
        .where(Identity.provider == PROVIDER, Identity.subject == subject)
    ).scalar_one_or_none()


def move_roles(
    session: Session, *, old_unit_id: int, new_unit_id: int, at: datetime, officer_ids: Collection[int] | None = None
) -> int:
    """End every role in force in a unit today and give the same in its successor; how many officers moved.

    `officer_ids`: only theirs. What somebody already may in the successor stays as it is. Nobody's account changes.
    """
    today = local_day(at)
    wanted = _in_force_at(old_unit_id, today)
    if officer_ids is not None:
        wanted = wanted.where(OfficerRole.officer_id.in_(list(officer_ids)))
    rows = session.execute(wanted.with_for_update()).scalars().all()
    held = {(row.officer_id, row.role) for row in session.execute(_in_force_at(new_unit_id, today)).scalars()}
    for row in rows:
        if (row.officer_id, row.role) not in held:
            entry = RoleEntry(new_unit_id, cast(RoleName, row.role), today, row.valid_to)
            session.add(_begin(session, row.officer_id, entry, today))
        _end(session, row, today)
    session.flush()
    return len({row.officer_id for row in rows})


def _in_force_at(unit_id: int, day: date) -> Select[OfficerRole]:
    return select(OfficerRole).where(
        OfficerRole.unit_id == unit_id,
        OfficerRole.valid_from <= day,
        or_(OfficerRole.valid_to.is_(None), OfficerRole.valid_to > day),
    )


def _enter(session: Session, entry: OfficerEntry, *, at: datetime) -> bool:
    officer = officer_of(session, entry.subject) or _new(session, entry, at=at)
    officer.name, officer.title, officer.email, officer.active = entry.name, entry.title, entry.email, entry.active
    changed = session.is_modified(officer) or officer.created_at == at
    changed = _set_roles(session, officer.id, entry.roles, today=local_day(at)) or changed
    session.flush()
    return changed


def _new(session: Session, entry: OfficerEntry, *, at: datetime) -> Officer:
    officer = Officer(name=entry.name, title=entry.title, email=entry.email, active=entry.active, created_at=at)
    session.add(officer)
    session.flush()
    session.add(Identity(provider=PROVIDER, subject=entry.subject, officer_id=officer.id, created_at=at))
    return officer


def _set_roles(session: Session, officer_id: int, roles: Sequence[RoleEntry], *, today: date) -> bool:
    missing: dict[tuple[int, str], RoleEntry] = {(role.unit_id, role.role): role for role in roles}
    changed = False
    for row in session.execute(select(OfficerRole).where(OfficerRole.officer_id == officer_id)).scalars().all():
        if row.valid_to is not None and row.valid_to <= today:
            continue
        entry = missing.pop((row.unit_id, row.role), None)
        if entry is None:
            _end(session, row, today)
            changed = True
        elif row.valid_to != entry.valid_to:
            row.valid_to = entry.valid_to
            changed = True
    session.flush()
    for entry in missing.values():
        session.add(_begin(session, officer_id, entry, today))
    return changed or bool(missing)


def _end(session: Session, row: OfficerRole, today: date) -> None:
    """A right that would end before it has lasted a day never was."""
    if row.valid_from >= today:
        session.delete(row)
    else:
        row.valid_to = today


def _begin(session: Session, officer_id: int, entry: RoleEntry, today: date) -> OfficerRole:
    """A right given again begins today: the days without it stay on record."""
    held_before = session.execute(
        select(OfficerRole.id)
        .where(
            OfficerRole.officer_id == officer_id,
            OfficerRole.unit_id == entry.unit_id,
            OfficerRole.role == entry.role,
        )
        .limit(1)
    ).first()
    valid_from = today if held_before or entry.valid_from is None else entry.valid_from
    return OfficerRole(
        officer_id=officer_id, unit_id=entry.unit_id, role=entry.role, valid_from=valid_from, valid_to=entry.valid_to
    )
