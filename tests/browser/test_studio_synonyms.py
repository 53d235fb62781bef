"""The editors' pages of synonyms in a real Chromium: wide, narrow, in both languages, with and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.pages import axe, check, shot

EDITOR = "Kiều Thị Mẫu Yến"


def sign_in(page: Page, path: str, words: str) -> None:
    page.goto(path)
    page.get_by_role("button", name=words).click()
    page.get_by_text(EDITOR).click()
    page.wait_for_url(f"**{path}")


@pytest.mark.parametrize(
    ("look", "lang", "words"),
    [
        (WIDE, "vi", "Đăng nhập cho cán bộ"),
        ({**NARROW, "java_script": False}, "vi", "Đăng nhập cho cán bộ"),
        ({**NARROW, "locale": "en-GB", "dark": True}, "en", "Sign in as an officer"),
    ],
    ids=["desktop", "phone without scripts", "phone in English"],
)
def test_an_editor_keeps_synonyms(open_page: Open, look: dict[str, object], lang: str, words: str) -> None:
    page = open_page(**look)
    name = f"{look['width']}-{lang}"
    sign_in(page, "/studio/synonyms", words)
    check(page)
    shot(page, f"synonyms-{name}")
    page.goto("/studio/synonyms/new")
    page.locator("#f-phrase").fill("mở quán cà phê")
    page.locator("#f-codes").fill("9.999999")
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("#f-phrase-error")).to_contain_text("mở quán cà phê")
    check(page)
    shot(page, f"synonyms-refused-{name}")
    page.locator("#f-phrase").fill(f"thuê thuyền {name}")
    page.locator("#f-codes").fill("1.001612")
    page.locator("main button[type=submit]").first.click()
    expect(page.locator(".notice--good")).to_contain_text(f"thuê thuyền {name}")
    if look.get("java_script", True):
        axe(page)
    page.goto(f"/procedures?q=thue+thuyen+{name}")
    expect(page.locator(".result__name a").first).to_have_attribute("href", "/procedures/1.001612")
