"""A dossier goes the way of the process under which it was received; without one, as the table says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import commands, vocabulary
from portal.dossiers.life import Outcome
from portal.errors import Forbidden, Refused
from portal.people.queries import Person
from portal.processes import queries
from portal.transaction import unit_of_work
from portal.units import queries as units
from tests.dossiers.making import AT, ON, make_dossier, staff
from tests.ledger.stored import wait_until
from tests.processes.lives import Way, resolved
from tests.processes.making import publish, step, usual
from tests.signing_in import make_citizen

WAITING = text("select count(*) from pg_locks where not granted")


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session)


@pytest.fixture
def way(session: Session, person: Person) -> Way:
    publish(session, usual(hours=1))
    return Way(session, make_dossier(session, person))


def test_a_dossier_goes_from_step_to_step(way: Way) -> None:
    way.do("receive", way.receiver)
    assert way.step == "hand_on"
    way.do("take_up", way.specialist)
    assert way.step == "examine"
    way.do("propose", way.specialist, outcome=Outcome.GRANTED, reason="Đủ.")
    way.do("approve", way.leader)
    assert way.step == "issue"
    resolved(way, way.specialist)
    assert way.step == "give"
    way.do("return_result", way.receiver, way=vocabulary.Way.COUNTER)
    assert [stay.step for stay in way.stays] == ["hand_on", "examine", "sign", "issue", "give"]
    assert [stay.left_act for stay in way.stays] == ["taken_up", "proposed", "approved", "resolved", "returned"]


def test_an_act_that_the_step_does_not_name_is_refused_with_its_reason(way: Way) -> None:
    way.do("receive", way.receiver)
    with pytest.raises(Refused, match="not_in_this_step") as refused:
        resolved(way, way.specialist)
    assert refused.value.facts["number"] == 1
    with pytest.raises(Refused, match="not_in_this_step"):
        way.do("pass_on", way.receiver, to_unit_id=units.by_agency_code(way.session, "H06.15").id)  # type: ignore[union-attr]
    assert way.step == "hand_on"


def test_a_step_is_its_roles_and_the_leader_may_stand_in(session: Session, person: Person) -> None:
    publish(session, [step("a", "receiver", assigned="b"), step("b", "leader", resolved="end")])
    way = Way(session, make_dossier(session, person))
    way.do("receive", way.receiver)
    way.do("assign", way.receiver, to_officer_id=way.leader.officer_id)
    with pytest.raises(Forbidden, match="not_the_steps_role"):
        resolved(way, way.specialist)
    resolved(way, way.leader)
    assert way.step is None


def test_giving_it_to_somebody_leads_on_only_to_one_of_the_next_role(way: Way) -> None:
    way.do("receive", way.receiver)
    way.do("take_up", way.receiver)
    assert way.step == "hand_on"
    way.do("assign", way.receiver, to_officer_id=way.leader.officer_id)
    assert way.step == "hand_on"
    way.do("assign", way.receiver, to_officer_id=way.specialist.officer_id)
    assert way.step == "examine"


def test_what_is_sent_back_begins_its_step_anew(way: Way) -> None:
    way.to_sign()
    way.do("send_back", way.leader, reason="Thiếu chữ ký.")
    assert way.step == "examine"
    assert [stay.step for stay in way.stays] == ["hand_on", "examine", "sign", "examine"]


def test_a_supplement_may_always_be_asked_for_and_the_steps_clock_stands_still(way: Way) -> None:
    way.do("receive", way.receiver)
    way.do("take_up", way.specialist)
    due = way.stays[-1].due_at
    way.do("ask_supplement", way.receiver, reason="Cần bản rõ hơn.")
    assert way.stays[-1].paused_at == way.at
    assert not way.stays[-1].late(way.at + timedelta(days=30))
    way.do("give_supplement", way.person, after=timedelta(days=7), message="Đây ạ.")
    again = way.stays[-1]
    assert again.paused_at is None and again.due_at is not None and due is not None
    assert again.due_at - due == timedelta(days=7)
    assert way.step == "examine"


def test_a_proposal_that_a_supplement_undid_is_made_again(way: Way) -> None:
    """Nobody is left waiting for an approval of nothing."""
    way.to_sign()
    way.do("ask_supplement", way.leader, reason="Cần bản rõ hơn.")
    assert way.step == "examine"
    way.do("give_supplement", way.person, message="Đây ạ.")
    way.do("propose", way.specialist, outcome=Outcome.GRANTED, reason="Đủ.")
    assert way.step == "sign"


def test_an_undone_act_leads_back_with_the_time_that_was_left(way: Way) -> None:
    way.do("receive", way.receiver)
    way.do("take_up", way.specialist)
    before = way.stays[-1].due_at
    way.do("propose", way.specialist, outcome=Outcome.GRANTED, reason="Đủ.")
    way.do("undo", way.specialist, after=timedelta(minutes=30), reason="Nhầm.")
    assert way.step == "examine"
    assert before is not None and way.stays[-1].due_at == before + timedelta(minutes=30)
    way.do("propose", way.specialist, outcome=Outcome.REFUSED, reason="Thiếu.")
    assert way.step == "sign"


@pytest.mark.parametrize(
    ("verb", "who", "facts"),
    [
        ("withdraw", "person", {}),
        ("stop", "leader", {"reason": "Thửa đất tranh chấp."}),
    ],
)
def test_what_ends_a_dossier_ends_its_process(way: Way, verb: str, who: str, facts: dict[str, Any]) -> None:
    way.do("receive", way.receiver)
    way.do(verb, getattr(way, who), **facts)
    assert way.step is None
    assert way.stays[-1].left_at == way.at


def test_who_withdraws_in_the_moment_of_an_internal_step_leaves_no_step_open(way: Way, session: Session) -> None:
    """The internal step makes nobody's page stale, but the dossier is in another step when the lock is given."""
    way.do("receive", way.receiver)
    engine, seen = session.get_bind(), session.execute(text("select entries, steps from dossier")).one()
    session.rollback()
    facts: dict[str, Any] = {"reference": way.made.reference, "at": way.at + timedelta(minutes=10), "on": ON}

    def withdraw() -> None:
        with Session(engine) as own, unit_of_work(own):
            commands.withdraw(own, by=way.person, seen=seen.entries, **facts)

    with ThreadPoolExecutor(1) as pool:
        try:
            commands.take_up(session, by=way.specialist, seen=seen.steps, **facts)
            withdrawn = pool.submit(withdraw)
            wait_until(lambda: bool(session.execute(WAITING).scalar_one()))
            session.commit()
        finally:
            session.rollback()
        withdrawn.result(60)
    assert [(stay.step, stay.left_act) for stay in way.stays] == [("hand_on", "taken_up"), ("examine", "withdrawn")]


def test_other_acts_that_no_process_forbids(way: Way, session: Session) -> None:
    other = units.by_agency_code(session, "H06.15")
    assert other is not None
    session.rollback()
    way.do("receive", way.receiver)
    way.do("ask_opinion", way.receiver, to_unit_id=other.id, question="Có ý kiến gì?", hours=4)
    way.do("extend", way.leader, until=date(2020, 6, 30), reason="Xin lỗi.")
    way.do("take_up", way.receiver)
    way.do("give_back", way.receiver, reason="Nghỉ.")
    way.do("ask_duty", way.specialist, reason="Nộp lệ phí.")
    way.do("resolve", way.specialist, outcome=Outcome.REFUSED, reason="Không nộp.")
    assert way.step == "give"


def test_it_is_passed_to_the_unit_of_the_next_step_and_no_other(session: Session, person: Person) -> None:
    publish(
        session,
        [
            step("a", "receiver", passed="b"),
            step("b", "specialist", "superior", resolved="c"),
            step("c", "receiver", hours=None, returned="end"),
        ],
    )
    way = Way(session, make_dossier(session, person))
    above = units.unit(session, way.unit.parent_id or 0, on=ON)
    other = units.by_agency_code(session, "H06.15")
    assert above is not None and other is not None
    session.rollback()
    way.do("receive", way.receiver)
    with pytest.raises(Refused, match="not_the_next_unit") as refused:
        way.do("pass_on", way.receiver, to_unit_id=other.id)
    assert refused.value.facts["vi"] == above.name
    way.do("pass_on", way.receiver, to_unit_id=above.id)
    assert way.stays[-1].unit_id == above.id
    resolved(way, staff(session, above, ["specialist"]))
    assert (way.step, way.stays[-1].unit_id) == ("c", way.unit.id)


def test_what_is_passed_back_comes_to_the_step_that_passed_it(session: Session, person: Person) -> None:
    publish(
        session,
        [
            step("a", "receiver", assigned="b", taken_up="b"),
            step("b", "specialist", passed="c"),
            step("c", "leader", "superior", resolved="end"),
        ],
    )
    way = Way(session, make_dossier(session, person))
    above = units.unit(session, way.unit.parent_id or 0, on=ON)
    assert above is not None
    session.rollback()
    way.do("receive", way.receiver)
    way.do("take_up", way.specialist)
    way.do("pass_on", way.specialist, to_unit_id=above.id)
    assert way.step == "c"
    way.do("pass_back", staff(session, above, ["leader"]), reason="Thiếu tờ trình.")
    assert (way.step, way.stays[-1].unit_id) == ("b", way.unit.id)
    way.do("pass_on", way.specialist, to_unit_id=above.id)
    assert way.step == "c"


def test_what_is_passed_back_twice_comes_to_the_first_that_passed_it(session: Session, person: Person) -> None:
    publish(
        session,
        [
            step("a", "receiver", passed="b"),
            step("b", "specialist", "superior", passed="c"),
            step("c", "leader", "H06.15", resolved="end"),
        ],
    )
    way = Way(session, make_dossier(session, person))
    above, other = units.unit(session, way.unit.parent_id or 0, on=ON), units.by_agency_code(session, "H06.15")
    assert above is not None and other is not None
    session.rollback()
    between = staff(session, above, ["specialist"])
    way.do("receive", way.receiver)
    way.do("pass_on", way.receiver, to_unit_id=above.id)
    way.do("pass_on", between, to_unit_id=other.id)
    way.do("pass_back", staff(session, other, ["leader"]), reason="Không thuộc thẩm quyền.")
    assert (way.step, way.stays[-1].unit_id) == ("b", above.id)
    way.do("pass_back", between, reason="Thiếu tờ trình.")
    assert (way.step, way.stays[-1].unit_id) == ("a", way.unit.id)
    way.do("pass_on", way.receiver, to_unit_id=above.id)
    assert way.step == "b"


def test_a_unit_of_its_own_goes_before_the_process_for_all(session: Session, person: Person) -> None:
    publish(session, usual())
    made = make_dossier(session, person)
    publish(session, [step("alone", "leader", resolved="end")], agency=made.unit.agency_code)
    way = Way(session, made)
    way.do("receive", way.receiver)
    assert way.step == "alone"


def test_a_dossier_keeps_the_process_under_which_it_was_received(session: Session, person: Person) -> None:
    publish(session, usual())
    way = Way(session, make_dossier(session, person))
    way.do("receive", way.receiver)
    tomorrow = (AT + timedelta(days=1)).date().isoformat()
    publish(session, [step("alone", "leader", resolved="end")], version=2, valid_from=tomorrow)
    way.do("take_up", way.specialist, after=timedelta(days=2))
    assert way.step == "examine"


def test_without_a_process_the_table_alone_holds(session: Session, person: Person) -> None:
    way = Way(session, make_dossier(session, person))
    way.do("receive", way.receiver)
    resolved(way, way.specialist)
    assert way.stays == ()


def test_a_unit_that_ended_means_its_successor(session: Session, person: Person) -> None:
    """Of a reform: the code that the process names is no more."""
    old, new = (units.by_agency_code(session, code) for code in ("H06.15", "H06.17"))
    assert old is not None and new is not None
    publish(session, [step("a", "receiver", passed="b"), step("b", "leader", "H06.15", resolved="end")])
    with unit_of_work(session):
        session.execute(text("update unit_fact set valid_to = '2020-05-01' where unit_id = :id"), {"id": old.id})
        session.execute(
            text('insert into unit_succession (old_id, new_id, share, "on", decision) values (:o, :n, 1, :on, :d)'),
            {"o": old.id, "n": new.id, "on": date(2020, 5, 1), "d": "1/NQ"},
        )
    way = Way(session, make_dossier(session, person))
    way.do("receive", way.receiver)
    with pytest.raises(Refused, match="not_the_next_unit"):
        way.do("pass_on", way.receiver, to_unit_id=units.by_agency_code(session, "H06.08").id)  # type: ignore[union-attr]
    way.do("pass_on", way.receiver, to_unit_id=new.id)
    assert way.step == "b"


def test_where_it_names_a_unit_that_is_no_more_it_narrows_nothing(session: Session, person: Person) -> None:
    old = units.by_agency_code(session, "H06.15")
    assert old is not None
    publish(session, [step("a", "receiver", passed="b"), step("b", "leader", "H06.15", resolved="end")])
    with unit_of_work(session):
        session.execute(text("update unit_fact set valid_to = '2020-05-01' where unit_id = :id"), {"id": old.id})
    way = Way(session, make_dossier(session, person))
    way.do("receive", way.receiver)
    resolved(way, way.specialist)
    assert way.step is None


def test_how_much_lies_in_each_step_and_how_much_of_it_too_long(session: Session, person: Person) -> None:
    publish(session, usual(hours=1))
    ways = [Way(session, make_dossier(session, person)) for _ in range(3)]
    for way in ways:
        way.do("receive", way.receiver)
    ways[0].do("take_up", ways[0].specialist)
    unit_id = ways[0].unit.id
    ids = {way.unit.id for way in ways}
    assert ids == {unit_id}
    soon, tomorrow = (queries.load(session, ids, at=AT + timedelta(minutes=minutes)) for minutes in (30, 24 * 60))
    assert [(one.step.key, one.number, one.dossiers, one.late) for one in soon] == [
        ("hand_on", 1, 2, 0),
        ("examine", 2, 1, 0),
    ]
    assert [one.late for one in tomorrow] == [2, 1]
    assert queries.load(session, [unit_id + 1], at=AT) == ()


def test_the_database_keeps_what_was_published(session: Session) -> None:
    publish(session, usual())
    for statement in ("update process_version set steps = '[]'", "delete from process_version"):
        with pytest.raises(Exception, match="stay"), unit_of_work(session):
            session.execute(text(statement))
        session.rollback()


def test_a_process_begins_at_its_instant(session: Session) -> None:
    publish(session, usual())
    assert queries.in_force(session, "1.001193", agency="H06.31.01", at=datetime(2019, 1, 1, tzinfo=UTC), on=ON) is None
    assert queries.in_force(session, "1.001193", agency="H06.31.01", at=AT, on=ON) is not None
