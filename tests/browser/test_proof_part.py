"""The part about proofs on the owner's page, in every window; and a proof with chosen fields, as it is really saved."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.ledger import keys, proof, receipt_key, trust
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.outsider import Outsider
from tests.browser.pages import axe, check, shot
from tests.browser.people_at_work import BINH
from tests.browser.visitor import Visitor
from tests.live import LiveServer


@pytest.fixture(scope="module")
def reference(live_server: LiveServer) -> str:
    """A dossier that Bình filed and the log has."""
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-binh")
    found = visitor.submit(visitor.ready_draft())
    Outsider(live_server.url).acts_of(found, last="filed")
    return found


def unfolded(page: Page, reference: str) -> None:
    page.goto(f"/signin/citizen?next=/dossiers/{reference}")
    page.get_by_role("button", name=BINH.name).click()
    page.get_by_text("Chọn phần riêng được thấy khi đưa cho người khác").click()


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("desktop", WIDE),
        ("phone", NARROW),
        ("small-dark", {"width": 320, "height": 640, "dark": True}),
        ("no-js", {**NARROW, "java_script": False}),
    ],
)
def test_what_others_may_see_is_chosen_and_proven(
    open_page: Open, live_server: LiveServer, reference: str, name: str, look: dict[str, Any]
) -> None:
    page = open_page(**look)
    unfolded(page, reference)
    expect(page.get_by_role("link", name="Bằng chứng: Đã nộp hồ sơ")).to_be_visible()
    shot(page, f"part-{name}", folder="proof")
    check(page)
    if look.get("java_script", True):
        axe(page)
    page.get_by_label("Người nộp: họ tên").check()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Tải bằng chứng đã chọn").click()
    assert waiting.value.suggested_filename == f"{reference}.tlog-proof"
    settings = live_server.settings
    vkeys = [keys.published_keys(settings)[-1].vkey, receipt_key.receipt_key(settings).verifier.vkey]
    found = proof.check(Path(waiting.value.path()).read_bytes(), trust.parse_keys(vkeys)).facts
    assert found is not None
    assert (found.entry["reference"], dict(found.shown)) == (reference, {"applicant.name": BINH.name})
