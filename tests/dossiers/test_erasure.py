"""One person is erased with all they filed; the log stays whole and everybody else stays."""

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock, sealing
from portal.dossiers import attachments, commands, erasure
from portal.dossiers.life import Outcome, Way
from portal.errors import NotFound, Refused
from portal.people import api_tokens
from portal.people.api_tokens import Scope
from portal.people.queries import Officer, Person
from portal.transaction import unit_of_work
from tests import filing
from tests.publishing import publish_now
from tests.signing_in import make_citizen, sign_in_as

NAME = "Nguyễn Thị Xóa Đi"
NATIONAL_ID = "077190654321"
EMAIL = "xoa.di@vidu.vn"
REASON = "Lý do Xóa Đi: thiếu giấy"
SEALED = "1.001022"
PLANTED = (NAME, NATIONAL_ID, EMAIL, REASON)


@pytest.fixture
def officer(session: Session) -> Officer:
    return filing.officer_of(session, filing.WARD_1, "leader")


@pytest.fixture
def receiver(session: Session) -> Officer:
    return filing.officer_of(session, filing.WARD_1, "receiver")


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session, name=NAME, national_id=NATIONAL_ID, email=EMAIL)


def ended(session: Session, person: Person, receiver: Officer, *, code: str = filing.BIRTH) -> str:
    """A dossier that was not received, with a reason."""
    reference = filing.file_dossier(session, person, code=code)
    filing.act(session, commands.decline, reference, receiver, reason=REASON)
    return reference


def test_nothing_private_is_left_and_the_whole_log_is_sound(
    app: Flask, session: Session, person: Person, receiver: Officer
) -> None:
    plain, sealed = (ended(session, person, receiver, code=code) for code in (filing.BIRTH, SEALED))
    filing.draft(session, person)
    publish_now(app)
    before = log_of(session)
    with unit_of_work(session):
        erased = erasure.erase_person(session, reference=plain, at=clock.now())
    attachments.destroy(erased.files)
    assert (len(erased.references), erased.drafts) == (2, 1)
    assert len(erased.files) >= 3
    assert erased.letters >= 4
    assert private_text(session) == ""
    assert stored_files(session) == 0
    assert log_of(session) == before
    publish_now(app)
    assert session.execute(text("select count(*) from ledger_opening where opening is not null")).scalar() == 0
    assert (
        session.execute(text("select count(*) from ledger_dossier where reference = :r"), {"r": sealed}).scalar() == 0
    )
    verified = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert verified.exit_code == 0, verified.output


def test_others_keep_all_that_is_theirs(session: Session, person: Person, receiver: Officer) -> None:
    other = make_citizen(session, name="Trần Văn Ở Lại")
    theirs, mine = ended(session, other, receiver), ended(session, person, receiver)
    with unit_of_work(session):
        erasure.erase_person(session, reference=mine, at=clock.now())
    kept = session.execute(
        text(
            "select d.applicant is not null and s.dossier_id is not null and c.dossier_id is not null "
            "from dossier d join dossier_secret s on s.dossier_id = d.id join dossier_content c on c.dossier_id = d.id "
            "where d.reference = :r"
        ),
        {"r": theirs},
    ).scalar_one()
    assert kept
    assert REASON in private_text(session)


def test_a_dossier_that_is_worked_on_keeps_its_person(
    session: Session, person: Person, receiver: Officer, officer: Officer
) -> None:
    running, done = filing.file_dossier(session, person), ended(session, person, receiver)
    with pytest.raises(Refused) as refused, unit_of_work(session):
        erasure.erase_person(session, reference=done, at=clock.now())
    assert refused.value.facts["references"] == [running]
    assert NAME in private_text(session)
    filing.act(session, commands.receive, running, receiver)
    filing.act(session, commands.resolve, running, officer, outcome=Outcome.REFUSED, reason=REASON)
    filing.act(session, commands.return_result, running, receiver, way=Way.COUNTER)
    with unit_of_work(session):
        assert len(erasure.erase_person(session, reference=done, at=clock.now()).references) == 2


def test_a_result_is_returned_before_its_person_is_erased(
    client: FlaskClient, session: Session, person: Person, receiver: Officer, officer: Officer
) -> None:
    """What was erased nobody can hand over: it would wait at the desk for ever."""
    reference = filing.file_dossier(session, person)
    filing.act(session, commands.receive, reference, receiver)
    filing.act(session, commands.resolve, reference, officer, outcome=Outcome.REFUSED, reason=REASON)
    with pytest.raises(Refused) as refused, unit_of_work(session):
        erasure.erase_person(session, reference=reference, at=clock.now())
    assert refused.value.facts["references"] == [reference]
    assert NAME in private_text(session)
    filing.act(session, commands.return_result, reference, receiver, way=Way.ONLINE)
    with unit_of_work(session):
        erasure.erase_person(session, reference=reference, at=clock.now())
    sign_in_as(client, receiver)
    assert reference not in client.get("/desk?show=resolved").text
    assert reference in client.get("/desk/register").text, "the register keeps what the desk received"


def test_nobody_can_open_what_was_erased(
    client: FlaskClient, session: Session, person: Person, receiver: Officer
) -> None:
    reference = ended(session, person, receiver)
    sign_in_as(client, person)
    assert client.get(f"/dossiers/{reference}").status_code == 200
    with unit_of_work(session):
        erasure.erase_person(session, reference=reference, at=clock.now())
    assert client.get(f"/dossiers/{reference}").status_code == 303, "signed out"
    looked_up = client.post("/track", data={"reference": reference, "proof": NATIONAL_ID[-4:]})
    assert looked_up.status_code == 404


def test_tokens_of_the_erased_open_nothing(
    client: FlaskClient, session: Session, person: Person, receiver: Officer
) -> None:
    reference = ended(session, person, receiver)
    with unit_of_work(session):
        token = api_tokens.create(
            session, person_id=person.id, name=f"Máy của {NAME}", scopes=[Scope.READ], days=30, at=clock.now()
        )
    asked = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me/dossiers", headers=asked).status_code == 200
    with unit_of_work(session):
        erasure.erase_person(session, reference=reference, at=clock.now())
    assert client.get("/api/v1/me/dossiers", headers=asked).status_code == 401
    assert session.execute(text("select count(*) from api_token")).scalar() == 0
    assert private_text(session) == ""


def test_the_desk_still_shows_what_it_did(
    client: FlaskClient, session: Session, person: Person, receiver: Officer
) -> None:
    reference = ended(session, person, receiver)
    with unit_of_work(session):
        erasure.erase_person(session, reference=reference, at=clock.now())
    sign_in_as(client, receiver)
    page = client.get(f"/desk/dossiers/{reference}")
    assert page.status_code == 200
    assert "Dữ liệu cá nhân đã được xóa theo luật." in page.text
    assert client.get("/desk?show=done").status_code == 200
    for value in PLANTED:
        assert value not in page.text


def test_the_command_asks_first_and_says_what_went(
    app: Flask, session: Session, person: Person, receiver: Officer
) -> None:
    reference = ended(session, person, receiver)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["dossiers", "erase-person", reference], input="n\n").exit_code == 1
    assert NAME in private_text(session)
    done = runner.invoke(args=["dossiers", "erase-person", reference.lower(), "--yes"])
    assert done.exit_code == 0, done.output
    assert "Erased: 1 dossiers" in done.output
    assert private_text(session) == ""
    unknown = runner.invoke(args=["dossiers", "erase-person", "H06.31.01-200101-9999", "--yes"])
    assert unknown.exit_code == 1
    assert "There is no dossier" in unknown.output


def test_an_unknown_reference_erases_nobody(session: Session, person: Person) -> None:
    with pytest.raises(NotFound), unit_of_work(session):
        erasure.erase_person(session, reference="H06.31.01-200101-9999", at=clock.now())
    assert NAME in private_text(session)


def log_of(session: Session) -> list[bytes]:
    return list(session.execute(text("select entry from ledger_entry order by position")).scalars())


def private_text(session: Session) -> str:
    """Whatever of the planted values is in any sealed column of any table."""
    session.rollback()
    columns = session.execute(
        text(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'public' and data_type = 'bytea' and table_name not like 'ledger%'"
        )
    ).all()
    found: set[str] = set()
    for table, column in columns:
        for value in session.execute(text(f"select {column} from {table} where {column} is not null")).scalars():
            found |= {one for one in PLANTED if one.encode() in _opened(bytes(value))}
    return " ".join(sorted(found))


def _opened(value: bytes) -> bytes:
    try:
        return sealing.unseal(value)
    except (InvalidTag, ValueError):  # a digest or a key, not a sealed value
        return value


def stored_files(session: Session) -> int:
    return int(session.execute(text("select count(*) from attachment")).scalar_one())
