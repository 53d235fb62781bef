"""By which way a result was handed over: asked for, kept for the applicant, committed to, and erased with the rest."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock, sealing
from portal.dossiers import commands, erasure, proofs, queries, ways
from portal.dossiers.life import Outcome, Way
from portal.dossiers.views import Dossier
from portal.errors import Invalid
from portal.ledger import entry
from portal.people.queries import Officer, Person
from portal.transaction import unit_of_work
from tests.dossiers.records import record
from tests.filing import WARD_1, act, file_dossier, officer_of
from tests.signing_in import make_citizen

NUMBER = "EM123456789VN"


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session, name="Nguyễn Thị Mẫu An", email="mau.an@vidu.vn")


@pytest.fixture
def desk(session: Session) -> Officer:
    return officer_of(session, WARD_1, "receiver")


@pytest.fixture
def resolved(session: Session, person: Person, desk: Officer) -> str:
    reference = file_dossier(session, person)
    act(session, commands.receive, reference, desk)
    leader = officer_of(session, WARD_1, "leader")
    act(session, commands.resolve, reference, leader, outcome=Outcome.REFUSED, reason="Không đủ.")
    return reference


def owned(session: Session, reference: str, person: Person) -> Dossier:
    found = queries.owned(session, reference, person_id=person.id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("channel", "way"),
    [("online", Way.ONLINE), ("national", Way.ONLINE), ("counter", Way.COUNTER), ("post", Way.POST)],
)
def test_the_usual_way_is_that_by_which_the_dossier_came(channel: str, way: Way) -> None:
    assert ways.usual(channel) is way


@pytest.mark.parametrize("typed", ["em123456789vn", " EM 123 456 789 VN ", "Em123456789vN\t"])
def test_a_postal_number_is_kept_in_one_spelling(session: Session, resolved: str, desk: Officer, typed: str) -> None:
    act(session, commands.return_result, resolved, desk, way=Way.POST, postal_number=typed)
    rows = queries.for_archive(session, resolved)
    assert rows is not None
    assert (rows.steps[-1].way, rows.steps[-1].postal_number) == (Way.POST, NUMBER)


@pytest.mark.parametrize(
    ("way", "number", "problems"),
    [
        (None, "", [("way", "missing")]),
        (None, NUMBER, [("way", "missing")]),
        (None, "số 1", [("way", "missing"), ("postal_number", "postal_number")]),
        (Way.POST, "A" * 31, [("postal_number", "postal_number")]),
        (Way.POST, "-1", [("postal_number", "postal_number")]),
        (Way.POST, "EM1;DROP", [("postal_number", "postal_number")]),
        (Way.COUNTER, NUMBER, [("postal_number", "not_by_post")]),
        (Way.ONLINE, NUMBER, [("postal_number", "not_by_post")]),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_written(
    session: Session, resolved: str, desk: Officer, way: Way | None, number: str, problems: list[tuple[str, str]]
) -> None:
    before = record(session, resolved)
    with pytest.raises(Invalid) as refused:
        act(session, commands.return_result, resolved, desk, way=way, postal_number=number)
    assert [(one.field, one.code) for one in refused.value.problems] == problems  # type: ignore[attr-defined]
    assert record(session, resolved) == before


@pytest.mark.parametrize("number", ["", "A", "A" * 30, "1234-5678.90"])
def test_a_number_is_optional_and_bounded(session: Session, resolved: str, desk: Officer, number: str) -> None:
    act(session, commands.return_result, resolved, desk, way=Way.POST, postal_number=number)
    assert record(session, resolved).dossier.state == "returned"


def test_the_public_entry_says_nothing_of_it_and_the_owner_can_prove_it(
    app: Flask, session: Session, person: Person, resolved: str, desk: Officer
) -> None:
    act(session, commands.return_result, resolved, desk, way=Way.POST, postal_number=NUMBER)
    said = record(session, resolved).entries[-1]
    assert NUMBER.encode() not in said
    assert entry.parse(said)[0].outcome is None
    found = owned(session, resolved, person)
    fields = proofs.fields_of(found, found.steps[-1].ordinal)
    assert (fields["way"], fields["postal_number"]) == ("post", NUMBER)
    evidence = proofs.of_act(session, found, found.steps[-1].ordinal, show=["way"])
    assert evidence.receipt.opening is not None


def test_where_nobody_said_it_the_private_part_is_as_it_was(session: Session, person: Person, resolved: str) -> None:
    found = owned(session, resolved, person)
    assert all(
        proofs.fields_of(found, step.ordinal).keys().isdisjoint({"way", "postal_number"}) for step in found.steps
    )


def test_the_number_rests_sealed_and_goes_with_its_person(session: Session, resolved: str, desk: Officer) -> None:
    act(session, commands.return_result, resolved, desk, way=Way.POST, postal_number=NUMBER)
    resting = session.execute(text("select postal_number from step where postal_number is not null")).scalar_one()
    assert NUMBER.encode() not in bytes(resting)
    session.rollback()
    with unit_of_work(session):
        erasure.erase_person(session, reference=resolved, at=clock.now())
    left = session.execute(text("select way, postal_number from step where act = 'returned'")).one()
    assert tuple(left) == ("post", None)


@pytest.mark.parametrize(
    "change",
    [
        "update step set way = 'counter' where act = 'returned'",
        "update step set postal_number = '\\x00'::bytea where act = 'returned'",
        "update step set way = null, note = null, postal_number = null where act = 'returned'",
    ],
)
def test_it_is_never_changed_afterwards(session: Session, resolved: str, desk: Officer, change: str) -> None:
    act(session, commands.return_result, resolved, desk, way=Way.POST)
    with pytest.raises(IntegrityError):
        session.execute(text(change))


def test_a_letter_tells_the_applicant_how(session: Session, resolved: str, desk: Officer) -> None:
    act(session, commands.return_result, resolved, desk, way=Way.POST, postal_number=NUMBER)
    words = _last_letter(session)
    assert "qua bưu chính công ích" in words
    assert f"Số hiệu bưu gửi: {NUMBER}." in words


def _last_letter(session: Session) -> str:
    return sealing.unseal(
        session.execute(text("select body from letter order by id desc limit 1")).scalar_one()
    ).decode()
