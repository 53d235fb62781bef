"""One dossier at the desk: everything to decide by, for those it concerns, and each look recorded."""

import re
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from portal.clock import LOCAL_ZONE
from portal.dossiers import commands, queries
from tests.desk.conftest import Desk, Page, Ward
from tests.dossiers.counting import statements
from tests.filing import WARD_1, act, granted, officer_of, pdf, stored, unit_id_of

CITY = "H06.31"
MARRIAGE = "1.000894"  # one working day
SEALED = "1.001022"
MONDAY = datetime(2026, 3, 2, 9, tzinfo=LOCAL_ZONE)
STATEMENTS = 13


def file_links(page: Page) -> dict[str, str]:
    """Addresses of the files by name."""
    return {name: href for href, name in re.findall(r'href="(/desk/dossiers/[^"]+/files/\d+)">([^<]+)<', page.source)}


def test_it_shows_who_filed_what_with_which_papers(ward: Ward, receiver: Desk) -> None:
    page = receiver.open(ward.filed(raw={"child_name": ["Nguyễn Thị Mẫu Mới"]}))
    person = ward.person
    for words in (person.name, person.national_id, person.phone, person.email, person.address, "17/05/1990"):
        assert words is not None
        assert words in page.text
    assert "Nguyễn Thị Mẫu Mới" in page.text
    assert "Giấy chứng sinh" in page.text
    assert list(file_links(page)) == ["birth_paper.pdf"]


def test_a_receiver_may_receive_decline_or_ask(ward: Ward, receiver: Desk) -> None:
    assert receiver.open(ward.filed()).acts == ["receive", "take-up", "ask-supplement", "assign", "decline"]


def test_each_role_is_offered_its_own_acts(ward: Ward, receiver: Desk, specialist: Desk, leader: Desk) -> None:
    reference = ward.received()
    decides = ["take-up", "resolve", "ask-supplement", "ask-duty", "ask-opinion", "propose"]
    assert receiver.open(reference).acts == [
        "take-up",
        "ask-supplement",
        "ask-duty",
        "ask-opinion",
        "assign",
        "pass-on",
    ]
    assert specialist.open(reference).acts == [*decides, "assign", "pass-on"]
    assert leader.open(reference).acts == [*decides, "assign", "pass-on", "extend", "stop"]


def test_where_there_is_nothing_to_do_it_says_why(
    ward: Ward, session: Session, receiver: Desk, specialist: Desk
) -> None:
    filed, waiting, resolved, away, finished = (
        ward.filed(),
        ward.asked(),
        ward.received(),
        ward.received(),
        ward.filed(),
    )
    granted(session, resolved, officer_of(session, WARD_1, "specialist"))
    act(session, commands.pass_on, away, officer_of(session, WARD_1, "leader"), to_unit_id=unit_id_of(session, CITY))
    act(session, commands.withdraw, finished, ward.person)
    for desk, reference, words in (
        (specialist, filed, "Việc tiếp theo thuộc cán bộ tiếp nhận"),
        (receiver, waiting, "Đang chờ người nộp bổ sung"),
        (specialist, resolved, "Việc tiếp theo thuộc cán bộ tiếp nhận"),
        (receiver, away, "Hồ sơ đang ở Thành phố Vũng Tàu."),
        (receiver, finished, "Hồ sơ đã xong"),
    ):
        page = desk.open(reference)
        assert page.acts == []
        assert words in page.text


@pytest.mark.parametrize("agency_code", ["H06.31.02", CITY, "H06.33.02", "H06.15"])
def test_a_foreign_dossier_looks_like_none(ward: Ward, receiver: Desk, agency_code: str) -> None:
    """Not its page, not its files, no act: neighbours and units above are strangers too until it is passed to them."""
    reference = ward.filed()
    file_address = next(iter(file_links(receiver.open(reference)).values()))
    stranger = ward.desk("receiver", agency_code)
    none = stranger.get("/desk/dossiers/H06.31.01-200101-9999")
    for page in (
        stranger.get(f"/desk/dossiers/{reference}"),
        stranger.get(file_address),
        stranger.do(reference, "receive", seen=1),
        stranger.do(reference, "no-such-act", seen=1),
    ):
        assert page.status == none.status == 404
        assert reference not in page.text.replace(file_address, "")
        assert ward.person.name not in page.text
    assert ward.steps(reference) == ["filed"]


def test_who_gets_it_passed_sees_it_and_who_received_it_still_does(
    ward: Ward, session: Session, receiver: Desk
) -> None:
    reference, city = ward.received(), ward.desk("specialist", CITY)
    assert city.get(f"/desk/dossiers/{reference}").status == 404
    act(
        session,
        commands.pass_on,
        reference,
        officer_of(session, WARD_1, "leader"),
        to_unit_id=unit_id_of(session, CITY),
    )
    assert city.open(reference).acts
    assert receiver.open(reference).acts == []


def test_a_file_comes_as_an_attachment_that_nothing_can_run(ward: Ward, receiver: Desk) -> None:
    address = file_links(receiver.open(ward.filed()))["birth_paper.pdf"]
    response = receiver.browser.get(address)
    assert response.data == pdf("birth_paper.pdf")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Cache-Control"] == "no-store"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_a_file_is_found_under_its_own_dossier_only(ward: Ward, receiver: Desk) -> None:
    mine, other = ward.filed(), ward.filed()
    number = file_links(receiver.open(mine))["birth_paper.pdf"].rpartition("/")[2]
    assert receiver.get(f"/desk/dossiers/{other}/files/{number}").status == 404
    assert receiver.get(f"/desk/dossiers/{mine}/files/999999999").status == 404


def test_every_look_and_every_download_is_told_to_the_applicant(ward: Ward, session: Session, receiver: Desk) -> None:
    reference = ward.filed()
    receiver.get(file_links(receiver.open(reference))["birth_paper.pdf"])
    found = queries.views_of(session, person_id=ward.person.id).rows
    assert [(row.officer_id, row.file_id is None) for row in found] == [
        (receiver.officer.id, False),
        (receiver.officer.id, True),
    ]
    assert receiver.officer.name in ward.as_applicant(reference).text


def test_a_page_shown_by_a_refused_act_is_a_look_too(ward: Ward, session: Session, receiver: Desk) -> None:
    reference = ward.filed()
    assert receiver.do(reference, "decline", seen=1, reason="").status == 422
    assert len(queries.views_of(session, person_id=ward.person.id).rows) == 1


def test_files_stand_with_the_act_that_brought_them(ward: Ward, session: Session, receiver: Desk) -> None:
    reference = ward.asked()
    act(session, commands.give_supplement, reference, ward.person, message="Đây ạ.", files=[stored("bổ sung.pdf")])
    granted(session, reference, officer_of(session, WARD_1, "specialist"))
    page = receiver.open(reference)
    assert list(file_links(page)) == ["ket-qua.pdf", "bổ sung.pdf", "birth_paper.pdf"]
    assert re.search(r"Có kết quả, \d\d/\d\d/\d{4}.*Đã bổ sung, .*Nộp cùng hồ sơ", page.text)
    assert "Đây ạ." in page.text


def test_the_working_of_the_due_instant_is_shown_pause_and_extension_included(
    ward: Ward, session: Session, leader: Desk
) -> None:
    boss = officer_of(session, WARD_1, "leader")
    reference = ward.filed(code=MARRIAGE, at=MONDAY)
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"), at=MONDAY)
    act(session, commands.ask_supplement, reference, boss, at=MONDAY.replace(hour=15), reason="Thiếu.")
    act(session, commands.give_supplement, reference, ward.person, at=MONDAY.replace(day=5), message="Đủ.")
    until = MONDAY.replace(day=10).date()
    act(session, commands.extend, reference, boss, at=MONDAY.replace(day=5, hour=10), until=until, reason="Xin lỗi.")
    words = leader.open(reference).text
    lines = [
        "Tiếp nhận lúc 09:00 thứ Hai 02/03/2026.",
        "Hạn trả kết quả: 09:00 thứ Ba 03/03/2026.",
        "Tạm dừng từ 15:00 thứ Hai 02/03/2026, khi còn 3 giờ 30 phút làm việc.",
        "Hạn trả kết quả: 14:00 thứ Năm 05/03/2026.",
        "Gia hạn: 10/03/2026, 17:00",
        "do lãnh đạo quyết định khi xin lỗi và hẹn lại",
    ]
    places = [words.find(line) for line in lines]
    assert -1 not in places, words
    assert places == sorted(places)


def test_before_the_receipt_it_says_when_the_result_would_be_due(ward: Ward, receiver: Desk) -> None:
    assert "Nếu tiếp nhận lúc này, hẹn trả kết quả là" in receiver.open(ward.filed()).text


def test_an_answer_that_is_overdue_is_marked(ward: Ward, receiver: Desk) -> None:
    page = receiver.open(ward.filed(at=MONDAY))
    assert "Lẽ ra đã phải trả lời người nộp trước 03/03/2026, 09:00." in page.text
    assert "Trễ hạn" in page.text


def test_a_late_dossier_asks_for_an_apology(ward: Ward, session: Session, leader: Desk) -> None:
    reference = ward.filed(at=MONDAY)
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"), at=MONDAY)
    assert "Lãnh đạo cần xin lỗi người nộp và hẹn lại ngày." in leader.open(reference).text


def test_a_sealed_dossier_says_that_the_public_sees_nothing_of_it(ward: Ward, receiver: Desk) -> None:
    page = receiver.open(ward.filed(code=SEALED))
    assert "Hồ sơ kín" in page.text
    assert "/ledger/dossiers/" not in page.source


def test_units_to_pass_to_leave_out_the_holder_and_begin_with_those_who_know_it(
    ward: Ward, session: Session, specialist: Desk
) -> None:
    reference, city = ward.received(), unit_id_of(session, CITY)
    act(session, commands.pass_on, reference, officer_of(session, WARD_1, "leader"), to_unit_id=city)
    act(
        session,
        commands.pass_on,
        reference,
        officer_of(session, CITY, "leader"),
        to_unit_id=unit_id_of(session, WARD_1),
    )
    page = specialist.open(reference).source
    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page, re.DOTALL)
    assert [name for name, _ in groups][:3] == ["Đã từng giữ hồ sơ này", "Tỉnh và các sở, ban, ngành", "Huyện Châu Đức"]
    assert re.findall(r'value="(\d+)"', groups[0][1]) == [str(city)]
    menu = page[page.index('name="pass-on-to_unit"') :]
    options = re.findall(r'<option value="(\d+)"', menu[: menu.index("</select>")])
    assert len(options) == len(set(options)) > 100
    assert str(unit_id_of(session, WARD_1)) not in options
    assert str(unit_id_of(session, "G22")) not in options


def test_the_page_asks_the_database_a_bounded_number_of_times(ward: Ward, session: Session, leader: Desk) -> None:
    short, long = ward.received(), ward.asked()
    for turn in range(4):
        act(session, commands.give_supplement, long, ward.person, message=f"Lần {turn}", files=[stored(f"{turn}.pdf")])
        act(session, commands.ask_supplement, long, officer_of(session, WARD_1, "specialist"), reason="Nữa.")
    act(session, commands.give_supplement, long, ward.person, message="Xong.")
    with statements(session) as few:
        leader.open(short)
    with statements(session) as many:
        leader.open(long)
    assert len(many) == len(few) <= STATEMENTS


def test_the_page_speaks_the_language_of_its_reader(ward: Ward, receiver: Desk) -> None:
    page = receiver.get(f"/desk/dossiers/{ward.filed()}?lang=en")
    assert page.status == 200
    assert 'lang="en"' in page.source[:200]
    assert "Birth registration" in page.text
