"""A newcomer finds a demo person who may file for another, and what people did with that mandate stays done."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.mandates import commands, queries
from portal.mandates.views import Mandate
from portal.people import queries as people
from portal.people.queries import Person
from portal.pilot import demo_mandates
from portal.pilot.identity_people import demo_identities
from portal.pilot.identity_people import demo_mandates as written
from portal.transaction import unit_of_work
from tests.filing import BIRTH


def give(session: Session) -> int:
    with unit_of_work(session):
        return demo_mandates.give(session, written(), most_days=365, at=clock.now())


def agent(session: Session) -> Person:
    found = people.known_as(session, demo_mandates.PROVIDER, written()[0].agent)
    assert found is not None
    return found


def usable(session: Session) -> tuple[Mandate, ...]:
    return queries.usable(session, agent_id=agent(session).id, code=BIRTH, at=clock.now())


def test_the_demo_people_that_mandates_name_are_there() -> None:
    subjects = {identity.subject for identity in demo_identities() if identity.realm == "citizen"}
    assert {name for mandate in written() for name in (mandate.granter, mandate.agent)} <= subjects


def test_a_demo_person_may_file_for_another_from_the_first_start_on(session: Session) -> None:
    assert give(session) == len(written())
    (mandate,) = usable(session)
    assert "Mẫu" in mandate.granter.name
    assert mandate.days.last - mandate.days.first == timedelta(days=364)
    assert session.execute(text("select count(*) from sign_in_session where ended_at is null")).scalar_one() == 0


def test_the_next_start_gives_it_no_second_time(session: Session) -> None:
    give(session)
    assert give(session) == 0
    assert len(usable(session)) == 1


def test_what_was_ended_is_not_given_again(session: Session) -> None:
    give(session)
    with unit_of_work(session):
        commands.end(session, usable(session)[0].id, person_id=agent(session).id, at=clock.now())
    assert give(session) == 0
    assert usable(session) == ()
