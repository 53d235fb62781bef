"""A provider that lies, errs or is away never gets anyone a session, and the visitor a page with a way on."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Request, Response

from portal.blueprints.signin import outgoing
from portal.people.models import SignInSession
from portal.settings import ProviderSettings
from tests.signin.conftest import MakePortal
from tests.signin.hostile import CANARY, CLIENT_ID, CLIENT_SECRET, Provider, as_json, journey, serving

Bend = Callable[[Provider], None]


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving(Provider()) as running:
        yield running


@pytest.fixture
def portal(make_portal: MakePortal, provider: Provider) -> Flask:
    return make_portal(citizen=client_settings(provider))


@pytest.fixture
def browser(portal: Flask) -> FlaskClient:
    return portal.test_client()


def client_settings(provider: Provider, **more: Any) -> ProviderSettings:
    return ProviderSettings.model_validate(
        {"issuer": provider.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "demo": True, **more}
    )


def claims(**changed: object) -> Bend:
    return lambda provider: provider.claims.update(changed)


def signed(header: dict[str, str], key: Callable[[Provider], Any]) -> Bend:
    def bend(provider: Provider) -> None:
        provider.header = header
        provider.signing_key = key(provider)

    return bend


def endpoint(name: str, answer: Callable[[Request], Response]) -> Bend:
    return lambda provider: provider.answers.update({name: answer})


def userinfo(**changed: object) -> Bend:
    def bend(provider: Provider) -> None:
        provider.userinfo |= changed
        provider.userinfo = {name: value for name, value in provider.userinfo.items() if value is not None}

    return bend


def token(**changed: object) -> Bend:
    return lambda provider: provider.token.update(changed)


def raw(make: Callable[[Provider], str]) -> Bend:
    def bend(provider: Provider) -> None:
        provider.raw_token = make(provider)

    return bend


def published(value: object) -> Bend:
    def bend(provider: Provider) -> None:
        provider.published = value

    return bend


def public_pem(provider: Provider) -> OctKey:
    """The classic confusion: the public key, known to all, used as a secret."""
    return OctKey.import_key(provider.key.as_pem(private=False).replace(b"-----BEGIN", b"----BEGIN"))


def other_key(_provider: Provider) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "k1"})


def html(_request: Request) -> Response:
    return Response("<p>Under maintenance</p>", 200, content_type="text/html")


def broken(_request: Request) -> Response:
    return Response("oops", 500)


def elsewhere(_request: Request) -> Response:
    return Response("", 302, headers={"Location": "http://127.0.0.1:9/"})


def endless(_request: Request) -> Response:
    """All that is asked for, and a megabyte more."""
    said = Provider().userinfo | {"padding": "x" * outgoing.ANSWER_MAX_BYTES}
    return as_json(said)


HOUR_AGO = int(time.time()) - 3600
HOUR_AHEAD = int(time.time()) + 3600

LIES: dict[str, tuple[Bend, str, int]] = {
    "nonce of another sign-in": (claims(nonce="another"), "token", 400),
    "no nonce": (claims(nonce=None), "token", 400),
    "for another client": (claims(aud="another"), "token", 400),
    "for us and another, authorized party not said": (claims(aud=[CLIENT_ID, "another"]), "token", 400),
    "for us and another, authorized party another": (claims(aud=[CLIENT_ID, "x"], azp="x"), "token", 400),
    "for another client, though we are the authorized party": (claims(aud="another", azp=CLIENT_ID), "token", 400),
    "no audience": (claims(aud=None), "token", 400),
    "of another issuer": (claims(iss="https://elsewhere.example"), "token", 400),
    "no issuer": (claims(iss=None), "token", 400),
    "expired": (claims(iat=HOUR_AGO, exp=HOUR_AGO + 60), "token", 400),
    "never expiring": (claims(exp=None), "token", 400),
    "expiring in words": (claims(exp="never"), "token", 400),
    "from the future": (claims(iat=HOUR_AHEAD, exp=HOUR_AHEAD + 60), "token", 400),
    "not valid yet": (claims(nbf=HOUR_AHEAD), "token", 400),
    "no subject": (claims(sub=None), "token", 400),
    "a subject that is no text": (claims(sub=7), "token", 400),
    "another access token's hash": (claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), "token", 400),
    "alg none": (raw(Provider.unsigned), "token", 400),
    "HS256 by the public key": (signed({"alg": "HS256", "kid": "k1"}, public_pem), "token", 400),
    "HS256 by the client's secret": (
        signed({"alg": "HS256"}, lambda _provider: OctKey.import_key(CLIENT_SECRET)),
        "token",
        400,
    ),
    "an algorithm we do not use": (signed({"alg": "RS512", "kid": "k1"}, lambda p: p.key), "token", 400),
    "signed by another key": (signed({"alg": "RS256", "kid": "k1"}, other_key), "token", 400),
    "signed by a key nobody published": (signed({"alg": "RS256", "kid": "k9"}, other_key), "token", 400),
    "no ID token": (token(id_token=None), "token", 400),
    "no access token": (token(access_token=None), "token", 400),
    "an ID token that is none": (raw(lambda _provider: "not.a.token"), "token", 400),
    "an ID token that is a list": (token(id_token=["x"]), "token", 400),
    "userinfo of somebody else": (userinfo(sub="s-2"), "subject", 400),
    "userinfo of nobody": (userinfo(sub=None), "subject", 400),
    "userinfo a list": (endpoint("userinfo", lambda _request: as_json(["s-1"])), "subject", 400),
    "userinfo in HTML": (endpoint("userinfo", html), "bad_answer", 502),
    "userinfo broken": (endpoint("userinfo", broken), "bad_answer", 502),
    "userinfo elsewhere": (endpoint("userinfo", elsewhere), "bad_answer", 502),
    "userinfo endless": (endpoint("userinfo", endless), "bad_answer", 502),
    "no technical id": (userinfo(TechID=None), "incomplete_identity", 400),
    "no name": (userinfo(HoVaTen=None), "incomplete_identity", 400),
    "a kind of account nobody knows": (userinfo(LoaiTaiKhoan="9"), "incomplete_identity", 400),
    "code refused": (endpoint("token", lambda _r: as_json({"error": "invalid_grant"}, 400)), "code", 400),
    "code answered by a list": (endpoint("token", lambda _request: as_json(["x"])), "token", 400),
    "code answered in HTML": (endpoint("token", html), "token", 400),
    "code answered by an error": (endpoint("token", broken), "bad_answer", 502),
    "code answered elsewhere": (endpoint("token", elsewhere), "bad_answer", 502),
    "keys broken": (endpoint("jwks", broken), "bad_answer", 502),
    "keys in HTML": (endpoint("jwks", html), "bad_answer", 502),
    "keys a list": (published(["x"]), "bad_metadata", 502),
    "keys not keys": (published({"keys": ["x"]}), "bad_metadata", 502),
    "keys of no kind": (published({"keys": [{"kid": "k1"}]}), "token", 400),
    "no keys": (published({"keys": []}), "token", 400),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_gets_nobody_a_session(
    lie: str, browser: FlaskClient, provider: Provider, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    bend, reason, status = LIES[lie]
    with caplog.at_level(logging.INFO, "portal"):
        page = journey(browser, provider, bend)
    assert page.status_code == status
    assert page.headers["Cache-Control"] == "no-store"
    assert 'role="button" draggable="false" href="/signin"' in page.text
    assert session.execute(select(SignInSession.token_hash)).first() is None
    with browser.session_transaction() as cookie:
        assert "_user_id" not in cookie
    lines = [record.getMessage() for record in caplog.records if "sign-in refused" in record.getMessage()]
    assert len(lines) == 1
    assert repr(reason) in lines[0]
    assert CANARY not in caplog.text


DISCOVERIES: dict[str, tuple[Bend, int]] = {
    "of another issuer": (lambda p: p.metadata.update(issuer="https://elsewhere.example"), 502),
    "of no issuer": (lambda p: p.metadata.update(issuer=None), 502),
    "without a place to ask": (lambda p: p.metadata.update(token_endpoint=None), 502),
    "with an address that is none": (lambda p: p.metadata.update(jwks_uri=7), 502),
    "with an address of another scheme": (lambda p: p.metadata.update(authorization_endpoint="ftp://x/"), 502),
    "a list": (endpoint("openid-configuration", lambda _request: as_json([])), 400),
    "in HTML": (endpoint("openid-configuration", html), 502),
    "missing": (endpoint("openid-configuration", lambda _request: Response("", 404)), 502),
}


@pytest.mark.parametrize("discovery", DISCOVERIES)
def test_a_wrong_discovery_document_sends_nobody_anywhere(
    discovery: str, browser: FlaskClient, provider: Provider
) -> None:
    bend, status = DISCOVERIES[discovery]
    bend(provider)
    page = browser.get("/signin/citizen")
    assert page.status_code == status
    provider.metadata.clear()
    provider.answers.clear()
    assert browser.get("/signin/citizen").status_code == 303, "a provider put right must work again by itself"


def test_the_provider_does_not_choose_the_algorithms(browser: FlaskClient, provider: Provider) -> None:
    provider.metadata["id_token_signing_alg_values_supported"] = ["RS256", "RS512", "none"]
    assert journey(browser, provider, signed({"alg": "RS512", "kid": "k1"}, lambda p: p.key)).status_code == 400
    assert journey(browser, provider, raw(Provider.unsigned)).status_code == 400


def test_a_provider_that_is_away_is_said_to_be_away(make_portal: MakePortal) -> None:
    away = ProviderSettings(issuer="http://127.0.0.1:9", client_id="x", demo=True)
    page = make_portal(citizen=away).test_client().get("/signin/citizen")
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "60"
    assert "Nơi cấp tài khoản đang không trả lời" in page.text


def test_a_provider_that_never_answers_is_given_up(
    browser: FlaskClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "READ_SECONDS", 1.0)
    given_up = threading.Event()

    def silent(_request: Request) -> Response:
        given_up.wait(60)
        return Response("")

    begun = time.monotonic()
    answer = journey(browser, provider, endpoint("token", silent))
    assert (answer.status_code, time.monotonic() - begun < 30) == (503, True)
    given_up.set()


def test_a_provider_that_nobody_set_up_is_said_so(make_portal: MakePortal) -> None:
    browser = make_portal().test_client()
    assert browser.get("/signin/citizen").status_code == 503
    assert "chưa được cài đặt" in browser.get("/signin").text
    assert browser.get("/signin/somebody").status_code == 404


def test_the_provider_as_it_should_be_signs_in(browser: FlaskClient, provider: Provider) -> None:
    """The control of all the above: nothing bent, and it works."""
    assert journey(browser, provider).location == "/account"
    assert provider.asked[-1] == ("POST", "/userinfo")


def elliptic(provider: Provider) -> None:
    key = ECKey.generate_key("P-256", {"kid": "e1"})
    provider.header, provider.signing_key = {"alg": "ES256", "kid": "e1"}, key
    provider.published = {"keys": [key.as_dict(private=False)]}


def rotated(provider: Provider) -> None:
    """The portal knows the old keys from a sign-in before; the token is signed by a new one."""
    key = RSAKey.generate_key(2048, {"kid": "k2"})
    provider.header, provider.signing_key = {"alg": "RS256", "kid": "k2"}, key
    provider.published = {"keys": [key.as_dict(private=False)]}


def test_new_keys_and_elliptic_ones_are_taken_up(portal: Flask, provider: Provider) -> None:
    for bend in (lambda _provider: None, rotated, elliptic):
        assert journey(portal.test_client(), provider, bend).location == "/account"


def test_userinfo_can_be_asked_for_by_get(make_portal: MakePortal, provider: Provider) -> None:
    browser = make_portal(citizen=client_settings(provider, userinfo_method="GET")).test_client()
    assert journey(browser, provider).location == "/account"
    assert provider.asked[-1] == ("GET", "/userinfo")


def test_the_level_of_assurance_is_asked_for_where_it_is_set(make_portal: MakePortal, provider: Provider) -> None:
    browser = make_portal(citizen=client_settings(provider, acr_values="LoA1")).test_client()
    assert "acr_values=LoA1" in browser.get("/signin/citizen").location


def test_the_way_out_that_comes_with_the_claims_is_used_and_not_kept_open(
    browser: FlaskClient, provider: Provider, portal: Flask
) -> None:
    portal.config["WTF_CSRF_ENABLED"] = False
    way_out = provider.url + "/logout?token_id=x"
    journey(browser, provider, userinfo(logoutUri=way_out))
    assert browser.post("/signout").headers["Refresh"] == f"0; url={way_out}"
    journey(browser, provider, userinfo(logoutUri="javascript:alert(1)"))
    assert "Refresh" not in browser.post("/signout").headers


def test_what_the_cookie_held_before_is_gone_with_the_sign_in(browser: FlaskClient, provider: Provider) -> None:
    with browser.session_transaction() as cookie:
        cookie["csrf_token"] = "known to whoever planted it"
    browser.get("/signin/citizen")
    journey(browser, provider)
    with browser.session_transaction() as cookie:
        assert set(cookie) <= {"_user_id", "_fresh", "_id"}


def test_many_sign_ins_begun_do_not_outgrow_the_cookie(browser: FlaskClient) -> None:
    for _ in range(12):
        begun = browser.get("/signin/citizen?next=/" + "x" * 900)
        assert len(begun.headers["Set-Cookie"]) < 4000
