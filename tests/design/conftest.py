"""An application with the test pages hung in, and a server of it for the browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from portal import create_app, jobs
from portal.dossiers import attachments
from portal.settings import Settings
from tests.conftest import Browser as Client
from tests.design import gallery

Make = Callable[..., Flask]
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def make_app(settings: Settings, _application: Flask) -> Make:
    """Another application over the same instance, with `changes` in its settings and the test pages in it."""

    def make(**changes: object) -> Flask:
        kept = attachments.installed()  # of the process, like what jobs run inside: not of one application
        app = create_app(settings.model_copy(update=changes))
        attachments._Installed.files = kept
        jobs.run_inside(_application.app_context)
        app.test_client_class = Client
        gallery.add_to(app)
        return app

    return make


@pytest.fixture(scope="session")
def plain_app(make_app: Make) -> Flask:
    """As in production: errors become pages. Its database does not answer."""
    return make_app(database_url="postgresql://portal@127.0.0.1:1/none?connect_timeout=1")


@pytest.fixture
def visitor(plain_app: Flask) -> FlaskClient:
    return plain_app.test_client()


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Every file asked for is not worth a line in a test's report."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def gallery_address(plain_app: Flask) -> Iterator[str]:
    with serving(plain_app) as address:
        yield address


@pytest.fixture
def home(app: Flask, browser: Browser) -> Iterator[Page]:
    """A window onto this test's own portal."""
    with serving(app) as address:
        context = browser.new_context(base_url=address, locale="vi-VN")
        yield context.new_page()
        context.close()


@pytest.fixture
def window(browser: Browser, gallery_address: str) -> Iterator[Open]:
    """Open a window: `window(width=320, dark=True, java_script=False, forced_colors=True, locale="en-GB")`."""
    contexts = []
    broken: list[str] = []

    def open_one(
        *, width: int = 1280, dark: bool = False, java_script: bool = True, forced: bool = False, locale: str = "vi-VN"
    ) -> Page:
        context = browser.new_context(
            base_url=gallery_address,
            viewport={"width": width, "height": 844},
            color_scheme="dark" if dark else "light",
            java_script_enabled=java_script,
            forced_colors="active" if forced else "none",
            locale=locale,
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda line: broken.append(line.text) if "Content Security Policy" in line.text else None)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not broken, broken
