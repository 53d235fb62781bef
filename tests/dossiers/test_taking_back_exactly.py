"""A public act is taken back: the proposal is what it was, and nobody reaches more by it than they may take back."""

import pytest
from sqlalchemy.orm import Session

from portal.dossiers import erasure, queries
from portal.dossiers.life import LEADER, SPECIALIST, Act, Actor, Outcome
from portal.transaction import unit_of_work
from portal.units import queries as units
from tests.dossiers.making import ON, staff
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


def reached(scene: Scene, by: Actor) -> bool:
    found = queries.for_desk(scene.session, scene.made.reference, unit_ids={unit_id for unit_id, _ in by.roles}, by=by)
    if found is not None:
        assert Act.CORRECTED in found.possible(by), "who reaches it by that alone may take it back"
    return found is not None


def test_who_stands_in_for_somebody_in_one_unit_reaches_nothing_that_left_another(scene: Scene) -> None:
    """The officer who passed it on works in two units; their stand-in is one in the other."""
    scene.do("receive").do("pass_on", to_unit_id=scene.other.id)
    third = staff(scene.session, scene.other, [SPECIALIST])
    absent = scene.there
    assert absent.officer_id is not None
    assert third.officer_id is not None
    elsewhere = scene.made.unit.id
    scene.do("pass_on", absent, to_unit_id=_third(scene))
    lent = Actor.officer(third.officer_id, [*third.roles], [(absent.officer_id, elsewhere, SPECIALIST)])
    assert not reached(scene, lent)
    here = Actor.officer(third.officer_id, [*third.roles], [(absent.officer_id, scene.other.id, SPECIALIST)])
    assert reached(scene, here)


def test_who_decided_and_decides_no_more_does_not_reach_what_left_by_it(scene: Scene) -> None:
    scene.do("receive").do("pass_on", to_unit_id=scene.other.id)
    officer = staff(scene.session, scene.other, [SPECIALIST])
    assert officer.officer_id is not None
    scene.do("resolve", officer, outcome=Outcome.REFUSED, reason="Không đủ.")
    assert reached(scene, officer)
    assert not reached(scene, Actor.officer(officer.officer_id, [(scene.other.id, "receiver")]))


def test_of_what_was_erased_nothing_is_taken_back(scene: Scene) -> None:
    scene.do("decline", reason="Không đủ.")
    with unit_of_work(scene.session):
        erasure.erase_person(scene.session, reference=scene.made.reference, at=scene.made.at)
    found = queries.for_desk(scene.session, scene.made.reference, unit_ids=[scene.made.unit.id], by=scene.desk)
    assert found is not None
    assert Act.CORRECTED not in found.possible(scene.desk)


def _third(scene: Scene) -> int:
    taken = (scene.made.unit.id, scene.other.id)
    return next(one.id for one in units.units_on(scene.session, on=ON, level="district") if one.id not in taken)
