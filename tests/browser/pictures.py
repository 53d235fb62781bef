"""The pictures of docs/: taken by the journeys that show what they show, only when asked.

KEEP_PICTURES=1 python -m pytest tests/browser/test_studio.py
"""

import os
from pathlib import Path

from playwright.sync_api import Page

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
TALLEST = 1100


def keep(page: Page, name: str, *, tallest: int = TALLEST) -> None:
    """The page as it is open, as a picture of the documents."""
    if not os.environ.get("KEEP_PICTURES"):
        return
    size = page.viewport_size
    assert size is not None
    tall = page.locator("body").evaluate("body => body.scrollHeight")
    clip = {"x": 0.0, "y": 0.0, "width": float(size["width"]), "height": float(min(tall, tallest))}
    page.screenshot(path=IMAGES / f"{name}.png", full_page=True, clip=clip)  # type: ignore[arg-type]
