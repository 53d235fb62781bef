"""A payment that is due first, work that is stopped, a step that is undone: at the desk, for the person, in public."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands
from portal.ledger import entry
from tests.desk.conftest import Desk, Page, Ward
from tests.filing import WARD_1, act, officer_of
from tests.publishing import publish_now

TAX = "Nộp 200.000 đồng lệ phí trước bạ tại Chi cục Thuế."


def due_of(session: Session, reference: str) -> object:
    found = session.execute(text("select due_at from dossier where reference = :r"), {"r": reference}).scalar_one()
    session.rollback()
    return found


def letters(session: Session) -> list[str]:
    found = session.execute(text("select key from letter order by id")).scalars().all()
    session.rollback()
    return [key.rpartition("/")[2] for key in found]


def test_a_duty_pauses_the_clock_until_an_officer_records_that_it_was_done(
    ward: Ward, session: Session, specialist: Desk
) -> None:
    reference = ward.received()
    before = due_of(session, reference)
    page = specialist.done(reference, "ask-duty", reason=TAX)
    assert "Trạng thái quốc gia: 6 – Yêu cầu thực hiện nghĩa vụ tài chính" in page.text
    assert "Thời hạn giải quyết tạm dừng." in page.text
    assert reference in specialist.get("/desk?show=waiting").text
    mine = ward.as_applicant(reference)
    assert TAX in mine.text
    assert "Hãy thực hiện nghĩa vụ tài chính theo thông báo." in mine.text
    page = specialist.done(reference, "duty-done", note="Biên lai 12.")
    assert "Đang giải quyết" in page.text
    assert ward.steps(reference)[-2:] == ["duty_asked", "duty_done"]
    assert due_of(session, reference) >= before  # type: ignore[operator]


def test_time_spent_waiting_for_a_payment_is_not_the_agencys(ward: Ward, session: Session) -> None:
    """Received on a Monday, asked at once, paid a week later: a week more."""
    at = clock.now() - timedelta(days=60)
    at = at - timedelta(days=at.weekday(), hours=at.hour - 3)
    by = officer_of(session, WARD_1, "leader")
    reference = ward.filed(code="1.000894", at=at)
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"), at=at)
    first = due_of(session, reference)
    act(session, commands.ask_duty, reference, by, at=at, reason=TAX)
    act(session, commands.duty_done, reference, by, at=at + timedelta(days=7))
    second = due_of(session, reference)
    assert second - first >= timedelta(days=6)  # type: ignore[operator]


def test_the_ledger_knows_a_duty_by_a_reason_code_that_every_reader_can_read(
    app: Flask, ward: Ward, session: Session, specialist: Desk
) -> None:
    reference = ward.received()
    specialist.done(reference, "ask-duty", reason=TAX)
    specialist.done(reference, "duty-done")
    entries = session.execute(text("select entry from ledger_outbox order by id")).scalars().all()
    session.rollback()
    acts = [entry.parse(bytes(data))[0] for data in entries]
    assert [(one.act, one.outcome) for one in acts[-2:]] == [
        ("supplement_asked", "financial_duty"),
        ("supplement_given", "financial_duty"),
    ]
    publish_now(app)
    page = Page(app.test_client().get(f"/ledger/dossiers/{reference}", headers={"Accept-Language": "vi"}))
    assert "Yêu cầu nghĩa vụ tài chính" in page.text
    assert "Đã thực hiện nghĩa vụ tài chính" in page.text
    assert TAX not in page.text


def test_a_leader_stops_a_dossier_for_good_with_a_reason_and_a_letter(
    app: Flask, ward: Ward, session: Session, leader: Desk, specialist: Desk
) -> None:
    reference = ward.received()
    assert "stop" not in specialist.open(reference).acts
    assert leader.do(reference, "stop", reason=" ").error("stop-reason")
    page = leader.done(reference, "stop", reason="Thửa đất đang tranh chấp.")
    assert "Trạng thái quốc gia: 8 – Dừng xử lý" in page.text
    assert page.acts == ["take-back"], "nothing else follows"
    assert "Thửa đất đang tranh chấp." in ward.as_applicant(reference).text
    assert letters(session)[-1] == "2"
    publish_now(app)
    public = Page(app.test_client().get(f"/ledger/dossiers/{reference}", headers={"Accept-Language": "vi"}))
    assert "Dừng giải quyết" in public.text


def test_the_latest_step_inside_the_unit_is_undone_by_a_further_one_and_stays_to_be_seen(
    ward: Ward, specialist: Desk, leader: Desk, receiver: Desk
) -> None:
    reference = ward.received()
    specialist.done(reference, "take-up")
    leader.done(reference, "assign", to_officer=str(receiver.officer.id))
    assert "undo" not in specialist.open(reference).acts, "neither theirs nor are they a leader"
    assert leader.do(reference, "undo", reason="").status == 422
    page = leader.done(reference, "undo", reason="Chọn nhầm người.")
    assert f"Người xử lý: {specialist.officer.name}." in page.text
    assert "Chọn nhầm người." in page.text
    assert "undo" not in page.acts, "what is undone is not undone again"
    assert ward.steps(reference)[-3:] == ["taken_up", "assigned", "undone"]


def test_an_approval_that_is_undone_waits_for_approval_again(ward: Ward, specialist: Desk, leader: Desk) -> None:
    reference = ward.received()
    specialist.done(reference, "propose", outcome="granted", reason="Đủ.")
    leader.done(reference, "approve")
    assert reference not in leader.get("/desk?show=proposed").text
    leader.done(reference, "undo", reason="Bấm nhầm.")
    assert reference in leader.get("/desk?show=proposed").text
    assert "resolve" not in specialist.open(reference).acts


def test_what_the_public_was_told_is_not_undone(ward: Ward, leader: Desk) -> None:
    reference = ward.received()
    assert "undo" not in leader.open(reference).acts
    page = leader.do(reference, "undo", reason="Muốn làm lại.")
    assert page.status == 409
    assert "Việc vừa ghi không hoàn tác được." in page.text
