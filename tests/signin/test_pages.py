"""The sign-in pages as a browser meets them: cookies, caching, and what a stranger costs."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.settings import ProviderSettings
from tests.signin.conftest import MakePortal
from tests.signing_in import make_citizen, make_officer, sign_in_as
from tests.watched_cursors import watching


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []
    with watching(lambda statement, _values: seen.append(statement)):
        yield seen


def test_a_visitor_who_never_signed_in_costs_no_statement_and_gets_no_session_cookie(
    client: FlaskClient, statements: list[str]
) -> None:
    page = client.get("/signin")
    assert page.status_code == 200
    assert statements == []
    assert not [cookie for cookie in page.headers.getlist("Set-Cookie") if cookie.startswith("session=")]


def test_a_signed_in_visitor_costs_one_statement(client: FlaskClient, session: Session, statements: list[str]) -> None:
    sign_in_as(client, make_officer(session, "H06.31.01", name="Lê Thị Mẫu Hoa"))
    statements.clear()
    page = client.get("/signin")
    assert "Lê Thị Mẫu Hoa" in page.text
    assert len(statements) == 1
    assert page.headers["Cache-Control"] == "no-store"


def test_a_forged_cookie_is_a_stranger_s(client: FlaskClient, session: Session) -> None:
    for value in ("x", "", "\x00" * 40, "é" * 200):
        with client.session_transaction() as cookie:
            cookie["_user_id"] = value
        assert 'action="/signout"' not in client.get("/signin").text
    client.set_cookie("session", "eyJfdXNlcl9pZCI6IngifQ.forged.signature")
    assert 'action="/signout"' not in client.get("/signin").text


@pytest.fixture
def with_providers(make_portal: MakePortal) -> FlaskClient:
    provider = ProviderSettings(issuer="http://127.0.0.1:9", client_id="x", demo=True)
    return make_portal(citizen=provider).test_client()


@pytest.mark.parametrize("given", ["//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example"])
def test_a_strange_way_on_is_dropped(with_providers: FlaskClient, given: str) -> None:
    page = with_providers.get("/signin", query_string={"next": given})
    assert 'href="/signin/citizen"' in page.text


def test_the_way_on_travels_along(with_providers: FlaskClient) -> None:
    page = with_providers.get("/signin?next=/procedures/1.001193/apply?step=2")
    assert 'href="/signin/citizen?next=/procedures/1.001193/apply?step%3D2"' in page.text


def test_signing_out_without_a_session_is_harmless(client: FlaskClient) -> None:
    page = client.post("/signout")
    assert page.status_code == 200
    assert "Refresh" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get("/signout").status_code == 405


def test_signing_out_needs_a_form_of_ours(make_portal: MakePortal, session: Session) -> None:
    browser = make_portal().test_client()
    sign_in_as(browser, make_citizen(session))
    assert browser.post("/signout").status_code == 400
    assert 'action="/signout"' in browser.get("/signin").text


def test_over_https_the_session_cookie_is_bound_to_this_host(make_portal: MakePortal, session: Session) -> None:
    browser = make_portal(base_url="https://localhost").test_client()
    with browser.session_transaction(base_url="https://localhost") as cookie:
        cookie["anything"] = 1
    held = browser.get_cookie("__Host-session", domain="localhost")
    assert held is not None
    assert (held.secure, held.http_only, held.same_site, held.path) == (True, True, "Lax", "/")
    assert held.origin_only


def test_over_http_the_session_cookie_is_still_unreadable_for_scripts(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["anything"] = 1
    held = client.get_cookie("session")
    assert held is not None
    assert (held.secure, held.http_only, held.same_site) == (False, True, "Lax")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_speak_both_languages(client: FlaskClient, language: str) -> None:
    page = client.get("/signin", query_string={"lang": language})
    assert f'<html lang="{language}"' in page.text
