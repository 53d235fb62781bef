"""The bytes held before the framework are those that the framework gave, and no others."""

import re
import threading
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import Client

from portal import clock
from portal.held import OVERHEAD, Held
from tests.dossiers.counting import statements
from tests.ledger.chains import Chain, reference
from tests.publishing import publish_now
from tests.signing_in import make_citizen, sign_in_as


@pytest.fixture
def visitor(app: Flask) -> Client:
    return Client(Held(app.wsgi_app))


@pytest.fixture
def log(app: Flask, session: Session) -> None:
    Chain(session).receive()
    publish_now(app)
    session.rollback()


PLACES = [
    "/ledger/tile/0/000.p/2",
    "/ledger/tile/entries/000.p/1",
    "/ledger/checkpoint",
    "/ledger/feed.atom",
    "/ledger/feed.json",
]


@pytest.mark.parametrize("place", PLACES)
def test_the_second_visitor_gets_the_same_without_a_statement(
    session: Session, visitor: Client, log: None, place: str
) -> None:
    first = visitor.get(place)
    with statements(session) as sent:
        second = visitor.get(place)
    assert sent == []
    assert (second.status, second.data) == (first.status, first.data)
    assert list(second.headers) == list(first.headers)
    assert second.data


def test_a_tile_is_held_for_ever_and_the_rest_for_a_moment(
    app: Flask, session: Session, visitor: Client, log: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {place: visitor.get(place).data for place in PLACES}
    Chain(session, reference(2))
    publish_now(app)
    session.rollback()
    now = [0.0]
    monkeypatch.setattr("portal.held.time.monotonic", lambda: now[0])
    fresh = Client(Held(app.wsgi_app))
    assert {place: fresh.get(place).data for place in PLACES[:2]} == {place: before[place] for place in PLACES[:2]}
    held = {place: fresh.get(place).data for place in PLACES}
    assert all(held[place] != before[place] for place in PLACES[2:])
    Chain(session, reference(3))
    publish_now(app)
    now[0] = 0.9
    assert {place: fresh.get(place).data for place in PLACES} == held
    now[0] = 1.1
    assert all(fresh.get(place).data != held[place] for place in PLACES[2:])


def test_what_the_visitor_has_is_not_sent_again(visitor: Client, log: None) -> None:
    first = visitor.get("/ledger/checkpoint")
    again = visitor.get("/ledger/checkpoint", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Content-Type" not in again.headers
    other = visitor.get("/ledger/checkpoint", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize(
    "place", ["/ledger/tile/0/000.p/3", "/ledger/tile/0/0", "/ledger/feed/0.atom", "/ledger/feed.xml"]
)
def test_what_is_not_there_is_not_held(app: Flask, session: Session, visitor: Client, log: None, place: str) -> None:
    assert visitor.get(place).status_code == 404
    Chain(session, reference(2))
    publish_now(app)
    assert visitor.get(place).status_code == (200 if place.endswith(".p/3") else 404)


def counting(
    answer: tuple[str, list[tuple[str, str]]], most_bytes: int = 2 * (OVERHEAD + 100) + 50
) -> tuple[Held, list[str]]:
    """An application that always gives this answer of 100 bytes, wrapped; and the addresses it was asked for."""
    asked: list[str] = []

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        start_response(*answer)
        return [b"x" * 100]

    return Held(application, most_bytes=most_bytes), asked


@pytest.mark.parametrize(
    "answer",
    [
        ("200 OK", [("Set-Cookie", "lang=en")]),
        ("200 OK", [("Cache-Control", "no-store")]),
        ("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("ETag", '"no-nonce"')]),
        ("500 INTERNAL SERVER ERROR", []),
        ("304 NOT MODIFIED", []),
    ],
)
def test_answers_for_one_visitor_are_not_held(answer: tuple[str, list[tuple[str, str]]]) -> None:
    held, asked = counting(answer)
    for _ in range(2):
        Client(held).get("/ledger/tile/0/000")
    assert len(asked) == 2


def test_whatever_is_unusual_goes_the_ordinary_way() -> None:
    held, asked = counting(("200 OK", []))
    visitor = Client(held, use_cookies=False)
    for _ in range(2):
        visitor.get("/ledger/tile/0/000?x=1")
        visitor.get("/ledger/tile/0/000", headers={"Range": "bytes=0-1"})
        visitor.head("/ledger/tile/0/000")
        visitor.post("/ledger/tile/0/000")
        visitor.get("/ledger", headers={"Cookie": "a=b; session=x"})
        visitor.get("/ledger/live", headers={"Last-Event-ID": "x"})
        visitor.get("/ledger/entries/0.json")
        visitor.get("/procedures/1.001193/apply")
        visitor.get("/account")
    assert len(asked) == 18


def test_no_more_is_held_than_there_is_room_for() -> None:
    held, asked = counting(("200 OK", []))
    visitor = Client(held)
    for place in ("a", "b", "a", "c", "a", "b"):  # room for two: b makes way for c
        visitor.get(f"/ledger/tile/{place}")
    assert [path[-1] for path in asked] == ["a", "b", "c", "b"]


def test_many_small_answers_take_no_more_room_than_there_is() -> None:
    """Anybody can make up what they saw last; each made-up number is an answer of its own."""
    held, asked = counting(("200 OK", []))
    visitor = Client(held)
    for number in range(50):
        visitor.get("/ledger/live", headers={"Last-Event-ID": str(number)})
    assert len(asked) == 50
    assert len(held._answers) == 2


def test_feeds_are_held_by_the_name_they_were_asked_under() -> None:
    held, asked = counting(("200 OK", []), most_bytes=10_000)
    for host in ("one.example", "two.example", "one.example"):
        Client(held).get("/ledger/feed.atom", headers={"Host": host})
        Client(held).get("/ledger/tile/0/000", headers={"Host": host})
    assert len(asked) == 3


PAGES = ["/", "/ledger", "/procedures", "/procedures/1.001193"]


@pytest.mark.parametrize("place", PAGES)
def test_each_visitor_gets_the_page_under_a_nonce_of_their_own(
    app: Flask, session: Session, log: None, place: str
) -> None:
    visitor = Client(Held(app.wsgi_app))
    first = visitor.get(place)
    with statements(session) as sent:
        second = visitor.get(place)
    assert sent == []
    nonces = [
        re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])[0] for answer in (first, second)
    ]
    assert nonces[0] != nonces[1]
    for answer, own, other in ((first, *nonces), (second, *nonces[::-1])):
        assert f'nonce="{own}"' in answer.text
        assert other not in answer.text
        assert own in answer.headers["ETag"]
    assert first.text.replace(nonces[0], "") == second.text.replace(nonces[1], "")
    assert first.headers["X-Content-Type-Options"] == "nosniff"


def other_digits(digest: str) -> str:
    return f"{int(digest, 16) ^ 1:032x}"


@pytest.mark.parametrize("place", ["/", "/ledger", "/procedures/1.001193"])
def test_who_has_a_page_keeps_it_under_the_policy_it_came_with(app: Flask, log: None, place: str) -> None:
    visitor = Client(Held(app.wsgi_app))
    first = visitor.get(place)
    visitor.get(place)
    again = visitor.get(place, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    digest, nonce = first.headers["ETag"].strip('"').split(".")
    made_up = f'"{other_digits(digest)}.{nonce}"'
    assert visitor.get(place, headers={"If-None-Match": made_up}).status_code == 200


def test_a_page_is_asked_for_anew_when_the_log_grew_and_made_only_then(
    app: Flask, session: Session, log: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("portal.held.time.monotonic", lambda: now[0])
    visitor = Client(Held(app.wsgi_app))
    with time_machine.travel(clock.now(), tick=False):
        before = visitor.get("/ledger").text
        now[0] = 1.1
        with statements(session) as sent:
            same = visitor.get("/ledger").text
        assert len(sent) == 1, sent
        assert bare(same) == bare(before)
        Chain(session, reference(7))
        publish_now(app)
        assert reference(7) not in visitor.get("/ledger").text
        now[0] = 2.2
        assert reference(7) in visitor.get("/ledger").text


def test_one_asks_and_the_others_go_on_with_what_there_is() -> None:
    """A visitor who comes while the application is asked anew is answered at once, from memory."""
    inside: list[bytes] = []
    clock_now = [0.0]

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("ETag", '"x"')])
        if clock_now[0]:
            inside.append(Client(held).get("/ledger/checkpoint").data)
        return [b"new" if clock_now[0] else b"old"]

    held = Held(application)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.held.time.monotonic", lambda: clock_now[0])
        assert Client(held).get("/ledger/checkpoint").data == b"old"
        clock_now[0] = 1.5
        assert Client(held).get("/ledger/checkpoint").data == b"new"
    assert inside == [b"old"]


def test_many_who_come_first_together_ask_once() -> None:
    asked: list[str] = []
    release = threading.Event()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        release.wait(10)
        start_response("200 OK", [("ETag", '"x"')])
        return [b"whole"]

    held = Held(application)
    answers: list[bytes] = []
    visitors = [
        threading.Thread(target=lambda: answers.append(Client(held).get("/ledger/checkpoint").data)) for _ in range(8)
    ]
    for visitor in visitors:
        visitor.start()
    while not asked:
        threading.Event().wait(0.01)
    threading.Event().wait(0.1)
    release.set()
    for visitor in visitors:
        visitor.join()
    assert answers == [b"whole"] * 8
    assert len(asked) == 1
    assert held._first == {}


def test_an_application_that_breaks_is_asked_again_by_the_next(app: Flask) -> None:
    broken = [True]

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        if broken[0]:
            raise RuntimeError("away")
        start_response("200 OK", [])
        return [b"whole"]

    held = Held(application)
    with pytest.raises(RuntimeError):
        Client(held).get("/ledger/checkpoint")
    broken[0] = False
    assert Client(held).get("/ledger/checkpoint").data == b"whole"


def test_languages_are_held_apart_by_cookie_and_browser(app: Flask, log: None) -> None:
    visitor = Client(Held(app.wsgi_app), use_cookies=False)
    for _ in range(2):
        assert 'lang="vi"' in visitor.get("/ledger").text
        assert 'lang="en"' in visitor.get("/ledger", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
        english = {"Cookie": "lang=en", "Accept-Language": "vi"}
        assert 'lang="en"' in visitor.get("/ledger", headers=english).text
        assert 'lang="vi"' in visitor.get("/ledger", headers={"Cookie": "lang=xx"}).text
    assert "lang=en" in visitor.get("/ledger?lang=en").headers["Set-Cookie"]


def test_a_page_for_an_account_is_neither_given_nor_held(app: Flask, session: Session, log: None) -> None:
    held = Held(app.wsgi_app)
    browser = app.test_client()
    kept, app.wsgi_app = app.wsgi_app, held  # type: ignore[method-assign]
    try:
        sign_in_as(browser, make_citizen(session, national_id="079000000777"))
        own = browser.get("/ledger")
        assert own.headers["Cache-Control"] == "no-store"
        assert "Đăng xuất" in own.text
        assert "Đăng xuất" not in Client(held).get("/ledger").text
        assert "Đăng xuất" in browser.get("/ledger").text
    finally:
        app.wsgi_app = kept  # type: ignore[method-assign]


def bare(page: str) -> str:
    return re.sub(r'nonce="[^"]*"', "", page)
