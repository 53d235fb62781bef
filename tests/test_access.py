"""The route-audience table: every address of the portal, and who may open it."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from flask import Flask, Response, g, make_response
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from flask_login import current_user
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import access, clock
from portal.access import Audience, admits, audience, audience_of, own_path
from portal.extensions import db, login
from portal.people.models import OfficerRole
from portal.people.queries import Account, Role
from portal.settings import Settings
from tests.conftest import Browser
from tests.routes import doors
from tests.signing_in import make_citizen, make_officer, make_organisation, sign_in_as

METHODS = ("GET", "POST")


def test_every_address_says_whom_it_is_for(app: Flask) -> None:
    assert access.undeclared(app) == []
    assert len(list(doors(app))) > 5


def test_what_is_not_public_is_closed_to_strangers(app: Flask) -> None:
    for rule, address, method in doors(app):
        who = audience_of(app, rule.endpoint)
        if who is Audience.PUBLIC:
            continue
        answer = app.test_client().open(address, method=method)
        assert answer.headers["Cache-Control"] == "no-store"
        if who is Audience.BEARER:
            assert asks_for_a_token(answer), f"{method} {address} answered {answer.status_code}"
            continue
        assert answer.status_code == 303, f"{method} {address} ({who}) answered {answer.status_code}"
        assert answer.location.partition("?")[0] == "/signin"


def asks_for_a_token(answer: TestResponse) -> bool:
    return answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_what_a_token_opens_is_closed_to_every_browser(app: Flask, session: Session) -> None:
    browsers = [app.test_client() for _ in range(4)]
    sign_in_as(browsers[0], make_citizen(session))
    sign_in_as(browsers[1], make_officer(session, "H06.31.01", "receiver"))
    sign_in_as(browsers[2], make_officer(session, "H06.01", "administrator"))
    asked = 0
    for rule, address, method in doors(app):
        if audience_of(app, rule.endpoint) is Audience.BEARER:
            for browser in browsers:
                answer = browser.open(address, method=method)
                assert asks_for_a_token(answer), f"{method} {address} answered {answer.status_code}"
                assert answer.headers["Cache-Control"] == "no-store"
                asked += 1
    assert asked >= 8


def test_officers_and_citizens_are_kept_apart(app: Flask, session: Session) -> None:
    citizen, officer, administrator = (app.test_client() for _ in range(3))
    sign_in_as(citizen, make_citizen(session))
    sign_in_as(officer, make_officer(session, "H06.31.01", "receiver"))
    sign_in_as(administrator, make_officer(session, "H06.01", "administrator"))
    closed = {
        Audience.PERSON: (officer, administrator),
        Audience.OFFICER: (citizen,),
        Audience.EDITOR: (citizen, officer, administrator),
        Audience.ADMINISTRATOR: (citizen, officer),
    }
    for rule, address, method in doors(app):
        for browser in closed.get(audience_of(app, rule.endpoint) or Audience.PUBLIC, ()):
            answer = browser.open(address, method=method)
            assert answer.status_code == 403, f"{method} {address} answered {answer.status_code}"
            assert answer.headers["Cache-Control"] == "no-store"


@pytest.fixture
def small(settings: Settings, app: Flask) -> Flask:
    """A portal in small: the real gate over one view for each audience, and one that forgot to say."""
    made = Flask("small")
    made.config.update(SETTINGS=settings, SECRET_KEY=b"k" * 32, SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url)
    made.test_client_class = Browser
    db.init_app(made)
    login.init_app(made)
    access.install(made)

    for who in Audience:
        made.add_url_rule(f"/{who}", str(who), audience(who)(_new_view()), methods=["GET", "POST"])
    made.add_url_rule("/forgotten", "forgotten", _new_view())
    made.add_url_rule("/post-only", "post_only", audience(Audience.PERSON)(lambda: "open"), methods=["POST"])
    made.add_url_rule("/named", "named", audience(Audience.PUBLIC)(lambda: str(current_user.is_authenticated)))
    made.add_url_rule("/signin", "signin.choose", audience(Audience.PUBLIC)(lambda: "sign in"))
    return made


def _new_view() -> Callable[[], ResponseReturnValue]:
    def view() -> ResponseReturnValue:
        response = make_response("open")
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    return view


def test_a_view_that_does_not_say_whom_it_is_for_is_found_and_closed_to_all(small: Flask, session: Session) -> None:
    assert access.undeclared(small) == ["forgotten"]
    browser = small.test_client()
    assert browser.get("/forgotten").status_code == 403
    sign_in_as(browser, make_officer(session, "H06.01", "administrator"))
    assert browser.get("/forgotten").status_code == 403


@pytest.mark.parametrize(
    ("who", "opened"),
    [
        ("anonymous", {Audience.PUBLIC}),
        ("citizen", {Audience.PUBLIC, Audience.PERSON, Audience.WRITER, Audience.ANY_ACCOUNT}),
        ("organisation", {Audience.PUBLIC, Audience.PERSON, Audience.WRITER, Audience.ANY_ACCOUNT}),
        ("receiver", {Audience.PUBLIC, Audience.OFFICER, Audience.WRITER, Audience.ANY_ACCOUNT}),
        ("leader", {Audience.PUBLIC, Audience.OFFICER, Audience.ANY_ACCOUNT}),
        ("editor", {Audience.PUBLIC, Audience.OFFICER, Audience.EDITOR, Audience.ANY_ACCOUNT}),
        ("administrator", {Audience.PUBLIC, Audience.OFFICER, Audience.ADMINISTRATOR, Audience.ANY_ACCOUNT}),
    ],
)
def test_the_gate_opens_for_its_audience_only(small: Flask, session: Session, who: str, opened: set[Audience]) -> None:
    browser = small.test_client()
    _sign_in(browser, session, who)
    for method in METHODS:
        statuses = {audience: browser.open(f"/{audience}", method=method).status_code for audience in Audience}
        refused = 303 if who == "anonymous" else 403
        expected = {audience: 200 if audience in opened else refused for audience in Audience}
        assert statuses == expected | {Audience.BEARER: 401}, "whoever is signed in"


def _sign_in(browser: FlaskClient, session: Session, who: str) -> None:
    if who == "citizen":
        sign_in_as(browser, make_citizen(session))
    elif who == "organisation":
        sign_in_as(browser, make_organisation(session))
    elif who != "anonymous":
        sign_in_as(browser, make_officer(session, "H06.01", who))  # type: ignore[arg-type]


def test_nothing_made_for_an_account_may_be_kept_and_public_pages_say_for_themselves(
    small: Flask, session: Session
) -> None:
    browser = small.test_client()
    assert browser.get("/public").headers["Cache-Control"] == "public, max-age=60"
    assert browser.get("/person").headers["Cache-Control"] == "no-store"
    assert "Vary" not in browser.get("/public").headers
    sign_in_as(browser, make_citizen(session))
    assert browser.get("/person").headers["Cache-Control"] == "no-store"
    assert browser.get("/any_account").headers["Cache-Control"] == "no-store"
    named = browser.get("/named")
    assert (named.text, named.headers["Cache-Control"]) == ("True", "no-store")
    assert browser.get("/public").headers["Cache-Control"] == "public, max-age=60", "nobody asked who it was"


def test_after_signing_in_one_comes_back_to_where_one_was(small: Flask) -> None:
    browser = small.test_client()
    assert browser.get("/person?a=1&b=%C4%91").location == "/signin?next=/person?a%3D1%26b%3D%25C4%2591"
    assert browser.post("/person?a=1").location == "/signin?next=/person"
    assert browser.post("/post-only").location == "/signin"


def test_rights_are_read_at_each_request(small: Flask, session: Session) -> None:
    browser = small.test_client()
    officer = make_officer(session, "H06.01", "editor")
    sign_in_as(browser, officer)
    assert browser.get("/editor").status_code == 200
    session.execute(delete(OfficerRole).where(OfficerRole.officer_id == officer.id))
    session.commit()
    assert browser.get("/editor").status_code == 403
    assert browser.get("/officer").status_code == 403, "an officer without any role is no officer"


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/account",
        "/procedures?q=khai+sinh&field=ho-tich",
        "/procedures/1.001193/apply",
        "/track?ref=H06.31.01-200615-0001#f-secret",
        "/a%20b",
        "/tìm-kiếm?q=đăng",
    ],
)
def test_an_own_path_is_kept(target: str) -> None:
    assert own_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "account",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/%5Cevil.example",
        "/%2F/evil.example",
        "/%2Fevil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        "/%0d%0aSet-Cookie:x",
        "/\r\nX: y",
        "/a//evil.example",
        "http://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        " /account",
        "/account\x00",
        "/\u2028/evil.example",
        "/%E2%80%A8/x",
        "/" + "x" * 1000,
    ],
)
def test_anything_else_is_no_own_path(target: str | None) -> None:
    assert own_path(target) is None


@given(st.text(alphabet=st.sampled_from("/\\%09aA.:@?#&;\t\r\n 2f5c0dè"), max_size=24))
def test_an_own_path_never_names_a_host(target: str) -> None:
    kept = own_path(target)
    if kept is None:
        return
    for read in (kept, unquote(kept.partition("?")[0])):
        as_browsers_do = re.sub(r"[\x00-\x1f\x7f]", "", read).replace("\\", "/").strip()
        assert re.match(r"/(?!/)", as_browsers_do)


def test_an_audience_without_a_role_wanted_takes_any_officer_with_a_role() -> None:
    nobody = Account("officer", None, 1, "Mẫu", "officer")
    receiver = Account("officer", None, 1, "Mẫu", "officer", (Role(1, "receiver"),))
    assert [admits(Audience.OFFICER, account) for account in (nobody, receiver)] == [False, True]
    assert not admits(Audience.PERSON, nobody)


def test_the_day_of_the_register_is_the_set_one_or_today(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings: Settings = app.config["SETTINGS"]
    assert access.register_day() == settings.units_on
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update={"units_on": None}))
    assert access.register_day() == clock.local_day(clock.now())


def test_an_account_is_read_only_where_somebody_asks(small: Flask, session: Session) -> None:
    asked: list[bool] = []

    @small.after_request
    def note(response: Response) -> Response:
        asked.append("_login_user" in g)
        return response

    browser = small.test_client()
    sign_in_as(browser, make_citizen(session))
    browser.get("/public")
    browser.get("/named")
    assert asked == [False, True]
