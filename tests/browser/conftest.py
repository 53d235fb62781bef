"""A real portal for the browser: every process of it, started as `script/server` starts them, and a real Chromium.

    def test_a_visitor_finds_the_catalogue(desktop: Page) -> None:
        visit(desktop, "/procedures", title="Thủ tục hành chính")
        axe(desktop)

The server lives as long as the test worker and keeps what earlier tests did: look for your own dossier, not for
"the only one".
"""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from portal.dossiers import attachments
from tests.browser.launching import PATIENCE_MILLISECONDS
from tests.browser.pages import shot
from tests.live import LiveServer

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}

Open = Callable[..., Page]

FAILED = pytest.StashKey[bool]()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open a window of its own (own cookies): `open_page(width=320, java_script=False, dark=True, locale="en")`."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(
        *, width: int = 1280, height: int = 900, java_script: bool = True, dark: bool = False, locale: str = "vi-VN"
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            java_script_enabled=java_script,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale=locale,
            timezone_id="Asia/Ho_Chi_Minh",
            has_touch=width < 600,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        _listen(page, complaints)
        return page

    yield open_one
    failed = request.node.stash.get(FAILED, False)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        if failed:
            shot(page, f"failed-{request.node.name}-{number}")
    for context in contexts:
        context.close()
    assert not complaints, "the browser's console complained:\n" + "\n".join(complaints)


@pytest.fixture
def desktop(open_page: Open) -> Page:
    return open_page(**WIDE)


@pytest.fixture
def phone(open_page: Open) -> Page:
    return open_page(**NARROW)


@pytest.fixture
def no_js(open_page: Open) -> Page:
    """A browser without JavaScript: every task can be finished in it."""
    return open_page(**WIDE, java_script=False)


@pytest.fixture
def live_session(_application: Flask, live_server: LiveServer) -> Iterator[Session]:
    """The running portal's database and file store, for what people did before the test looks."""
    own = attachments.installed()
    attachments.install(live_server.settings.files, max_file_bytes=own.max_file_bytes, max_files=own.max_files)
    engine = create_engine(live_server.settings.sqlalchemy_url)
    with Session(engine) as session:
        yield session
    engine.dispose()
    attachments._Installed.files = own


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and report.when in ("setup", "call"):
        item.stash[FAILED] = True
    return report


def _listen(page: Page, complaints: list[str]) -> None:
    """Remember script errors and breaches of the content policy; a page that answers 4xx on purpose is none."""
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"{page.url}: {message.text}")
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
