"""Where the operator wants it, nothing is decided while the ledger's witnesses are missing; all else goes on."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.desk.conftest import Desk, Ward
from tests.ledger.missing import asked_for, back, missing_for

WORDS = "chưa đủ nhân chứng độc lập"


@pytest.fixture
def without(app: Flask, session: Session, ward: Ward, tmp_path: Path) -> Iterator[None]:
    with asked_for(app, tmp_path, ledger_quorum_holds_decisions=True):
        missing_for(session, timedelta(hours=5))
        yield


def test_a_decision_is_refused_kindly_and_made_when_they_are_back(
    session: Session, ward: Ward, receiver: Desk, leader: Desk, without: None
) -> None:
    reference = ward.filed()
    receiver.done(reference, "receive")
    typed: dict[str, Any] = {"outcome": "refused", "reason": "Chưa đủ điều kiện."}
    page = leader.do(reference, "resolve", **typed)
    assert page.status == 409
    assert WORDS in page.text
    assert page.typed("resolve-reason") == "Chưa đủ điều kiện."
    assert ward.steps(reference) == ["filed", "received"]
    back(session)
    leader.done(reference, "resolve", **typed)
    assert ward.steps(reference) == ["filed", "received", "resolved"]


def test_declining_is_a_decision_too(session: Session, ward: Ward, receiver: Desk, without: None) -> None:
    reference = ward.filed()
    page = receiver.do(reference, "decline", reason="Thiếu giấy tờ.")
    assert (page.status, WORDS in page.text) == (409, True)
    assert ward.steps(reference) == ["filed"]


def test_taking_a_decision_back_is_one_and_taking_a_request_back_is_none(
    session: Session, ward: Ward, receiver: Desk, leader: Desk, without: None
) -> None:
    asked = ward.received()
    receiver.done(asked, "ask-supplement", reason="Xin bổ sung.")
    receiver.done(asked, "take-back", reason="Nhầm.")
    decided = ward.received()
    back(session)
    leader.done(decided, "resolve", outcome="refused", reason="Chưa đủ điều kiện.")
    missing_for(session, timedelta(hours=5))
    page = leader.do(decided, "take-back", reason="Nhầm.")
    assert (page.status, WORDS in page.text) == (409, True)


def test_all_else_goes_on(ward: Ward, receiver: Desk, without: None) -> None:
    reference = ward.filed()
    receiver.done(reference, "receive")
    receiver.done(reference, "ask-supplement", reason="Xin bổ sung.")
    assert ward.steps(reference) == ["filed", "received", "supplement_asked"]
