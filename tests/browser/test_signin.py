"""Signing in and out in a real browser, through the demo provider's page."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import axe, check, shot, visit

SOMEBODY = "Nguyễn Thị Mẫu An"


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("desktop", {"width": 1280}),
        ("phone", {"width": 390, "height": 844}),
        ("small", {"width": 320, "height": 640, "dark": True}),
        ("no-js", {"width": 1280, "java_script": False}),
    ],
)
def test_a_citizen_signs_in_and_out(open_page: Open, name: str, window: dict[str, Any]) -> None:
    page = open_page(**window)
    visit(page, "/signin?next=/signin", title="Đăng nhập")
    _look(page, f"signin-{name}")
    page.get_by_role("button", name="Đăng nhập cho công dân, tổ chức").click()
    _is_the_demo_page(page)
    _look(page, f"demo-provider-{name}")
    page.get_by_role("button", name=SOMEBODY).click()
    check(page)
    expect(page.get_by_text("Bạn đang đăng nhập")).to_be_visible()
    _look(page, f"signed-in-{name}")
    page.get_by_role("button", name="Đăng xuất").first.click()
    page.wait_for_url("**/")
    expect(page.get_by_text(SOMEBODY)).to_have_count(0)


def test_who_declines_finds_a_way_on(desktop: Page) -> None:
    visit(desktop, "/signin", title="Đăng nhập")
    desktop.get_by_role("button", name="Đăng nhập cho cán bộ").click()
    _is_the_demo_page(desktop)
    desktop.get_by_role("button", name="Thôi, không đăng nhập").click()
    check(desktop)
    axe(desktop)
    shot(desktop, "signin-declined")
    desktop.get_by_role("button", name="Đăng nhập lại").click()
    expect(desktop).to_have_url(re.compile(r"/signin$"))


def _look(page: Page, name: str) -> None:
    """Kept as a picture, and looked at by axe, which is a script."""
    shot(page, name)
    if not name.endswith("no-js"):
        axe(page)


def _is_the_demo_page(page: Page) -> None:
    page.wait_for_load_state()
    expect(page.locator("strong", has_text="DEMO")).to_be_visible()
    viewport = page.viewport_size
    assert viewport is not None
    assert page.locator("html").evaluate("root => root.scrollWidth") <= viewport["width"]
