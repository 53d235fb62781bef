"""Web hooks: proven, signed, in order, repeated until taken, and ended for good."""

import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from portal import clock
from portal.subscriptions import events, hooks
from portal.subscriptions.calling import EVENTS_A_TURN, Caller
from tests.filing import BIRTH, WARD_1
from tests.subscriptions.conftest import Ledger
from tests.subscriptions.hook import Hook, hook


class Clock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return clock.now() + self.ahead


@pytest.fixture
def machine() -> Iterator[Hook]:
    with hook() as running:
        yield running


@pytest.fixture
def later() -> Clock:
    return Clock()


@pytest.fixture
def caller(app: Flask, machine: Hook, later: Clock) -> Iterator[Caller]:
    settings = app.config["SETTINGS"]
    settings.web_hooks_inside.append(machine.inside)
    made = Caller(
        settings.sqlalchemy_url,
        base_url=settings.base_url,
        allowed=settings.web_hooks_inside,
        units_on=settings.units_on,
        now=later,
    )
    yield made
    made.close()
    settings.web_hooks_inside.remove(machine.inside)


def make(client: FlaskClient, machine: Hook, query: str) -> tuple[str, str]:
    """Ask for a web hook; the path that manages it, and its secret."""
    return shown(ask(client, query, machine.url))


def ask(client: FlaskClient, query: str, url: str, form: str | None = None) -> TestResponse:
    """The answer to the form, which is opened where none is given."""
    return client.post(f"/ledger/web-hooks?{query}", data={"url": url, "form": form or opened(client, query)})


def opened(client: FlaskClient, query: str) -> str:
    """A new form's own word."""
    word = re.search(r'name="form" value="([^"]+)"', client.get(f"/ledger/web-hooks?{query}").text)
    assert word
    return word[1]


def shown(page: TestResponse) -> tuple[str, str]:
    assert page.status_code == 200, page.text
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", html.unescape(page.text))
    link = re.search(r'href="([^"]*/ledger/web-hooks/[^"]+)"', page.text)
    assert secret
    assert link
    return urlsplit(link[1]).path, secret[0]


def call_all(caller: Caller) -> None:
    while caller.call_next():
        pass


def count(ledger: Ledger) -> int:
    ledger.session.rollback()
    return int(ledger.session.execute(text("select count(*) from web_hook")).scalar_one())


def test_nothing_is_told_before_the_address_has_answered_the_challenge(
    client: FlaskClient, ledger: Ledger, machine: Hook, caller: Caller, later: Clock
) -> None:
    machine.proves = False
    path, _secret = make(client, machine, f"unit={WARD_1}")
    assert caller.call_next()
    ledger.filed()
    call_all(caller)
    assert machine.received == []
    assert "Đang chờ" in client.get(path).text or "không trả lời" in client.get(path).text
    later.ahead = hooks.PROVE_WITHIN + timedelta(minutes=1)
    call_all(caller)
    assert count(ledger) == 0
    assert client.get(path).status_code == 404


def test_entries_are_told_once_in_order_and_signed(
    client: FlaskClient, ledger: Ledger, machine: Hook, caller: Caller
) -> None:
    _path, secret = make(client, machine, "unit=H06.31")
    call_all(caller)
    first = ledger.filed()
    ledger.received(first)
    ledger.filed(code="1.000894")
    call_all(caller)
    call_all(caller)
    assert [event["data"]["index"] for event in machine.received] == [0, 1, 2]
    assert machine.received[1]["subject"] == first
    assert machine.received[1]["data"]["entry"]["act"] == "received"
    for headers, body in machine.signed:
        stamp = headers["webhook-timestamp"]
        assert headers["webhook-signature"] == events.signature(headers["webhook-id"], stamp, body, secret=secret)
        assert abs(int(stamp) - clock.now().timestamp()) < 60
        assert headers["content-type"] == events.CONTENT_TYPE


@pytest.mark.parametrize("what", ["dossier", "procedure"])
def test_only_what_was_asked_for_is_told(
    client: FlaskClient, ledger: Ledger, machine: Hook, caller: Caller, what: str
) -> None:
    reference = ledger.filed()
    make(client, machine, f"dossier={reference}" if what == "dossier" else f"procedure={BIRTH}")
    call_all(caller)
    ledger.filed(code="1.000894")
    ledger.received(reference)
    call_all(caller)
    assert [event["subject"] for event in machine.received] == [reference]


def test_what_was_not_taken_comes_again_later_and_in_order(
    client: FlaskClient, ledger: Ledger, machine: Hook, caller: Caller, later: Clock
) -> None:
    path, _secret = make(client, machine, f"unit={WARD_1}")
    call_all(caller)
    machine.status = 503
    ledger.received(ledger.filed())
    call_all(caller)
    assert machine.received == []
    assert "không trả lời mã 200" in client.get(path).text
    machine.status = 200
    assert not caller.call_next(), "not at once"
    later.ahead = hooks.FIRST_PAUSE
    call_all(caller)
    assert [event["data"]["index"] for event in machine.received] == [0, 1]
    assert "không trả lời" not in client.get(path).text


def test_after_days_of_silence_it_is_forgotten(
    client: FlaskClient, ledger: Ledger, machine: Hook, caller: Caller, later: Clock
) -> None:
    make(client, machine, f"unit={WARD_1}")
    call_all(caller)
    machine.status = 500
    ledger.filed()
    call_all(caller)
    later.ahead = hooks.GIVE_UP_AFTER + timedelta(minutes=1)
    call_all(caller)
    assert count(ledger) == 0


def test_while_a_request_is_out_nobody_else_takes_the_turn(
    client: FlaskClient, ledger: Ledger, machine: Hook, caller: Caller
) -> None:
    make(client, machine, f"unit={WARD_1}")
    ledger.session.rollback()
    assert hooks.take_turn(ledger.session, at=clock.now()) is not None
    ledger.session.commit()
    assert not caller.call_next()
    assert machine.signed == []


def test_more_than_a_turn_s_worth_is_told_over_several_turns(
    client: FlaskClient, ledger: Ledger, machine: Hook, caller: Caller
) -> None:
    make(client, machine, f"unit={WARD_1}")
    call_all(caller)
    for _number in range(EVENTS_A_TURN // 2 + 1):
        ledger.received(ledger.filed())
    call_all(caller)
    assert [event["data"]["index"] for event in machine.received] == list(range(EVENTS_A_TURN + 2))


def test_ending_deletes_it(client: FlaskClient, ledger: Ledger, machine: Hook, caller: Caller) -> None:
    path, _secret = make(client, machine, f"unit={WARD_1}")
    call_all(caller)
    assert client.post(f"{path}/end").status_code == 200
    assert client.post(f"{path}/end").status_code == 200
    ledger.filed()
    call_all(caller)
    assert machine.received == []
    assert count(ledger) == 0


@pytest.mark.parametrize(
    "url", ["", "http://vidu.vn/", "https://127.0.0.1/", "https://localhost/", "javascript:x", "https://vidu.vn:22/"]
)
def test_addresses_that_lead_inside_are_refused_beside_the_field(client: FlaskClient, ledger: Ledger, url: str) -> None:
    page = ask(client, f"unit={WARD_1}", url)
    assert page.status_code == 422
    assert 'id="f-url-error"' in page.text
    assert count(ledger) == 0


def test_one_caller_makes_a_few_only(client: FlaskClient, ledger: Ledger) -> None:
    for number in range(hooks.MOST_OF_A_CLIENT):
        assert ask(client, f"unit={WARD_1}", f"https://vidu.vn/{number}").status_code == 200
    assert ask(client, f"unit={WARD_1}", "https://vidu.vn/").status_code == 422


def test_the_same_form_sent_again_shows_the_one_that_it_made(client: FlaskClient, ledger: Ledger) -> None:
    query, url = f"unit={WARD_1}", "https://vidu.vn/"
    form = opened(client, query)
    first = shown(ask(client, query, url, form))
    assert [shown(ask(client, query, url, form)) for _again in range(hooks.MOST_OF_A_CLIENT)] == [first] * 10
    assert count(ledger) == 1


def test_another_wish_or_another_form_makes_another(client: FlaskClient, ledger: Ledger) -> None:
    query, url = f"unit={WARD_1}", "https://vidu.vn/"
    form = opened(client, query)
    asked = [(query, url, form), (query, f"{url}b", form), (f"procedure={BIRTH}", url, form), (query, url, None)]
    assert len({shown(ask(client, *wish)) for wish in asked}) == 4
    assert count(ledger) == 4


def test_a_form_without_its_word_is_asked_to_be_sent_once_more(client: FlaskClient, ledger: Ledger) -> None:
    page = client.post(f"/ledger/web-hooks?unit={WARD_1}", data={"url": "https://vidu.vn/"})
    assert page.status_code == 422
    assert "Trang này đã cũ" in page.text
    assert count(ledger) == 0


def test_address_and_secret_rest_sealed(client: FlaskClient, ledger: Ledger, machine: Hook, caller: Caller) -> None:
    path, secret = make(client, machine, f"unit={WARD_1}")
    row = repr(tuple(ledger.session.execute(text("select * from web_hook")).one()))
    for kept in (machine.inside, secret, path.rpartition("/")[2]):
        assert kept not in row
