"""Where an agency has a term of its own, dossiers filed there are due by it: everywhere the due instant is told."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.deadlines import current_calendar, due
from portal.deadlines.term import Term
from portal.dossiers import queries, workings
from portal.dossiers.life import State
from portal.procedures import queries as procedures
from portal.working_words import term_of
from tests.dossiers.making import AT, bring_to, make_dossier
from tests.procedures.writing import CODE, published
from tests.publishing import publish_now
from tests.signing_in import make_citizen

OWN, GENERAL = "H06.31.01", "H06.31.02"


def channels(days: int, amount: int) -> list[dict[str, object]]:
    term = {"number": days, "unit": "working_days"}
    return [{"channel": "online", "term": term, "fees": [{"amount": amount}]}]


@pytest.fixture(autouse=True)
def _procedure(session: Session) -> None:
    offer = {"agencies": [OWN], "channels": channels(7, 41_000)}
    published(session, at=AT - timedelta(days=1), channels=channels(3, 8_000), offers=[offer])


@pytest.mark.parametrize(("agency", "days"), [(OWN, 7), (GENERAL, 3)])
def test_a_dossier_is_due_by_the_term_of_the_agency_that_received_it(session: Session, agency: str, days: int) -> None:
    made = make_dossier(session, make_citizen(session), code=CODE, agency_code=agency)
    made = bring_to(session, made, State.IN_PROGRESS)
    found = queries.owned(session, made.reference, person_id=made.person.id)
    assert found is not None
    received = next(step.at for step in found.steps if step.due_at is not None)
    assert found.due_at == due(received, Term(days, "working_days"), current_calendar()).at
    procedure = procedures.revision(session, found.revision_id, agency=agency)
    assert procedure is not None
    (counted,) = workings.of(found.steps, term_of(procedure, "online"), lambda _rule: current_calendar())
    assert counted.counts[-1].at == counted.due_at == found.due_at


def test_an_offer_that_names_the_agency_goes_before_one_for_its_kind(session: Session) -> None:
    offers = [
        {"kinds": ["ward"], "channels": channels(5, 1)},
        {"agencies": [OWN], "channels": channels(9, 2)},
    ]
    published(session, at=AT, channels=channels(3, 8_000), offers=offers)
    for agency, days in ((OWN, 9), (GENERAL, 5), ("H06.05", 3)):
        found = procedures.published(session, CODE, at=AT)
        assert found is not None
        offered = procedures.revision(session, found.revision_id, agency=agency)
        assert offered is not None
        channel = offered.channel("online")
        assert channel is not None
        assert channel.term.number == days


@pytest.mark.parametrize(("agency", "days"), [(OWN, 7), (GENERAL, 3)])
def test_the_public_page_counts_with_the_agencys_own_term(
    app: Flask, client: FlaskClient, session: Session, agency: str, days: int
) -> None:
    made = make_dossier(session, make_citizen(session), code=CODE, agency_code=agency)
    made = bring_to(session, made, State.IN_PROGRESS)
    publish_now(app)
    page = client.get(f"/ledger/dossiers/{made.reference}", headers={"Accept-Language": "vi"}).text
    assert f"Ngày làm việc thứ {days}:" in page
    assert f"Ngày làm việc thứ {days + 1}:" not in page
