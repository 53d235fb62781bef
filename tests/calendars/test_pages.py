"""The administrators' pages: one enters, another signs, and the pages say what counts."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.calendars import queries
from portal.people.queries import Officer
from tests.calendars.entering import SATURDAY, STORM, Pair, pair, unit_id
from tests.filing import REGISTER_DAY, WARD_1, officer_of
from tests.signing_in import make_officer, sign_in_as

Browse = Callable[[Officer], FlaskClient]
STORM_FORM = {
    "unit": "H06",
    "kind": "off",
    "first-day": "30",
    "first-month": "11",
    "first-year": "2026",
    "reason_vi": "Nghỉ bão",
    "reason_en": "Closed for a storm",
    "source": "Công điện 12/CĐ-UBND ngày 29/11/2026",
}


@pytest.fixture
def two(session: Session) -> Pair:
    return pair(session)


@pytest.fixture
def browse(app: Flask) -> Browse:
    def browser(officer: Officer) -> FlaskClient:
        made = app.test_client()
        sign_in_as(made, officer)
        return made

    return browser


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def error(page: str, name: str) -> bool:
    return f'id="f-{name}-error"' in page


def test_one_enters_and_another_signs(session: Session, two: Pair, browse: Browse) -> None:
    one, other = browse(two.one), browse(two.other)
    assert one.post("/admin/calendar/new", data=STORM_FORM).status_code == 303
    own = one.get("/admin/calendar").text
    assert "nên một quản trị viên khác phải ký" in own
    (address,) = re.findall(r'action="(/admin/calendar/\d+/sign)"', other.get("/admin/calendar").text)
    assert f'action="{address}"' not in own
    assert one.post(address, follow_redirects=True).text.count("nên một quản trị viên khác phải ký") >= 1
    signed = words(other.post(address, follow_redirects=True).text)
    assert "Đã ký. Lịch mới: brvt-2027.1-" in signed
    assert "Nghỉ 30/11/2026" in signed
    assert not queries.of_unit(session, unit_id(session), on=REGISTER_DAY).works_on(STORM.first or REGISTER_DAY)
    assert "đã được ký hoặc bị từ chối" in words(other.post(address, follow_redirects=True).text)


def test_what_is_not_signed_stays_on_the_list_and_does_not_count(session: Session, two: Pair, browse: Browse) -> None:
    change = two.enter(STORM)
    page = words(browse(two.other).post(f"/admin/calendar/{change}/refuse", follow_redirects=True).text)
    assert "Không được ký Nghỉ 30/11/2026" in page
    assert queries.version_of(session, unit_id(session), on=REGISTER_DAY) is None


def test_everything_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(two: Pair, browse: Browse) -> None:
    wrong = STORM_FORM | {"first-day": "31", "source": ""}
    answer = browse(two.one).post("/admin/calendar/new", data=wrong)
    assert answer.status_code == 422
    assert error(answer.text, "first")
    assert error(answer.text, "source")
    assert 'value="Nghỉ bão"' in answer.text
    assert 'href="#f-first-day"' in answer.text


def test_a_ward_s_own_hours_are_read_back_in_words(session: Session, two: Pair, browse: Browse) -> None:
    two.make(SATURDAY, code=WARD_1)
    page = words(browse(two.one).get(f"/admin/calendar?unit={WARD_1}").text)
    assert "Giờ làm việc riêng từ 01/01/2026: thứ Hai 07:30–11:30, 13:00–17:00" in page
    assert "thứ Bảy 07:30–11:30" in page
    assert f"-{WARD_1}" in page


def test_an_administrator_of_a_ward_changes_that_ward_alone(session: Session, two: Pair, browse: Browse) -> None:
    change = two.enter(STORM)
    ward = browse(make_officer(session, WARD_1, "administrator"))
    assert "Nghỉ 30/11/2026" not in words(ward.get("/admin/calendar").text)
    assert ward.get("/admin/calendar?unit=H06").status_code == 404
    assert ward.post("/admin/calendar/new", data=STORM_FORM).status_code == 404
    assert ward.post(f"/admin/calendar/{change}/sign").status_code == 404
    assert ward.post("/admin/calendar/new", data=STORM_FORM | {"unit": WARD_1}).status_code == 303


def test_the_desk_leads_administrators_there_and_nobody_else(session: Session, two: Pair, browse: Browse) -> None:
    assert "/admin/calendar" in browse(two.one).get("/desk").text
    assert "/admin/calendar" not in browse(officer_of(session, WARD_1, "receiver")).get("/desk").text


@pytest.mark.parametrize("kind", ["off", "swap", "worked", "hours", "announced"])
def test_the_pages_are_complete_in_english(session: Session, two: Pair, browse: Browse, kind: str) -> None:
    days = {f"worked_on-{part}": value for part, value in (("day", "5"), ("month", "12"), ("year", "2026"))}
    hours = {f"hours-{number}": "07:30-11:30, 13:00-17:00" for number in range(5)} | {"cut_off": "15:00"}
    first = {"first-day": "29"} if kind == "worked" else {}
    browser = browse(two.one)
    browser.set_cookie("language", "en")
    sent = browser.post("/admin/calendar/new", data=STORM_FORM | days | hours | first | {"kind": kind})
    assert sent.status_code == 303, words(sent.text)
    page = words(browser.get("/admin/calendar", headers={"Accept-Language": "en"}).text)
    assert "Closed for a storm" in page
