"""Nothing of a person in any byte of the API."""

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.dossiers import commands
from portal.dossiers.life import Outcome
from tests.filing import WARD_1, act, file_dossier, officer_of
from tests.ledger.test_privacy import ADDRESS, EMAIL, NAME, NATIONAL_ID, NOTE, PHONE, PLANTED, SEALED_CODE, spellings
from tests.opendata.conftest import folder
from tests.publishing import publish_now
from tests.signing_in import make_citizen

__all__ = ["folder"]


def test_no_planted_value_is_in_any_answer(app: Flask, client: FlaskClient, session: Session, folder: Path) -> None:
    person = make_citizen(session, name=NAME, national_id=NATIONAL_ID, email=EMAIL, phone=PHONE, address=ADDRESS)
    receiver, leader = officer_of(session, WARD_1, "receiver"), officer_of(session, WARD_1, "leader")
    filed = [file_dossier(session, person, code=code) for code in ("1.001193", SEALED_CODE)]
    for reference in filed:
        act(session, commands.receive, reference, receiver)
        act(session, commands.resolve, reference, leader, outcome=Outcome.REFUSED, reason=NOTE)
    publish_now(app)
    session.rollback()
    addresses = ["ledger/entries", "ledger/checkpoint", *(f"ledger/entries/{index}" for index in range(6))]
    addresses += [f"dossiers/{reference}" for reference in filed]
    for address in addresses:
        answer = client.get(f"/api/v1/{address}")
        assert answer.status_code == 200, address
        data = answer.data + str(answer.headers).encode()
        for value in PLANTED:
            assert not [form for form in spellings(value) if form in data], (address, value)
        assert SEALED_CODE.encode() not in data, address
