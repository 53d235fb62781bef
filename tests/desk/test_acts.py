"""The acts: each done once from its form, or the page again with what stood in the way and what was typed."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands
from portal.dossiers.life import Outcome
from portal.people.queries import RoleName
from tests.desk.conftest import Desk, Ward
from tests.filing import WARD_1, act, granted, officer_of, pdf, unit_id_of

CITY = "H06.31"


def a_file(name: str = "kết quả.pdf", data: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(pdf(name) if data is None else data), name


def new_day(days: int) -> dict[str, Any]:
    """A Monday that far from now, as typed into the form."""
    day = clock.local_day(clock.now()) + timedelta(days=days)
    day += timedelta(days=(7 - day.weekday()) % 7)
    return {"until_day": f"{day:%d}", "until_month": f"{day:%m}", "until_year": f"{day:%Y}"}


def test_receiving_starts_the_clock(ward: Ward, receiver: Desk) -> None:
    reference = ward.filed()
    page = receiver.done(reference, "receive")
    assert "Đã ghi: Tiếp nhận hồ sơ." in page.text
    assert "Đang giải quyết, hẹn trả kết quả lúc" in page.text
    assert ward.steps(reference) == ["filed", "received"]


def test_declining_needs_a_reason_that_the_applicant_reads(ward: Ward, receiver: Desk) -> None:
    reference = ward.filed()
    page = receiver.do(reference, "decline", reason=" \n ")
    assert page.status == 422
    message = "Hãy viết lý do để người nộp hiểu và biết cần làm gì."
    assert page.error("decline-reason") == message
    assert page.summary == [message]
    assert 'href="#f-decline-reason"' in page.source
    assert "<title>Lỗi:" in page.source
    assert 'id="act-decline" open' in page.source
    receiver.done(reference, "decline", reason="Hãy nộp ở nơi cư trú.\nPhường 2 nhận hồ sơ này.")
    assert "Hãy nộp ở nơi cư trú. Phường 2 nhận hồ sơ này." in ward.as_applicant(reference).text


def test_asking_for_a_supplement_stops_the_clock(ward: Ward, specialist: Desk) -> None:
    reference = ward.received()
    page = specialist.done(reference, "ask-supplement", reason="Thiếu giấy chứng sinh.")
    assert "Thời hạn giải quyết tạm dừng." in page.text
    assert "Thiếu giấy chứng sinh." in page.text


def test_passing_on_leads_back_to_the_queue_when_the_dossier_is_gone(
    ward: Ward, session: Session, receiver: Desk
) -> None:
    reference, city = ward.received(), ward.desk("specialist", CITY)
    stays = receiver.done(reference, "pass-on", to_unit=unit_id_of(session, CITY), note="Nhờ xem giúp.")
    assert "Hồ sơ đang ở Thành phố Vũng Tàu." in stays.text
    gone = city.do(reference, "pass-on", to_unit=unit_id_of(session, "H06.15"))
    assert gone.status == 303
    assert gone.response.headers["Location"] == "/desk"
    assert f"(hồ sơ {reference})" in city.get("/desk").text, "the queue names the dossier that left"
    assert ward.steps(reference)[-2:] == ["passed", "passed"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Hãy chọn đơn vị nhận hồ sơ."),
        ("x", "Đơn vị này không có trong danh bạ hiện nay. Hãy chọn đơn vị khác."),
        ("999999999999999999", "Đơn vị này không có trong danh bạ hiện nay. Hãy chọn đơn vị khác."),
        ("²", "Đơn vị này không có trong danh bạ hiện nay. Hãy chọn đơn vị khác."),
        ("ward", "Hồ sơ đang ở chính đơn vị này. Hãy chọn đơn vị khác."),
    ],
)
def test_a_unit_that_cannot_be_passed_to_is_told_beside_the_list(
    ward: Ward, session: Session, specialist: Desk, typed: str, message: str
) -> None:
    reference = ward.received()
    to_unit = str(unit_id_of(session, WARD_1)) if typed == "ward" else typed
    page = specialist.do(reference, "pass-on", to_unit=to_unit, note="Nhờ xem giúp.")
    assert page.status == 422
    assert page.error("pass-on-to_unit") == message
    assert page.typed("pass-on-note") == "Nhờ xem giúp."
    assert ward.steps(reference) == ["filed", "received"]


def test_an_extension_gives_a_new_day_with_an_apology_once(ward: Ward, leader: Desk) -> None:
    reference = ward.received()
    page = leader.done(reference, "extend", reason="Xin lỗi bạn, chúng tôi cần thêm thời gian.", **new_day(20))
    assert "do lãnh đạo quyết định khi xin lỗi và hẹn lại" in page.text
    assert "extend" not in page.acts


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "Hãy ghi ngày hẹn mới."),
        ({"until_day": "31", "until_month": "2", "until_year": "2027"}, "Hãy ghi một ngày có thật, ví dụ 15 6 2020."),
        ({"until_day": "5", "until_month": "", "until_year": "2027"}, "Hãy ghi một ngày có thật, ví dụ 15 6 2020."),
        (
            {"until_day": "x", "until_month": "y", "until_year": "z" * 10_000},
            "Hãy ghi một ngày có thật, ví dụ 15 6 2020.",
        ),
        ({"until_day": "2", "until_month": "3", "until_year": "2020"}, "Hãy chọn một ngày sau hạn hiện nay"),
        ({"until_day": "2", "until_month": "3", "until_year": "2099"}, "Hãy chọn một ngày không muộn hơn"),
    ],
)
def test_a_day_that_cannot_be_the_new_one_is_told_together_with_the_missing_reason(
    ward: Ward, leader: Desk, typed: dict[str, Any], message: str
) -> None:
    reference = ward.received()
    page = leader.do(reference, "extend", reason="", **typed)
    assert page.status == 422
    assert (page.error("extend-until") or "").startswith(message)
    assert page.error("extend-reason") is not None
    assert len(page.summary) == 2
    for part, value in typed.items():
        assert f'name="extend-{part.replace("_", "-")}" type="text" inputmode="numeric" value="{value}"' in page.source
    assert "extended" not in ward.steps(reference)


def test_a_grant_needs_its_result_and_a_refusal_its_reason(ward: Ward, specialist: Desk) -> None:
    reference = ward.received()
    page = specialist.do(reference, "resolve", reason="Chúc mừng.")
    assert page.error("resolve-outcome") == "Hãy chọn giải quyết hay từ chối."
    page = specialist.do(reference, "resolve", outcome="granted", reason="Chúc mừng.")
    assert (page.status, page.error("resolve-file")) == (422, "Hãy đính kèm tệp kết quả.")
    assert page.typed("resolve-reason") == "Chúc mừng."
    assert 'value="granted" checked' in page.source
    page = specialist.do(reference, "resolve", outcome="refused")
    assert page.error("resolve-reason") == "Hãy viết lý do để người nộp hiểu và biết cần làm gì."
    page = specialist.do(reference, "resolve", outcome="<b>", reason="x")
    assert page.error("resolve-outcome") == "Hãy chọn giải quyết hay từ chối."
    assert ward.steps(reference) == ["filed", "received"]
    assert (
        "Có kết quả: Đồng ý giải quyết" in specialist.done(reference, "resolve", outcome="granted", file=a_file()).text
    )


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("kq.pdf", b"", "Tệp này không có nội dung."),
        ("kq.exe", b"MZ\x90\x00", "Loại tệp này chưa dùng được."),
        ("kq.png", pdf(), "Nội dung tệp không đúng với đuôi tên tệp."),
        (
            "kq.pdf",
            pdf().replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (x) >>"),
            "Tệp này chứa nội dung tự chạy",
        ),
    ],
)
def test_a_wrong_file_is_told_beside_its_field_and_the_rest_is_kept(
    ward: Ward, specialist: Desk, name: str, data: bytes, message: str
) -> None:
    reference = ward.received()
    page = specialist.do(reference, "resolve", outcome="granted", reason="Lời nhắn.", file=a_file(name, data))
    assert page.status == 422
    assert (page.error("resolve-file") or "").startswith(message)
    assert "Trình duyệt không giữ tệp đã chọn: hãy chọn lại." in page.text
    assert page.typed("resolve-reason") == "Lời nhắn."
    assert 'value="granted" checked' in page.source
    assert ward.steps(reference) == ["filed", "received"]


def test_too_many_files_are_told_as_such(ward: Ward, specialist: Desk) -> None:
    files = [a_file(f"{number}.pdf") for number in range(12)]
    page = specialist.do(ward.received(), "resolve", outcome="granted", file=files)
    assert page.error("resolve-file") == "Hãy gửi nhiều nhất 10 tệp."


def test_a_dossier_that_waits_can_only_be_refused(ward: Ward, specialist: Desk) -> None:
    reference = ward.asked()
    assert 'value="granted"' not in specialist.open(reference).source
    page = specialist.do(reference, "resolve", outcome="granted", file=a_file())
    assert page.error("resolve-outcome") == "Hãy chọn một trong các mục có sẵn."
    specialist.done(reference, "resolve", outcome="refused", reason="Quá ba tháng không bổ sung.")


@pytest.mark.parametrize(
    ("role", "address", "typed"),
    [
        ("receiver", "resolve", {"outcome": "refused", "reason": "Không."}),
        ("receiver", "extend", {"reason": "Xin lỗi.", **new_day(20)}),
        ("specialist", "extend", {"reason": "Xin lỗi.", **new_day(20)}),
    ],
)
def test_a_role_cannot_do_what_is_not_its_own(ward: Ward, role: RoleName, address: str, typed: dict[str, Any]) -> None:
    reference = ward.received()
    page = ward.desk(role).do(reference, address, **typed)
    assert page.status == 403
    assert page.summary == ["Việc này thuộc vai trò khác trong đơn vị. Hãy nhờ đồng nghiệp phụ trách."]
    assert typed["reason"] in page.text
    assert ward.steps(reference) == ["filed", "received"]


def test_a_unit_that_received_it_but_does_not_hold_it_cannot_act(ward: Ward, session: Session, leader: Desk) -> None:
    reference = ward.received()
    leader.done(reference, "pass-on", to_unit=unit_id_of(session, CITY))
    page = leader.do(reference, "resolve", seen=3, outcome="refused", reason="Không.")
    assert page.status == 403
    assert "chỉ cán bộ của đơn vị đó làm được" in page.summary[0]


def test_an_act_out_of_its_turn_is_refused(ward: Ward, specialist: Desk) -> None:
    page = specialist.do(ward.filed(), "resolve", seen=1, outcome="refused", reason="Không.")
    assert page.status == 409
    assert page.summary == ["Hồ sơ không còn ở bước làm được việc này. Hãy xem quá trình giải quyết bên dưới."]


def test_an_unknown_act_is_no_page(ward: Ward, receiver: Desk) -> None:
    assert receiver.do(ward.filed(), "delete").status == 404
    assert receiver.do(ward.filed(), "withdraw").status == 404


def test_acts_are_posted_only(ward: Ward, receiver: Desk) -> None:
    reference = ward.filed()
    assert receiver.get(f"/desk/dossiers/{reference}/receive").status == 303  # to the page: test_leading_back
    assert ward.steps(reference) == ["filed"]


# --- Somebody else was faster ---------------------------------------------------------------------------------------


def test_a_stale_page_says_who_did_what_and_keeps_the_words(ward: Ward, receiver: Desk, session: Session) -> None:
    reference = ward.filed()
    seen = receiver.open(reference).seen
    colleague = officer_of(session, WARD_1, "receiver")
    act(session, commands.receive, reference, colleague)
    page = receiver.do(reference, "ask-supplement", seen=seen, reason="Thiếu một tờ.")
    assert page.status == 409
    assert f"{colleague.name} đã ghi “Tiếp nhận hồ sơ” lúc" in page.summary[0]
    assert page.typed("ask-supplement-reason") == "Thiếu một tờ."
    assert page.seen == seen + 1
    assert ward.steps(reference) == ["filed", "received"]
    receiver.done(reference, "ask-supplement", seen=page.seen, reason=page.typed("ask-supplement-reason"))


def test_words_are_kept_where_their_form_is_gone(ward: Ward, receiver: Desk, session: Session) -> None:
    reference = ward.filed()
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"))
    page = receiver.do(reference, "decline", seen=1, reason="Nơi nộp <b>không</b> đúng.")
    assert page.status == 409
    assert "decline" not in page.acts
    assert "Những gì bạn đã viết Nơi nộp <b>không</b> đúng." in page.text


def test_the_applicant_can_be_faster_too(ward: Ward, session: Session, specialist: Desk) -> None:
    reference = ward.received()
    act(session, commands.withdraw, reference, ward.person)
    page = specialist.do(reference, "ask-supplement", seen=2, reason="Thiếu.")
    assert page.status == 409
    assert "người nộp đã ghi “Người nộp rút hồ sơ”" in page.summary[0]


@pytest.mark.parametrize("seen", ["", "x", "-1", "0", "99", "9" * 50, "²", "1.0"])
def test_a_page_that_never_was_is_stale(ward: Ward, receiver: Desk, seen: str) -> None:
    reference = ward.filed()
    response = receiver.browser.post(f"/desk/dossiers/{reference}/receive", data={"seen": seen})
    assert response.status_code == 409
    assert ward.steps(reference) == ["filed"]


def test_a_double_click_does_it_once(ward: Ward, receiver: Desk, specialist: Desk) -> None:
    reference = ward.filed()
    pages = [receiver.do(reference, "receive", seen=1) for _ in range(2)]
    assert [page.status for page in pages] == [303, 303]
    assert "Đã ghi: Tiếp nhận hồ sơ." in receiver.open(reference).text
    for _ in range(2):
        specialist.done(reference, "resolve", seen=2, outcome="granted", reason="Mời nhận.", file=a_file())
    assert ward.steps(reference) == ["filed", "received", "resolved"]


def test_the_same_act_with_other_words_is_no_double_click(ward: Ward, specialist: Desk) -> None:
    reference = ward.received()
    specialist.done(reference, "ask-supplement", seen=2, reason="Thiếu giấy chứng sinh.")
    page = specialist.do(reference, "ask-supplement", seen=2, reason="Thiếu giấy kết hôn.")
    assert page.status == 409
    assert "chính bạn đã ghi “Yêu cầu bổ sung”" in page.summary[0]
    assert "Thiếu giấy kết hôn." in page.text


def test_passing_to_another_unit_than_a_moment_ago_is_no_double_click(
    ward: Ward, session: Session, leader: Desk
) -> None:
    reference = ward.received()
    leader.done(reference, "pass-on", seen=2, to_unit=unit_id_of(session, CITY))
    assert leader.do(reference, "pass-on", seen=2, to_unit=unit_id_of(session, CITY)).status == 303
    assert leader.do(reference, "pass-on", seen=2, to_unit=unit_id_of(session, "H06.15")).status == 409


def test_another_officers_same_act_is_no_double_click(ward: Ward, session: Session, receiver: Desk) -> None:
    reference = ward.filed()
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"))
    assert receiver.do(reference, "receive", seen=1).status == 409


def test_a_role_taken_away_is_gone_at_the_next_click(ward: Ward, session: Session, receiver: Desk) -> None:
    reference = ward.filed()
    assert receiver.open(reference).acts
    other = ward.desk("receiver", "H06.31.02")
    session.connection().exec_driver_sql(
        "update officer_role set valid_to = '2021-01-01' where officer_id = %s", (receiver.officer.id,)
    )
    session.commit()
    assert receiver.do(reference, "receive", seen=1).status == 403
    assert other.do(reference, "receive", seen=1).status == 404
    assert ward.steps(reference) == ["filed"]


def test_a_form_without_its_token_is_refused(ward: Ward, receiver: Desk, client: FlaskClient) -> None:
    reference = ward.filed()
    ward.app.config["WTF_CSRF_ENABLED"] = True
    try:
        page = receiver.do(reference, "receive", seen=1)
    finally:
        ward.app.config["WTF_CSRF_ENABLED"] = False
    assert page.status == 400
    assert ward.steps(reference) == ["filed"]


def test_a_result_is_returned_once_it_is_there(ward: Ward, session: Session, receiver: Desk) -> None:
    reference = ward.received()
    granted(session, reference, officer_of(session, WARD_1, "specialist"))
    page = receiver.done(reference, "return", way="counter", note="Đã nhận tại quầy.")
    assert "Đã trả kết quả. Hồ sơ đã xong." in page.text
    assert "Đã nhận tại quầy." in page.text
    assert page.acts == ["take-back"], "nothing else follows"


def test_a_refused_dossier_is_returned_too(ward: Ward, session: Session, receiver: Desk) -> None:
    reference = ward.received()
    by = officer_of(session, WARD_1, "leader")
    act(session, commands.resolve, reference, by, outcome=Outcome.REFUSED, reason="Không đủ điều kiện.")
    page = receiver.open(reference)
    assert "Có kết quả: Từ chối giải quyết" in page.text
    assert page.acts == ["return"]
