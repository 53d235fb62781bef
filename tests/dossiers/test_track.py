from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import track
from portal.dossiers.life import Act, State
from portal.dossiers.tracked import Tracked, TrackedStep
from portal.errors import Refused
from portal.transaction import unit_of_work
from tests.dossiers.counting import statements
from tests.dossiers.making import AT, Made, bring_to, make_dossier
from tests.signing_in import make_citizen, make_organisation

LIMIT = 5


@pytest.fixture
def made(session: Session) -> Made:
    return bring_to(
        session, make_dossier(session, make_citizen(session, national_id="077190004321")), State.IN_PROGRESS
    )


def look_up(session: Session, reference: str, proof: str, **changes: Any) -> Tracked | None:
    facts: dict[str, Any] = {"client": "203.0.113.7", "limit": LIMIT, "at": AT} | changes
    with unit_of_work(session):
        return track.look_up(session, reference=reference, proof=proof, **facts)


def test_the_secret_or_the_last_digits_show_how_it_stands(session: Session, made: Made) -> None:
    for proof in (made.secret, made.secret.lower().replace("-", " "), "4321", " 4321 "):
        found = look_up(session, made.reference.lower(), proof)
        assert found is not None
        assert found.state is State.IN_PROGRESS
        assert [step.act for step in found.steps] == [Act.FILED, Act.RECEIVED]


def test_an_organisation_is_asked_for_its_tax_code(session: Session) -> None:
    made = make_dossier(session, make_organisation(session, tax_code="3500123456"), code="1.001612")
    assert look_up(session, made.reference, "3456") is not None


def test_wrong_and_none_give_the_same_answer_by_the_same_work(session: Session, made: Made) -> None:
    other = make_dossier(session, make_citizen(session))
    with statements(session) as wrong:
        assert look_up(session, made.reference, "0000") is None
    with statements(session) as none:
        assert look_up(session, "H06.30.01-200615-9999", "0000") is None
    assert wrong == none
    assert look_up(session, made.reference, other.secret, client="a") is None
    assert look_up(session, made.reference, "", client="b") is None
    assert look_up(session, "", "", client="c") is None
    assert look_up(session, "x" * 10_000, "y" * 10_000, client="d") is None


def test_a_person_without_a_number_is_found_by_the_secret_only(session: Session) -> None:
    made = make_dossier(session, make_organisation(session, tax_code="1"), code="1.001612")
    assert look_up(session, made.reference, made.secret) is not None
    for guess in ("", "1", "0", "None"):
        assert look_up(session, made.reference, guess, client=guess) is None


def test_an_address_that_tries_too_often_waits_for_the_next_hour(session: Session, made: Made) -> None:
    for n in range(LIMIT):
        assert look_up(session, f"H06.30.01-200615-{n + 5000:04}", "0000") is None
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            look_up(session, made.reference, made.secret)
        assert refusal.value.code == "too_many_attempts"
        assert refusal.value.facts["until"] == AT.replace(minute=0) + timedelta(hours=1)
    assert look_up(session, made.reference, made.secret, client="198.51.100.1") is not None
    assert look_up(session, made.reference, made.secret, at=AT + timedelta(hours=1)) is not None


def test_a_reference_that_many_addresses_try_is_closed_for_the_hour(session: Session, made: Made) -> None:
    for n in range(LIMIT):
        assert look_up(session, made.reference, f"{n:04}", client=f"192.0.2.{n}") is None
    with pytest.raises(Refused):
        look_up(session, made.reference, "4321", client="192.0.2.200")


def test_neither_addresses_nor_references_rest_in_the_counters(session: Session, made: Made) -> None:
    look_up(session, made.reference, "0000")
    rested = session.execute(text("select string_agg(key::text, ' ') from look_up_attempt")).scalar_one()
    for plain in ("203.0.113.7", made.reference):
        assert plain.encode().hex() not in rested


def test_whoever_looks_up_sees_no_name_no_words_and_no_officer() -> None:
    shown = {field.name for kind in (Tracked, TrackedStep) for field in fields(kind)}
    assert shown.isdisjoint({"applicant", "note", "officer_id", "person_id", "answers", "files", "leaf"})
