"""Under an internal process a lent role is the step's role, and the step is what decides in whose place one acts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers.life import Actor, Outcome
from portal.errors import Forbidden
from portal.people import stand_ins
from portal.transaction import unit_of_work
from portal.units import queries as units
from tests.dossiers.making import AT, make_dossier
from tests.processes.lives import Way, resolved
from tests.processes.making import publish, step, usual
from tests.signing_in import make_citizen

CITY = "H06.31"


def standing_in(way: Way, absent: Actor, by: Actor) -> Actor:
    """The same officer with what is lent to them from the day of the story on."""
    assert absent.officer_id is not None and by.officer_id is not None
    day = AT.date()
    wanted = stand_ins.Wanted(absent.officer_id, by.officer_id, way.unit.id, day, day + timedelta(days=9), "Nghỉ phép")
    with unit_of_work(way.session):
        stand_ins.name(way.session, wanted, by=absent.officer_id, at=AT)
    return replace(by, lent=frozenset((absent.officer_id, unit, role) for unit, role in absent.roles))


def done_for(way: Way) -> list[int | None]:
    rows = way.session.execute(
        text("select for_officer_id from step join dossier on id = dossier_id where reference = :r order by n"),
        {"r": way.made.reference},
    ).scalars()
    found = list(rows)
    way.session.rollback()
    return found


def test_a_lent_role_is_the_steps_role_and_leads_on(session: Session) -> None:
    publish(session, usual())
    way = Way(session, make_dossier(session, make_citizen(session)))
    way.do("receive", way.receiver)
    by = standing_in(way, way.specialist, way.receiver)
    way.do("take_up", by)
    assert way.step == "examine"
    way.do("propose", by, outcome=Outcome.GRANTED, reason="Đủ.")
    way.do("approve", way.leader)
    resolved(way, by)
    assert way.step == "give"
    absent = way.specialist.officer_id
    assert done_for(way) == [None, None, None, absent, None, absent]


def test_where_the_own_role_is_enough_for_the_table_and_not_for_the_step_it_is_done_for_the_absent_one(
    session: Session,
) -> None:
    publish(session, [step("a", "specialist", passed="b"), step("b", "specialist", unit=CITY, resolved="end")])
    way = Way(session, make_dossier(session, make_citizen(session)))
    way.do("receive", way.receiver)
    unit = units.by_agency_code(session, CITY)
    assert unit is not None
    with pytest.raises(Forbidden, match="not_the_steps_role"):
        way.do("pass_on", way.receiver, to_unit_id=unit.id)
    way.do("pass_on", standing_in(way, way.specialist, way.receiver), to_unit_id=unit.id)
    assert way.step == "b"
    assert done_for(way)[-1] == way.specialist.officer_id


def test_giving_it_to_who_stands_in_for_the_next_role_leads_on(session: Session) -> None:
    publish(session, usual())
    way = Way(session, make_dossier(session, make_citizen(session)))
    way.do("receive", way.receiver)
    by = standing_in(way, way.specialist, way.leader)
    way.do("assign", way.receiver, to_officer_id=by.officer_id)
    assert way.step == "examine"
