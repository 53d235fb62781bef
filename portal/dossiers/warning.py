"""Who is told before a dossier is late, and until when a leader must have apologised.

Decree 61/2018 wants the apology with its new date a day before the term ends: a working day of 8 hours here. Every
working morning each officer who can do something gets one letter that names dossiers by reference and nothing else.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock, jobs, logs
from portal.calendars import queries as calendars
from portal.deadlines import current_calendar, moment_with
from portal.dossiers import notices
from portal.dossiers.life import LEADER, SPECIALIST, State
from portal.dossiers.models import Dossier
from portal.errors import Invalid
from portal.letters import commands as letters
from portal.people import queries as people
from portal.people import stand_ins
from portal.people.queries import Officer
from portal.transaction import unit_of_work

APOLOGY_HOURS = 8
MOST_NAMED = 100

log = logs.logger(__name__)

SUBJECT = "Hồ sơ sắp đến hạn hoặc quá hạn: {number} / Dossiers due soon or late: {number}"
BODY = (
    "Các hồ sơ sau sắp đến hạn hoặc đã quá hạn:\n\n{lines}\n\n"
    "Hồ sơ không kịp phải có văn bản xin lỗi và ngày hẹn mới do lãnh đạo duyệt trước khi hết hạn.\n\n"
    "These dossiers are due soon or late. One that will not be ready needs an apology with a new date, approved by "
    "the head of the office before its term ends.\n\n{link}\n"
)


class _Installed:
    hours: int = 16


def install(hours: int) -> None:
    """How many working hours before its due instant a dossier is called due soon."""
    _Installed.hours = hours


@dataclass(frozen=True, slots=True)
class Horizon:
    """Until when it counts as soon that a dossier is due, and until when one needs an apology."""

    soon: datetime
    apology: datetime


def horizon(
    session: Session,
    unit_ids: Collection[int],
    *,
    at: datetime,
    on: date,
    newest: Mapping[int, calendars.Version] | None = None,
) -> Horizon:
    """By the calendars of these units; of several, the farthest. `newest`: see `calendars.of_units`."""
    found = list(calendars.of_units(session, unit_ids, on=on, newest=newest).values()) or [current_calendar()]
    soon, apology = (
        max(moment_with(hours * 60, at, calendar) for calendar in found) for hours in (_Installed.hours, APOLOGY_HOURS)
    )
    return Horizon(soon, apology)


def run(*, at: datetime, on: date) -> int:
    """Write this morning's letters, on a working day; how many. Safe to repeat: one letter an officer and day."""
    if not current_calendar().works_on(clock.local_day(at)):
        return 0
    with unit_of_work() as session:
        told: dict[int, tuple[Officer, list[str]]] = {}
        for officer, line in _lines(session, at=at, on=on):
            told.setdefault(officer.id, (officer, []))[1].append(line)
        return sum(_write(session, officer, lines, at) for officer, lines in told.values())


def _lines(session: Session, *, at: datetime, on: date) -> Iterator[tuple[Officer, str]]:
    """Whom to tell of what: the keeper and who stands in, or without a keeper all specialists; leaders of every one."""
    units = session.scalars(select(Dossier.holder_unit_id).where(_RUNNING).distinct()).all()
    for unit_id in units:
        until = horizon(session, {unit_id}, at=at, on=on).soon
        rows = session.execute(
            select(Dossier.reference, Dossier.due_at, Dossier.extended, Dossier.keeper_id)
            .where(_RUNNING, Dossier.holder_unit_id == unit_id, Dossier.urgent_at < until)
            .order_by(Dossier.urgent_at)
            .limit(MOST_NAMED)
        ).all()
        staff = _staff(session, unit_id, at) if rows else {}
        instead = _standing_in(session, unit_id, at) if rows else {}
        for row in rows:
            line = f"{row.reference}: {clock.local(row.due_at):%H:%M %d/%m/%Y}"
            if not row.extended:
                line += " (chưa xin lỗi / no apology yet)"
            kept = [one for role in staff.values() for one in role if one.id == row.keeper_id][:1]
            kept += [instead[one.id] for one in kept if one.id in instead]
            officers = {one.id: one for one in [*(kept or staff[SPECIALIST]), *staff[LEADER]]}
            yield from ((officer, line) for officer in officers.values())


def _staff(session: Session, unit_id: int, at: datetime) -> Mapping[str, tuple[Officer, ...]]:
    day = clock.local_day(at)
    return {role: people.officers_in(session, unit_id, roles={role}, on=day) for role in (SPECIALIST, LEADER)}


def _standing_in(session: Session, unit_id: int, at: datetime) -> Mapping[int, Officer]:
    """Who stands in today, by the absent one."""
    pairs = stand_ins.standing_in_at(session, unit_id, on=clock.local_day(at))
    found = {absent_id: people.officer(session, officer_id) for absent_id, officer_id in pairs.items()}
    return {absent_id: one for absent_id, one in found.items() if one is not None and one.active}


def _write(session: Session, officer: Officer, lines: list[str], at: datetime) -> int:
    if officer.email is None:
        return 0
    words = {
        "number": len(lines),
        "lines": "\n".join(lines[:MOST_NAMED]),
        "link": notices.address("/desk?show=apology"),
    }
    key = f"due-soon/{clock.local_day(at)}/{officer.id}"
    try:
        letters.enqueue(
            session, key=key, to=officer.email, subject=SUBJECT.format(**words), body=BODY.format(**words), at=at
        )
    except Invalid as refusal:
        log.warning("letter_not_written", officer=officer.id, reason=refusal.code)
        return 0
    return 1


_RUNNING = Dossier.state == State.IN_PROGRESS.value


@jobs.tasks.periodic(cron="15 0 * * *")  # 07:15 in Viet Nam
@jobs.task("dossiers.warning", queueing_lock="dossiers.warning")
def warn(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    at = clock.now()
    run(at=at, on=clock.local_day(at))
