"""`/desk`: the right dossiers in the right tab, most urgent first, a fixed number of statements."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands
from portal.people.queries import RoleName
from tests.desk.conftest import Desk, Page, Ward
from tests.dossiers.counting import statements
from tests.filing import WARD_1, act, granted, officer_of, unit_id_of
from tests.signing_in import make_citizen, make_officer, sign_in_as

CITY = "H06.31"
MARRIAGE = "1.000894"
# account, units, calendars, queue, names of units, what came back, counts, sent on, opinions to give, named lists
STATEMENTS = 4


def references(page: Page) -> list[str]:
    return re.findall(r'class="govuk-link code" href="/desk/dossiers/([^"]+)"', page.source)


def counts(page: Page) -> dict[str, int]:
    """The tabs with their counts."""
    found = re.findall(r'>([^<>]+) <span class="desk-tabs__count">([\d.]+)</span>', page.source)
    return {words: int(count.replace(".", "")) for words, count in found}


@pytest.fixture
def every_state(ward: Ward, session: Session) -> dict[str, str]:
    """One dossier in each state that a desk has to do with, and the one that another unit holds."""
    receiver, specialist = (officer_of(session, WARD_1, role) for role in ("receiver", "specialist"))
    long_ago = clock.now() - timedelta(days=30)
    found = {"filed": ward.filed(), "working": ward.received(), "waiting": ward.asked()}
    found["late"] = ward.filed(at=long_ago)
    act(session, commands.receive, found["late"], receiver, at=long_ago)
    found["resolved"] = ward.received()
    granted(session, found["resolved"], specialist)
    found["elsewhere"] = ward.received()
    act(session, commands.pass_on, found["elsewhere"], specialist, to_unit_id=unit_id_of(session, CITY))
    found["declined"] = ward.filed()
    act(session, commands.decline, found["declined"], receiver, reason="Sai nơi nộp.")
    return found


def test_each_tab_shows_its_dossiers_and_says_how_many(receiver: Desk, every_state: dict[str, str]) -> None:
    expected = {
        "filed": {"filed"},
        "working": {"working", "late"},
        "late": {"late"},
        "waiting": {"waiting"},
        "resolved": {"resolved"},
        "elsewhere": {"elsewhere"},
        "open": {"filed", "working", "late", "waiting", "resolved"},
    }
    for show, names in expected.items():
        assert set(references(receiver.get(f"/desk?show={show}"))) == {every_state[name] for name in names}, show
    found = counts(receiver.get("/desk"))
    assert found.pop("Chưa xin lỗi") >= 1  # what was received today counts too from some hour of the day on
    assert found == {
        "Tất cả đang mở": 5,
        "Việc của tôi": 0,
        "Chờ duyệt": 0,
        "Cần tiếp nhận": 1,
        "Đang giải quyết": 2,
        "Quá hạn": 1,
        "Sắp đến hạn": 1,
        "Chờ người nộp": 1,
        "Cần trả kết quả": 1,
        "Đã chuyển đi": 1,
        "Hỏi ý kiến": 0,
    }


def test_the_most_urgent_stands_first_and_says_how_late_it_is(receiver: Desk, every_state: dict[str, str]) -> None:
    page = receiver.get("/desk")
    assert references(page)[0] == every_state["late"]
    assert re.search(r"Trễ \d+ ngày", page.text)


def test_an_unknown_tab_is_the_first_one(receiver: Desk, every_state: dict[str, str]) -> None:
    assert set(references(receiver.get("/desk?show=<b>"))) == set(references(receiver.get("/desk")))


def test_a_line_holds_what_one_chooses_by(ward: Ward, receiver: Desk) -> None:
    reference = ward.filed(code=MARRIAGE)
    page = receiver.get("/desk").text
    for words in (reference, "Đăng ký kết hôn", "Nguyễn Thị Mẫu An", "Đã nộp, chờ tiếp nhận", "đã chờ"):
        assert words in page


def test_what_lies_with_others_is_not_shown(ward: Ward) -> None:
    ward.filed()
    stranger = ward.desk("receiver", "H06.33.02")
    page = stranger.get("/desk")
    assert references(page) == []
    assert "Không có hồ sơ nào trong nhóm này." in page.text


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_who_edits_or_administers_somewhere_sees_no_dossier_of_it(ward: Ward, role: RoleName) -> None:
    reference = ward.filed()
    desk = ward.desk(role)
    page = desk.get("/desk")
    assert page.status == 200
    assert references(page) == []
    assert "Bạn chưa được giao hồ sơ của đơn vị nào" in page.text
    assert desk.get(f"/desk/dossiers/{reference}").status == 404


def test_the_desk_is_for_officers(client: FlaskClient, session: Session) -> None:
    assert client.get("/desk").headers["Location"].startswith("/signin")
    sign_in_as(client, make_citizen(session))
    assert client.get("/desk").status_code == 403


def test_an_officer_of_several_units_sees_all_or_one(ward: Ward, session: Session) -> None:
    officer = make_officer(session, WARD_1, "receiver")
    session.execute(
        text(
            "insert into officer_role (officer_id, unit_id, role, valid_from) values (:o, :u, 'receiver', '2020-01-01')"
        ),
        {"o": officer.id, "u": unit_id_of(session, "H06.33.02")},
    )
    session.commit()
    desk = ward.desk_of(officer)
    here, there = ward.filed(), ward.filed(agency_code="H06.33.02")
    everything = desk.get("/desk")
    assert set(references(everything)) == {here, there}
    assert "Đang ở" in everything.text
    assert references(desk.get(f"/desk?unit={WARD_1}")) == [here]
    assert counts(desk.get(f"/desk?unit={WARD_1}"))["Cần tiếp nhận"] == 1
    assert desk.get("/desk?unit=H06.15").status == 404


def test_pages_follow_each_other_without_gap_or_repeat(ward: Ward, receiver: Desk) -> None:
    filed = [ward.filed() for _ in range(30)]
    first = receiver.get("/desk?show=filed")
    following = re.search(r'href="([^"]+)" *>Trang sau|rel="next" href="([^"]+)"', first.source)
    assert following
    address = (following[1] or following[2]).replace("&amp;", "&")
    assert "show=filed" in address
    second = receiver.get(address)
    assert references(first) + references(second) == filed
    assert "Về đầu danh sách" in second.text
    assert "Trang sau" not in second.text


@pytest.mark.parametrize("after", ["x", "20200101T000000.000000-", "9" * 400, "-1", "'; drop table dossier; --"])
def test_a_key_that_is_none_of_ours_shows_the_beginning(ward: Ward, receiver: Desk, after: str) -> None:
    reference = ward.filed()
    page = receiver.get("/desk", query_string={"after": after})
    assert page.status == 200
    assert references(page) == [reference]


def test_last_digits_find_a_dossier_in_its_group(ward: Ward, receiver: Desk) -> None:
    references_filed = [ward.filed() for _ in range(3)]
    page = receiver.get("/desk?q=0002")
    assert references(page) == [references_filed[1]]
    assert "Bỏ tìm" in page.text
    assert references(receiver.get("/desk?q=0002&show=late")) == []


def test_a_whole_reference_opens_its_dossier_in_whatever_state(receiver: Desk, every_state: dict[str, str]) -> None:
    for name in ("filed", "declined", "elsewhere"):
        page = receiver.get("/desk", query_string={"q": f" {every_state[name].lower()} "})
        assert page.status == 303
        assert page.response.headers["Location"] == f"/desk/dossiers/{every_state[name]}"


@pytest.mark.parametrize("q", ["H06.33.02-260101-0001", "%", "_", "<script>alert(1)</script>", "đ" * 5000, "\u202e1"])
def test_what_is_not_found_is_said_without_leaving_anything_out(receiver: Desk, ward: Ward, q: str) -> None:
    ward.filed()
    page = receiver.get("/desk", query_string={"q": q})
    assert page.status == 200
    assert references(page) == []
    assert "Không có hồ sơ nào trong nhóm này khớp với" in page.text
    assert "<script>alert" not in page.source


def test_the_queue_asks_the_database_equally_often_whatever_the_rows(
    ward: Ward, receiver: Desk, session: Session
) -> None:
    with statements(session) as few:
        assert receiver.get("/desk").status == 200
    for _ in range(8):
        ward.filed()
    session.rollback()
    with statements(session) as many:
        assert len(references(receiver.get("/desk"))) == 8
    assert len(many) == STATEMENTS
    assert len(few) <= STATEMENTS


def test_the_queue_is_never_kept_by_a_cache(receiver: Desk) -> None:
    assert receiver.get("/desk").response.headers["Cache-Control"] == "no-store"
