"""Acts under delegation: as whom they are done, where that is said, and what they cannot do."""

import io
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.blueprints.account.dossiers import named_in_timeline
from portal.dossiers import commands, proofs, queries
from portal.dossiers.life import Actor, Outcome
from portal.errors import Forbidden
from portal.people import stand_ins
from portal.transaction import unit_of_work
from tests.counter.standing import file_at_counter
from tests.desk.conftest import Desk, Ward
from tests.desk.test_acts import new_day
from tests.filing import REGISTER_DAY, WARD_1, actor, unit_id_of
from tests.signing_in import make_officer
from tests.standing_in import stand_in

WHY = "Đủ giấy tờ, đề nghị giải quyết."
ABSENT = "Trịnh Thị Mẫu Vắng"


@pytest.fixture
def absent(ward: Ward, session: Session) -> Desk:
    """A leader who goes on leave."""
    return ward.desk_of(make_officer(session, WARD_1, "leader", name=ABSENT))


def last_step(session: Session, reference: str) -> Any:
    row = session.execute(
        text(
            "select act, officer_id, for_officer_id from step join dossier on id = dossier_id "
            "where reference = :r order by n desc limit 1"
        ),
        {"r": reference},
    ).one()
    session.rollback()
    return tuple(row)


def test_what_the_absent_one_could_do_is_done_for_them_and_the_timeline_says_so(
    ward: Ward, session: Session, specialist: Desk, absent: Desk, leader: Desk
) -> None:
    reference = ward.received()
    assert "stop" not in specialist.open(reference).acts
    stand_in(session, absent.officer, specialist.officer)
    assert "stop" in specialist.open(reference).acts
    page = specialist.done(reference, "stop", reason="Thửa đất đang tranh chấp.")
    assert last_step(session, reference) == ("stopped", specialist.officer.id, absent.officer.id)
    said = f"{specialist.officer.name}, thay mặt {ABSENT}"
    assert said in page.text
    assert said in leader.open(reference).text
    assert ABSENT not in ward.as_applicant(reference).text, "the applicant reads no officers in the timeline"


def test_what_the_absent_one_has_is_my_work_too_with_a_mark_and_what_is_done_to_it_is_done_for_them(
    ward: Ward, session: Session, specialist: Desk, absent: Desk
) -> None:
    theirs, others = ward.received(), ward.received()
    absent.done(theirs, "take-up")
    assert theirs not in specialist.get("/desk?show=mine").text
    stand_in(session, absent.officer, specialist.officer)
    mine = specialist.get("/desk?show=mine")
    assert theirs in mine.text
    assert others not in mine.text
    assert f"Thay mặt {ABSENT}" in mine.text
    assert "Việc của tôi 1" in specialist.get("/desk").text
    specialist.done(theirs, "ask-supplement", reason="Thiếu một tờ.")
    assert last_step(session, theirs) == ("supplement_asked", specialist.officer.id, absent.officer.id)
    specialist.done(others, "take-up")
    assert last_step(session, others) == ("taken_up", specialist.officer.id, None)


def test_what_the_absent_one_has_in_another_unit_is_no_work_of_mine(
    ward: Ward, session: Session, specialist: Desk, absent: Desk
) -> None:
    city = unit_id_of(session, "H06.31")
    for officer in (absent.officer, specialist.officer):
        session.execute(
            text(
                "insert into officer_role (officer_id, unit_id, role, valid_from) "
                "values (:officer, :unit, 'specialist', '2020-01-01')"
            ),
            {"officer": officer.id, "unit": city},
        )
    session.commit()
    reference = ward.received()
    specialist.done(reference, "pass-on", to_unit=str(city))
    absent.done(reference, "take-up")
    stand_in(session, absent.officer, specialist.officer)
    assert reference not in specialist.get("/desk?show=mine").text
    assert "Việc của tôi 0" in specialist.get("/desk").text
    specialist.done(reference, "ask-supplement", reason="Thiếu một tờ.")
    assert last_step(session, reference) == ("supplement_asked", specialist.officer.id, None)


def test_nobody_approves_for_a_colleague_what_either_of_them_proposed(
    ward: Ward, session: Session, specialist: Desk, absent: Desk, leader: Desk
) -> None:
    own, theirs = ward.received(), ward.received()
    specialist.done(own, "propose", outcome=Outcome.GRANTED.value, reason=WHY)
    absent.done(theirs, "propose", outcome=Outcome.GRANTED.value, reason=WHY)
    stand_in(session, absent.officer, specialist.officer)
    for reference in (own, theirs):
        page = specialist.open(reference)
        assert {"approve", "send-back"}.isdisjoint(page.acts)
        refused = specialist.do(reference, "approve")
        assert refused.status == 403
        assert "Người đề xuất không tự duyệt được" in refused.text
        leader.done(reference, "approve")


def test_nobody_approves_what_was_proposed_in_their_own_place(
    ward: Ward, session: Session, receiver: Desk, absent: Desk, leader: Desk
) -> None:
    reference = ward.received()
    stand_in(session, absent.officer, receiver.officer)
    receiver.done(reference, "propose", outcome=Outcome.GRANTED.value, reason=WHY)
    assert last_step(session, reference) == ("proposed", receiver.officer.id, absent.officer.id)
    assert f"{receiver.officer.name}, thay mặt {ABSENT} đề xuất" in leader.open(reference).text
    assert absent.do(reference, "approve").status == 403
    leader.done(reference, "approve")


def test_a_page_that_was_opened_while_standing_in_acts_no_more_when_that_is_over(
    ward: Ward, session: Session, specialist: Desk, absent: Desk
) -> None:
    reference = ward.received()
    number = stand_in(session, absent.officer, specialist.officer)
    unit = unit_id_of(session, WARD_1)
    carried = Actor.officer(specialist.officer.id, [(unit, "specialist")], [(absent.officer.id, unit, "leader")])
    facts: dict[str, Any] = {"by": carried, "seen": 2, "on": REGISTER_DAY, "reason": "Tranh chấp."}
    after = clock.now() + timedelta(days=2)
    with pytest.raises(Forbidden, match="not_your_role"), unit_of_work(session):
        commands.stop(session, reference=reference, at=after, **facts)
    with unit_of_work(session):
        stand_ins.end(session, number, by=absent.officer.id, at=clock.now())
    with pytest.raises(Forbidden, match="not_your_role"), unit_of_work(session):
        commands.stop(session, reference=reference, at=clock.now(), **facts)
    assert specialist.do(reference, "stop", reason="Tranh chấp.").status == 403


def test_what_is_lent_opens_no_dossier_of_another_unit_and_no_catalogue(
    ward: Ward, session: Session, absent: Desk
) -> None:
    reference = ward.received()
    outside = ward.desk("specialist", "H06.31")
    with pytest.raises(Exception, match="stand_in_not_there"):
        stand_in(session, absent.officer, outside.officer)
    session.rollback()
    assert outside.get(f"/desk/dossiers/{reference}").status == 404
    assert outside.get("/desk/overview").status == 404


def test_the_receipt_of_an_act_opens_for_whom_it_was_done_and_that_of_others_does_not_have_it(
    ward: Ward, session: Session, specialist: Desk, absent: Desk
) -> None:
    reference = ward.received()
    specialist.done(reference, "ask-supplement", reason="Thiếu.")
    stand_in(session, absent.officer, specialist.officer)
    with unit_of_work(session):
        commands.give_supplement(
            session,
            reference=reference,
            by=actor(ward.person),
            seen=3,
            at=clock.now(),
            on=REGISTER_DAY,
            message="Xin gửi.",
        )
    specialist.done(reference, "stop", reason="Tranh chấp.")
    session.rollback()
    found = queries.owned(session, reference, person_id=ward.person.id)
    assert found is not None
    assert proofs.fields_of(found, 4)["standing_in_for"] == absent.officer.id
    assert "standing_in_for" not in proofs.fields_of(found, 2)
    assert proofs.of_act(session, found, 4).receipt.opening is not None


def test_who_moved_a_dossier_on_meanwhile_is_named_with_the_one_they_stood_in_for(
    ward: Ward, session: Session, specialist: Desk, absent: Desk, leader: Desk
) -> None:
    reference = ward.received()
    absent.done(reference, "take-up")
    seen = leader.open(reference).seen
    stand_in(session, absent.officer, specialist.officer)
    specialist.done(reference, "give-back", reason="Chờ đồng nghiệp về.")
    page = leader.do(reference, "take-up", seen=seen)
    assert page.status == 409
    assert f"{specialist.officer.name}, thay mặt {ABSENT} đã ghi" in page.text


def test_the_absent_one_may_still_be_given_work_and_the_list_says_until_when_they_are_away(
    ward: Ward, session: Session, specialist: Desk, absent: Desk, leader: Desk
) -> None:
    reference = ward.received()
    until = clock.local_day(clock.now()) + timedelta(days=1)
    stand_in(session, absent.officer, specialist.officer)
    menu = leader.open(reference).source.partition('name="assign-to_officer"')[2].partition("</select>")[0]
    assert f"(vắng đến hết {until:%d/%m/%Y})" in menu
    leader.done(reference, "assign", to_officer=str(absent.officer.id))
    assert reference in specialist.get("/desk?show=mine").text


def test_several_at_once_are_approved_in_the_place_of_a_leader(
    ward: Ward, session: Session, receiver: Desk, specialist: Desk, absent: Desk
) -> None:
    reference = ward.received()
    specialist.done(reference, "propose", outcome=Outcome.GRANTED.value, reason=WHY)
    assert 'value="approve"' not in receiver.get("/desk").source
    stand_in(session, absent.officer, receiver.officer)
    assert 'value="approve"' in receiver.get("/desk").source
    seen = receiver.open(reference).seen
    receiver.browser.post("/desk/bulk", data={"act": "approve", "pick": f"{reference}:{seen}"})
    assert last_step(session, reference) == ("approved", receiver.officer.id, absent.officer.id)


def test_the_control_slip_names_both(ward: Ward, session: Session, specialist: Desk, absent: Desk) -> None:
    reference = ward.received()
    absent.done(reference, "take-up")
    stand_in(session, absent.officer, specialist.officer)
    specialist.done(reference, "give-back", reason="Chờ đồng nghiệp về.")
    slip = specialist.browser.get(f"/desk/dossiers/{reference}/control-slip.pdf")
    assert slip.status_code == 200
    said = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(slip.data)).pages)
    assert f"thay mặt {ABSENT}" in " ".join(said.split())


def test_the_applicant_reads_for_whom_the_officer_acted_who_entered_it(
    ward: Ward, session: Session, receiver: Desk, absent: Desk
) -> None:
    reference = file_at_counter(session, receiver.officer)
    receiver.done(reference, "receive")
    stand_in(session, absent.officer, receiver.officer)
    receiver.done(reference, "stop", reason="Người nộp xin dừng.")
    found = queries.for_desk(session, reference, unit_ids=[unit_id_of(session, WARD_1)])
    session.rollback()
    assert found is not None
    assert named_in_timeline(found) == {receiver.officer.id, absent.officer.id}


def test_papers_about_an_act_name_who_did_it_and_in_whose_place(
    ward: Ward, session: Session, specialist: Desk, absent: Desk
) -> None:
    receiver = make_officer(session, WARD_1, "receiver", name="Hồ Văn Mẫu Nghỉ")
    stand_in(session, receiver, specialist.officer)
    stand_in(session, absent.officer, specialist.officer)
    reference = ward.filed()
    specialist.done(reference, "receive")
    specialist.done(reference, "extend", reason="Chờ xác minh.", **new_day(20))
    assert last_step(session, reference) == ("extended", specialist.officer.id, absent.officer.id)
    for paper, colleague in (("receipt.pdf", receiver.name), ("notices/2.pdf", ABSENT)):
        answer = specialist.browser.get(f"/desk/dossiers/{reference}/{paper}")
        assert answer.status_code == 200
        pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
        said = " ".join(" ".join(page.extract_text() for page in pages).split())
        assert f"{specialist.officer.name}, thay mặt {colleague}" in said
