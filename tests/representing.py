"""Mandates for tests, made as people make them: one side offers, the other accepts.

    mandate_id = represent(session, granter, agent)                     # for every procedure, from today for 30 days
    reference = filing.file_dossier(session, agent, mandate_id=mandate_id)

Each function commits what it does.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal import clock
from portal.mandates import commands
from portal.mandates.rules import Days
from portal.people.queries import Person
from portal.transaction import unit_of_work

MOST_DAYS = 365


def days_from(first: date, number: int = 30) -> Days:
    return Days(first, first + timedelta(days=number - 1))


def offer(
    session: Session,
    granter: Person,
    agent: Person,
    *,
    codes: Collection[str] | None = None,
    days: Days | None = None,
    name: str | None = None,
    at: datetime | None = None,
) -> int:
    """An offer to this agent, by their number and name (or another name)."""
    at = at or clock.now()
    assert agent.national_id is not None
    with unit_of_work(session):
        return commands.offer(
            session,
            granter_id=granter.id,
            agent_name=name or agent.name,
            agent_number=agent.national_id,
            codes=codes,
            days=days or days_from(clock.local_day(at)),
            most_days=MOST_DAYS,
            language="vi",
            at=at,
        )


def represent(
    session: Session,
    granter: Person,
    agent: Person,
    *,
    codes: Collection[str] | None = None,
    days: Days | None = None,
    at: datetime | None = None,
) -> int:
    """A mandate that was offered and accepted."""
    at = at or clock.now()
    mandate_id = offer(session, granter, agent, codes=codes, days=days, at=at)
    with unit_of_work(session):
        commands.accept(session, mandate_id, person_id=agent.id, at=at)
    return mandate_id


def end(session: Session, mandate_id: int, by: Person, *, at: datetime | None = None) -> None:
    with unit_of_work(session):
        commands.end(session, mandate_id, person_id=by.id, at=at or clock.now())
