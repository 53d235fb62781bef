"""The catalogue in a real Chromium: found, read and left for the form; wide, narrow, dark, without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.pages import axe, shot, visit

PAGES = {
    "list": "/procedures",
    "found": "/procedures?q=khai+sihn&field=ho-tich",
    "nothing": "/procedures?q=xyzxyz",
    "sheet": "/procedures/1.001193",
    "history": "/procedures/1.001193/history",
}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_and_fit(open_page: Open, name: str, width: int, lang: str) -> None:
    page = open_page(width=width, dark=lang == "en", locale={"vi": "vi-VN", "en": "en-GB"}[lang])
    visit(page, PAGES[name])
    axe(page)
    shot(page, f"catalogue-{name}-{width}-{lang}")


def test_nothing_is_wider_than_the_smallest_telephone(open_page: Open) -> None:
    page = open_page(width=320)
    for address in PAGES.values():
        visit(page, address)


@pytest.mark.parametrize("java_script", [True, False], ids=["scripts", "no scripts"])
def test_from_a_search_to_the_way_in(open_page: Open, java_script: bool) -> None:
    page = open_page(**NARROW, java_script=java_script)
    visit(page, "/procedures", title="Thủ tục hành chính")
    page.get_by_label("Bạn cần làm gì?").fill("dang ky khai sinh")
    page.get_by_role("button", name="Tìm thủ tục").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("cho “dang ky khai sinh”")
    page.get_by_text("Lọc theo lĩnh vực, cấp, cơ quan").click()
    page.get_by_label("Cấp thực hiện").select_option("commune")
    page.get_by_label("Cơ quan tiếp nhận").select_option(label="Phường 1")
    page.get_by_role("button", name="Lọc danh sách").click()
    expect(page.get_by_role("link", name=re.compile("Bỏ bộ lọc: Cấp xã"))).to_be_visible()
    page.get_by_role("link", name="Đăng ký khai sinh", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng ký khai sinh")
    expect(page.get_by_role("button", name="Nộp hồ sơ trực tuyến")).to_have_attribute(
        "href", "/procedures/1.001193/apply"
    )


def test_a_kept_page_still_runs_its_scripts_after_it_was_asked_after(open_page: Open) -> None:
    page = open_page(**WIDE)
    visit(page, "/procedures/1.001193")
    page.context.set_extra_http_headers({"Cache-Control": "max-age=0"})
    page.reload()  # a breach of the content policy fails the test when the window closes
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_search_is_done_with_keys_alone(open_page: Open) -> None:
    page: Page = open_page(**WIDE)
    visit(page, "/procedures")
    page.get_by_label("Bạn cần làm gì?").focus()
    page.keyboard.type("kết hôn")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Đăng ký kết hôn", exact=True)).to_be_visible()


@pytest.mark.parametrize("key", [" ", "Enter"])
def test_the_way_in_answers_the_keys_of_a_button(open_page: Open, key: str) -> None:
    page = open_page(**WIDE)
    visit(page, "/procedures/1.001193")
    page.get_by_role("button", name="Nộp hồ sơ trực tuyến").press(key)
    page.wait_for_url(re.compile(r"/signin\?next="))
