"""The page on which an officer names who stands in: for themself, as a leader for colleagues; and ends it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.letters.models import Letter
from tests.desk.conftest import Desk, Page, Ward
from tests.dossiers.counting import statements
from tests.filing import WARD_1
from tests.standing_in import stand_in, today

REASON = "Phẫu thuật mắt"
MOST_STATEMENTS = 12


def name(desk: Desk, absent: Desk, other: Desk, *, first: date | None = None, days: int = 3, **more: str) -> Page:
    first = first or today()
    last = first + timedelta(days=days - 1)
    form = {"unit": WARD_1, "absent": str(absent.officer.id), "officer": str(other.officer.id), "reason": REASON}
    for field, on in (("first", first), ("last", last)):
        form |= {f"{field}-day": str(on.day), f"{field}-month": str(on.month), f"{field}-year": str(on.year)}
    return Page(desk.browser.post("/desk/stand-ins", data=form | more))


def offered(page: Page, field: str) -> set[int]:
    menu = page.source.partition(f'name="{field}"')[2].partition("</select>")[0]
    return {int(number) for number in re.findall(r'value="(\d+)"', menu)}


def letters(session: Session) -> list[tuple[str, str, str]]:
    wanted = select(Letter.key, Letter.subject, Letter.body).where(Letter.key.like("stand-in/%")).order_by(Letter.key)
    rows = session.execute(wanted).all()
    session.rollback()
    return [(row.key, row.subject, row.body) for row in rows]


@pytest.fixture
def other(ward: Ward) -> Desk:
    return ward.desk("specialist")


def test_an_officer_names_who_stands_in_for_them_and_both_are_told_without_the_reason(
    session: Session, specialist: Desk, receiver: Desk
) -> None:
    page = specialist.get("/desk/stand-ins")
    assert page.status == 200
    assert offered(page, "absent") == {specialist.officer.id}
    assert specialist.officer.id not in offered(page, "officer")
    assert name(specialist, specialist, receiver).status == 303
    page = specialist.get("/desk/stand-ins")
    assert f"{receiver.officer.name} thay mặt {specialist.officer.name} Đang thay mặt" in page.text
    assert "Đã ghi người thay mặt." in page.text
    told = letters(session)
    assert [key.rpartition("/")[2] for key, _subject, _body in told] == sorted(
        map(str, (specialist.officer.id, receiver.officer.id))
    )
    for _key, subject, body in told:
        assert f"{today():%d/%m/%Y}" in subject
        assert "/desk/stand-ins" in body
        assert REASON not in subject + body


def test_the_reason_is_read_by_the_absent_one_and_the_leaders_and_by_nobody_else(
    specialist: Desk, receiver: Desk, leader: Desk, other: Desk
) -> None:
    name(specialist, specialist, receiver)
    assert REASON in specialist.get("/desk/stand-ins").text
    assert REASON in leader.get("/desk/stand-ins").text
    assert REASON not in receiver.get("/desk/stand-ins").text
    assert specialist.officer.name in receiver.get("/desk/stand-ins").text
    unconcerned = other.get("/desk/stand-ins").text
    assert REASON not in unconcerned
    assert "Hiện không có ai vắng" in unconcerned


def test_a_leader_names_for_a_colleague_and_nobody_else_does(
    specialist: Desk, receiver: Desk, leader: Desk, other: Desk
) -> None:
    assert {specialist.officer.id, receiver.officer.id} <= offered(leader.get("/desk/stand-ins"), "absent")
    refused = name(other, specialist, receiver)
    assert refused.status == 422
    assert refused.error("absent") == "Chỉ chính người vắng hoặc lãnh đạo đơn vị ghi được. Hãy nhờ lãnh đạo của đơn vị."
    assert name(leader, specialist, receiver).status == 303
    assert "Đang thay mặt" in receiver.get("/desk/stand-ins").text


def test_what_is_missing_or_wrong_stands_beside_its_field_and_what_was_typed_stays(
    specialist: Desk, receiver: Desk
) -> None:
    page = Page(specialist.browser.post("/desk/stand-ins", data={"unit": WARD_1, "reason": REASON, "first-day": "31"}))
    assert page.status == 422
    assert page.error("absent") == "Hãy chọn người vắng."
    assert page.error("officer") == "Hãy chọn người thay mặt."
    assert page.error("first") == "Hãy ghi ngày vắng đầu tiên, ví dụ 15 6 2020."
    assert len(page.summary) == 4
    assert REASON in page.source
    assert 'value="31"' in page.source
    cases: list[tuple[str, Page]] = [
        ("first", name(specialist, specialist, receiver, first=today() - timedelta(days=1))),
        ("last", name(specialist, specialist, receiver, days=0)),
        ("last", name(specialist, specialist, receiver, days=91)),
        ("last", name(specialist, specialist, receiver, first=today() + timedelta(days=365), days=5)),
        ("officer", name(specialist, specialist, specialist)),
        ("officer", name(specialist, specialist, receiver, officer="99999999999")),
        ("officer", name(specialist, specialist, receiver, officer="<b>")),
        ("reason", name(specialist, specialist, receiver, reason=" ")),
        ("reason", name(specialist, specialist, receiver, reason="x" * 600)),
    ]
    for field, answer in cases:
        assert answer.status == 422, field
        assert answer.error(field), field


def test_a_second_click_names_once_and_tells_once(session: Session, specialist: Desk, receiver: Desk) -> None:
    assert name(specialist, specialist, receiver).status == 303
    assert name(specialist, specialist, receiver).status == 303
    assert session.execute(text("select count(*) from stand_in")).scalar_one() == 1
    session.rollback()
    assert len(letters(session)) == 2
    taken = name(specialist, specialist, receiver, days=4)
    assert taken.status == 422
    assert taken.error(
        "absent",
    ) == ("Đã có người thay mặt trong những ngày này. Hãy kết thúc việc thay mặt đó trước, hoặc chọn ngày khác.")


def test_it_is_ended_at_once_by_whom_it_concerns_and_both_are_told(
    session: Session, specialist: Desk, receiver: Desk, other: Desk
) -> None:
    number = stand_in(session, specialist.officer, receiver.officer)
    address = f"/desk/stand-ins/{number}/end"
    assert other.browser.post(address).status_code == 404
    assert address in receiver.get("/desk/stand-ins").source
    assert specialist.browser.post(address).status_code == 303
    page = specialist.get("/desk/stand-ins")
    assert "Kết thúc sớm ngày" in page.text
    assert address not in page.source
    assert specialist.browser.post(address).status_code == 303
    assert "Việc thay mặt này đã kết thúc rồi." in specialist.get("/desk/stand-ins").text
    assert [key.split("/")[2] for key, _subject, _body in letters(session)] == ["ended", "ended"]


def test_the_desk_says_for_whom_one_stands_in_today(session: Session, specialist: Desk, receiver: Desk) -> None:
    assert "Hôm nay bạn thay mặt" not in receiver.get("/desk").text
    stand_in(session, specialist.officer, receiver.officer)
    assert f"Hôm nay bạn thay mặt {specialist.officer.name}." in receiver.get("/desk").text


def test_who_has_no_desk_has_no_such_page(ward: Ward) -> None:
    editor = ward.desk("editor")
    assert editor.get("/desk/stand-ins").status == 404
    assert editor.browser.post("/desk/stand-ins", data={"unit": WARD_1}).status_code == 404


def test_a_unit_that_is_not_ones_own_is_not_found(specialist: Desk, receiver: Desk) -> None:
    assert specialist.get("/desk/stand-ins?unit=H06.31").status == 404
    assert name(specialist, specialist, receiver, unit="H06.31").status == 404


def test_the_pages_ask_the_database_as_little_as_others_do(
    ward: Ward, session: Session, specialist: Desk, receiver: Desk
) -> None:
    reference = ward.received()
    specialist.done(reference, "take-up")
    stand_in(session, specialist.officer, receiver.officer)
    most = dict.fromkeys(("/desk", "/desk?show=mine", "/desk/stand-ins"), MOST_STATEMENTS)
    # A dossier's page asks for the templates of its results besides.
    for address, limit in {**most, f"/desk/dossiers/{reference}": MOST_STATEMENTS + 1}.items():
        with statements(session) as sent:
            assert receiver.get(address).status == 200
        assert len(sent) <= limit, address


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"reason": "Nghỉ\x00 phép"}, 400),
        ({"unit": "\x00"}, 400),
        ({"reason": "<script>alert(1)</script>{{ 7*7 }}\ufdd0reason\ufdd1"}, 303),
        ({"officer": "-1"}, 422),
        ({"officer": "9" * 30}, 422),
        ({"officer": "99999999999"}, 422),
        ({"last-year": "99999"}, 422),
        ({"first-year": "0000"}, 422),
    ],
)
def test_whatever_is_sent_it_is_named_or_refused_in_words(
    specialist: Desk, receiver: Desk, sent: dict[str, Any], status: int
) -> None:
    assert name(specialist, specialist, receiver, **sent).status == status
    page = specialist.get("/desk/stand-ins")
    assert page.status == 200
    assert "<script>alert" not in page.source
