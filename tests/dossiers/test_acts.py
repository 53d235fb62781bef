from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.deadlines import current_calendar
from portal.dossiers import commands, queries, workings
from portal.dossiers.life import LEADER, RECEIVER, SPECIALIST, Act, Actor, Outcome, State, Way
from portal.dossiers.views import Done, Dossier
from portal.errors import Forbidden, Invalid, NotFound, Refused, Stale
from portal.people.queries import Person
from portal.procedures import queries as procedures
from portal.transaction import unit_of_work
from portal.units import queries as units
from portal.working_words import term_of
from tests.dossiers.counting import statements
from tests.dossiers.making import AT, ON, Made, bring_to, make_dossier, pdf, staff
from tests.dossiers.records import check_chain, record, sizes
from tests.signing_in import make_citizen

LONG = "1.001612"  # three working days, so that pauses show


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session)


@pytest.fixture
def made(session: Session, person: Person) -> Made:
    return make_dossier(session, person)


@pytest.fixture
def desk(session: Session, made: Made) -> Actor:
    return staff(session, made.unit)


def do(session: Session, made: Made, verb: str, by: Actor, **facts: Any) -> Made:
    """One act an hour later, with the right number of steps; the dossier as it is then."""
    at = facts.pop("at", made.at + timedelta(hours=1))
    done = attempt(session, made, verb, by, at=at, **facts)
    return replace(made, steps=done.steps, at=at)


def attempt(session: Session, made: Made, verb: str, by: Actor, **facts: Any) -> Done:
    at = facts.pop("at", made.at + timedelta(hours=1))
    seen = facts.pop("seen", made.steps)
    with unit_of_work(session):
        done: Done = getattr(commands, verb)(session, reference=made.reference, by=by, seen=seen, at=at, on=ON, **facts)
    return done


def see(session: Session, made: Made) -> Dossier:
    found = queries.owned(session, made.reference, person_id=made.person.id)
    assert found is not None
    return found


def other_unit(session: Session, made: Made) -> units.Unit:
    return next(unit for unit in units.units_on(session, on=ON, level="district") if unit.id != made.unit.id)


def problems(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in error.value.problems]  # type: ignore[attr-defined]


def test_receiving_starts_the_clock_by_the_online_term(session: Session, made: Made, desk: Actor) -> None:
    found = see(session, do(session, made, "receive", desk))
    assert found.state is State.IN_PROGRESS
    assert found.received_at == AT + timedelta(hours=1)
    assert found.due_at == datetime(2020, 6, 15, 10, 0, tzinfo=UTC)  # 17:00 of the same day
    assert found.rule
    assert found.rule.startswith("vn-")


def test_a_whole_life_with_a_supplement_and_another_unit(session: Session, made: Made, desk: Actor) -> None:
    me, other = Actor.person(made.person.id), other_unit(session, made)
    there = staff(session, other)
    made = do(session, made, "receive", desk)
    made = do(session, made, "ask_supplement", desk, reason="Cần bản chụp rõ hơn.")
    made = do(session, made, "give_supplement", me, message="Xin gửi lại.", files=[pdf("rõ hơn.pdf")])
    made = do(session, made, "pass_on", desk, to_unit_id=other.id, note="Đề nghị xác minh.")
    made = do(session, made, "pass_on", there, to_unit_id=made.unit.id)
    made = do(session, made, "extend", desk, until=date(2020, 6, 19), reason="Chờ xác minh.")
    made = do(session, made, "resolve", desk, outcome=Outcome.GRANTED, files=[pdf("giấy khai sinh.pdf")])
    made = do(session, made, "return_result", desk, way=Way.COUNTER)
    found = see(session, made)
    assert found.state is State.RETURNED
    assert [step.act for step in found.steps] == [
        Act.FILED,
        Act.RECEIVED,
        Act.SUPPLEMENT_ASKED,
        Act.SUPPLEMENT_GIVEN,
        Act.PASSED,
        Act.PASSED,
        Act.EXTENDED,
        Act.RESOLVED,
        Act.RETURNED,
    ]
    assert [(file.field, file.name) for file in found.files_of_step(3)] == [("supplement", "rõ hơn.pdf")]
    assert [file.name for file in found.results] == ["giấy khai sinh.pdf"]
    assert (found.outcome, found.extended, found.national_code) == (Outcome.GRANTED, True, 10)
    assert found.steps[4].to is not None
    assert found.steps[4].to.code == other.agency_code == found.steps[5].unit.code
    check_chain(record(session, made.reference))


def test_a_pause_after_receipt_moves_the_due_instant_by_the_working_time_it_took(session: Session) -> None:
    person = make_citizen(session)
    made = make_dossier(session, person, code=LONG)
    desk, me = staff(session, made.unit), Actor.person(person.id)
    made = do(session, made, "receive", desk)
    due = see(session, made).due_at
    made = do(session, made, "ask_supplement", desk, reason="Thiếu trang hai.", at=AT + timedelta(hours=2))
    paused = see(session, made)
    assert (paused.due_at, paused.paused_at) == (due, AT + timedelta(hours=2))
    assert not paused.late(AT + timedelta(days=300))
    made = do(session, made, "give_supplement", me, message="Đây ạ.", at=AT + timedelta(days=2, hours=2))
    resumed = see(session, made)
    assert due is not None
    assert (resumed.state, resumed.paused_at) == (State.IN_PROGRESS, None)
    assert resumed.due_at == due + timedelta(
        days=4
    )  # two working days paused: from Thursday over the weekend to Monday
    procedure = procedures.revision(session, resumed.revision_id)
    assert procedure is not None
    counted = workings.of(resumed.steps, term_of(procedure, resumed.channel), lambda _rule: current_calendar())
    assert [one.counts[-1].at for one in counted] == [one.due_at for one in counted] == [due, resumed.due_at]


def test_a_supplement_before_receipt_leads_back_to_filed_and_starts_no_clock(
    session: Session, made: Made, desk: Actor
) -> None:
    made = do(session, made, "ask_supplement", desk, reason="Ảnh mờ.")
    made = do(session, made, "give_supplement", Actor.person(made.person.id), files=[pdf()])
    found = see(session, made)
    assert (found.state, found.due_at, found.received_at) == (State.FILED, None, None)
    assert see(session, do(session, made, "receive", desk)).state is State.IN_PROGRESS


def test_the_other_unit_may_decide_and_the_receiving_desk_hands_the_result_over(
    session: Session, made: Made, desk: Actor
) -> None:
    other = other_unit(session, made)
    there = staff(session, other)
    made = do(session, made, "receive", desk)
    made = do(session, made, "pass_on", desk, to_unit_id=other.id)
    with pytest.raises(Forbidden) as refusal:
        attempt(session, made, "resolve", desk, outcome=Outcome.GRANTED, files=[pdf()])
    assert refusal.value.code == "not_the_holder"
    made = do(session, made, "resolve", there, outcome=Outcome.REFUSED, reason="Không đủ điều kiện.")
    found = see(session, made)
    assert (found.holder_unit_id, found.outcome) == (made.unit.id, Outcome.REFUSED)
    with pytest.raises(NotFound):
        attempt(session, made, "return_result", there, way=Way.COUNTER)
    assert see(session, do(session, made, "return_result", desk, way=Way.COUNTER)).state is State.RETURNED


def test_who_never_answers_can_be_refused_and_is_not_counted_late(session: Session, made: Made, desk: Actor) -> None:
    made = do(session, made, "receive", desk)
    made = do(session, made, "ask_supplement", desk, reason="Thiếu giấy tờ.")
    at = AT + timedelta(days=60)
    with pytest.raises(Invalid) as refusal:
        attempt(session, made, "resolve", desk, outcome=Outcome.GRANTED, files=[pdf()], at=at)
    assert problems(refusal) == [("outcome", "not_an_option")]
    made = do(session, made, "resolve", desk, outcome=Outcome.REFUSED, reason="Không bổ sung.", at=at)
    found = see(session, made)
    assert found.state is State.RESOLVED
    assert not found.late(at)


def test_extending_is_for_leaders_once_with_a_later_working_day(session: Session, made: Made) -> None:
    specialist, leader = (staff(session, made.unit, [role]) for role in (SPECIALIST, LEADER))
    made = bring_to(session, made, State.IN_PROGRESS)
    with pytest.raises(Forbidden) as forbidden:
        attempt(session, made, "extend", specialist, until=date(2020, 6, 19), reason="Chờ.")
    assert forbidden.value.code == "not_your_role"
    for until, code in (
        (None, "missing"),
        (date(2020, 6, 15), "too_early"),
        (date(2020, 6, 20), "not_a_working_day"),
        (date(2021, 7, 1), "too_late"),
    ):
        with pytest.raises(Invalid) as refusal:
            attempt(session, made, "extend", leader, until=until, reason="Chờ.")
        assert problems(refusal) == [("until", code)]
    made = do(session, made, "extend", leader, until=date(2020, 6, 19), reason="Chờ.")
    found = see(session, made)
    assert (found.due_at, found.rule) == (datetime(2020, 6, 19, 10, 0, tzinfo=UTC), "by-decision")
    with pytest.raises(Refused) as refused:
        attempt(session, made, "extend", leader, until=date(2020, 6, 26), reason="Chờ.")
    assert refused.value.code == "already_extended"


@pytest.mark.parametrize(
    ("verb", "state", "facts", "expected"),
    [
        ("decline", State.FILED, {"reason": " \u200b "}, [("reason", "missing")]),
        ("ask_supplement", State.IN_PROGRESS, {"reason": ""}, [("reason", "missing")]),
        ("ask_supplement", State.IN_PROGRESS, {"reason": "x" * 2001}, [("reason", "too_long")]),
        ("ask_supplement", State.IN_PROGRESS, {"reason": "a\u202eb"}, [("reason", "control_characters")]),
        ("resolve", State.IN_PROGRESS, {"outcome": None}, [("outcome", "missing")]),
        ("resolve", State.IN_PROGRESS, {"outcome": Outcome.GRANTED}, [("file", "missing")]),
        ("resolve", State.IN_PROGRESS, {"outcome": Outcome.REFUSED}, [("reason", "missing")]),
    ],
)
def test_what_an_act_must_say(
    session: Session,
    made: Made,
    desk: Actor,
    verb: str,
    state: State,
    facts: dict[str, Any],
    expected: list[tuple[str, str]],
) -> None:
    made = bring_to(session, made, state, by=desk)
    before = sizes(session)
    with pytest.raises(Invalid) as refusal:
        attempt(session, made, verb, desk, **facts)
    assert problems(refusal) == expected
    assert sizes(session) == before


def test_an_empty_supplement_is_no_supplement(session: Session, made: Made) -> None:
    made = bring_to(session, made, State.AWAITING_SUPPLEMENT)
    with pytest.raises(Invalid) as refusal:
        attempt(session, made, "give_supplement", Actor.person(made.person.id), message=" ")
    assert problems(refusal) == [("message", "missing")]


def test_a_dossier_is_passed_only_to_another_unit_of_the_register(session: Session, made: Made, desk: Actor) -> None:
    made = bring_to(session, made, State.IN_PROGRESS, by=desk)
    for unit_id, code in ((made.unit.id, "same_unit"), (10**9, "unknown_unit"), (2**63, "unknown_unit")):
        with pytest.raises(Refused) as refusal:
            attempt(session, made, "pass_on", desk, to_unit_id=unit_id)
        assert refusal.value.code == code


def test_an_act_from_a_page_that_is_out_of_date_does_nothing(session: Session, made: Made, desk: Actor) -> None:
    do(session, made, "receive", desk)
    before = sizes(session)
    with pytest.raises(Stale):
        attempt(session, made, "receive", desk)
    with pytest.raises(Stale):
        attempt(session, made, "ask_supplement", desk, reason="Thiếu.", seen=99)
    assert sizes(session) == before


def test_time_never_goes_back_within_a_dossier(session: Session, made: Made, desk: Actor) -> None:
    before = sizes(session)
    with pytest.raises(Refused) as refusal:
        attempt(session, made, "receive", desk, at=AT - timedelta(microseconds=1))
    assert refusal.value.code == "clock_went_back"
    assert sizes(session) == before
    assert attempt(session, made, "receive", desk, at=AT).state is State.IN_PROGRESS


def test_strangers_find_nothing(session: Session, made: Made) -> None:
    stranger = Actor.person(make_citizen(session).id)
    elsewhere = staff(session, other_unit(session, made))
    for by in (stranger, elsewhere):
        with pytest.raises(NotFound):
            attempt(session, made, "receive", by)
        with pytest.raises(NotFound):
            attempt(session, replace(made, reference="H06.99.99-200615-0001"), "receive", by)
        with pytest.raises(NotFound):
            attempt(session, replace(made, reference="\x00"), "receive", by)


def test_roles_are_asked_for_act_by_act(session: Session, made: Made) -> None:
    leader, receiver = (staff(session, made.unit, [role]) for role in (LEADER, RECEIVER))
    with pytest.raises(Forbidden):
        attempt(session, made, "receive", leader)
    made = do(session, made, "receive", receiver)
    with pytest.raises(Forbidden):
        attempt(session, made, "resolve", receiver, outcome=Outcome.GRANTED, files=[pdf()])
    with pytest.raises(Forbidden):
        attempt(session, made, "withdraw", leader)


def test_letters_go_out_on_what_a_person_must_know(session: Session, made: Made, desk: Actor) -> None:
    made = do(session, made, "receive", desk)
    made = do(session, made, "pass_on", desk, to_unit_id=other_unit(session, made).id)
    keys = session.scalars(text("select key from letter order by id")).all()
    assert keys == [f"{made.reference}/0", f"{made.reference}/1"]


@pytest.mark.parametrize(("verb", "most"), [("receive", 10), ("withdraw", 5)])
def test_an_act_takes_a_fixed_small_number_of_statements(
    session: Session, made: Made, desk: Actor, verb: str, most: int
) -> None:
    by = desk if verb == "receive" else Actor.person(made.person.id)
    with statements(session) as sent:
        attempt(session, made, verb, by)
    assert len(sent) <= most, "\n".join(sent)


@pytest.mark.parametrize(
    "statement",
    [
        "update step set act = 'resolved'",
        "update step set note = null, at = now()",
        "delete from step",
        "truncate step cascade",
        "update dossier set state = 'returned'",
        "update dossier set reference = 'H06-200615-0001'",
        "update dossier set unit_id = unit_id + 1, steps = steps + 1",
        "update dossier set steps = steps - 1",
        "delete from dossier",
        "truncate dossier cascade",
    ],
)
def test_the_database_itself_keeps_what_happened(session: Session, made: Made, statement: str) -> None:
    with pytest.raises(IntegrityError), unit_of_work(session):
        session.execute(text(statement))
    check_chain(record(session, made.reference))


def test_an_erasure_may_take_the_words_of_a_step_and_nothing_else(session: Session, made: Made) -> None:
    made = bring_to(session, made, State.WITHDRAWN)
    with unit_of_work(session):
        session.execute(text("update step set note = null"))
    found = see(session, made)
    assert [step.note for step in found.steps] == [None, None]
    check_chain(record(session, made.reference))


def test_a_sealed_procedure_shows_nothing_in_its_entries(session: Session, person: Person) -> None:
    code = session.execute(
        text(
            "select content ->> 'code' from revision where (content ->> 'sealed')::boolean"
            " and service_level <> 'information' order by 1 limit 1"
        )
    ).scalar_one()
    made = make_dossier(session, person, code=code)
    bring_to(session, made, State.IN_PROGRESS)
    entries = [bytes(data) for data in session.scalars(text("select entry from ledger_outbox order by id"))]
    assert len(entries) == 2
    assert not any(made.reference.encode() in data or code.encode() in data for data in entries)
