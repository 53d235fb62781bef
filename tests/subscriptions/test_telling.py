"""What is published is told once, to those who follow it, and nothing is told that is not published."""

import threading
import time
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.dossiers import commands
from portal.ledger.queries import Logged
from portal.subscriptions.schedule import next_summary
from portal.subscriptions.telling import Teller
from tests import filing
from tests.filing import BIRTH, WARD_1
from tests.publishing import publish_now
from tests.subscriptions.conftest import Ledger, link_in, subscribed

OTHER_WARD = "H06.31.02"


def test_every_act_on_a_dossier_is_told_once(client: FlaskClient, ledger: Ledger) -> None:
    reference = ledger.filed()
    subscribed(client, ledger, f"dossier={reference}")
    assert ledger.tell() == [], "what was published before is not told"
    ledger.received(reference)
    (letter,) = ledger.tell()
    assert letter.subject == f"Tiếp nhận hồ sơ: hồ sơ {reference}"
    assert f"/ledger/dossiers/{reference}" in letter.body
    assert len(ledger.tell()) == 1


def test_what_was_taken_back_is_told_with_what_it_was(client: FlaskClient, ledger: Ledger) -> None:
    reference = ledger.filed()
    subscribed(client, ledger, f"dossier={reference}")
    ledger.received(reference)
    ledger.tell()
    by = ledger.officer(reference)
    filing.act(ledger.session, commands.ask_supplement, reference, by, reason="Thiếu.")
    filing.act(ledger.session, commands.take_back, reference, by, reason="Nhầm.")
    publish_now(ledger.app)
    assert ledger.tell()[-1].subject == f"Thu hồi: Yêu cầu bổ sung: hồ sơ {reference}"


def test_what_is_not_published_yet_is_not_told(client: FlaskClient, ledger: Ledger) -> None:
    reference = ledger.filed()
    subscribed(client, ledger, f"dossier={reference}")
    filing.act(ledger.session, commands.receive, reference, ledger.officer(reference))
    assert ledger.tell() == []


def test_another_dossier_is_nobody_s_letter(client: FlaskClient, ledger: Ledger) -> None:
    reference, other = ledger.filed(), ledger.filed()
    subscribed(client, ledger, f"dossier={reference}")
    ledger.received(other)
    assert ledger.tell() == []


def test_a_letter_that_was_ended_comes_no_more(client: FlaskClient, ledger: Ledger) -> None:
    reference = ledger.filed()
    path = subscribed(client, ledger, f"dossier={reference}")
    client.post(f"{path}/end")
    ledger.received(reference)
    assert ledger.tell() == []


def test_a_unit_is_summed_up_in_the_morning_with_all_below_it(client: FlaskClient, ledger: Ledger) -> None:
    subscribed(client, ledger, "unit=H06.31")
    here, there = ledger.filed(agency_code=WARD_1), ledger.filed(agency_code=OTHER_WARD)
    assert ledger.tell() == [], "not before the morning"
    morning = next_summary(clock.now()) + timedelta(minutes=1)
    (letter,) = ledger.tell(at=morning)
    assert letter.subject == "Thành phố Vũng Tàu: 2 việc mới"
    assert here in letter.body
    assert there in letter.body
    assert link_in(letter)
    assert len(ledger.tell(at=morning + timedelta(days=1))) == 1, "nothing new, no letter"


def test_a_procedure_is_summed_up_without_the_others(client: FlaskClient, ledger: Ledger) -> None:
    subscribed(client, ledger, f"procedure={BIRTH}")
    mine, other = ledger.filed(), ledger.filed(code="1.000894")
    (letter,) = ledger.tell(at=next_summary(clock.now()))
    assert mine in letter.body
    assert other not in letter.body


def test_letters_are_in_the_language_of_the_page_that_asked(client: FlaskClient, ledger: Ledger) -> None:
    reference = ledger.filed()
    client.get("/ledger?lang=en")
    subscribed(client, ledger, f"dossier={reference}")
    assert ledger.letters()[0].subject.startswith("Confirm")
    ledger.received(reference)
    (letter,) = ledger.tell()
    assert "Do not want" in letter.body


def test_a_letter_and_the_mark_move_together(client: FlaskClient, ledger: Ledger) -> None:
    """Cut off before the mark is written down, the letter is not written either, and comes the next time."""
    reference = ledger.filed()
    subscribed(client, ledger, f"dossier={reference}")
    ledger.received(reference)
    ledger.session.execute(text("alter table subscription_progress add constraint stuck check (told <= 1) not valid"))
    ledger.session.commit()
    with pytest.raises(IntegrityError, match="stuck"):
        ledger.tell()
    assert len(ledger.letters()) == 1
    ledger.session.execute(text("alter table subscription_progress drop constraint stuck"))
    ledger.session.commit()
    assert len(ledger.tell()) == 1


class Speechless:
    """Words that fail, as a mistake in a sentence would."""

    def act(self, entry: Logged, *, language: str, token: str) -> tuple[str, str]:
        raise KeyError(entry.position)

    def summary(self, *entries: object, **facts: object) -> tuple[str, str]:
        raise KeyError(facts["code"])


def test_a_letter_that_cannot_be_written_stops_no_thread_of_the_worker(
    client: FlaskClient, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    reference = ledger.filed()
    subscribed(client, ledger, f"dossier={reference}")
    ledger.received(reference)
    stop = threading.Event()
    teller = Teller(ledger.app.config["SETTINGS"].sqlalchemy_url, words=Speechless())
    thread = threading.Thread(target=teller.run, args=(stop,), daemon=True)
    thread.start()
    for _look in range(1200):
        if "subscriptions_failed" in caplog.text:
            break
        time.sleep(0.05)
    assert "subscriptions_failed" in caplog.text
    assert thread.is_alive()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert len(ledger.tell()) == 1, "told later, by words that work"
