"""The open data's page and the API's, in a real browser: accessible, narrow, without scripts; a file can be saved."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.outsider import Outsider
from tests.browser.pages import axe, shot, visit
from tests.browser.visitor import Visitor
from tests.live import LiveServer

PAGES = {"/open-data": "Dữ liệu mở", "/api": "Giao diện lập trình (API)"}


@pytest.fixture(scope="module")
def dossier(live_server: LiveServer) -> str:
    """A dossier in the ledger, so that there is a month."""
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-an")
    reference = visitor.submit(visitor.ready_draft())
    Outsider(live_server.url).acts_of(reference, last="filed")
    return reference


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, False), (320, True)])
def test_the_pages_are_accessible_and_fit(open_page: Open, dossier: str, width: int, dark: bool) -> None:
    for path, title in PAGES.items():
        page = open_page(width=width, dark=dark)
        visit(page, path, title=title)
        for folded in page.locator("details > summary").all():
            folded.click()
        visible = page.evaluate("document.documentElement.scrollWidth")
        assert visible <= width, f"{path} opened is {visible} px wide"
        axe(page)
        shot(page, f"{path.strip('/')}-{width}", folder="open-data")


def test_a_file_is_saved_without_scripts(open_page: Open, dossier: str) -> None:
    page = open_page(java_script=False)
    visit(page, "/ledger")
    page.get_by_role("contentinfo").get_by_role("link", name="Dữ liệu mở").click()
    with page.expect_download() as saved:
        page.locator("#dossiers").get_by_role("link", name="CSV").click()
    assert saved.value.suggested_filename == "dossiers.csv"
    assert dossier in saved.value.path().read_text(encoding="utf-8")
    page.get_by_role("link", name="Giao diện lập trình (API): đọc từng mục, từng hồ sơ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PAGES["/api"])
