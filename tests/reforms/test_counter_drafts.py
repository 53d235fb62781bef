"""What an officer was writing at the counter of a unit that ended lies at the counter of its successor."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import counter
from portal.dossiers.life import RECEIVER, Actor
from portal.people.queries import Officer
from portal.reforms import queries as reading
from portal.reforms import upkeep
from tests import filing
from tests.counter import standing
from tests.filing import WARD_1
from tests.reforms.dividing import OTHER, divide
from tests.reforms.test_dividing import share
from tests.reforms.test_handing_over import AFTER, SUCCESSOR, number_of, order
from tests.signing_in import make_citizen, make_officer


@pytest.fixture(autouse=True)
def after_the_reform() -> Iterator[None]:
    before = upkeep._Installed.register_day
    upkeep.install(AFTER)
    yield
    upkeep._Installed.register_day = before


def unit_of(session: Session, token: UUID) -> int:
    session.rollback()
    return int(session.execute(text("select unit_id from draft where token = :t"), {"t": token}).scalar_one())


def sees(session: Session, officer: Officer, code: str) -> list[UUID]:
    by = Actor.officer(officer.id, [(number_of(session, code), RECEIVER)])
    return [one.token for one in counter.drafts_of(session, by=by)]


def test_they_go_with_the_order_and_their_officer_goes_on_there(session: Session) -> None:
    officer = filing.officer_of(session, WARD_1, "receiver")
    token = standing.begin(session, officer)
    assert [one.drafts for one in reading.endings(session, on=AFTER, today=AFTER) if one.drafts] == [1]
    order(session)
    assert unit_of(session, token) == number_of(session, SUCCESSOR)
    assert sees(session, officer, SUCCESSOR) == [token]
    assert not any(one.drafts for one in reading.endings(session, on=AFTER, today=AFTER))


def test_drafts_alone_are_something_to_order(session: Session) -> None:
    officer = make_officer(session, WARD_1, "receiver")
    token = standing.begin(session, officer)
    session.execute(text("delete from officer_role where officer_id = :o"), {"o": officer.id})
    session.commit()
    [ending] = [one for one in reading.endings(session, on=AFTER, today=AFTER) if one.drafts]
    assert (ending.dossiers, ending.officers, ending.opinions, ending.waits) == (0, 0, 0, True)
    order(session)
    assert unit_of(session, token) == number_of(session, SUCCESSOR)


def test_where_a_unit_is_divided_they_go_with_their_officer(session: Session) -> None:
    divide(session, WARD_1)
    going, staying = (make_officer(session, WARD_1, "receiver") for _ in range(2))
    with_the_officer, left = (standing.begin(session, one) for one in (going, staying))
    share(session, [], [going.id])
    assert unit_of(session, with_the_officer) == number_of(session, OTHER)
    assert unit_of(session, left) == number_of(session, WARD_1)


def test_what_a_person_writes_for_themself_stays_as_it_is(session: Session) -> None:
    token = filing.draft(session, make_citizen(session))
    order(session)
    assert unit_of(session, token) == number_of(session, WARD_1)
