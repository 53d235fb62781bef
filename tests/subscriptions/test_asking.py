"""Asking for letters and confirming: nobody gets a letter they did not ask for."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from portal import clock
from portal.subscriptions import commands
from tests.filing import BIRTH, WARD_1
from tests.subscriptions.conftest import READER, Ledger, ask, link_in, subscribed

NONCE = re.compile(r' nonce="[^"]+"')


def count(ledger: Ledger) -> int:
    ledger.session.rollback()
    return int(ledger.session.execute(text("select count(*) from subscription")).scalar_one())


def test_the_letter_asks_and_only_a_click_on_its_page_confirms(client: FlaskClient, ledger: Ledger) -> None:
    reference = ledger.filed()
    assert ask(client, f"dossier={reference}") == 200
    (question,) = ledger.letters()
    path = link_in(question)
    page = client.get(path)
    assert READER in page.text
    assert "Xác nhận, tôi muốn nhận" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get(path).text.count("Xác nhận, tôi muốn nhận") == 1, "opening the link, even twice, confirms nothing"
    assert client.post(f"{path}/confirm").status_code == 303
    assert "Thôi nhận thư" in client.get(path).text


def test_list_and_dossier_lead_there(client: FlaskClient, ledger: Ledger) -> None:
    reference = ledger.filed()
    assert f"/ledger/subscribe?dossier={reference}" in client.get(f"/ledger/dossiers/{reference}").text
    listed = client.get(f"/ledger?unit={WARD_1}&procedure={BIRTH}").text
    assert f"/ledger/subscribe?unit={WARD_1}" in listed
    assert f"/ledger/subscribe?procedure={BIRTH}" in listed
    assert "/ledger/subscribe" not in client.get("/ledger").text


def test_without_confirmation_nothing_is_told_and_the_address_is_forgotten(client: FlaskClient, ledger: Ledger) -> None:
    reference = ledger.filed()
    ask(client, f"dossier={reference}")
    ledger.received(reference)
    assert ledger.tell() == []
    assert count(ledger) == 1
    ledger.tell(at=clock.now() + commands.CONFIRM_WITHIN + timedelta(minutes=1))
    assert count(ledger) == 0


def test_asking_again_says_the_same_and_sends_nothing(client: FlaskClient, ledger: Ledger) -> None:
    """Whoever asks must not learn what an address reads already."""
    query = f"unit={WARD_1}"
    first, again = (
        NONCE.sub("", client.post(f"/ledger/subscribe?{query}", data={"address": address}).text)
        for address in (READER, READER.upper())
    )
    assert again.replace(READER.upper(), READER) == first
    assert len(ledger.letters()) + len(ledger.letters(READER.upper())) == 1


def test_an_address_gets_no_more_than_a_few_questions(client: FlaskClient, ledger: Ledger) -> None:
    for query in (f"unit={WARD_1}", f"procedure={BIRTH}", "unit=H06", "unit=H06.31", "unit=H06.15"):
        assert ask(client, query) == 200
    assert len(ledger.letters()) == commands.MOST_UNCONFIRMED


def test_one_caller_cannot_write_to_many_addresses(client: FlaskClient, ledger: Ledger) -> None:
    for number in range(commands.MOST_OF_A_CLIENT):
        assert ask(client, f"unit={WARD_1}", f"ai-do-{number}@vidu.vn") == 200
    page = client.post(f"/ledger/subscribe?unit={WARD_1}", data={"address": READER})
    assert page.status_code == 422
    assert "Hãy thử lại sau" in page.text
    assert ledger.letters() == []


@pytest.mark.parametrize("address", ["", "ai-do", "ai do@vidu.vn", "a@b", "a\r\nBcc: b@vidu.vn@vidu.vn", "x" * 5000])
def test_what_is_no_address_is_said_beside_the_field(client: FlaskClient, ledger: Ledger, address: str) -> None:
    page = client.post(f"/ledger/subscribe?unit={WARD_1}", data={"address": address})
    assert page.status_code == 422
    assert 'id="f-address-error"' in page.text
    assert count(ledger) == 0


@pytest.mark.parametrize(
    "query", ["", "dossier=H06-1", "unit=H99", "procedure=0", "unit=H06&procedure=1.001193", "unit=" + "x" * 99, "a=b"]
)
def test_what_is_not_in_the_ledger_has_no_letters(client: FlaskClient, ledger: Ledger, query: str) -> None:
    assert client.get(f"/ledger/subscribe?{query}").status_code == 404
    assert ask(client, query) == 404
    assert count(ledger) == 0


def test_ending_deletes_the_address(client: FlaskClient, ledger: Ledger) -> None:
    path = subscribed(client, ledger, f"unit={WARD_1}")
    assert "Đã thôi gửi thư" in client.post(f"{path}/end").text
    assert count(ledger) == 0
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/end").status_code == 200, "a second click is no error"
    assert client.post(f"{path}/confirm").status_code == 404


@pytest.mark.parametrize("token", ["x", "x" * 32, "%00" * 10, "../" * 8, "đ" * 32])
def test_a_link_that_was_never_sent_opens_nothing(client: FlaskClient, token: str) -> None:
    assert client.get(f"/ledger/subscriptions/{token}").status_code in (400, 404)
    assert client.post(f"/ledger/subscriptions/{token}/confirm").status_code in (400, 404)


def test_address_and_link_rest_sealed(client: FlaskClient, ledger: Ledger) -> None:
    path = subscribed(client, ledger, f"unit={WARD_1}")
    row = repr(tuple(ledger.session.execute(text("select * from subscription")).one()))
    assert READER not in row
    assert path.rpartition("/")[2] not in row
