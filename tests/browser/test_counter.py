"""Somebody without an account at the counter: entered, filed, received, printed, followed by code, and found again."""

import io
import re
from typing import Any

import pypdf
import pytest
from playwright.sync_api import expect

from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.people_at_work import BINH
from tests.browser.window import Journey, Window
from tests.live import LiveServer

SECRET = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("counter-desktop", WIDE),
        ("counter-phone", NARROW),
        ("counter-no-js", {**WIDE, "java_script": False}),
    ],
)
def test_from_the_counter_to_the_account(
    open_page: Open, live_server: LiveServer, name: str, look: dict[str, Any]
) -> None:
    journey = Journey(name, open_page, look)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, work.RECEIVER)
    _enter(desk)
    _fill(desk)
    reference, secret = _file(desk)
    follower = journey.window()
    follower.open(f"/track?reference={reference}", "track")
    follower.fill("Bốn số cuối của giấy tờ, hoặc mã tra cứu", secret)
    follower.click("Tra cứu")
    follower.see("tracked")
    follower.shows("Nộp tại quầy, Phường 1")
    person = journey.window()
    person.page.goto("/signin?next=/account")
    work.sign_in(person, BINH.name)
    person.see("account")
    person.shows(reference)
    person.open(f"/dossiers/{reference}", "found-again")
    person.shows(f"Nộp tại quầy, {work.RECEIVER} nhập, Phường 1")
    person.page.locator("summary", has_text="Ai đã xem hồ sơ này").click()
    person.shows(work.RECEIVER)


def _enter(desk: Window) -> None:
    desk.press("Hồ sơ mới tại quầy")
    desk.see("counter")
    desk.page.get_by_role("searchbox").fill("dang ky khai sinh")
    desk.click("Tìm")
    desk.see("counter-found")
    desk.follow("Đăng ký khai sinh")
    desk.see("who")
    desk.click("Tiếp tục điền đơn")
    desk.see("who-empty", status=422)
    desk.fill("Họ, chữ đệm, tên", "Trần Văn Mẫu Bình")
    desk.fill("Số căn cước", BINH.national_id)
    desk.fill_date("Ngày sinh", "2", "1", "1985")
    desk.fill("Địa chỉ", "12 đường Mẫu, Phường 1")
    desk.fill("Điện thoại (không bắt buộc)", "0900 000 002")
    desk.click("Tiếp tục điền đơn")
    desk.see("draft")
    desk.shows("Bạn nhập hồ sơ cho Trần Văn Mẫu Bình")
    desk.page.locator(".task-list a").first.click()
    desk.page.wait_for_load_state()


def _fill(desk: Window) -> None:
    work.fill_child(desk)
    work.fill_parents(desk)
    work.fill_applicant(desk, BINH)
    desk.see("papers")
    groups = desk.page.locator(".paper-note")
    expect(groups.first).to_be_visible()
    for number in range(groups.count()):
        group = groups.nth(number)
        group.locator("select").select_option(label="Đã xem bản chính, trả lại ngay")
        group.locator("input").fill("0" if number == 0 else "1")
    desk.click("Lưu và tiếp tục")
    desk.see("papers-no-number", status=422)
    groups.first.locator("input").fill("1")
    desk.click("Lưu và tiếp tục")


def _file(desk: Window) -> tuple[str, str]:
    desk.see("declaration")
    desk.page.get_by_role("checkbox").check()
    desk.click("Lưu và tiếp tục")
    desk.see("review")
    desk.shows("Đã xem bản chính, trả lại ngay: 1 bản")
    desk.click("Nộp hồ sơ")
    desk.see("handed-over")
    reference, secret = work.REFERENCE.search(desk.text()), SECRET.search(desk.text())
    assert reference and secret, desk.text()
    desk.click("Tiếp nhận")
    desk.see("received")
    desk.follow("Giấy để in và trao cho người nộp")
    desk.see("to-print")
    printed = pypdf.PdfReader(io.BytesIO(desk.download("Tải giấy tiếp nhận để in (PDF)")))
    words = printed.pages[0].extract_text()
    assert reference[0] in words and secret[0] in words
    return reference[0], secret[0]
