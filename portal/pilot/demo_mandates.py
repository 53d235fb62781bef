"""Mandates among the demo people, so that filing for somebody else can be tried at once: offered and accepted as people
do it. One that was given stays as people left it, ended or run out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.clock import local_day
from portal.i18n import DEFAULT_LANGUAGE
from portal.mandates import commands, queries
from portal.mandates.rules import Days
from portal.people import claims
from portal.people import commands as people_commands
from portal.people import queries as people
from portal.people.queries import Person
from portal.pilot.identity_people import DemoIdentity, DemoMandate, of_realm

PROVIDER = "citizen"


def give(session: Session, wanted: Iterable[DemoMandate], *, most_days: int, at: datetime) -> int:
    """Give those that were never given; how many."""
    known = of_realm("citizen")
    return sum(_give(session, known[it.granter], known[it.agent], most_days=most_days, at=at) for it in wanted)


def _give(session: Session, from_: DemoIdentity, to: DemoIdentity, *, most_days: int, at: datetime) -> bool:
    granter = people.known_as(session, PROVIDER, from_.subject)
    if granter is not None and _gave(session, granter, to.name, at=at):
        return False
    granter, agent = (_entered(session, identity, at=at) for identity in (from_, to))
    first = local_day(at)
    mandate_id = commands.offer(
        session,
        granter_id=granter.id,
        agent_name=agent.name,
        agent_number=agent.national_id or "",
        codes=None,
        days=Days(first, first + timedelta(days=most_days - 1)),
        most_days=most_days,
        language=DEFAULT_LANGUAGE,
        at=at,
    )
    commands.accept(session, mandate_id, person_id=agent.id, at=at)
    return True


def _gave(session: Session, granter: Person, agent_name: str, *, at: datetime) -> bool:
    ever = [
        *queries.given(session, person_id=granter.id, at=at),
        *queries.over(session, person_id=granter.id, at=at)[0],
    ]
    return any(one.agent.name == agent_name for one in ever)


def _entered(session: Session, identity: DemoIdentity, *, at: datetime) -> Person:
    """The person, who has been here once: people are known from their first sign-in on."""
    said = claims.read(identity.claims)
    token = people_commands.sign_in(session, provider=PROVIDER, claims=said, at=at, hours=1)
    people_commands.sign_out(session, token, at=at)
    found = people.known_as(session, PROVIDER, identity.subject)
    if found is None:
        raise LookupError(identity.subject)
    return found
