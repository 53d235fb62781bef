"""Who of the unit has a dossier, what is proposed and approved: at the desk, and nowhere else."""

from sqlalchemy.orm import Session

from portal.dossiers.life import Outcome
from tests.desk.conftest import Desk, Page, Ward
from tests.filing import WARD_1, officer_of, unit_id_of
from tests.publishing import publish_now
from tests.signing_in import sign_in_as

WHY = "Đủ giấy tờ, đề nghị giải quyết."


def test_what_one_takes_up_is_under_my_work_and_says_so_to_colleagues(
    ward: Ward, specialist: Desk, leader: Desk
) -> None:
    reference = ward.received()
    assert reference not in specialist.get("/desk?show=mine").text
    page = specialist.done(reference, "take-up")
    name = specialist.officer.name
    assert f"Người xử lý: {name}." in page.text
    assert reference in specialist.get("/desk?show=mine").text
    assert "Việc của tôi 1" in specialist.get("/desk").text
    assert reference not in leader.get("/desk?show=mine").text
    assert name in leader.get("/desk").text, "the queue names who has it"
    assert "take-up" not in leader.open(reference).acts


def test_work_is_given_to_a_colleague_of_the_same_unit_and_to_nobody_else(
    ward: Ward, session: Session, specialist: Desk, leader: Desk
) -> None:
    reference = ward.received()
    stranger = officer_of(session, "H06.31", "specialist")
    page = leader.do(reference, "assign", to_officer=str(stranger.id))
    assert page.status == 422
    assert page.error("assign-to_officer") == "Người này không còn làm việc ở đơn vị. Hãy chọn đồng nghiệp khác."
    assert leader.do(reference, "assign", to_officer="").error("assign-to_officer") == "Hãy chọn người nhận hồ sơ."
    menu = leader.open(reference).source.partition('name="assign-to_officer"')[2].partition("</select>")[0]
    assert f'value="{specialist.officer.id}"' in menu
    assert f'value="{stranger.id}"' not in menu
    leader.done(reference, "assign", to_officer=str(specialist.officer.id), note="Nhờ bạn xem gấp.")
    page = specialist.open(reference)
    assert f"{leader.officer.name} → {specialist.officer.name}" in page.text
    assert "Nhờ bạn xem gấp." in page.text
    again = specialist.do(reference, "give-back", reason="")
    assert again.status == 422
    specialist.done(reference, "give-back", reason="Tôi nghỉ từ mai.")
    assert f"Người xử lý: {leader.officer.name}." in specialist.open(reference).text
    assert ward.steps(reference)[-2:] == ["assigned", "given_back"]


def test_a_proposal_waits_for_a_leader_and_comes_back_with_a_reason_or_approved(
    ward: Ward, specialist: Desk, leader: Desk
) -> None:
    reference = ward.received()
    specialist.done(reference, "propose", outcome=Outcome.GRANTED.value, reason=WHY)
    page = specialist.open(reference)
    assert f"{specialist.officer.name} đề xuất “Đồng ý giải quyết”, chờ lãnh đạo duyệt." in page.text
    assert {"resolve", "propose", "approve"}.isdisjoint(page.acts)
    assert reference in leader.get("/desk?show=proposed").text
    leader.done(reference, "send-back", reason="Thiếu trích lục.")
    assert reference not in leader.get("/desk?show=proposed").text
    assert "Thiếu trích lục." in specialist.open(reference).text
    specialist.done(reference, "propose", outcome=Outcome.GRANTED.value, reason=WHY)
    page = leader.done(reference, "approve", note="Đồng ý.")
    assert "Lãnh đạo đã duyệt đề xuất “Đồng ý giải quyết”" in page.text
    assert "resolve" in specialist.open(reference).acts


def test_what_the_desk_does_inside_is_neither_the_applicants_nor_the_publics(
    ward: Ward, specialist: Desk, leader: Desk
) -> None:
    reference = ward.received()
    specialist.done(reference, "take-up")
    specialist.done(reference, "propose", outcome=Outcome.REFUSED.value, reason="Nghi giấy tờ giả.")
    leader.done(reference, "approve", note="Cần xác minh thêm.")
    applicant = ward.as_applicant(reference)
    for word in ("Nghi giấy tờ giả", "Cần xác minh thêm", "Nhận xử lý", "Đề xuất", "Duyệt"):
        assert word not in applicant.text
    publish_now(ward.app)
    public = ward.app.test_client().get(f"/ledger/dossiers/{reference}", headers={"Accept-Language": "vi"}).text
    assert "Tiếp nhận hồ sơ" in public
    assert "Nhận xử lý" not in public
    assert "Duyệt" not in public


def test_an_applicants_page_is_not_outdated_by_what_the_desk_does_inside(ward: Ward, specialist: Desk) -> None:
    reference = ward.received()
    browser = ward.app.test_client()
    sign_in_as(browser, ward.person)
    seen = Page(browser.get(f"/dossiers/{reference}/withdraw")).seen
    specialist.done(reference, "take-up")
    answer = browser.post(f"/dossiers/{reference}/withdraw", data={"seen": str(seen), "reason": "Nộp nhầm."})
    assert answer.status_code == 303
    assert ward.steps(reference)[-2:] == ["taken_up", "withdrawn"]


def test_two_at_once_the_second_is_told_who_took_it_up(ward: Ward, specialist: Desk) -> None:
    reference = ward.received()
    colleague = ward.desk_of(officer_of(ward.session, WARD_1, "receiver"))
    seen = colleague.open(reference).seen
    specialist.done(reference, "take-up")
    page = colleague.do(reference, "take-up", seen=seen)
    assert page.status == 409
    assert f"{specialist.officer.name} đã ghi “Nhận xử lý”" in page.text


def test_the_same_click_twice_takes_it_up_once(ward: Ward, specialist: Desk) -> None:
    reference = ward.received()
    seen = specialist.open(reference).seen
    assert specialist.do(reference, "take-up", seen=seen).status == 303
    assert specialist.do(reference, "take-up", seen=seen).status == 303
    assert ward.steps(reference).count("taken_up") == 1


def test_what_is_passed_on_is_free_in_the_next_unit(ward: Ward, session: Session, specialist: Desk) -> None:
    reference = ward.received()
    specialist.done(reference, "take-up")
    specialist.done(reference, "pass-on", to_unit=unit_id_of(session, "H06.31"))
    assert "take-up" in ward.desk("specialist", "H06.31").open(reference).acts


def test_the_desk_tells_the_national_status(ward: Ward, receiver: Desk, specialist: Desk) -> None:
    reference = ward.filed()
    assert "Trạng thái quốc gia: 1 – Mới đăng ký" in receiver.open(reference).text
    receiver.done(reference, "receive")
    assert "Trạng thái quốc gia: 2 – Được tiếp nhận" in receiver.open(reference).text
    specialist.done(reference, "ask-supplement", reason="Thiếu một tờ.")
    assert "Trạng thái quốc gia: 5 – Yêu cầu bổ sung giấy tờ" in receiver.open(reference).text
