"""Standing in while somebody else names or ends at the same moment: what was committed first holds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.people import stand_ins
from portal.people.stand_ins import Wanted
from tests.desk.conftest import Desk, Ward
from tests.desk.test_at_once import in_the_middle
from tests.desk.test_naming_stand_ins import name
from tests.filing import WARD_1, unit_id_of
from tests.standing_in import stand_in


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def test_two_that_would_make_a_chain_at_the_same_moment_do_not(
    session: Session, specialist: Desk, receiver: Desk, leader: Desk, pool: ThreadPoolExecutor
) -> None:
    today = clock.local_day(clock.now())
    wanted = Wanted(specialist.officer.id, receiver.officer.id, unit_id_of(session, WARD_1), today, today, "Nghỉ")

    def first() -> None:
        stand_ins.name(session, wanted, by=specialist.officer.id, at=clock.now())

    with in_the_middle(session, pool, partial(name, receiver, receiver, leader), first) as answer:
        assert answer.result().status == 422
    assert session.execute(text("select count(*) from stand_in")).scalar_one() == 1


def test_an_act_under_a_lending_that_is_being_ended_waits_and_is_refused(
    ward: Ward, session: Session, specialist: Desk, leader: Desk, pool: ThreadPoolExecutor
) -> None:
    reference = ward.received()
    number = stand_in(session, leader.officer, specialist.officer)
    seen = specialist.open(reference).seen
    end = partial(stand_ins.end, session, number, by=leader.officer.id, at=clock.now())
    click = partial(specialist.do, reference, "stop", seen=seen, reason="Tranh chấp.")
    with in_the_middle(session, pool, click, end) as answer:
        assert answer.result().status == 403
    assert ward.steps(reference) == ["filed", "received"]
