"""A unit ends: its running dossiers, officers and queues go to its successor, and nothing falls due at another time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import at_units, commands, queries
from portal.dossiers.life import Act, Actor, Outcome, State
from portal.dossiers.views import Dossier
from portal.errors import Forbidden, NotFound, Refused
from portal.people.queries import Role
from portal.reforms import commands as reforms
from portal.reforms import queries as reading
from portal.reforms import upkeep
from portal.transaction import unit_of_work
from portal.units import queries as units
from tests.dossiers.making import ON, Made, bring_to, make_dossier, pdf, staff
from tests.dossiers.records import check_chain, record
from tests.reforms.dividing import OTHER, divide
from tests.signing_in import make_citizen, make_officer

AFTER = date(2025, 7, 2)  # the district level is gone, and wards were merged
AT = datetime(2025, 7, 2, 2, 0, tzinfo=UTC)
WARD_1, SUCCESSOR, PROVINCE, CITY = "H06.31.01", "H29.701", "H06", "H06.31"


@pytest.fixture(autouse=True)
def after_the_reform(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Orders are carried out as of a day of 2025."""
    before = upkeep._Installed.register_day
    upkeep.install(AFTER)
    yield
    upkeep._Installed.register_day = before


def number_of(session: Session, code: str) -> int:
    unit = units.by_agency_code(session, code)
    assert unit is not None
    return unit.id


def filed(session: Session, state: State = State.IN_PROGRESS) -> Made:
    return bring_to(session, make_dossier(session, make_citizen(session), agency_code=WARD_1), state)


def order(session: Session, *, by: str = WARD_1, old: str = WARD_1, new: str = SUCCESSOR, on: date = AFTER) -> int:
    administrator = make_officer(session, by, "administrator")
    with unit_of_work(session):
        return reforms.order(
            session,
            old_unit_id=number_of(session, old),
            new_unit_id=number_of(session, new),
            officer_id=administrator.id,
            roles=(Role(number_of(session, by), "administrator"),),
            at=AT,
            on=on,
        )


def see(session: Session, made: Made) -> Dossier:
    session.rollback()
    found = queries.owned(session, made.reference, person_id=made.person.id)
    assert found is not None
    return found


def test_every_running_dossier_goes_to_the_successor_with_one_entry_each(session: Session) -> None:
    states = (State.FILED, State.IN_PROGRESS, State.AWAITING_SUPPLEMENT, State.RESOLVED)
    running = [filed(session, state) for state in states]
    ended = [filed(session, state) for state in (State.RETURNED, State.WITHDRAWN, State.NOT_RECEIVED)]
    before = {made.reference: see(session, made) for made in (*running, *ended)}
    upkeep.carry_out(order(session))
    for made in running:
        was, now = before[made.reference], see(session, made)
        assert (now.unit.code, now.desk.code, now.holder.code) == (WARD_1, SUCCESSOR, SUCCESSOR)
        assert (now.state, now.due_at, now.rule, now.paused_at) == (was.state, was.due_at, was.rule, was.paused_at)
        assert [step.act for step in now.steps[len(was.steps) :]] == [Act.HANDED_OVER]
        check_chain(record(session, made.reference))
    for made in ended:
        assert see(session, made) == before[made.reference]


def test_the_order_tells_how_far_it_is_and_is_done_once(session: Session) -> None:
    made = filed(session)
    number = order(session)
    old = number_of(session, WARD_1)
    with pytest.raises(Refused, match="already_ordered"):
        order(session, by=PROVINCE)
    upkeep.carry_out(number)
    session.rollback()
    [ending] = [one for one in reading.endings(session, on=AFTER, today=AFTER) if one.unit.id == old]
    assert ending.order is not None
    assert (ending.order.dossiers, ending.dossiers, ending.waits) == (1, 0, False)
    assert ending.order.done_at is not None
    steps = len(see(session, made).steps)
    upkeep.carry_out(number)
    upkeep.run()
    assert len(see(session, made).steps) == steps


def test_many_dossiers_go_in_small_transactions(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reforms, "BATCH", 2)
    running = [filed(session, State.FILED) for _ in range(5)]
    upkeep.carry_out(order(session))
    assert {see(session, made).holder.code for made in running} == {SUCCESSOR}


def test_the_applicant_is_told_that_nothing_else_changed(session: Session) -> None:
    made = filed(session)
    upkeep.carry_out(order(session))
    session.rollback()
    rows = session.execute(text("select key from letter where key = :key"), {"key": f"{made.reference}/{made.steps}"})
    assert len(rows.all()) == 1


def test_a_dossier_that_is_elsewhere_keeps_its_holder_and_comes_back_to_the_successor(session: Session) -> None:
    made = filed(session)
    there = units.by_agency_code(session, CITY)
    assert there is not None
    made = act(session, made, "pass_on", staff(session, made.unit), to_unit_id=there.id)
    upkeep.carry_out(order(session))
    found = see(session, made)
    assert (found.desk.code, found.holder.code) == (SUCCESSOR, CITY)
    made = replace(made, steps=len(found.steps), at=clock.now())
    made = act(session, made, "resolve", staff(session, there), outcome=Outcome.GRANTED, files=[pdf()])
    assert see(session, made).holder.code == SUCCESSOR


def act(session: Session, made: Made, verb: str, by: Actor, **facts: object) -> Made:
    at, facts = made.at + timedelta(hours=1), {"on": ON, **facts}
    with unit_of_work(session):
        done = getattr(commands, verb)(session, reference=made.reference, by=by, seen=made.steps, at=at, **facts)
    return replace(made, steps=done.steps, at=at)


def test_officers_move_and_those_of_the_old_unit_see_nothing_any_more(session: Session) -> None:
    made = filed(session)
    officer = make_officer(session, WARD_1, "receiver", "leader")
    old, new = number_of(session, WARD_1), number_of(session, SUCCESSOR)
    upkeep.carry_out(order(session))
    session.rollback()
    rows = session.execute(
        text("select unit_id, role from officer_role where officer_id = :o and valid_to is null"), {"o": officer.id}
    )
    assert sorted(tuple(row) for row in rows) == sorted([(new, "receiver"), (new, "leader")])
    assert queries.for_desk(session, made.reference, unit_ids=[new]) is not None
    assert queries.for_desk(session, made.reference, unit_ids=[old]) is None
    with pytest.raises(NotFound):
        former = Actor.officer(officer.id, [(old, "receiver")])
        act(session, replace(made, at=clock.now()), "ask_supplement", former, reason="Cần bản chụp rõ hơn.")


def test_only_a_successor_of_the_register_takes_over_and_only_from_its_day(session: Session) -> None:
    with pytest.raises(Refused, match="not_a_successor"):
        order(session, new="H29.702")
    with pytest.raises(Refused, match="not_a_successor"):
        order(session, on=date(2025, 6, 30))


def test_who_administers_either_unit_or_one_above_them_may_order_it_and_nobody_else(session: Session) -> None:
    for code in ("H06.32.01", "H06.32"):
        with pytest.raises(Forbidden):
            order(session, by=code)
    for code in (PROVINCE, CITY, SUCCESSOR, "H29"):
        with pytest.raises(Undone):
            undone(session, code)


class Undone(Exception):
    """The order was taken; the transaction is given up."""


def undone(session: Session, code: str) -> None:
    administrator = make_officer(session, code, "administrator")
    with unit_of_work(session):
        reforms.order(
            session,
            old_unit_id=number_of(session, WARD_1),
            new_unit_id=number_of(session, SUCCESSOR),
            officer_id=administrator.id,
            roles=(Role(number_of(session, code), "administrator"),),
            at=AT,
            on=AFTER,
        )
        raise Undone


def test_what_is_still_with_a_unit_is_counted_once(session: Session) -> None:
    filed(session, State.FILED)
    filed(session, State.RETURNED)
    made = filed(session)
    act(session, made, "pass_on", staff(session, made.unit), to_unit_id=number_of(session, CITY))
    found = at_units.running(session, unit_ids=[number_of(session, WARD_1)])
    assert found == {number_of(session, WARD_1): {"filed": 1, "in_progress": 1}}


def passed_on(session: Session, frm: str, to: str) -> tuple[Made, Actor]:
    """A dossier that was filed with one unit and lies with another, and an officer there."""
    made = bring_to(session, make_dossier(session, make_citizen(session), agency_code=frm), State.IN_PROGRESS)
    there = units.by_agency_code(session, to)
    assert there is not None
    return act(session, made, "pass_on", staff(session, made.unit), to_unit_id=there.id), staff(session, there)


def back_to(session: Session, made: Made, by: Actor, on: date) -> str | None:
    """Where the desk offers to pass it back to; None where it does not offer it."""
    session.rollback()
    found = queries.for_desk(session, made.reference, unit_ids=[unit for unit, _role in by.roles], on=on)
    assert found is not None
    assert (found.came_from is not None) == (Act.PASSED_BACK in found.possible(by))
    return found.came_from.code if found.came_from else None


def test_what_a_unit_passed_on_before_it_ended_goes_back_to_its_successor(session: Session) -> None:
    made, by = passed_on(session, WARD_1, CITY)
    assert back_to(session, made, by, ON) == WARD_1
    assert back_to(session, made, by, AFTER) == SUCCESSOR, "by the register, before anything was handed over"
    upkeep.carry_out(order(session))
    made = replace(made, steps=len(see(session, made).steps), at=clock.now())
    assert back_to(session, made, by, AFTER) == SUCCESSOR
    made = act(session, made, "pass_back", by, on=AFTER, reason="Thẩm quyền thuộc phường.")
    assert see(session, made).holder.code == SUCCESSOR
    check_chain(record(session, made.reference))


def test_of_a_unit_that_was_divided_it_goes_back_to_whom_the_dossier_was_given(session: Session) -> None:
    made, by = passed_on(session, WARD_1, CITY)
    divide(session, WARD_1)
    assert back_to(session, made, by, AFTER) is None, "nobody knows yet"
    upkeep.carry_out(order(session, new=OTHER))
    assert back_to(session, made, by, AFTER) == OTHER


def test_it_is_not_passed_back_where_nobody_follows_the_unit_or_the_successor_has_it_already(
    session: Session,
) -> None:
    made, by = passed_on(session, WARD_1, CITY)
    city, ward = number_of(session, CITY), number_of(session, "H06.31.02")
    made = act(session, made, "pass_on", by, to_unit_id=ward)
    [there] = [unit for unit in units.units_on(session, on=ON) if unit.id == ward]
    other = staff(session, there)
    assert back_to(session, made, other, ON) == CITY
    assert not units.successors(session, city)
    assert back_to(session, made, other, AFTER) is None
    with pytest.raises(Refused, match="nowhere_to_return"):
        act(session, made, "pass_back", other, on=AFTER, reason="Thẩm quyền thuộc phường.")
