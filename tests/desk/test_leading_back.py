"""The address of an act, opened again: by a reload after a refusal, or by a bookmark."""

import re

from flask import Flask
from sqlalchemy.orm import Session

from tests.desk.conftest import Desk, Ward
from tests.filing import WARD_1, officer_of
from tests.signing_in import make_citizen, make_officer, sign_in_as


def test_whoever_sees_the_dossier_is_led_to_it_and_nothing_is_done(ward: Ward, receiver: Desk) -> None:
    reference = ward.filed()
    receiver.do(reference, "decline", reason=" ")
    led = receiver.get(f"/desk/dossiers/{reference}/decline", follow_redirects=True)
    assert led.status == 200
    assert led.response.request.path == f"/desk/dossiers/{reference}"
    assert led.seen == 1
    assert ward.steps(reference) == ["filed"]


def test_for_whoever_may_not_see_it_it_is_as_if_there_were_none(app: Flask, session: Session, ward: Ward) -> None:
    reference = ward.filed()
    stranger, nowhere = make_officer(session, "H06.31.02", "receiver"), "H06.31.01-200101-0001"
    for who in (stranger, make_citizen(session)):
        browser = app.test_client()
        sign_in_as(browser, who)
        there, not_there = (
            browser.get(f"/desk/dossiers/{one}/receive", follow_redirects=True) for one in (reference, nowhere)
        )
        assert there.status_code == not_there.status_code == (404 if who is stranger else 403)
        assert without_words_of_the_visit(there.text) == without_words_of_the_visit(not_there.text)


def without_words_of_the_visit(page: str) -> str:
    """The page without its own address and what is drawn anew each time."""
    return re.sub(r'H06[-.\d]+|nonce="[^"]+"', "", page)


def test_an_act_that_is_none_is_no_page_at_all(app: Flask, session: Session, ward: Ward) -> None:
    browser = app.test_client()
    sign_in_as(browser, officer_of(session, WARD_1, "receiver"))
    assert browser.get(f"/desk/dossiers/{ward.filed()}/delete").status_code == 404
