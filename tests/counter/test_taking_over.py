"""What was filed at a counter becomes an account's when the very same person signs in, and nobody else's."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, queries, taking_over
from portal.people.queries import Officer, Person
from portal.transaction import unit_of_work
from tests import filing
from tests.counter.standing import BORN, NAME, NUMBER, begin, file_at_counter, shown
from tests.filing import WARD_1
from tests.signing_in import make_citizen


@pytest.fixture
def officer(session: Session) -> Officer:
    return filing.officer_of(session, WARD_1, "receiver")


def signed_in(session: Session, **otherwise: Any) -> Person:
    """Somebody signs in with these facts, vouched for by their provider."""
    facts: dict[str, Any] = {"name": NAME, "national_id": NUMBER, "born_on": BORN}
    person = make_citizen(session, **facts | otherwise)
    with unit_of_work(session):
        taking_over.take_over(session, person_id=person.id)
    return person


def references_of(session: Session, person: Person) -> set[str]:
    return {row.reference for row in queries.of_person(session, person_id=person.id).rows}


def test_the_same_person_finds_everything_that_was_filed_for_them(session: Session, officer: Officer) -> None:
    filed = {file_at_counter(session, officer), file_at_counter(session, officer, who=shown(phone="0900000009"))}
    person = signed_in(session)
    assert references_of(session, person) == filed
    later = file_at_counter(session, officer)
    assert references_of(session, person) == filed, "not before the next sign-in"
    with unit_of_work(session):
        assert taking_over.take_over(session, person_id=person.id) == 1
    assert references_of(session, person) == filed | {later}
    entered = session.execute(text("select count(*) from person where entered_by is not null")).scalar_one()
    assert entered == 0, "nothing is left of who was entered"


@pytest.mark.parametrize(
    "otherwise",
    [
        {"name": "Phạm Thị Mẫu Quay"},
        {"name": "Phạm Thị Mẫu"},
        {"born_on": date(1955, 4, 3)},
        {"born_on": None},
        {"national_id": "099155000778"},
        {"national_id": "099155777"},
    ],
)
def test_whoever_differs_in_anything_is_given_nothing(
    session: Session, officer: Officer, otherwise: dict[str, Any]
) -> None:
    file_at_counter(session, officer)
    stranger = signed_in(session, **otherwise)
    assert references_of(session, stranger) == set()
    assert queries.views_of(session, person_id=stranger.id).rows == ()


def test_capitals_and_blanks_are_no_difference(session: Session, officer: Officer) -> None:
    reference = file_at_counter(session, officer)
    assert references_of(session, signed_in(session, name="PHẠM  THỊ MẪU QUẦY")) == {reference}


def test_a_draft_of_the_counter_stays_the_officers(session: Session, officer: Officer) -> None:
    token = begin(session, officer)
    person = signed_in(session)
    assert queries.drafts_of(session, person_id=person.id) == ()
    assert queries.draft(session, token, person_id=person.id) is None


def test_the_account_has_the_contact_it_had_and_may_act(session: Session, officer: Officer) -> None:
    reference = file_at_counter(session, officer, who=shown(email="go.nham@example.test"))
    person = signed_in(session, email=None)
    kept = session.execute(text("select email from person where id = :id"), {"id": person.id}).scalar_one()
    assert kept is None, "an address that an officer typed is not vouched for"
    done = filing.act(session, commands.withdraw, reference, person, reason="Tôi đổi ý.")
    assert done.steps == 2
    found = queries.owned(session, reference, person_id=person.id)
    assert found is not None and not found.steps[-1].by_agent


def test_a_dossier_of_an_account_changes_hands_for_nobody(session: Session, officer: Officer) -> None:
    reference = filing.file_dossier(session, make_citizen(session))
    other = make_citizen(session)
    with pytest.raises(IntegrityError), unit_of_work(session):
        session.execute(text("update dossier set person_id = :p where reference = :r"), {"p": other.id, "r": reference})
    assert clock.now()
