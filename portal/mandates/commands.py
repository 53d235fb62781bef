"""Verbs of mandates: offered, accepted, ended by either side.

Nothing here tells whether the person who is named has an account: an offer is written all the same, and waits.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from portal import sealing
from portal.clock import local_day
from portal.errors import NotFound, Refused
from portal.letters import commands as letters
from portal.mandates import models, notices, queries, rules
from portal.mandates.rules import Days, Ending, Event, Standing, State
from portal.mandates.views import Mandate, Side
from portal.people import commands as people_commands
from portal.people import queries as people
from portal.people.queries import Person
from portal.procedures import queries as procedures

MOST_OPEN = 20  # offers and mandates of one granter at a time
MOST_A_DAY = 10  # new offers of one granter
MOST_PROCEDURES = 20
DAY = timedelta(days=1)
table = models.Mandate


def offer(
    session: Session,
    *,
    granter_id: int,
    agent_name: str,
    agent_number: str,
    codes: Collection[str] | None,
    days: Days,
    most_days: int,
    language: str,
    at: datetime,
) -> int:
    """Offer a mandate to whoever bears this ID number and name; `codes` None: for every procedure.

    Refused with `begins_in_the_past`, `ends_before_it_begins`, `lasts_too_long` (most_days=), `unknown_procedure`,
    `yourself`, `too_many_open` (limit=), `too_many_today` (limit=).
    """
    people_commands.lock(session, granter_id)  # two offers at once are counted one by one
    granter = people.person(session, granter_id)
    if granter is None:
        raise NotFound("person")
    if granter.national_id == agent_number:
        raise Refused("yourself")
    wanted = None if codes is None else sorted(set(codes))
    _check_terms(session, wanted, days, most_days=most_days, at=at)
    _check_how_many(session, granter_id, at)
    values = _sides(granter, agent_name, agent_number) | {
        "procedures": wanted,
        "from_on": days.first,
        "until_on": days.last,
        "state": State.OFFERED.value,
        "language": language,
        "offered_at": at,
    }
    mandate_id = session.execute(insert(table).values(values).returning(table.id)).scalar_one()
    _note(session, mandate_id, Event.OFFERED, person_id=granter_id, at=at)
    notices.tell(session, queries.of_dossier(session, mandate_id, at=at), Event.OFFERED, at=at)
    return mandate_id


def accept(session: Session, mandate_id: int, *, person_id: int, at: datetime) -> None:
    """Take up an offer. Repeated by the same person it changes nothing.

    NotFound for everybody it was not made to; Refused("offer_is_over") where it was taken back or its days are over.
    """
    found = _locked(session, mandate_id, person_id=person_id, at=at)
    if found.state is State.ACCEPTED and found.side_of(person_id) is Side.AGENT:
        return
    if found.side_of(person_id) is not Side.ASKED:
        raise NotFound
    if found.standing is not Standing.OFFERED:
        raise Refused("offer_is_over")
    values = {"state": State.ACCEPTED.value, "agent_id": person_id, "accepted_at": at}
    session.execute(update(table).where(table.id == mandate_id).values(values))
    _note(session, mandate_id, Event.ACCEPTED, person_id=person_id, at=at)
    notices.tell(session, queries.of_dossier(session, mandate_id, at=at), Event.ACCEPTED, at=at)


def end(session: Session, mandate_id: int, *, person_id: int, at: datetime) -> Ending:
    """End it from this instant on, by whichever side asks; how it ended.

    NotFound for everybody else; Refused("over_already") where it has ended or its days are over.
    """
    found = _locked(session, mandate_id, person_id=person_id, at=at)
    if not found.can_end:
        raise Refused("over_already")
    ending = _ending(found, found.side_of(person_id))
    _end(session, mandate_id, ending, person_id=person_id, at=at)
    notices.tell(session, found, Event.ENDED, ending=ending, at=at)
    return ending


def tell_of_expired(session: Session, *, at: datetime) -> int:
    """Note, and write to both sides, that mandates have run out; how many. Safe to repeat."""
    step = models.MandateStep
    noted = select(step.mandate_id).where(step.event == Event.EXPIRED.value)
    rows = session.execute(
        select(table.__table__)
        .where(table.state == State.ACCEPTED.value, table.until_on < local_day(at), table.id.not_in(noted))
        .order_by(table.id)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _note(session, row.id, Event.EXPIRED, person_id=None, at=at)
        notices.tell(session, queries.mandate_of(row, at=at), Event.EXPIRED, at=at)
    return len(rows)


def erase(session: Session, person_id: int, *, at: datetime) -> list[int]:
    """End every mandate that names this person and take out what names either side; the ids.

    The other side keeps that there was a mandate, its days and its trail.
    """
    person = people.person(session, person_id)
    index = sealing.blind_index(queries.INDEX, person.national_id) if person and person.national_id else None
    named = or_(table.granter_id == person_id, table.agent_id == person_id, table.agent_index == index)
    rows = session.execute(select(table.__table__).where(named).order_by(table.id).with_for_update()).all()
    for row in rows:
        if row.state != State.ENDED.value:
            _end(session, row.id, Ending.ERASED, person_id=None, at=at)
        side = "granter" if row.granter_id == person_id else "agent"
        nothing = {f"{side}_name": "", f"{side}_number": None}
        session.execute(update(table).where(table.id == row.id).values(agent_index=None, **nothing))
        letters.forget(session, prefix=notices.key_prefix(row.id))
    return [row.id for row in rows]


def _locked(session: Session, mandate_id: int, *, person_id: int, at: datetime) -> Mandate:
    found = queries.seen_by(session, mandate_id, person_id=person_id, at=at)
    if found is None:
        raise NotFound
    row = session.execute(select(table.__table__).where(table.id == mandate_id).with_for_update()).one()
    return queries.mandate_of(row, at=at)


def _ending(found: Mandate, side: Side) -> Ending:
    if side is Side.GRANTER:
        return Ending.TAKEN_BACK if found.state is State.OFFERED else Ending.REVOKED
    return Ending.GIVEN_UP if side is Side.AGENT else Ending.DECLINED


def _end(session: Session, mandate_id: int, ending: Ending, *, person_id: int | None, at: datetime) -> None:
    values = {"state": State.ENDED.value, "ending": ending.value, "ended_at": at}
    session.execute(update(table).where(table.id == mandate_id).values(values))
    _note(session, mandate_id, Event.ENDED, ending=ending, person_id=person_id, at=at)


def _note(
    session: Session,
    mandate_id: int,
    event: Event,
    *,
    person_id: int | None,
    at: datetime,
    ending: Ending | None = None,
) -> None:
    step = models.MandateStep
    count = select(func.count()).where(step.mandate_id == mandate_id).scalar_subquery()
    session.execute(
        insert(step).values(
            mandate_id=mandate_id,
            n=count,
            event=event.value,
            ending=ending.value if ending else None,
            person_id=person_id,
            at=at,
        )
    )


def _sides(granter: Person, agent_name: str, agent_number: str) -> dict[str, Any]:
    return {
        "granter_id": granter.id,
        "granter_kind": granter.kind,
        "granter_name": granter.name,
        "granter_number": granter.tax_code if granter.kind == "organisation" else granter.national_id,
        "agent_index": sealing.blind_index(queries.INDEX, agent_number),
        "agent_name": agent_name,
        "agent_number": agent_number,
    }


def _check_terms(session: Session, codes: list[str] | None, days: Days, *, most_days: int, at: datetime) -> None:
    wrong = rules.fault(days, on=local_day(at), most_days=most_days)
    if wrong:
        raise Refused(wrong, most_days=most_days)
    if codes is not None and not 0 < len(procedures.names_of(session, codes)) == len(codes) <= MOST_PROCEDURES:
        raise Refused("unknown_procedure", limit=MOST_PROCEDURES)


def _check_how_many(session: Session, granter_id: int, at: datetime) -> None:
    is_open = (table.state != State.ENDED.value) & (table.until_on >= local_day(at))
    counts = session.execute(
        select(func.count().filter(is_open), func.count().filter(table.offered_at > at - DAY)).where(
            table.granter_id == granter_id
        )
    ).one()
    if counts[0] >= MOST_OPEN:
        raise Refused("too_many_open", limit=MOST_OPEN)
    if counts[1] >= MOST_A_DAY:
        raise Refused("too_many_today", limit=MOST_A_DAY)
