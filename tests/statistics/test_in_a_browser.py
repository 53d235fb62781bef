"""The figures as people see them: at 320 px, in the dark, without scripts, on paper."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from tests.browser.pages import axe, check, shot, visit
from tests.design.conftest import serving
from tests.statistics.logs import Story
from tests.statistics.stored import tell

UNITS = ("H06.31.01", "H06.31.02", "H06.32.01", "H06.33.02", "H06.01", "H06.31", "H06.34")
PROCEDURES = ("1.001193", "1.000894", "2.000815")
PAGES = {
    "figures": "/ledger/statistics?period=2026",
    "unit": "/ledger/statistics?period=2026&unit=H06.31",
    "dossiers": "/ledger/statistics/dossiers?period=2026&figure=resolved",
    "nothing": "/ledger/statistics?period=2020",
    "wrong": "/ledger/statistics?period=never",
}


def many() -> Iterator[Story]:
    """Dossiers of a year, the same ones each time."""
    dice = random.Random(2026)
    for number in range(240):
        month, day = dice.randint(1, 10), dice.randint(1, 20)
        unit, late = dice.choice(UNITS), dice.random() < 0.2
        story = Story(
            number,
            f"2026-{month:02d}-{day:02d} 08:00",
            unit=unit,
            channel=dice.choice(("online", "online", "counter", "post")),
            procedure=dice.choice(PROCEDURES),
        )
        story.received(f"2026-{month:02d}-{day:02d} 09:00", f"2026-{month:02d}-{day + 3:02d} 09:00")
        if number % 9:
            done = day + (5 if late else dice.randint(0, 2))
            story.resolved(f"2026-{month:02d}-{done:02d} 10:00")
        yield story


@pytest.fixture
def address(app: Flask, session: Session) -> Iterator[str]:
    tell(app, session, many())
    with serving(app) as found:
        yield found


@pytest.mark.browser
def test_the_figures_hold_in_every_look(browser: Browser, address: str) -> None:
    looks: dict[str, dict[str, Any]] = {
        "wide": {"viewport": {"width": 1280, "height": 900}},
        "phone": {"viewport": {"width": 390, "height": 800}},
        "narrow-dark": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark", "java_script_enabled": True},
    }
    for look, options in looks.items():
        context = browser.new_context(base_url=address, locale="vi-VN", **options)
        page = context.new_page()
        for name, path in PAGES.items():
            visit(page, path, status=422 if name == "wrong" else 200)
            check(page)
            axe(page)
            shot(page, f"{name}-{look}", folder="statistics")
        context.close()


@pytest.mark.browser
def test_a_figure_is_followed_to_its_entries_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    visit(page, PAGES["unit"])
    page.locator(".statistics tbody tr").first.locator("td a").first.click()
    page.wait_for_url("**/ledger/statistics/dossiers?*")
    reference = page.locator("table a.code").first.inner_text()
    page.get_by_role("link", name=reference).click()
    expect(page.locator("h1")).to_contain_text(reference)
    context.close()


@pytest.mark.browser
def test_on_paper_no_column_is_cut(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="vi-VN", viewport={"width": 720, "height": 1000})
    page = context.new_page()
    visit(page, PAGES["figures"])
    page.emulate_media(media="print")
    for table in page.locator(".table-scroll").all():
        cut = table.evaluate("box => box.scrollWidth - box.clientWidth")
        assert cut <= 0
    expect(page.locator("form.finder")).to_be_hidden()
    shot(page, "figures-paper", folder="statistics")
    context.close()
