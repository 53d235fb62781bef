"""A public act is taken back: all is as it was before it, both stay to be read, and the person is told why."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.dossiers import opinions, queries, recounting
from portal.dossiers.life import LEADER, RECEIVER, SPECIALIST, Act, Actor, Outcome, State, Way
from portal.dossiers.vocabulary import TAKEN_BACK
from portal.errors import Forbidden, Invalid, NotFound, Refused, Stale
from portal.units import queries as units
from tests.dossiers.making import ON, pdf, staff
from tests.dossiers.records import check_chain, record, sizes
from tests.dossiers.scenes import WHY, Scene
from tests.dossiers.test_acts import attempt, see
from tests.signing_in import make_citizen

LATER = date(2020, 6, 30)


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def asking(scene: Scene) -> dict[str, Any]:
    return {"to_unit_id": scene.other.id, "question": "Đất có tranh chấp không?", "hours": 8}


def reach(scene: Scene, act: Act) -> dict[str, Any]:
    """Bring it to where the act can be done, do it, and give back how the dossier stood before."""
    if act is not Act.NOT_RECEIVED:
        scene.do("receive").do("take_up")
    if act is Act.PASSED_BACK:
        scene.do("pass_on", to_unit_id=scene.other.id).do("take_up", scene.there)
    if act is Act.RETURNED:
        scene.do("resolve", outcome=Outcome.GRANTED, files=[pdf("kết quả.pdf")])
    if act in (Act.RESOLVED, Act.SUPPLEMENT_ASKED):
        scene.do("propose", outcome=Outcome.REFUSED, reason="Không đủ.")
    before = scene.stands()
    by = scene.there if act is Act.PASSED_BACK else scene.desk
    ways: dict[Act, tuple[str, dict[str, Any]]] = {
        Act.SUPPLEMENT_ASKED: ("ask_supplement", {"reason": "Thiếu trang hai."}),
        Act.DUTY_ASKED: ("ask_duty", {"reason": "Nộp lệ phí."}),
        Act.PASSED: ("pass_on", {"to_unit_id": scene.other.id}),
        Act.PASSED_BACK: ("pass_back", {"reason": "Nhầm đơn vị."}),
        Act.OPINION_ASKED: ("ask_opinion", asking(scene)),
        Act.EXTENDED: ("extend", {"until": LATER, "reason": "Xin lỗi."}),
        Act.STOPPED: ("stop", {"reason": "Tranh chấp."}),
        Act.NOT_RECEIVED: ("decline", {"reason": "Không đủ."}),
        Act.RESOLVED: ("resolve", {"outcome": Outcome.GRANTED, "files": [pdf("kết quả.pdf")]}),
        Act.RETURNED: ("return_result", {"way": Way.COUNTER}),
    }
    verb, facts = ways[act]
    scene.do(verb, by, **facts)
    return before


def doer(scene: Scene, act: Act) -> Actor:
    return scene.there if act is Act.PASSED_BACK else scene.desk


CODES = {Act.DUTY_ASKED: "financial_duty", Act.PASSED_BACK: "passed_back"}


@pytest.mark.parametrize("act", sorted(TAKEN_BACK))
def test_all_stands_as_it_did_before_the_act_that_is_taken_back(scene: Scene, act: Act) -> None:
    before = reach(scene, act)
    assert scene.stands() != before or act is Act.OPINION_ASKED
    letters = len(scene.letters())
    scene.undo(doer(scene, act), at=scene.made.at + timedelta(days=9))
    assert scene.stands() == before
    found = record(scene.session, scene.made.reference)
    check_chain(found)
    assert [step.act for step in found.steps][-2:] == [act, "corrected"], "both stay to be read"
    last, taken = scene.entries()[-1], scene.entries()[-2]
    assert (last.act, last.outcome, last.to) == ("corrected", CODES.get(act, act.value), None)
    assert (last.unit, last.due, last.rule) == (taken.unit, before["due_at"], before["rule"])
    assert len(scene.letters()) == letters + 1, "the person is told"


@pytest.mark.parametrize("act", sorted(TAKEN_BACK))
def test_the_same_can_be_done_again_afterwards(scene: Scene, act: Act) -> None:
    before = reach(scene, act)
    scene.undo(doer(scene, act))
    after_first = record(scene.session, scene.made.reference)
    verb = {
        Act.SUPPLEMENT_ASKED: "ask_supplement",
        Act.DUTY_ASKED: "ask_duty",
        Act.STOPPED: "stop",
        Act.NOT_RECEIVED: "decline",
        Act.PASSED_BACK: "pass_back",
    }.get(act)
    if verb is not None:
        scene.do(verb, doer(scene, act), reason="Lần này đúng.")
    elif act is Act.PASSED:
        scene.do("pass_on", to_unit_id=scene.other.id)
    elif act is Act.OPINION_ASKED:
        scene.do("ask_opinion", **asking(scene))
    elif act is Act.EXTENDED:
        scene.do("extend", until=LATER, reason="Xin lỗi.")
    elif act is Act.RESOLVED:
        scene.do("resolve", outcome=Outcome.REFUSED, reason="Không đủ.")
    else:
        scene.do("return_result", way=Way.COUNTER)
    scene.undo(doer(scene, act))
    assert scene.stands() == before
    assert record(scene.session, scene.made.reference).steps[: len(after_first.steps)] == after_first.steps


def test_a_pause_that_is_taken_back_gives_no_later_date_however_long_it_lasted(scene: Scene) -> None:
    scene.do("receive")
    due = see(scene.session, scene.made).due_at
    assert due is not None
    scene.do("ask_supplement", reason="Thiếu.").undo(at=due + timedelta(days=5))
    found = see(scene.session, scene.made)
    assert (found.due_at, found.paused_at, found.state) == (due, None, State.IN_PROGRESS)
    assert found.late(due + timedelta(days=5)), "as if it had never been paused"
    facts = recounting.facts_of(scene.session, [found.id])[found.id]
    assert [fact.act for fact in facts][-2:] == ["supplement_asked", "corrected"]


def test_a_refusal_of_who_never_answered_leads_back_to_the_pause_as_it_was(scene: Scene) -> None:
    scene.do("receive").do("ask_supplement", reason="Thiếu.")
    before = scene.stands()
    scene.do("resolve", outcome=Outcome.REFUSED, reason="Không bổ sung.", at=scene.made.at + timedelta(days=20))
    assert scene.stands()["due_at"] > before["due_at"], "the time of waiting is added when the pause ends"
    scene.undo()
    assert scene.stands() == before
    scene.do("give_supplement", scene.me, message="Xin gửi.")
    assert see(scene.session, scene.made).state is State.IN_PROGRESS


def test_who_was_declined_while_a_supplement_was_waited_for_is_waited_for_again(scene: Scene) -> None:
    scene.do("ask_supplement", reason="Thiếu.").do("decline", reason="Không bổ sung.").undo()
    found = see(scene.session, scene.made)
    assert (found.state, found.due_at, found.paused_at) == (State.AWAITING_SUPPLEMENT, None, None)
    assert found.last_note == "Thiếu.", "what is asked for is what was asked for"


def test_an_extension_that_is_taken_back_is_not_used_up(scene: Scene) -> None:
    scene.do("receive").do("extend", until=LATER, reason="Xin lỗi.").undo()
    assert not see(scene.session, scene.made).extended
    scene.do("extend", until=date(2020, 6, 26), reason="Xin lỗi.")
    assert see(scene.session, scene.made).extended


@pytest.mark.parametrize("verb", ["extend", "ask_opinion"])
def test_work_inside_the_unit_goes_on_beside_a_new_date_or_a_question(scene: Scene, verb: str) -> None:
    scene.do("receive")
    due = scene.stands()["due_at"]
    facts = asking(scene) if verb == "ask_opinion" else {"until": LATER, "reason": "Xin lỗi."}
    scene.do(verb, **facts).do("take_up").do("propose", outcome=Outcome.REFUSED, reason="Không đủ.").undo()
    stands = scene.stands()
    assert (stands["keeper_id"], stands["proposal"], stands["due_at"]) == (scene.desk.officer_id, "made", due)


def test_a_question_that_is_taken_back_is_no_work_any_more(scene: Scene) -> None:
    scene.do("receive").do("ask_opinion", **asking(scene))
    (waiting,) = opinions.waiting_for(scene.session, unit_ids=[scene.other.id])
    scene.undo()
    assert opinions.waiting_for(scene.session, unit_ids=[scene.other.id]) == ()
    assert opinions.how_many_wait(scene.session, unit_ids=[scene.other.id]) == 0
    task = opinions.task(scene.session, waiting.id, unit_ids=[scene.other.id])
    assert task is not None
    assert not task.row.open
    assert task.row.taken_back_at == scene.made.at
    with pytest.raises(Stale):
        scene.answer(scene.there, scene.other.id)
    scene.do("ask_opinion", **asking(scene))
    assert len(opinions.waiting_for(scene.session, unit_ids=[scene.other.id])) == 1


def test_where_it_was_passed_from_is_where_it_goes_back_whatever_was_taken_back_between(scene: Scene) -> None:
    third = next(
        one
        for one in units.units_on(scene.session, on=ON, level="district")
        if one.id not in (scene.made.unit.id, scene.other.id)
    )
    scene.do("receive").do("pass_on", to_unit_id=scene.other.id)
    scene.do("pass_on", scene.there, to_unit_id=third.id).undo(scene.there)
    found = queries.for_desk(scene.session, scene.made.reference, unit_ids=[scene.other.id], on=ON)
    assert found is not None
    assert found.came_from is not None
    assert found.came_from.code == scene.made.unit.agency_code
    scene.do("pass_back", scene.there, reason="Nhầm.")
    assert see(scene.session, scene.made).holder.code == scene.made.unit.agency_code


def test_the_national_portal_reads_what_it_read_before(scene: Scene) -> None:
    scene.do("receive").do("ask_supplement", reason="Thiếu.").undo()
    assert see(scene.session, scene.made).national_code == 2, "the receipt is the last thing that counts"


def test_results_that_were_taken_back_are_no_results(scene: Scene) -> None:
    scene.do("receive").do("resolve", outcome=Outcome.GRANTED, files=[pdf("sai.pdf")]).undo()
    scene.do("resolve", outcome=Outcome.GRANTED, files=[pdf("đúng.pdf")])
    found = see(scene.session, scene.made)
    assert [file.name for file in found.results] == ["đúng.pdf"]
    assert [file.name for file in found.results_taken_back] == ["sai.pdf"]


# --- What is refused ---------------------------------------------------------------------------------------------


def refused(scene: Scene, by: Actor | None = None, code: str = "nothing_to_take_back") -> None:
    """The taking back is refused, and nothing is left of the attempt."""
    rows, before = sizes(scene.session), record(scene.session, scene.made.reference)
    with pytest.raises(Refused) as error:
        scene.attempt("take_back", by, reason=WHY)
    assert error.value.code == code
    assert (sizes(scene.session), record(scene.session, scene.made.reference)) == (rows, before)


def test_neither_filing_nor_receipt_nor_what_the_person_did_is_taken_back(scene: Scene) -> None:
    refused(scene, code="wrong_state")
    scene.do("receive")
    refused(scene)
    scene.do("ask_supplement", reason="Thiếu.").do("give_supplement", scene.me, message="Đây ạ.")
    refused(scene)
    scene.do("withdraw", scene.me)
    refused(scene, code="wrong_state")


def test_a_taking_back_is_not_taken_back_and_neither_is_what_lies_before_it(scene: Scene) -> None:
    scene.do("receive").do("extend", until=LATER, reason="Xin lỗi.").do("ask_supplement", reason="Thiếu.").undo()
    refused(scene)


def test_an_act_since_keeps_it_from_being_taken_back(scene: Scene) -> None:
    scene.do("receive").do("pass_on", to_unit_id=scene.other.id).do("take_up", scene.there)
    with pytest.raises(Refused):
        scene.attempt("take_back", scene.there, reason=WHY)
    scene.do("extend", scene.there, until=LATER, reason="Xin lỗi.").do(
        "ask_opinion", scene.there, **{**asking(scene), "to_unit_id": scene.made.unit.id}
    )
    scene.answer(scene.desk, scene.made.unit.id)
    refused(scene, scene.there)


def test_it_is_taken_back_by_whoever_did_it_or_a_leader_of_their_unit(scene: Scene) -> None:
    mine, colleague = (staff(scene.session, scene.made.unit, [SPECIALIST]) for _ in range(2))
    leader = staff(scene.session, scene.made.unit, [LEADER])
    scene.do("receive").do("ask_duty", mine, reason="Nộp lệ phí.")
    for by in (colleague, staff(scene.session, scene.made.unit, [RECEIVER])):
        with pytest.raises(Forbidden) as error:
            scene.attempt("take_back", by, reason=WHY)
        assert error.value.code == "not_the_teller"
    with pytest.raises(NotFound):
        scene.attempt("take_back", scene.there, reason=WHY)
    with pytest.raises(NotFound):
        scene.attempt("take_back", Actor.person(make_citizen(scene.session).id), reason=WHY)
    scene.undo(mine).do("ask_duty", mine, reason="Nộp lệ phí.").undo(leader)


def test_who_lost_the_role_in_which_it_is_done_does_not_take_it_back(scene: Scene) -> None:
    scene.do("receive").do("extend", until=LATER, reason="Xin lỗi.")
    assert scene.desk.officer_id is not None
    now = Actor.officer(scene.desk.officer_id, [(scene.made.unit.id, SPECIALIST)])
    with pytest.raises(Forbidden):
        scene.attempt("take_back", now, reason=WHY)


def reached(scene: Scene, by: Actor) -> bool:
    """Whether an officer of the other unit may read the dossier."""
    found = queries.for_desk(scene.session, scene.made.reference, unit_ids=[scene.other.id], by=by)
    return found is not None


def test_what_left_the_unit_is_taken_back_by_it_and_not_where_it_went(scene: Scene) -> None:
    third = next(one for one in units.units_on(scene.session, on=ON, level="commune") if one.id != scene.made.unit.id)
    theirs = staff(scene.session, third)
    scene.do("receive").do("pass_on", to_unit_id=scene.other.id).do("pass_on", scene.there, to_unit_id=third.id)
    with pytest.raises(Forbidden):
        scene.attempt("take_back", theirs, reason=WHY)
    with pytest.raises(Forbidden):
        scene.attempt("take_back", scene.desk, reason=WHY)
    colleague = staff(scene.session, scene.other, [SPECIALIST])
    assert reached(scene, scene.there)
    assert not reached(scene, colleague), "neither did it nor leads the unit that did"
    with pytest.raises(NotFound):
        scene.attempt("take_back", colleague, reason=WHY)
    scene.do("take_up", theirs)
    assert not reached(scene, scene.there)
    with pytest.raises(NotFound):
        scene.attempt("take_back", scene.there, reason=WHY)


def test_a_reason_is_required_and_a_page_that_is_old_is_noticed(scene: Scene) -> None:
    scene.do("receive").do("ask_duty", reason="Nộp lệ phí.")
    with pytest.raises(Invalid):
        scene.attempt("take_back", reason=" ")
    with pytest.raises(Stale):
        scene.attempt("take_back", reason=WHY, seen=scene.made.steps - 1)
    page = replace(scene.made)
    scene.undo()
    with pytest.raises(Stale):
        attempt(scene.session, page, "take_back", scene.desk, reason=WHY)
    assert [step.act for step in record(scene.session, scene.made.reference).steps].count("corrected") == 1
