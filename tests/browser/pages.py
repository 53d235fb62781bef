"""What every browser test asks of every page it opens."""

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error, Page, Response, expect

ARTIFACTS = Path(__file__).parent.parent / "artifacts"
TITLE_END = " – Hải Đăng"


def visit(page: Page, path: str, *, title: str | None = None, status: int = 200) -> Response:
    """Open the address and hold the answer to the rules of the house; `title` is the page's own, without suffix."""
    response = page.goto(path)
    assert response is not None, f"{path} gave no answer"
    assert response.status == status, f"{path} answered {response.status}, not {status}"
    check(page, response)
    if title is not None:
        expect(page).to_have_title(title + TITLE_END)
    return response


def check(page: Page, response: Response | None = None) -> None:
    """The rules of the house for the page that is open: title, one heading, language, width; headers if given.

    A click returns as soon as its page begins to come; where no script is waited for, it may not have a title yet.
    """
    page.wait_for_load_state()
    where = page.url
    assert re.fullmatch(r".*\S – Hải Đăng", page.title()), f"{where} is titled {page.title()!r}"
    assert page.locator("h1").count() == 1, f"{where} has {page.locator('h1').count()} main headings"
    assert page.locator("html").get_attribute("lang") in ("vi", "en"), f"{where} names no language"
    _check_width(page)
    if response is not None:
        _check_policy(response)


def axe(page: Page, *, within: str | None = None) -> None:
    """No violation of accessibility that axe-core can find, in the page or in the part of it."""
    page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate(
        "within => axe.run(within || document, {resultTypes: ['violations']})", within
    )
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(f"    {' '.join(map(str, node['target']))}  {node['html'][:160]}" for node in violation["nodes"])
        for violation in found["violations"]
    ]
    assert not lines, f"{page.url} is not accessible:\n" + "\n".join(lines)


TRIES, NO_PICTURE = 3, "Unable to capture screenshot"
"""Chromium once in some thousand pictures has none to give when it is asked; the page is the same a moment later."""


def shot(page: Page, name: str, *, folder: str = "") -> Path:
    """Keep a picture of the whole page among the artifacts of the run; those of a journey in a folder of its own."""
    path = ARTIFACTS / folder / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in reversed(range(TRIES)):
        try:
            page.screenshot(path=path, full_page=True)
            break
        except Error as error:
            if NO_PICTURE not in error.message or not left:
                raise
    return path


def _check_width(page: Page) -> None:
    """Nothing is wider than the window: nobody has to scroll sideways, at 320 px either."""
    viewport = page.viewport_size
    assert viewport is not None
    widest = page.locator("html").evaluate("root => root.scrollWidth")
    assert widest <= viewport["width"], f"{page.url} is {widest} px wide in a window of {viewport['width']} px"


def _check_policy(response: Response) -> None:
    policy = response.headers.get("content-security-policy", "")
    assert "script-src" in policy, f"{response.url} has no policy for scripts"
    assert "unsafe" not in policy, f"{response.url} allows unsafe content: {policy}"
