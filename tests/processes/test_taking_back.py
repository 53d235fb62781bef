"""A public act that is taken back leaves a dossier in the step, and with the hours, that it had before."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.dossiers import vocabulary
from tests.dossiers.making import make_dossier
from tests.processes.lives import Way, resolved
from tests.processes.making import publish, usual
from tests.signing_in import make_citizen

WHY = "Ghi nhầm."


@pytest.fixture
def way(session: Session) -> Way:
    publish(session, usual(hours=1))
    return Way(session, make_dossier(session, make_citizen(session)))


def test_a_pause_that_is_taken_back_leaves_the_steps_clock_as_it_was(way: Way) -> None:
    way.do("receive", way.receiver)
    way.do("take_up", way.specialist)
    before = way.stays[-1]
    way.do("ask_duty", way.receiver, reason="Nộp lệ phí.")
    way.do("take_back", way.receiver, after=timedelta(days=3), reason=WHY)
    assert way.stays[-1] == before, "neither paused nor moved"


def test_a_decision_that_is_taken_back_leads_back_to_its_step_with_the_same_hours(way: Way) -> None:
    way.to_sign()
    way.do("approve", way.leader)
    before = way.stays[-1]
    resolved(way, way.specialist)
    way.do("take_back", way.specialist, reason=WHY)
    now = way.stays[-1]
    assert (now.step, now.due_at, now.unit_id) == (before.step, before.due_at, before.unit_id)
    resolved(way, way.specialist)
    assert way.step == "give"


def test_a_return_that_is_taken_back_is_done_again(way: Way) -> None:
    way.to_sign()
    way.do("approve", way.leader)
    resolved(way, way.specialist)
    way.do("return_result", way.receiver, way=vocabulary.Way.COUNTER)
    way.do("take_back", way.receiver, reason=WHY)
    assert way.step == "give"
    way.do("return_result", way.receiver, way=vocabulary.Way.COUNTER)
    assert [stay.left_act for stay in way.stays][-2:] == ["returned", "returned"]


def test_a_supplement_that_is_taken_back_brings_the_proposal_back_to_be_signed(way: Way) -> None:
    way.to_sign()
    before = way.stays[-1]
    way.do("ask_supplement", way.leader, reason="Cần bản rõ hơn.")
    assert way.step == "examine"
    way.do("take_back", way.leader, reason=WHY)
    now = way.stays[-1]
    assert (way.step, now.due_at, now.paused_at) == ("sign", before.due_at, None)
    way.do("approve", way.leader)
    assert way.step == "issue"


def test_what_was_stopped_by_mistake_goes_on_in_its_step(way: Way) -> None:
    way.to_sign()
    before = way.stays[-1]
    way.do("stop", way.leader, reason="Nhầm hồ sơ.")
    assert way.step is None
    way.do("take_back", way.leader, reason=WHY)
    now = way.stays[-1]
    assert (now.step, now.due_at, now.left_at) == ("sign", before.due_at, None)
