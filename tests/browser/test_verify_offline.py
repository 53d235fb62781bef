"""A receipt in its holder's hands, the portal out of reach: it is proven all the same, and a changed byte refused."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Request, expect

from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.outsider import Outsider
from tests.browser.pages import axe, check, shot, visit
from tests.browser.people_at_work import AN
from tests.browser.test_verify_page import NOT_PROVEN, PROVEN, answered, choose
from tests.browser.visitor import Visitor
from tests.live import LiveServer

STEP = 61
"""Every so many bytes one is changed."""

ANSWERS = "() => fetch('/ledger/checkpoint', {cache: 'no-store'}).then(() => true, () => false)"
KEPT = """async () => {
    const cache = await caches.open('ledger-verify');
    const pages = (await cache.keys()).filter(({url}) => !url.includes('/static/'));
    return Promise.all(pages.map(async (page) => (await cache.match(page, {ignoreVary: true})).text()));
}"""


@pytest.fixture(scope="module")
def reference(live_server: LiveServer) -> str:
    """A dossier that An filed and the log has."""
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-an")
    found = visitor.submit(visitor.ready_draft())
    Outsider(live_server.url).acts_of(found, last="filed")
    return found


@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["desktop", "phone"])
def test_a_receipt_is_verified_without_the_portal(
    open_page: Open, reference: str, tmp_path: Path, window: dict[str, int]
) -> None:
    page = open_page(**window)
    receipt = tmp_path / f"{reference}.tlog-proof"
    receipt.write_bytes(downloaded(page, reference))
    visit(page, "/ledger/verify")
    expect(page.locator("#check-kept")).to_be_visible()
    page.context.set_offline(True)
    assert page.evaluate(ANSWERS) is False
    page.reload()
    check(page)
    assert page.evaluate(ANSWERS) is False
    choose(page, receipt)
    expect(answered(page).locator("h3")).to_have_text(PROVEN)
    for words in (reference, "Đã nộp hồ sơ", AN.name, "Lời hứa ghi sổ ký lúc"):
        expect(answered(page)).to_contain_text(words)
    shot(page, f"offline-{window['width']}", folder="verify")
    axe(page)


def test_one_changed_byte_is_refused(desktop: Page, reference: str) -> None:
    """Wherever it is: no file that differs from the good one is called proven, and the good one still is."""
    good = downloaded(desktop, reference)
    visit(desktop, "/ledger/verify")
    expect(desktop.locator("#check-kept")).to_be_visible()
    desktop.context.set_offline(True)
    for at in range(0, len(good), STEP):
        changed = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        assert title_for(desktop, changed) == NOT_PROVEN, f"byte {at}"
    assert title_for(desktop, good) == PROVEN


def test_nothing_leaves_while_a_receipt_is_checked(desktop: Page, reference: str) -> None:
    good = downloaded(desktop, reference)
    visit(desktop, "/ledger/verify")
    expect(desktop.locator("#check-kept")).to_be_visible()
    desktop.wait_for_load_state("networkidle")
    asked: list[str] = []

    def hear(request: Request) -> None:
        """Of the page and of its worker."""
        asked.append(request.url)

    desktop.context.on("request", hear)
    assert title_for(desktop, good) == PROVEN
    assert title_for(desktop, good[:-9]) == NOT_PROVEN
    desktop.locator("#f-proof_text").evaluate(
        "(field, text) => {field.value = text; field.dispatchEvent(new Event('input'))}", good.decode()
    )
    desktop.locator("#check-now").click()
    expect(answered(desktop).locator("h3")).to_have_text(PROVEN)
    assert asked == []
    assert desktop.evaluate(ANSWERS) is True  # what listens does hear
    assert {request.rpartition("/")[2] for request in asked} == {"checkpoint"}


def test_what_the_browser_keeps_names_nobody(desktop: Page) -> None:
    """The page shows who is signed in; what is kept for later is the page as strangers see it."""
    desktop.goto("/signin/citizen?next=/ledger/verify")
    desktop.get_by_role("button", name=AN.name).click()
    expect(desktop.locator("#check-kept")).to_be_visible()
    expect(desktop.get_by_text(AN.name).first).to_be_attached()
    (page,) = desktop.evaluate(KEPT)
    assert "check-proven" in page
    assert AN.name not in page


def downloaded(page: Page, reference: str) -> bytes:
    """The proof of the filing, from the link on the dossier's page of its owner."""
    page.goto(f"/signin/citizen?next=/dossiers/{reference}")
    page.get_by_role("button", name=AN.name).click()
    with page.expect_download() as waiting:
        page.locator("a[href*='receipt.tlog-proof']").first.click()
    return Path(waiting.value.path()).read_bytes()


def title_for(page: Page, data: bytes) -> str:
    """What the answer to this file is headed; the answer before it is taken away first."""
    page.locator("#check-result").evaluate("result => result.replaceChildren()")
    file: FilePayload = {"name": "a.tlog-proof", "mimeType": "text/plain", "buffer": data}
    page.locator("#f-proof_file").set_input_files(file)
    return answered(page).locator("h3").inner_text()
