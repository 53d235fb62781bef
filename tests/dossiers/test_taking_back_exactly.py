"""A public act is taken back: the proposal is what it was."""

import pytest
from sqlalchemy.orm import Session

from portal.dossiers.life import LEADER, SPECIALIST, Outcome
from tests.dossiers.making import staff
from tests.dossiers.scenes import WHY, Scene


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_a_proposal_that_was_undone_over_an_approved_one_stays_undone(scene: Scene) -> None:
    specialist, leader = (staff(scene.session, scene.made.unit, [role]) for role in (SPECIALIST, LEADER))
    scene.do("receive").do("propose", specialist, outcome=Outcome.REFUSED, reason="Không đủ.")
    scene.do("approve", leader).do("propose", specialist, outcome=Outcome.GRANTED, reason="Đã đủ.")
    scene.do("undo", specialist, reason=WHY)
    before = scene.stands()
    assert before["proposal"] is None, "what was approved gave way to another proposal"
    scene.do("ask_supplement", reason="Thiếu.").undo()
    assert scene.stands() == before


@pytest.mark.parametrize("answer", ["approve", "send_back"])
def test_an_answer_that_was_undone_leaves_the_proposal_waiting(scene: Scene, answer: str) -> None:
    specialist, leader = (staff(scene.session, scene.made.unit, [role]) for role in (SPECIALIST, LEADER))
    scene.do("receive").do("propose", specialist, outcome=Outcome.REFUSED, reason="Không đủ.")
    scene.do(answer, leader, **({"reason": WHY} if answer == "send_back" else {})).do("undo", leader, reason=WHY)
    before = scene.stands()
    assert before["proposal"] == "made"
    scene.do("ask_supplement", reason="Thiếu.").undo()
    assert scene.stands() == before
