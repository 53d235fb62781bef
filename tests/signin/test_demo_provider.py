"""The demo provider keeps the protocol, and stays a demo."""

import base64
import hashlib
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet
from pydantic import ValidationError

from portal.people import claims
from portal.pilot import identity, identity_keys
from portal.pilot.identity_people import demo_identities, of_realm
from portal.settings import ROOT, Settings

PORTAL = "http://127.0.0.1:8000"
ADDRESS = "http://127.0.0.1:8001"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASK = {
    "response_type": "code",
    "client_id": "portal-citizen",
    "redirect_uri": PORTAL + "/signin/citizen/callback",
    "scope": "openid",
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
def browser(instance: Path) -> FlaskClient:
    app: Flask = identity.create_provider(instance, address=ADDRESS, portal=PORTAL)
    return app.test_client()


def code_for(browser: FlaskClient, subject: str = "demo-citizen-an", **changed: str) -> str:
    answer = browser.post("/citizen/authorize", query_string=ASK | changed, data={"identity": subject})
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.location).query)["code"][0]


def exchange(browser: FlaskClient, instance: Path, code: str, **changed: str) -> tuple[int, dict[str, str]]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": ASK["redirect_uri"],
        "client_id": "portal-citizen",
        "client_secret": identity_keys.client_secret(instance, "citizen"),
        "code_verifier": VERIFIER,
    }
    answer = browser.post("/citizen/token", data={k: v for k, v in (form | changed).items() if v})
    return answer.status_code, answer.get_json()


def test_a_code_buys_one_token_whose_signature_and_claims_are_right(browser: FlaskClient, instance: Path) -> None:
    code = code_for(browser)
    status, bought = exchange(browser, instance, code)
    assert status == 200
    keys = KeySet.import_key_set(browser.get("/citizen/jwks").get_json())
    said = jwt.decode(bought["id_token"], keys, algorithms=["RS256"]).claims
    assert (said["iss"], said["aud"], said["sub"], said["nonce"]) == (
        ADDRESS + "/citizen",
        "portal-citizen",
        "demo-citizen-an",
        "n",
    )
    bearer = {"Authorization": f"Bearer {bought['access_token']}"}
    for ask in (browser.get, browser.post):
        assert ask("/citizen/userinfo", headers=bearer).get_json()["HoVaTen"] == "Nguyễn Thị Mẫu An"
        assert ask("/officer/userinfo", headers=bearer).status_code == 401
        assert ask("/citizen/userinfo").status_code == 401
    assert exchange(browser, instance, code)[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": ""},
        {"client_secret": "wrong"},
        {"client_secret": ""},
        {"redirect_uri": PORTAL + "/"},
        {"client_id": "portal-officer"},
        {"grant_type": "password"},
    ],
)
def test_a_code_is_bound_to_who_asked_and_how(browser: FlaskClient, instance: Path, changed: dict[str, str]) -> None:
    assert exchange(browser, instance, code_for(browser), **changed)[0] in (400, 401)


def test_a_code_lives_a_minute_and_a_token_ten(browser: FlaskClient, instance: Path) -> None:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False) as clock:
        code = code_for(browser)
        clock.shift(timedelta(seconds=61))
        assert exchange(browser, instance, code)[1]["error"] == "invalid_grant"
        _, bought = exchange(browser, instance, code_for(browser))
        bearer = {"Authorization": f"Bearer {bought['access_token']}"}
        clock.shift(timedelta(minutes=9))
        assert browser.get("/citizen/userinfo", headers=bearer).status_code == 200
        clock.shift(timedelta(minutes=2))
        assert browser.get("/citizen/userinfo", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "another"},
        {"redirect_uri": "http://evil.example/signin/citizen/callback"},
        {"redirect_uri": ""},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"code_challenge": "short"},
        {"nonce": ""},
    ],
)
def test_a_wrong_question_gets_a_page_and_nobody_is_sent_anywhere(
    browser: FlaskClient, changed: dict[str, str]
) -> None:
    asked = {name: value for name, value in (ASK | changed).items() if value}
    for answer in (
        browser.get("/citizen/authorize", query_string=asked),
        browser.post("/citizen/authorize", query_string=asked, data={"identity": "demo-citizen-an"}),
    ):
        assert answer.status_code == 400
        assert "DEMO" in answer.text


def test_nobody_can_be_somebody_of_the_other_realm(browser: FlaskClient) -> None:
    answer = browser.post("/citizen/authorize", query_string=ASK, data={"identity": "demo-officer-phuong-1-mot-cua"})
    assert "error=access_denied" in answer.location
    assert "state=s" in answer.location


def test_signing_out_sends_back_to_the_portal_only(browser: FlaskClient) -> None:
    sent = browser.get("/citizen/logout", query_string={"post_logout_redirect_uri": PORTAL + "/"})
    assert sent.location == PORTAL + "/"
    for elsewhere in ("http://evil.example/", PORTAL + "/account", ""):
        page = browser.get("/citizen/logout", query_string={"post_logout_redirect_uri": elsewhere})
        assert page.status_code == 200


def test_every_page_says_demo_and_can_be_neither_framed_nor_kept(browser: FlaskClient) -> None:
    for address, query in (("/", {}), ("/citizen/authorize", ASK), ("/citizen/logout", {}), ("/nowhere", {})):
        page = browser.get(address, query_string=query)
        assert "<strong>DEMO</strong>" in page.text
        assert "– DEMO</title>" in page.text
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"


def test_the_page_offers_everyone_of_its_realm_as_a_button(browser: FlaskClient) -> None:
    page = browser.get("/citizen/authorize", query_string=ASK).text
    assert all(f'value="{subject}"' in page for subject in of_realm("citizen"))
    assert not any(f'value="{subject}"' in page for subject in of_realm("officer"))
    assert "<script" not in page


def test_demo_people_are_plainly_made_up_and_complete() -> None:
    people = demo_identities()
    assert len({person.subject for person in people}) == len(people)
    kinds = [person.kind for person in people]
    assert kinds.count("citizen") == 8
    assert kinds.count("organisation") >= 1
    for person in people:
        assert "Mẫu" in person.name
        assert set(person.note) == {"vi", "en"}
        if person.realm == "citizen":
            said = claims.read(person.claims)
            assert said.subject == person.subject
            assert said.national_id is None or said.national_id.startswith(
                "99" if len(said.national_id) == 9 else "099"
            )


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    first = identity.pilot_environment(tmp_path, 8001)
    assert identity.pilot_environment(tmp_path, 8001) == first
    assert first["PORTAL_CITIZEN_PROVIDER__CLIENT_SECRET"] != first["PORTAL_OFFICER_PROVIDER__CLIENT_SECRET"]
    identity_keys.signing_key(tmp_path)
    for file in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert identity.pilot_environment(tmp_path / "other", 8001) != first


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in identity.pilot_environment(tmp_path, 8001).items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_settings_understand_what_the_pilot_says(told: pytest.MonkeyPatch) -> None:
    settings = Settings()
    assert settings.citizen_provider.issuer == ADDRESS + "/citizen"
    assert (settings.citizen_provider.demo, settings.officer_provider.demo) == (True, True)
    assert (settings.citizen_provider.subject_claim, settings.officer_provider.subject_claim) == ("TechID", "sub")


def test_production_refuses_demo_providers_and_unencrypted_ones(told: pytest.MonkeyPatch) -> None:
    told.setenv("PORTAL_ENVIRONMENT", "production")
    told.setenv("PORTAL_BASE_URL", "https://portal.example")
    with pytest.raises(ValidationError, match="real identity providers"):
        Settings()
    for name in ("CITIZEN", "OFFICER"):
        told.setenv(f"PORTAL_{name}_PROVIDER__DEMO", "false")
    with pytest.raises(ValidationError, match="real identity providers"):
        Settings()
    for name in ("CITIZEN", "OFFICER"):
        told.setenv(f"PORTAL_{name}_PROVIDER__ISSUER", "https://sso.example")
    with pytest.raises(ValidationError, match="PORTAL_SMTP_HOST"):
        Settings()
    told.setenv("PORTAL_SMTP_HOST", "mail.example")
    assert Settings().environment == "production"
    told.setenv("PORTAL_CITIZEN_PROVIDER__DEMO", "true")
    with pytest.raises(ValidationError, match="real identity providers"):
        Settings()


@pytest.mark.parametrize(
    "production",
    [
        {"PORTAL_ENVIRONMENT": "production"},
        {
            "PORTAL_ENVIRONMENT": "production",
            "PORTAL_BASE_URL": "https://portal.example",
            "PORTAL_CITIZEN_PROVIDER__ISSUER": "https://sso.example",
            "PORTAL_OFFICER_PROVIDER__ISSUER": "https://sso.example",
        },
    ],
)
def test_the_process_itself_refuses_production(tmp_path: Path, production: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "portal.pilot.identity", "--port", "0", "--instance", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | production,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert b"demo identity provider" in done.stderr
    assert not list(tmp_path.iterdir())
