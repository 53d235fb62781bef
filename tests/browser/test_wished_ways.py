"""From the question how one wants the result, by way of a change of mind, to the desk that returns it so."""

import io
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from portal.dossiers import commands
from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.people_at_work import HAI
from tests.browser.visitor import Visitor
from tests.browser.window import Journey, Window
from tests.filing import WARD_1, act, granted, officer_of
from tests.live import LiveServer

SMALL = {"width": 320, "height": 640}
KNOWN = "90 đường Mẫu, Phường Thắng Nhất, Thành phố Vũng Tàu"  # of Hải, from the sign-in
ELSEWHERE = "5 ngõ Mẫu Đổi Ý, Phường 2, Thành phố Vũng Tàu"
FIELD = "Địa chỉ nhận kết quả"


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("wished-ways-desktop", WIDE),
        ("wished-ways-phone", NARROW),
        ("wished-ways-small", SMALL),
        ("wished-ways-no-js", {**NARROW, "java_script": False}),
    ],
)
def test_what_is_wished_reaches_who_returns_it(
    open_page: Open, live_server: LiveServer, live_session: Session, name: str, look: dict[str, Any]
) -> None:
    journey = Journey(name, open_page, look)
    journey.clear()
    person = journey.window()
    draft = _draft(live_server)
    person.page.goto(f"/signin?next={draft}")
    work.sign_in(person, HAI.name)
    person.see("draft")
    person.shows("Cách nhận kết quả")
    _choose(person, draft)
    person.click("Nộp hồ sơ")
    person.see("filed")
    person.shows(f"Qua bưu chính công ích, gửi đến: {KNOWN}")
    found = work.REFERENCE.search(person.text())
    assert found, person.text()
    act(live_session, commands.receive, found[0], officer_of(live_session, WARD_1, "receiver"))
    _change(person, found[0])
    granted(live_session, found[0], officer_of(live_session, WARD_1, "specialist"))
    person.open(f"/dossiers/{found[0]}/way", "way-decided")
    desk = journey.window()
    work.open_desk(desk, work.RECEIVER)
    work.open_dossier(desk, found[0])
    _return(desk)
    journey.language = "en"
    person.page.goto(f"/dossiers/{found[0]}?lang=en")
    person.page.locator("summary", has_text="What you declared").first.click()
    person.see("returned-in-english")
    person.shows("By public post, number EM123456789VN")
    person.shows(f"By public post, to: {ELSEWHERE}")


def _draft(live_server: LiveServer) -> str:
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-hai")
    return visitor.ready_draft()


def _choose(person: Window, draft: str) -> None:
    """From the page that is looked over, and back there."""
    person.open(f"{draft}/review", "review")
    person.follow("Thay đổi cách nhận kết quả")
    person.see("way")
    expect(person.page.get_by_label("Trực tuyến", exact=True)).to_be_checked()
    expect(person.page.get_by_label(FIELD, exact=True)).to_be_hidden()
    person.choose("Cách nhận kết quả", "Qua bưu chính công ích")
    expect(person.page.get_by_label(FIELD, exact=True)).to_have_value(KNOWN)
    person.see("way-by-post")
    person.fill(FIELD, "Thôn 3")
    person.click("Lưu và tiếp tục")
    person.see("way-no-address", status=422)
    person.fill(FIELD, KNOWN)
    person.click("Lưu và tiếp tục")
    person.see("review-by-post")
    person.shows(f"Qua bưu chính công ích, gửi đến: {KNOWN}")


def _change(person: Window, reference: str) -> None:
    person.page.goto(f"/dossiers/{reference}")
    person.follow("Đổi cách nhận kết quả")
    person.see("way-again")
    expect(person.page.get_by_label(FIELD, exact=True)).to_have_value(KNOWN)
    person.fill(FIELD, ELSEWHERE)
    person.click("Lưu cách nhận")
    person.see("changed")
    person.shows(f"Qua bưu chính công ích, gửi đến: {ELSEWHERE}")
    printed = pypdf.PdfReader(io.BytesIO(person.download("Tải giấy tiếp nhận (PDF có mã QR)")))
    assert ELSEWHERE in " ".join(printed.pages[0].extract_text().split())


def _return(desk: Window) -> None:
    expect(desk.page.get_by_label("Qua bưu chính công ích", exact=True)).to_be_checked()
    desk.shows(f"Qua bưu chính công ích, gửi đến: {ELSEWHERE}")
    desk.fill("Số hiệu bưu gửi (không bắt buộc)", "em123456789vn")
    work.do_act(desk, "return")
    desk.see("returned")
    desk.shows("Qua bưu chính công ích, số hiệu EM123456789VN")


def test_the_longest_address_in_one_word_fits_the_smallest_phone(
    open_page: Open, live_server: LiveServer, live_session: Session
) -> None:
    journey = Journey("wished-ways-longest", open_page, SMALL)
    journey.clear()
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-hai")
    draft = visitor.ready_draft()
    assert visitor.post(f"{draft}/way", {"wished_way": "post", "delivery_address": "W" * 300}).status_code == 303
    person, desk = journey.window(), journey.window()
    person.page.goto(f"/signin?next={draft}/review")
    work.sign_in(person, HAI.name)
    person.see("review")
    person.shows("W" * 300)
    reference = visitor.submit(draft)
    person.open(f"/dossiers/{reference}", "dossier")
    person.shows("W" * 300)
    person.open(f"/dossiers/{reference}/way", "way")
    act(live_session, commands.receive, reference, officer_of(live_session, WARD_1, "receiver"))
    granted(live_session, reference, officer_of(live_session, WARD_1, "specialist"))
    work.open_desk(desk, work.RECEIVER)
    work.open_dossier(desk, reference)
    desk.shows("W" * 300)


def test_by_keys_alone_the_address_comes_after_the_post(open_page: Open, live_server: LiveServer) -> None:
    page = open_page(**WIDE)
    page.goto(f"/signin?next={_draft(live_server)}/way")
    page.get_by_role("button", name="Đăng nhập cho công dân, tổ chức").click()
    page.get_by_role("button", name=HAI.name).click()
    page.wait_for_url("**/way")
    page.get_by_label("Trực tuyến", exact=True).focus()
    page.keyboard.press("Tab")
    assert _focused(page) == "Lưu và tiếp tục", "no stop at a field that is not asked"
    page.keyboard.press("Shift+Tab")
    for _press in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Qua bưu chính công ích", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    assert _focused(page) == "delivery_address"
    page.keyboard.press("Control+a")
    page.keyboard.type(ELSEWHERE)
    page.keyboard.press("Tab")
    assert _focused(page) == "Lưu và tiếp tục"
    page.keyboard.press("Enter")
    page.wait_for_url("**/drafts/*")
    expect(page.get_by_role("main")).to_contain_text("Qua bưu chính công ích")


def _focused(page: Page) -> str:
    return str(page.evaluate("() => (document.activeElement.innerText || document.activeElement.name || '').trim()"))


@pytest.mark.parametrize(("name", "look"), [("wished-at-counter-desktop", WIDE), ("wished-at-counter-small", SMALL)])
def test_at_the_counter_the_officer_asks(open_page: Open, name: str, look: dict[str, Any]) -> None:
    journey = Journey(name, open_page, look)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, work.RECEIVER)
    desk.page.goto("/desk/counter/new?unit=H06.31.01&procedure=1.001193")
    desk.page.get_by_label("Hồ sơ gửi qua bưu chính").check()
    desk.fill("Họ, chữ đệm, tên", "Phạm Thị Mẫu Quầy")
    desk.fill("Số căn cước", "099155000777")
    desk.fill_date("Ngày sinh", "30", "4", "1955")
    desk.fill("Địa chỉ", "7 hẻm Mẫu, Phường 1")
    desk.click("Tiếp tục điền đơn")
    desk.see("draft")
    desk.follow("Cách nhận kết quả")
    desk.see("way")
    desk.shows("Người nộp muốn nhận kết quả bằng cách nào?")
    expect(desk.page.get_by_label("Qua bưu chính công ích", exact=True)).to_be_checked()
    expect(desk.page.get_by_label(FIELD, exact=True)).to_have_value("7 hẻm Mẫu, Phường 1")
    desk.choose("Cách nhận kết quả", "Trực tiếp tại quầy")
    desk.click("Lưu và tiếp tục")
    desk.see("draft-by-hand")
    desk.shows("Trực tiếp tại quầy")
    desk.follow("Xóa bản nháp này")
    desk.page.get_by_role("button", name="Xóa").first.click()
