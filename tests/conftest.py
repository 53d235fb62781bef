"""Real PostgreSQL for every test that asks: one server a worker, a template database, a fresh copy a test.

The application is made once a worker; its database is dropped and copied anew from the template for each
test that uses `app`. Tests that never ask stay pure and fast.
"""

import contextvars
from collections.abc import Iterator
from typing import Any

import hypothesis
import playwright.sync_api as playwright
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import create_app, jobs, sealing
from portal.extensions import db
from portal.pilot.postgres import EmbeddedPostgres
from portal.settings import Settings
from tests import quiet_templates, remembered, scratch, template
from tests.browser.launching import launched
from tests.live import LiveServer, running

# How long an example takes says more about the machine's other work than about the code.
# The same examples on every machine, so that a change that breaks nothing is never red by chance; the nightly run takes
# the profile "explore", which draws new ones each time and keeps those that failed.
hypothesis.settings.register_profile("portal", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=500)
hypothesis.settings.load_profile("portal")

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


class Browser(FlaskClient):
    """A test client whose every request has an application context of its own, as in the real server.

    The `app` fixture keeps a context open; a request made inside it would share its `g` (with the account
    that Flask-Login remembers there) and its database session with the test and with other requests.
    """

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return contextvars.Context().run(super().open, *args, **options)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL server of this worker, ended with it."""
    with scratch.folder() as folder:
        server = EmbeddedPostgres(folder / "postgres", options=FAST)
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[playwright.Browser]:
    """The one Chromium of this worker."""
    with launched() as found:
        yield found


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, postgres: EmbeddedPostgres) -> Settings:
    return Settings(
        instance=tmp_path_factory.mktemp("instance"),
        database_url=postgres.url("portal_test"),
        base_url="http://localhost",
    )


@pytest.fixture(scope="session")
def _application(settings: Settings, postgres: EmbeddedPostgres) -> Flask:
    app = create_app(settings)
    app.test_client_class = Browser
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    quiet_templates.watch(app)
    template.build(app, postgres)
    return app


@pytest.fixture
def app(
    _application: Flask, settings: Settings, postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application over a fresh database: schema, units and procedures loaded, nobody and nothing else.

    A process has one sealing key and one context for jobs; a test that made another application has changed them.
    What it remembers of names belongs to the database of the test before.
    """
    remembered.begin_anew(monkeypatch)
    sealing.install_key((settings.keys / "installation.key").read_bytes())
    jobs.run_inside(_application.app_context)
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("drop database if exists portal_test with (force)")
        connection.execute("create database portal_test template portal_template strategy file_copy")
    with _application.app_context():
        yield _application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def live_server(
    _application: Flask, settings: Settings, postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """Every process of a portal over a database of its own, as long as this worker runs; what tests do stays."""
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("create database portal_live template portal_template strategy file_copy")
    instance = tmp_path_factory.mktemp("live")
    with running(instance, database_url=postgres.url("portal_live"), keys=settings.keys) as server:
        yield server


@pytest.fixture
def session(app: Flask) -> Session:
    return db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
