"""An organisation at the counter in a real browser: chosen, entered with who is there for it, filled in, corrected."""

from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.browser import english
from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.window import Journey, Window
from tests.counter.standing import AT_THE_WINDOW, CODE, COMPANY, file_at_counter, organisation
from tests.filing import WARD_1, officer_of

COPIES = "2.000635"
LOOKS = [
    ("organisations-desktop", WIDE),
    ("organisations-phone", NARROW),
    ("organisations-small", {"width": 320, "height": 640}),
    ("organisations-no-js", {**WIDE, "java_script": False}),
]


@pytest.mark.parametrize(("name", "look"), LOOKS)
def test_an_organisation_is_entered_at_the_counter(open_page: Open, name: str, look: dict[str, Any]) -> None:
    journey = Journey(name, open_page, look)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, work.RECEIVER)
    _choose(desk)
    _enter(desk)
    desk.see("draft")
    desk.shows(f"Bạn nhập hồ sơ cho {COMPANY} ({CODE})")
    desk.page.locator(".task-list a").first.click()
    desk.see("section")
    expect(desk.page.get_by_label("Họ, chữ đệm, tên", exact=True)).to_have_value(COMPANY)
    desk.follow("Sửa thông tin người nộp")
    desk.see("corrected")
    expect(desk.page.get_by_label("Số căn cước người đó")).to_have_value(AT_THE_WINDOW.national_id)


def _choose(desk: Window) -> None:
    desk.press("Hồ sơ mới tại quầy")
    desk.follow("Tổ chức")
    desk.see("counter")
    desk.page.get_by_role("searchbox").fill("trich luc")
    desk.click("Tìm")
    desk.see("counter-found")
    desk.page.locator(f"a[href*='procedure={COPIES}']").click()
    desk.see("who")


def _enter(desk: Window) -> None:
    desk.click("Tiếp tục điền đơn")
    desk.see("who-empty", status=422)
    desk.fill("Tên tổ chức", COMPANY)
    desk.fill("Mã số thuế (mã số doanh nghiệp)", "9900 000 016")
    desk.fill("Địa chỉ trụ sở", "1 đường Mẫu, Phường 8")
    desk.fill("Họ, chữ đệm, tên người đó", AT_THE_WINDOW.name)
    desk.fill("Số căn cước người đó", AT_THE_WINDOW.national_id)
    desk.click("Tiếp tục điền đơn")


@pytest.mark.parametrize(("name", "look"), LOOKS[:3])
def test_its_pages_are_in_english_too(open_page: Open, live_session: Session, name: str, look: dict[str, Any]) -> None:
    receiver = officer_of(live_session, WARD_1, "receiver")
    reference = file_at_counter(live_session, receiver, who=organisation(), code=COPIES)
    journey = Journey(f"{name}-english", open_page, look)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, work.RECEIVER)
    journey.language = "en"
    desk.open("/desk/counter?for=organisation&lang=en", "counter")
    desk.open(f"/desk/counter/new?unit={WARD_1}&procedure={COPIES}&for=organisation", "who")
    desk.click("Go on to the form")
    desk.see("who-empty", status=422)
    assert english.vietnamese(desk.page, "who", names=(work.RECEIVER,)) == []
    desk.open(f"/desk/dossiers/{reference}", "dossier")
    desk.shows("Who hands it in for the organisation")
    desk.shows(AT_THE_WINDOW.name)
