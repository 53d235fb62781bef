"""The list and the live results in a real browser."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from portal import clock
from portal.blueprints.ledger import live
from tests.browser.pages import axe, check, shot, visit
from tests.design.conftest import serving
from tests.ledger.chains import Chain, reference
from tests.publishing import publish_now

pytestmark = pytest.mark.browser
CHOSEN = "/ledger?unit=H06.31&from=2020-01-01&sort=filed"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with serving(app) as found:
        yield found


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=address, locale="vi-VN", reduced_motion="reduce")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def filled(app: Flask, session: Session) -> None:
    """Dossiers in every state, lately."""
    at = (clock.now() - timedelta(days=6)).replace(microsecond=0)
    Chain(session, reference(1), at=at)
    Chain(session, reference(2), at=at).receive(due_in_hours=20)
    Chain(session, reference(3), at=at).receive(due_in_hours=400).do("supplement_asked")
    Chain(session, reference(4), at=at).receive(due_in_hours=72).resolve(hours=20)
    Chain(session, reference(5), at=at).receive(due_in_hours=48).resolve(hours=90).do("returned")
    Chain(session, reference(6), at=at, procedure="2.000635", channel="post").receive(due_in_hours=300)
    Chain(session, reference(7), at=at, sealed=True).receive()
    publish_now(app)
    session.rollback()


@pytest.mark.parametrize("width", [1280, 768, 390, 320])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_list_is_accessible_and_fits(filled: None, page: Page, width: int, dark: bool) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if dark else "light")
    visit(page, CHOSEN)
    check(page)
    axe(page)
    expect(page.locator(".finder__filters")).not_to_have_attribute("open", "")
    expect(page.locator(".chosen__filter")).to_have_count(2)
    shot(page, f"ledger-list-{width}-{'dark' if dark else 'light'}")
    page.locator(".finder__filters summary").click()
    check(page)
    axe(page)
    shot(page, f"ledger-filters-{width}-{'dark' if dark else 'light'}")


def test_a_filter_is_taken_away_by_its_tag(filled: None, page: Page) -> None:
    visit(page, f"{CHOSEN}&late=1")
    page.get_by_role("link", name="Bỏ bộ lọc: Trễ hạn").click()
    expect(page).to_have_url(re.compile(r"/ledger\?unit=H06\.31&from=2020-01-01$"))


def test_a_wrong_question_is_shown_with_its_way_out(filled: None, page: Page) -> None:
    visit(page, "/ledger?after=x", status=400)
    axe(page)
    shot(page, "ledger-other-list")
    page.get_by_role("link", name="Xem danh sách này từ đầu").click()
    expect(page.locator("table.ledger")).to_be_visible()


def test_results_come_to_the_first_page_by_themselves(
    app: Flask, session: Session, filled: None, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream ends and the browser comes back by itself, sooner here than it is told to elsewhere."""
    monkeypatch.setattr(live, "RETRY_MILLISECONDS", 300)
    visit(page, "/")
    lines = page.locator("[data-live-lines] > li")
    expect(lines).to_have_count(2)
    resolve_now(app, session, 20)
    expect(lines.first).to_contain_text("Đăng ký khai sinh")
    expect(lines).to_have_count(3)
    expect(lines.first.locator("a")).to_have_attribute("href", f"/ledger/dossiers/{reference(20)}")
    expect(page.locator("[data-live-status]")).to_have_text("Số kết quả mới trong danh sách: 1.")
    axe(page)
    shot(page, "home-live")
    page.get_by_role("button", name="Dừng tự cập nhật").click()
    resolve_now(app, session, 21)
    page.wait_for_timeout(2500)
    expect(lines).to_have_count(3)
    page.get_by_role("button", name="Tự cập nhật tiếp").click()
    expect(lines).to_have_count(4)
    for number in range(22, 25):
        resolve_now(app, session, number)
    expect(lines.first.locator("a")).to_have_attribute("href", f"/ledger/dossiers/{reference(24)}")
    expect(lines).to_have_count(5)
    check(page)


def resolve_now(app: Flask, session: Session, number: int) -> None:
    session.rollback()
    at = (clock.now() - timedelta(hours=2, seconds=1)).replace(microsecond=0)
    Chain(session, reference(number), at=at).receive().resolve()
    publish_now(app)
    session.rollback()
