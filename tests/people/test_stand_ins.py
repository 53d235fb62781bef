"""Who may name a stand-in, for which days, and what is lent while it holds."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.errors import Forbidden, NotFound, PortalError, Refused
from portal.people import stand_ins
from portal.people.queries import Officer
from portal.transaction import unit_of_work
from tests.filing import WARD_1, officer_of, unit_id_of
from tests.signing_in import account_of, make_officer, sign_in_as
from tests.standing_in import stand_in, today

CITY = "H06.31"


@pytest.fixture
def absent(session: Session) -> Officer:
    return make_officer(session, WARD_1, "leader", "editor", name="Mẫu Vắng")


@pytest.fixture
def colleague(session: Session) -> Officer:
    return officer_of(session, WARD_1, "specialist")


def refusal(session: Session, absent: Officer, colleague: Officer, **other: Any) -> str:
    with pytest.raises((Refused, Forbidden, NotFound)) as refused:
        stand_in(session, absent, colleague, **other)
    session.rollback()
    assert isinstance(refused.value, PortalError)
    return refused.value.code


def lent(session: Session, officer: Officer, on: date | None = None) -> set[tuple[int, str]]:
    found = stand_ins.lent_to(session, officer.id, on=on or today())
    session.rollback()
    return {(whose, role) for whose, _unit, role in found}


def test_the_desk_roles_of_the_absent_one_are_lent_from_the_first_day_to_the_last(
    session: Session, absent: Officer, colleague: Officer
) -> None:
    first, last = today() + timedelta(days=1), today() + timedelta(days=3)
    stand_in(session, absent, colleague, first_on=first, last_on=last)
    assert lent(session, colleague) == set()
    assert lent(session, colleague, first) == lent(session, colleague, last) == {(absent.id, "leader")}
    assert lent(session, colleague, last + timedelta(days=1)) == set()
    assert lent(session, absent, first) == set()


def test_a_leader_names_for_a_colleague_and_everybody_else_for_themself_alone(
    session: Session, absent: Officer, colleague: Officer
) -> None:
    other, leader = officer_of(session, WARD_1, "receiver"), officer_of(session, WARD_1, "leader")
    outside = officer_of(session, CITY, "leader")
    assert refusal(session, absent, colleague, by=colleague) == "not_for_them"
    assert refusal(session, absent, colleague, by=outside) == "not_for_them"
    stand_in(session, absent, colleague, by=leader)
    stand_in(session, other, leader, by=other)


def test_what_was_lent_names_nobody(session: Session, absent: Officer, colleague: Officer) -> None:
    third = officer_of(session, WARD_1, "receiver")
    stand_in(session, absent, colleague)
    assert refusal(session, third, officer_of(session, WARD_1, "specialist"), by=colleague) == "not_for_them"


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (0, -1, "days_turned"),
        (-1, 3, "day_past"),
        (0, 90, "days_many"),
        (360, 370, "day_far"),
    ],
)
def test_days_are_not_past_not_turned_not_too_many_and_not_too_far(
    session: Session, absent: Officer, colleague: Officer, first: int, last: int, code: str
) -> None:
    days = {"first_on": today() + timedelta(days=first), "last_on": today() + timedelta(days=last)}
    assert refusal(session, absent, colleague, **days) == code


def test_a_reason_is_wanted_and_rests_sealed(session: Session, absent: Officer, colleague: Officer) -> None:
    assert refusal(session, absent, colleague, reason="  ") == "no_reason"
    assert refusal(session, absent, colleague, reason="x" * 501) == "long_reason"
    stand_in(session, absent, colleague, reason="Đi viện")
    resting = session.execute(text("select reason from stand_in")).scalar_one()
    assert "viện".encode() not in bytes(resting)


def test_nobody_stands_in_for_themself_from_outside_or_without_a_desk_there_throughout(
    session: Session, absent: Officer, colleague: Officer
) -> None:
    assert refusal(session, absent, absent) == "stands_in_for_self"
    assert refusal(session, absent, officer_of(session, CITY, "leader")) == "stand_in_not_there"
    editor = officer_of(session, WARD_1, "editor")
    assert refusal(session, absent, editor) == "stand_in_not_there"
    assert refusal(session, editor, colleague) == "absent_not_there"
    leaving(session, colleague, on=today() + timedelta(days=2))
    assert refusal(session, absent, colleague, last_on=today() + timedelta(days=2)) == "stand_in_not_there"
    stand_in(session, absent, colleague, last_on=today() + timedelta(days=1))


def test_nobody_is_replaced_twice_and_there_are_no_chains(
    session: Session, absent: Officer, colleague: Officer
) -> None:
    third = officer_of(session, WARD_1, "receiver")
    stand_in(session, absent, colleague, last_on=today() + timedelta(days=5))
    later = {"first_on": today() + timedelta(days=5), "last_on": today() + timedelta(days=9)}
    assert refusal(session, absent, third, **later) == "stands_in_already"
    assert refusal(session, colleague, third, **later) == "chain"
    assert refusal(session, third, absent, **later) == "chain"
    stand_in(session, absent, third, first_on=today() + timedelta(days=6), last_on=today() + timedelta(days=9))


def test_it_is_ended_by_either_side_or_a_leader_at_once_and_once(
    session: Session, absent: Officer, colleague: Officer
) -> None:
    outside, leader = officer_of(session, CITY, "leader"), officer_of(session, WARD_1, "leader")
    for by in (absent, colleague, leader):
        number = stand_in(session, absent, colleague)
        with pytest.raises(NotFound), unit_of_work(session):
            stand_ins.end(session, number, by=outside.id, at=clock.now())
        with unit_of_work(session):
            stand_ins.end(session, number, by=by.id, at=clock.now())
        assert lent(session, colleague) == set()
        with pytest.raises(Refused, match="stand_in_over"), unit_of_work(session):
            stand_ins.end(session, number, by=by.id, at=clock.now())


def test_lending_ends_with_the_role_and_with_the_officer_and_with_the_stand_ins_own_desk(
    session: Session, absent: Officer, colleague: Officer
) -> None:
    stand_in(session, absent, colleague, last_on=today() + timedelta(days=9))
    tomorrow = today() + timedelta(days=1)
    leaving(session, absent, on=tomorrow)
    assert lent(session, colleague) == {(absent.id, "leader")}
    assert lent(session, colleague, tomorrow) == set()
    staying(session, absent)
    assert lent(session, colleague, tomorrow) == {(absent.id, "leader")}
    leaving(session, colleague, on=tomorrow)
    assert lent(session, colleague, tomorrow) == set()
    staying(session, colleague)
    session.execute(text("update officer set active = false where id = :id"), {"id": absent.id})
    session.commit()
    assert lent(session, colleague) == set()


def test_the_account_of_who_stands_in_carries_what_is_lent_beside_its_own_roles(
    session: Session, absent: Officer, colleague: Officer, client: FlaskClient
) -> None:
    token = sign_in_as(client, colleague)
    assert account_of(session, token).standing_in == ()
    stand_in(session, absent, colleague)
    found = account_of(session, token)
    assert found.standing_in == ((absent.id, unit_id_of(session, WARD_1), "leader"),)
    assert found.units_as("leader") == frozenset()
    assert not found.edits


@pytest.mark.parametrize(
    "change",
    [
        "update stand_in set last_on = last_on + 1",
        "update stand_in set ended_at = now(), ended_by = absent_id, unit_id = unit_id + 1",
        "delete from stand_in",
        "truncate stand_in",
    ],
)
def test_what_was_arranged_stays_as_it_was(session: Session, absent: Officer, colleague: Officer, change: str) -> None:
    stand_in(session, absent, colleague)
    with pytest.raises(IntegrityError, match="named once and ended once"):
        session.execute(text(change))


def test_what_was_ended_is_not_opened_again(session: Session, absent: Officer, colleague: Officer) -> None:
    number = stand_in(session, absent, colleague)
    with unit_of_work(session):
        stand_ins.end(session, number, by=absent.id, at=clock.now())
    with pytest.raises(IntegrityError, match="named once and ended once"):
        session.execute(text("update stand_in set ended_at = null, ended_by = null"))


def leaving(session: Session, officer: Officer, *, on: date) -> None:
    session.execute(text("update officer_role set valid_to = :on where officer_id = :id"), {"on": on, "id": officer.id})
    session.commit()


def staying(session: Session, officer: Officer) -> None:
    session.execute(text("update officer_role set valid_to = null where officer_id = :id"), {"id": officer.id})
    session.commit()
