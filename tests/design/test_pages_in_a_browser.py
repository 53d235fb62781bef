"""The look in a real Chromium: accessible, no wider than the window, usable with keys, on paper and without colours."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import axe, check, shot
from tests.design.conftest import Open

pytestmark = pytest.mark.browser

TOUCH = 44


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_macro_is_accessible_and_fits(window: Open, width: int, dark: bool) -> None:
    page = window(width=width, dark=dark)
    page.goto("/test/gallery")
    check(page)
    axe(page)
    shot(page, f"gallery-{width}-{'dark' if dark else 'light'}")


@pytest.mark.parametrize("status", [403, 404, 413, 500, 503])
@pytest.mark.parametrize("locale", ["vi-VN", "en-GB"])
def test_error_pages_are_accessible_and_fit(window: Open, status: int, locale: str) -> None:
    page = window(width=320, locale=locale)
    page.goto(f"/test/abort/{status}")
    check(page)
    axe(page)


def test_without_colours_states_still_have_shapes(window: Open) -> None:
    page = window(forced=True)
    page.goto("/test/gallery")
    shapes = page.locator(".timeline__item").evaluate_all(
        """items => items.map(item => {
            const knot = getComputedStyle(item, '::after');
            return [knot.content[1], knot.borderStyle, knot.borderRadius, knot.borderWidth].join(' ');
        })"""
    )
    states = [
        classes.split("--")[1]
        for classes in page.locator(".timeline__item").evaluate_all("x => x.map(i => i.className)")
    ]
    assert len({(state, shape) for state, shape in zip(states, shapes, strict=True)}) == len(set(shapes)) == 5


def test_what_a_finger_hits_is_large_enough(window: Open) -> None:
    page = window(width=390)
    page.goto("/test/gallery")
    for selector in (".govuk-button", ".govuk-input", ".govuk-select", ".navigation__link", ".top__link", ".brand"):
        for box in page.locator(selector).evaluate_all("found => found.map(one => one.getBoundingClientRect().height)"):
            assert box == 0 or box >= TOUCH, f"{selector} is {box} px high"


def test_the_first_key_leads_past_the_header(window: Open) -> None:
    page = window()
    page.goto("/test/abort/404")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Đi thẳng tới nội dung")
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()


def test_what_has_the_focus_is_seen(window: Open) -> None:
    page = window()
    page.goto("/test/gallery")
    for selector in (".brand", ".top__link", ".govuk-button", ".govuk-input", ".govuk-link", ".pages__link"):
        one = page.locator(selector).first
        before = one.evaluate(LOOK)
        page.keyboard.press("Tab")  # the keyboard is in use: :focus-visible applies
        one.focus()
        assert one.evaluate(LOOK) != before, selector


LOOK = "one => { const s = getComputedStyle(one); return [s.backgroundColor, s.boxShadow, s.outline].join('|'); }"


def test_paper_is_white_with_black_words_and_no_navigation(window: Open) -> None:
    page = window(dark=True)
    page.goto("/test/gallery")
    page.emulate_media(media="print", color_scheme="dark")
    colours = page.locator("body").evaluate("b => [getComputedStyle(b).backgroundColor, getComputedStyle(b).color]")
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    for gone in (".top__who", ".govuk-skip-link", ".govuk-button >> nth=0"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".brand__mark--mono")).to_be_visible()
    assert len(page.pdf()) > 10_000


def test_everything_is_there_without_scripts(window: Open) -> None:
    page = window(java_script=False)
    page.goto("/test/gallery")
    check(page)
    expect(page.locator("#f-tep")).to_be_visible()
    expect(page.get_by_role("button", name="Nộp hồ sơ", exact=True)).to_be_enabled()
    expect(page.get_by_role("button", name="Chép mã")).to_be_hidden()


def test_only_our_own_typeface_is_loaded_and_only_from_here(window: Open) -> None:
    page = window()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/test/gallery", wait_until="networkidle")
    origin = page.evaluate("location.origin")
    assert all(url.startswith(origin) for url in asked)
    fonts = [url for url in asked if url.endswith(".woff2")]
    assert len(fonts) == 6
    assert all("be-vietnam-pro" in url for url in fonts)
    assert _family(page) == "Be Vietnam Pro"


def _family(page: Page) -> str:
    family: str = page.locator("h1").evaluate("h => getComputedStyle(h).fontFamily.split(',')[0].replaceAll('\"', '')")
    return family
