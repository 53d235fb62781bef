"""Offered, accepted, ended: by whom, until when, and what is kept of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.errors import NotFound, PortalError, Refused
from portal.letters.models import Letter
from portal.mandates import commands, queries, rules, upkeep
from portal.mandates.rules import Days, Ending, Standing, State
from portal.mandates.views import Mandate, Side
from portal.people.queries import Person
from portal.transaction import unit_of_work
from tests.representing import MOST_DAYS, days_from, end, offer, represent
from tests.signing_in import make_citizen, make_organisation

BIRTH, OTHER = "1.001193", "1.001022"
GRANTER, AGENT = "Nguyễn Thị Bên Giao", "Trần Văn Bên Nhận"


@pytest.fixture
def granter(session: Session) -> Person:
    return make_citizen(session, name=GRANTER, email="giao@example.test")


@pytest.fixture
def agent(session: Session) -> Person:
    return make_citizen(session, name=AGENT, email="nhan@example.test")


def seen(session: Session, mandate_id: int, who: Person) -> Mandate | None:
    return queries.seen_by(session, mandate_id, person_id=who.id, at=clock.now())


def usable(session: Session, agent: Person, code: str = BIRTH) -> int:
    return len(queries.usable(session, agent_id=agent.id, code=code, at=clock.now()))


def letters_to(session: Session, address: str) -> list[str]:
    rows = session.execute(select(Letter.key, Letter.recipient).order_by(Letter.id))
    return [row.key.split("/")[1] for row in rows if row.recipient == address]


def test_an_offer_waits_for_its_number_and_name_and_opens_nothing(
    session: Session, granter: Person, agent: Person
) -> None:
    mandate_id = offer(session, granter, agent)
    found = seen(session, mandate_id, agent)
    assert found is not None
    assert (found.standing, found.side_of(agent.id), found.granter.name) == (Standing.OFFERED, Side.ASKED, GRANTER)
    assert seen(session, mandate_id, make_citizen(session, name=AGENT)) is None, "the same name, another number"
    assert usable(session, agent) == 0
    assert letters_to(session, "giao@example.test") == ["offered"] == letters_to(session, "nhan@example.test")


@pytest.mark.parametrize("name", ["Trần Văn Khác", "Tran Van Ben Nhan"])
def test_a_number_with_another_name_is_an_offer_to_nobody(
    session: Session, granter: Person, agent: Person, name: str
) -> None:
    mandate_id = offer(session, granter, agent, name=name)
    assert seen(session, mandate_id, agent) is None
    assert queries.received(session, person_id=agent.id, at=clock.now()) == ()
    assert letters_to(session, "nhan@example.test") == []
    with pytest.raises(NotFound), unit_of_work(session):
        commands.accept(session, mandate_id, person_id=agent.id, at=clock.now())


def test_an_offer_to_somebody_unknown_waits_until_they_come(session: Session, granter: Person) -> None:
    unknown = Person(0, "citizen", AGENT, "099190777777", None, None, None, None, None)
    mandate_id = offer(session, granter, unknown)
    arrived = make_citizen(session, name=AGENT, national_id="099190777777")
    assert [one.id for one in queries.received(session, person_id=arrived.id, at=clock.now())] == [mandate_id]


def test_an_organisation_gives_a_mandate_and_gets_none(session: Session, agent: Person) -> None:
    company = make_organisation(session)
    mandate_id = represent(session, company, agent)
    found = seen(session, mandate_id, agent)
    assert found is not None
    assert (found.granter.kind, found.granter.number) == ("organisation", company.tax_code)


def test_accepted_it_holds_at_once_for_its_procedures_only(session: Session, granter: Person, agent: Person) -> None:
    mandate_id = represent(session, granter, agent, codes=[BIRTH])
    with unit_of_work(session):
        commands.accept(session, mandate_id, person_id=agent.id, at=clock.now())
    assert usable(session, agent) == 1
    assert usable(session, agent, OTHER) == 0
    held = queries.held(session, mandate_id, agent_id=agent.id, at=clock.now(), code=OTHER)
    assert held is None
    assert letters_to(session, "giao@example.test") == ["offered", "accepted"]
    assert letters_to(session, "nhan@example.test") == ["offered", "accepted"]


def test_a_stranger_can_neither_see_accept_nor_end_it(session: Session, granter: Person, agent: Person) -> None:
    mandate_id = represent(session, granter, agent)
    stranger = make_citizen(session, name="Lê Văn Lạ")
    assert seen(session, mandate_id, stranger) is None
    for verb in (commands.accept, commands.end):
        with pytest.raises(NotFound), unit_of_work(session):
            verb(session, mandate_id, person_id=stranger.id, at=clock.now())


def test_the_granter_cannot_accept_their_own_offer(session: Session, granter: Person, agent: Person) -> None:
    mandate_id = offer(session, granter, agent)
    with pytest.raises(NotFound), unit_of_work(session):
        commands.accept(session, mandate_id, person_id=granter.id, at=clock.now())


@pytest.mark.parametrize(
    ("make", "by_granter", "ending"),
    [
        (offer, True, Ending.TAKEN_BACK),
        (offer, False, Ending.DECLINED),
        (represent, True, Ending.REVOKED),
        (represent, False, Ending.GIVEN_UP),
    ],
)
def test_either_side_ends_it_once_and_for_all(
    session: Session, granter: Person, agent: Person, make: Callable[..., int], by_granter: bool, ending: Ending
) -> None:
    mandate_id = make(session, granter, agent)
    end(session, mandate_id, granter if by_granter else agent)
    found = seen(session, mandate_id, granter)
    assert found is not None
    assert (found.standing, found.ending) == (Standing.ENDED, ending)
    assert usable(session, agent) == 0
    assert letters_to(session, "giao@example.test")[-1] == "ended" == letters_to(session, "nhan@example.test")[-1]
    with pytest.raises(Refused) as refused, unit_of_work(session):
        commands.end(session, mandate_id, person_id=granter.id, at=clock.now())
    assert refused.value.code == "over_already"


def test_an_offer_taken_back_can_be_accepted_no_more(session: Session, granter: Person, agent: Person) -> None:
    mandate_id = offer(session, granter, agent)
    end(session, mandate_id, granter)
    with pytest.raises(PortalError), unit_of_work(session):
        commands.accept(session, mandate_id, person_id=agent.id, at=clock.now())


def test_the_clock_alone_ends_it_and_both_are_told_once(session: Session, granter: Person, agent: Person) -> None:
    long_ago = clock.now() - timedelta(days=40)
    mandate_id = represent(session, granter, agent, at=long_ago)
    found = seen(session, mandate_id, agent)
    assert found is not None
    assert (found.state, found.standing) == (State.ACCEPTED, Standing.EXPIRED)
    assert usable(session, agent) == 0
    assert [upkeep.run(at=clock.now()) for _ in range(2)] == [1, 0]
    assert letters_to(session, "giao@example.test")[-1] == "expired" == letters_to(session, "nhan@example.test")[-1]
    trail = [line.event.value for line in queries.happenings(session, found)]
    assert trail == ["offered", "accepted", "expired"]


@pytest.mark.parametrize("begins", [-3, -1, 0, 1, 3])
@pytest.mark.parametrize("length", [1, 2, 5])
def test_sql_and_rules_agree_on_every_day(
    session: Session, granter: Person, agent: Person, begins: int, length: int
) -> None:
    now = clock.now()
    first = clock.local_day(now) + timedelta(days=begins)
    mandate_id = represent(session, granter, agent, days=days_from(first, length), at=now - timedelta(days=5))
    for shift in range(-6, 10):
        at = now + timedelta(days=shift)
        holds = rules.standing(State.ACCEPTED, days_from(first, length), on=clock.local_day(at)) is Standing.HOLDS
        ids = session.scalars(queries.holding(agent_id=agent.id, at=at)).all()
        assert (ids == [mandate_id]) is holds


@pytest.mark.parametrize(
    ("begins", "length", "code"),
    [
        (-1, 5, "begins_in_the_past"),
        (0, 0, "ends_before_it_begins"),
        (0, MOST_DAYS + 1, "lasts_too_long"),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_written(
    session: Session, granter: Person, agent: Person, begins: int, length: int, code: str
) -> None:
    first = clock.local_day(clock.now()) + timedelta(days=begins)
    with pytest.raises(Refused) as refused:
        offer(session, granter, agent, days=Days(first, first + timedelta(days=length - 1)))
    assert refused.value.code == code
    assert session.execute(text("select count(*) from mandate")).scalar() == 0


def test_an_unknown_procedure_and_oneself_are_refused(session: Session, granter: Person, agent: Person) -> None:
    for who, codes, code in ((agent, ["9.999999"], "unknown_procedure"), (granter, None, "yourself")):
        with pytest.raises(Refused) as refused:
            offer(session, granter, who, codes=codes)
        assert refused.value.code == code


def test_offers_are_limited_a_day_and_at_a_time(session: Session, granter: Person, agent: Person) -> None:
    at = clock.now() - timedelta(days=1, minutes=5)
    for _ in range(commands.MOST_A_DAY):
        offer(session, granter, agent, days=days_from(clock.local_day(clock.now())), at=at)
    with pytest.raises(Refused) as refused:
        offer(session, granter, agent, days=days_from(clock.local_day(clock.now())), at=at)
    assert refused.value.code == "too_many_today"
    for _ in range(commands.MOST_A_DAY):
        offer(session, granter, agent)
    with pytest.raises(Refused) as refused:
        offer(session, granter, agent, at=clock.now() + timedelta(days=2))
    assert refused.value.code == "too_many_open"


def test_terms_and_trail_cannot_be_changed_by_whoever_has_the_database(
    session: Session, granter: Person, agent: Person
) -> None:
    mandate_id = represent(session, granter, agent)
    end(session, mandate_id, granter)
    for statement in (
        "update mandate set until_on = until_on + 1",
        "update mandate set procedures = array['1.001193']",
        "update mandate set state = 'accepted', ending = null, ended_at = null",
        "update mandate set agent_id = null, accepted_at = null",
        "delete from mandate",
        "update mandate_step set at = at + interval '1 hour'",
        "delete from mandate_step",
        "truncate mandate_step",
    ):
        with pytest.raises(IntegrityError, match="mandate"):
            session.execute(text(statement))
        session.rollback()


def test_who_is_named_rests_sealed(session: Session, granter: Person, agent: Person) -> None:
    represent(session, granter, agent)
    kept = session.execute(text("select m::text from mandate m")).scalar_one()
    for plain in (GRANTER, AGENT, agent.national_id, granter.national_id):
        assert plain is not None
        assert plain not in kept
        assert plain.encode().hex() not in kept
