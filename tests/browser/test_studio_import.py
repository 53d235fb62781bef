"""The editors' page for importing in a real Chromium: a wrong file, then a right one; wide, narrow, without scripts."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.pages import axe, check, shot
from tests.exchange.books import book, first_sheet

EDITOR = "Kiều Thị Mẫu Yến"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def hand_in(page: Page, data: bytes, button: int) -> None:
    page.locator("#f-files").set_input_files(FilePayload(name="thu-tuc.xlsx", mimeType=SPREADSHEET, buffer=data))
    page.locator("main button[type=submit]").nth(button).click()
    page.wait_for_load_state()
    check(page)


@pytest.mark.parametrize(
    ("look", "serial"),
    [({**WIDE, "locale": "en-GB"}, 1), ({**NARROW, "java_script": False}, 2)],
    ids=["desktop in English", "phone without scripts"],
)
def test_an_editor_imports_a_spreadsheet(open_page: Open, look: dict[str, object], serial: int) -> None:
    page = open_page(**look)
    page.goto("/studio/import")
    page.get_by_role("button", name="officer" if serial == 1 else "cán bộ").click()
    page.get_by_text(EDITOR).click()
    page.wait_for_url("**/studio/import")
    headings = ["Mã thủ tục", "Tên thủ tục", "Lĩnh vực", "Cấp thực hiện", "Đối tượng thực hiện", "Kết quả thực hiện"]
    row = [f"8.00000{serial}", "Cho thuê thuyền", "Du lịch", "Cấp trời", "Công dân", "Giấy phép"]
    hand_in(page, first_sheet(row), 0)
    expect(page.locator(".rows__title").first).to_contain_text("D (Cấp thực hiện)")
    shot(page, f"import-{look['width']}")
    if serial == 1:
        axe(page)
    row[3] = "Cấp tỉnh"
    hand_in(page, book({"Thủ tục": [headings, row]}), 1)
    expect(page.locator(".notice--good")).to_be_visible()
