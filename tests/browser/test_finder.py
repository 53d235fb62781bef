"""Search as one types, in a real Chromium: wide, narrow, with keys alone, on a bad line, without scripts."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.pages import axe, check, shot, visit

FIELD = "Bạn cần làm gì?"


def first(page: Page) -> str:
    return page.locator(".result__name").first.inner_text()


def type_into(page: Page, words: str) -> None:
    page.get_by_label(FIELD).press_sequentially(words, delay=20)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desktop", "phone"])
@pytest.mark.parametrize(("lang", "locale"), [("vi", "vi-VN"), ("en", "en-GB")])
def test_the_list_follows_what_is_typed(open_page: Open, size: dict[str, int], lang: str, locale: str) -> None:
    page = open_page(**size, locale=locale)
    visit(page, "/procedures")
    page.get_by_role("searchbox").press_sequentially("mở quán cà phê", delay=20)
    expect(page.locator(".result__name").first).to_have_text(
        {"vi": "Đăng ký thành lập hộ kinh doanh", "en": "Registration of a household business"}[lang]
    )
    expect(page).to_have_url(re.compile(r"/procedures\?q=m"))
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.locator("[data-found-status]")).to_have_text(re.compile("mở quán cà phê"))
    check(page)
    axe(page)
    shot(page, f"finder-{size['width']}-{lang}")


def test_the_place_of_the_list_does_not_move(open_page: Open) -> None:
    page = open_page(**NARROW)
    visit(page, "/procedures")
    before = page.locator("#results").bounding_box()
    type_into(page, "khai sinh")
    expect(page.locator("#results")).to_contain_text("khai sinh")
    after = page.locator("#results").bounding_box()
    assert before and after
    assert before["y"] == after["y"]


def test_one_comes_back_to_the_same_list(open_page: Open) -> None:
    page = open_page(**WIDE)
    visit(page, "/procedures")
    type_into(page, "ket hon")
    expect(page).to_have_url(re.compile("q=ket"))
    page.get_by_role("link", name="Đăng ký kết hôn", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng ký kết hôn")
    page.go_back()
    expect(page.get_by_label(FIELD)).to_have_value("ket hon")
    expect(page.locator(".result__name").first).to_have_text("Đăng ký kết hôn")


def test_filters_in_force_stay_and_their_counts_follow(open_page: Open) -> None:
    page = open_page(**WIDE)
    visit(page, "/procedures?level=commune")
    type_into(page, "kết hôn")
    expect(page).to_have_url(re.compile("level=commune"))
    expect(page.locator(".result__name").first).to_have_text("Đăng ký kết hôn")
    expect(page.get_by_label("Cấp thực hiện")).to_have_value("commune")


def test_an_older_question_never_takes_the_place_of_a_newer_one(open_page: Open) -> None:
    page = open_page(**WIDE)
    visit(page, "/procedures")
    held: list[Route] = []
    page.route(re.compile(r"q=khai\+tu$"), lambda route: held.append(route))  # noqa: PLW0108
    type_into(page, "khai tu")
    page.wait_for_timeout(600)
    assert len(held) == 1
    page.get_by_label(FIELD).fill("ket hon")
    expect(page.locator(".result__name").first).to_have_text("Đăng ký kết hôn")
    expect(page).to_have_url(re.compile("q=ket"))


def test_on_a_bad_line_the_list_stays_and_the_button_asks(open_page: Open) -> None:
    page = open_page(**WIDE)
    visit(page, "/procedures")
    page.route(re.compile(r"\?q="), lambda route: route.abort())
    before = first(page)
    type_into(page, "khai sinh")
    page.wait_for_timeout(600)
    assert first(page) == before
    page.unroute(re.compile(r"\?q="))
    page.unroute_all()
    page.get_by_role("button", name="Tìm thủ tục").click()
    expect(page.locator(".result__name").first).to_have_text("Đăng ký khai sinh")


def test_keys_alone_lead_to_the_procedure(open_page: Open) -> None:
    page = open_page(**WIDE)
    visit(page, "/procedures")
    page.get_by_label(FIELD).focus()
    page.keyboard.type("doc than", delay=20)
    expect(page.locator(".result__name").first).to_have_text("Cấp Giấy xác nhận tình trạng hôn nhân")
    for _press in range(8):
        page.keyboard.press("Tab")
        if page.locator(":focus").evaluate("it => it.matches('.result__name a')"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cấp Giấy xác nhận tình trạng hôn nhân")


def test_without_scripts_the_button_finds_the_same(open_page: Open) -> None:
    page = open_page(**NARROW, java_script=False)
    visit(page, "/procedures")
    page.get_by_label(FIELD).fill("mo quan ca phe")
    page.get_by_role("button", name="Tìm thủ tục").click()
    expect(page.locator(".result__name").first).to_have_text("Đăng ký thành lập hộ kinh doanh")
