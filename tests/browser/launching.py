"""The one Chromium of a test worker."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import chromium

PATIENCE_MILLISECONDS = 30_000
"""How long a page may take to look as expected: it is waited for, on a machine with other work too, never slept for."""


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium, for as long as the block runs; Playwright can be started once a process."""
    path = chromium.find()
    assert path is not None, "no Chromium found: apt-get install chromium, or set CHROMIUM to its path"
    arguments = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
