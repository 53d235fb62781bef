"""What follows when the witnesses stay away: operators are told, then the public; and how it ends."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import display
from portal.errors import Refused
from portal.ledger import halted, keys, policy, quorum
from portal.ledger.gathering import Gathering
from portal.ledger.policy import BadPolicy
from portal.ledger.publisher import Publisher
from portal.ledger.quorum import Rules, Standing
from portal.settings import Settings
from portal.transaction import unit_of_work
from tests.ledger.chains import Chain
from tests.ledger.missing import POLICY, WITNESS, asked_for, back, missing_for

AT = datetime(2020, 6, 15, 2, 30, tzinfo=UTC)
WORDS = "Các nhân chứng độc lập đang vắng"
NO_DECISIONS = "cơ quan chưa ra quyết định"


@pytest.fixture
def asked(app: Flask, tmp_path: Path) -> Iterator[Settings]:
    with asked_for(app, tmp_path) as settings:
        yield settings


# --- How the quorum stands ---------------------------------------------------------------------------------------


def test_the_first_moment_without_a_quorum_counts(session: Session) -> None:
    assert quorum.standing(session) == Standing(None, None)
    for minutes in (0, 5, 9):
        quorum.lacks(session, at=AT + timedelta(minutes=minutes))
    now = quorum.standing(session)
    assert now == Standing(None, AT)
    assert now.missing_for(AT + timedelta(minutes=9)) == timedelta(minutes=9)
    assert now.missing_for(AT - timedelta(minutes=1)) == timedelta()


def test_a_quorum_for_something_new_ends_it_and_one_for_something_old_does_not(
    session: Session, publisher: Publisher
) -> None:
    publisher.publish_pending()
    Chain(session)
    publisher.publish_pending()
    quorum.reached(session, 1)
    assert quorum.standing(session) == Standing(1, None)
    quorum.lacks(session, at=AT)
    quorum.reached(session, 0)
    assert quorum.standing(session) == Standing(1, AT)
    quorum.reached(session, 1)
    assert quorum.standing(session) == Standing(1, None)


# --- Operators ---------------------------------------------------------------------------------------------------


def test_after_ten_minutes_operators_are_told_once_in_ten_minutes(
    app: Flask, session: Session, publisher: Publisher, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    publisher.publish_pending()
    settings: Settings = app.config["SETTINGS"]
    now = [AT]
    made = Gathering(
        settings.sqlalchemy_url, rules=Rules(POLICY), halt_file=tmp_path / "halted", now=lambda: now[0], seconds=1.0
    )
    told = []
    for minute in (0, 5, 9.9, 10, 12, 19, 20, 21):
        now[0] = AT + timedelta(minutes=minute)
        made.settle(1)
        lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
        told += [(minute, line["level"]) for line in lines if line["event"] == "ledger_quorum_missing"]
    assert told == [(10, "error"), (20, "error")]
    back(session)
    with unit_of_work(session):
        session.execute(
            text("insert into ledger_cosignature values (0, :name, :key_id, :at, '')"),
            {"name": WITNESS.name, "key_id": WITNESS.key_id, "at": AT},
        )
    made.settle(1)
    assert "ledger_quorum_back" in capfd.readouterr().err
    made.close()


def test_readiness_says_it_too(client: FlaskClient, session: Session, asked: Settings) -> None:
    missing_for(session, timedelta(minutes=9))
    assert client.get("/readyz").get_json() == {"ready": True}
    back(session)
    missing_for(session, timedelta(minutes=11))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"ready": True, "warning": "witnesses"})


# --- The public --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/ledger", "/ledger/verify"])
def test_after_four_hours_the_public_is_told(
    client: FlaskClient, session: Session, asked: Settings, publisher: Publisher, address: str
) -> None:
    publisher.publish_pending()
    missing_for(session, timedelta(hours=3, minutes=59))
    assert WORDS not in client.get(address).text
    back(session)
    since = missing_for(session, timedelta(hours=4))
    page = client.get(address).text
    assert WORDS in page
    assert display.instant(since) in page
    assert NO_DECISIONS not in page
    back(session)
    assert WORDS not in client.get(address).text


def test_the_public_is_told_that_decisions_wait(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    missing_for(session, timedelta(hours=5))
    with asked_for(app, tmp_path, ledger_quorum_holds_decisions=True):
        assert NO_DECISIONS in client.get("/ledger").text
    with asked_for(app, tmp_path, ledger_quorum_public_hours=6.0):
        assert WORDS not in client.get("/ledger").text


def test_the_witnesses_are_named_where_the_log_is_checked(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    assert WITNESS.vkey not in client.get("/ledger/verify").text
    with asked_for(app, tmp_path):
        assert WITNESS.vkey in client.get("/ledger/verify").text


def test_an_auditor_can_have_the_policy(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    own = keys.log_key(app.config["SETTINGS"]).verifier
    assert policy.parse(client.get("/ledger/policy").text) == policy.of_keys([own])
    with asked_for(app, tmp_path):
        answer = client.get("/ledger/policy")
        found = policy.parse(answer.text)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert [log.key for log in found.logs] == [own]
    assert [(one.key, one.address) for one in found.witnesses] == [(WITNESS, None)]
    assert (found.groups, found.quorum) == (POLICY.groups, POLICY.quorum)


def test_without_a_policy_nobody_is_missed(client: FlaskClient, session: Session, publisher: Publisher) -> None:
    missing_for(session, timedelta(days=9))
    publisher.publish_pending()
    assert client.get("/readyz").get_json() == {"ready": True}
    for address in ("/ledger", "/ledger/verify"):
        assert WORDS not in client.get(address).text
    quorum.check_decision(session, at=AT)


# --- Decisions ---------------------------------------------------------------------------------------------------


def test_decisions_wait_only_where_the_operator_wants_it(app: Flask, session: Session, tmp_path: Path) -> None:
    with unit_of_work(session):
        quorum.lacks(session, at=AT)
    late, early = AT + timedelta(hours=4), AT + timedelta(hours=3, minutes=59)
    with asked_for(app, tmp_path):
        quorum.check_decision(session, at=late)
    with asked_for(app, tmp_path, ledger_quorum_holds_decisions=True):
        quorum.check_decision(session, at=early)
        with pytest.raises(Refused, match="not_witnessed"):
            quorum.check_decision(session, at=late)
        back(session)
        quorum.check_decision(session, at=late)


# --- The file ----------------------------------------------------------------------------------------------------


def test_a_policy_that_cannot_be_used_stops_the_start(app: Flask, tmp_path: Path) -> None:
    settings: Settings = app.config["SETTINGS"]
    file = tmp_path / "policy"
    wanted = settings.model_copy(update={"ledger_policy": file})
    for text_of_file in (None, "nonsense\n", f"log {other_log()}\nquorum none\n"):
        if text_of_file is not None:
            file.write_text(text_of_file)
        with pytest.raises(BadPolicy, match="PORTAL_LEDGER_POLICY"):
            quorum.rules_of(wanted)
    file.write_bytes(b"\xff\n")
    with pytest.raises(BadPolicy):
        quorum.rules_of(wanted)
    file.write_text("quorum none\n")
    assert quorum.rules_of(wanted) == Rules(quorum.read_policy(wanted))
    assert Gathering.of(settings) is None


def other_log() -> str:
    return "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_the_file_that_halts_is_beside_the_checkpoint(tmp_path: Path) -> None:
    assert halted.beside(tmp_path / "checkpoint") == tmp_path / "halted"
