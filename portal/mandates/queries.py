"""Reads of mandates. Who may see one stands in the `where`; an offer is seen by whoever bears its number and name."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from portal import sealing
from portal.clock import local_day
from portal.mandates import models, rules
from portal.mandates.rules import Days, Ending, Event, State
from portal.mandates.views import Happening, Mandate, Party, Side
from portal.people import queries as people
from portal.people.queries import Person

LISTED = 100
LARGEST_KEY = 2**63 - 1
INDEX = "national_id"
table = models.Mandate


def holding(*, agent_id: int, at: datetime) -> Select[int]:
    """The ids of the mandates by which this person may act now: for the `where` of whatever is filed under them."""
    return select(table.id).where(table.agent_id == agent_id, *_holds(at))


def held(
    session: Session, mandate_id: int, *, agent_id: int, at: datetime, code: str | None = None, lock: bool = False
) -> Mandate | None:
    """The mandate, where this person may act by it now (for that procedure).

    With `lock` it cannot be ended before this transaction is.
    """
    statement = select(table.__table__).where(table.id == mandate_id, table.agent_id == agent_id, *_holds(at))
    row = session.execute(statement.with_for_update(read=True) if lock else statement).one_or_none()
    found = None if row is None else mandate_of(row, at=at)
    return found if found is None or code is None or found.covers(code) else None


def usable(session: Session, *, agent_id: int, code: str, at: datetime) -> tuple[Mandate, ...]:
    """The mandates by which this person may file this procedure now."""
    mine = select(table.__table__).where(table.agent_id == agent_id, *_holds(at))
    covering = or_(table.procedures.is_(None), table.procedures.contains([code]))
    return _all(session, mine.where(covering), at=at)


def given(session: Session, *, person_id: int, at: datetime) -> tuple[Mandate, ...]:
    """What the person offered or gave, and is not over: there are never more than `commands.MOST_OPEN`."""
    return _all(session, select(table.__table__).where(table.granter_id == person_id, *_not_over(at)), at=at)


def received(session: Session, *, person_id: int, at: datetime) -> tuple[Mandate, ...]:
    """What the person was offered or accepted, and is not over."""
    person = people.person(session, person_id)
    whose = or_(table.agent_id == person_id, _waits_for(person))
    found = _all(session, select(table.__table__).where(whose, *_not_over(at)), at=at)
    return tuple(one for one in found if one.agent.person_id is not None or _named(one, person))


def over(
    session: Session, *, person_id: int, at: datetime, after: int | None = None, limit: int = 25
) -> tuple[tuple[Mandate, ...], int | None]:
    """What the person gave or accepted and is over, newest first, and the key of the next page."""
    mine = or_(table.granter_id == person_id, table.agent_id == person_id)
    ended = or_(table.state == State.ENDED.value, table.until_on < local_day(at))
    statement = select(table.__table__).where(mine, ended)
    if after is not None:
        statement = statement.where(table.id < after)
    rows = session.execute(statement.order_by(table.id.desc()).limit(limit + 1)).all()
    shown = tuple(mandate_of(row, at=at) for row in rows[:limit])
    return shown, shown[-1].id if len(rows) > limit else None


def seen_by(session: Session, mandate_id: int, *, person_id: int, at: datetime) -> Mandate | None:
    """The mandate, for its two sides and for whom it is offered to; None for all others."""
    if not 0 < mandate_id <= LARGEST_KEY:
        return None
    person = people.person(session, person_id)
    mine = or_(table.granter_id == person_id, table.agent_id == person_id, and_(_waits_for(person), *_not_over(at)))
    row = session.execute(select(table.__table__).where(table.id == mandate_id, mine)).one_or_none()
    if row is None:
        return None
    found = mandate_of(row, at=at)
    return found if found.side_of(person_id) is not Side.ASKED or _named(found, person) else None


def of_dossier(session: Session, mandate_id: int, *, at: datetime) -> Mandate:
    """The mandate that a dossier was filed under, for whoever may see that dossier."""
    return mandate_of(session.execute(select(table.__table__).where(table.id == mandate_id)).one(), at=at)


def granter_names(session: Session, mandate_ids: Collection[int]) -> dict[int, str]:
    """Whom these mandates represent, by id: for the drafts of their agent."""
    if not mandate_ids:
        return {}
    rows = session.execute(select(table.id, table.granter_name).where(table.id.in_(list(mandate_ids))))
    return {row.id: row.granter_name for row in rows}


def happenings(session: Session, mandate: Mandate) -> tuple[Happening, ...]:
    """Its trail, oldest first."""
    step = models.MandateStep
    rows = session.execute(
        select(step.event, step.ending, step.person_id, step.at).where(step.mandate_id == mandate.id).order_by(step.n)
    )
    return tuple(
        Happening(
            Event(row.event),
            Ending(row.ending) if row.ending else None,
            None if row.person_id is None else mandate.side_of(row.person_id),
            row.at,
        )
        for row in rows
    )


def asked_people(session: Session, mandate: Mandate) -> tuple[Person, ...]:
    """Who could accept the offer: the accounts that bear its number and name."""
    if mandate.agent.number is None:
        return ()
    found = people.citizens_numbered(session, mandate.agent.number)
    return tuple(person for person in found if _may_accept(mandate, person))


def mandate_of(row: Row[*tuple[Any, ...]], *, at: datetime) -> Mandate:
    """A row of the table as it stands now."""
    days, state = Days(row.from_on, row.until_on), State(row.state)
    return Mandate(
        id=row.id,
        granter=Party(row.granter_id, row.granter_kind, row.granter_name, row.granter_number),
        agent=Party(row.agent_id, "citizen", row.agent_name, row.agent_number),
        procedures=None if row.procedures is None else tuple(row.procedures),
        days=days,
        state=state,
        ending=Ending(row.ending) if row.ending else None,
        standing=rules.standing(state, days, on=local_day(at)),
        language=row.language,
        offered_at=row.offered_at,
        accepted_at=row.accepted_at,
        ended_at=row.ended_at,
    )


def _holds(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """`rules.standing(...) is HOLDS`."""
    day = local_day(at)
    return (table.state == State.ACCEPTED.value, table.from_on <= day, table.until_on >= day)


def _not_over(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """`rules.standing(...) in OPEN`."""
    return (table.state != State.ENDED.value, table.until_on >= local_day(at))


def _waits_for(person: Person | None) -> ColumnElement[bool]:
    """Offers that name this person's ID number; the name is sealed, and compared afterwards."""
    if person is None or person.kind != "citizen" or person.national_id is None:
        return false()
    index = sealing.blind_index(INDEX, person.national_id)
    return and_(
        table.state == State.OFFERED.value,
        table.agent_id.is_(None),
        table.granter_id != person.id,
        table.agent_index == index,
    )


def _named(mandate: Mandate, person: Person | None) -> bool:
    return person is not None and rules.same_name(mandate.agent.name, person.name)


def _may_accept(mandate: Mandate, person: Person) -> bool:
    return person.id != mandate.granter.person_id and _named(mandate, person)


def _all(session: Session, statement: Select[*tuple[Any, ...]], *, at: datetime) -> tuple[Mandate, ...]:
    rows = session.execute(statement.order_by(table.id.desc()).limit(LISTED)).all()
    return tuple(mandate_of(row, at=at) for row in rows)
