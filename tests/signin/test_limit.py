"""How often one address may begin and end sign-ins in an hour."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock
from portal.people import upkeep
from portal.settings import Settings
from tests.signin.conftest import MakePortal
from tests.signin.hostile import Provider, journey, serving
from tests.signin.test_hostile_providers import client_settings

LIMIT = 5
ATTEMPTS = text("select attempts, client from sign_in_attempt")


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving(Provider()) as running:
        yield running


@pytest.fixture
def portal(make_portal: MakePortal, provider: Provider) -> Flask:
    """One that takes five in an hour."""
    made = make_portal(citizen=client_settings(provider))
    settings: Settings = made.config["SETTINGS"]
    made.config["SETTINGS"] = settings.model_copy(update={"signin_requests_per_hour": LIMIT})
    return made


def get(portal: Flask, path: str, *, address: str = "203.0.113.9", language: str = "vi") -> TestResponse:
    """By a browser without any cookie yet."""
    return portal.test_client().get(path, environ_base={"REMOTE_ADDR": address}, headers={"Accept-Language": language})


def test_after_so_many_the_page_says_until_when(portal: Flask, session: Session) -> None:
    with time_machine.travel("2020-06-15T02:40:00Z", tick=False):
        begun = [get(portal, "/signin/citizen?next=/account") for _ in range(LIMIT)]
        assert {page.status_code for page in begun} == {303}
        stopped = get(portal, "/signin/citizen?next=/account")
        assert (stopped.status_code, stopped.headers["Retry-After"]) == (429, "1200")
        assert stopped.headers["Cache-Control"] == "no-store"
        assert "Đã có quá nhiều lần đăng nhập từ kết nối này" in stopped.text
        assert "Hãy thử lại sau 10:00" in stopped.text
        assert 'href="/signin?next=/account"' in stopped.text
        assert get(portal, "/signin/citizen/callback?state=x").status_code == 429, "one counter for both"
        assert get(portal, "/signin/citizen", address="203.0.113.10").status_code == 303, "others go on"
        assert get(portal, "/signin").status_code == 200, "the page that asks stays open"
        assert "too many sign-ins" in get(portal, "/signin/citizen", language="en").text
    with time_machine.travel("2020-06-15T03:00:00Z", tick=False):
        assert get(portal, "/signin/citizen").status_code == 303


def test_an_answer_that_is_sent_again_and_again_is_counted_too(portal: Flask) -> None:
    """Each would be carried to the provider."""
    with time_machine.travel("2020-06-15T02:40:00Z", tick=False):
        codes = [get(portal, "/signin/citizen/callback?state=x").status_code for _ in range(7)]
    assert codes[LIMIT:] == [429, 429]
    assert 429 not in codes[:LIMIT]


def test_an_address_nobody_knows_is_not_counted(portal: Flask, session: Session) -> None:
    assert get(portal, "/signin/nobody").status_code == 404
    assert get(portal, "/signin/officer").status_code == 503, "nobody set that provider up: nothing is asked"
    assert session.execute(ATTEMPTS).all() == []


def test_a_sign_in_counts_twice_and_names_nobody(portal: Flask, provider: Provider, session: Session) -> None:
    assert journey(portal.test_client(), provider).status_code == 303
    ((attempts, client),) = session.execute(ATTEMPTS).all()
    assert (attempts, len(client)) == (2, 32)
    assert b"127.0.0.1" not in bytes(client)


def test_counters_go_after_two_days(portal: Flask, session: Session) -> None:
    get(portal, "/signin/citizen")
    upkeep.run(at=clock.now() + timedelta(days=1))
    session.rollback()
    assert len(session.execute(ATTEMPTS).all()) == 1
    upkeep.run(at=clock.now() + timedelta(days=3))
    session.rollback()
    assert session.execute(ATTEMPTS).all() == []
