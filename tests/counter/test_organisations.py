"""An organisation without an account at the counter: entered with who is there for it, taken over by its own alone."""

import html
import io
import re
from typing import Any

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, counter, erasure, finding, proofs, queries, taking_over
from portal.dossiers.life import Actor
from portal.dossiers.views import Dossier
from portal.errors import NotFound, Refused
from portal.ledger import commitment, entry
from portal.people import queries as people
from portal.people.entered import Organisation, Representative
from portal.people.queries import Officer, Person
from portal.transaction import unit_of_work
from tests import filing
from tests.counter.standing import (
    AT_THE_WINDOW,
    CITY,
    CODE,
    COMPANY,
    LICENCE,
    NAME,
    NUMBER,
    begin,
    file_at_counter,
    fill,
    organisation,
    shown,
)
from tests.filing import BIRTH, actor
from tests.publishing import publish_now
from tests.signing_in import make_citizen, make_officer, make_organisation, sign_in_as

NEW = f"/desk/counter/new?unit={CITY}&procedure={LICENCE}&for=organisation"
TYPED = {
    "unit": CITY,
    "procedure": LICENCE,
    "for": "organisation",
    "channel": "counter",
    "name": COMPANY,
    "tax_code": CODE,
    "address": "1 đường Mẫu, Phường 8",
    "phone": "",
    "email": "",
    "representative_name": AT_THE_WINDOW.name,
    "representative_id": AT_THE_WINDOW.national_id,
}


@pytest.fixture
def officer(session: Session) -> Officer:
    return make_officer(session, CITY, "receiver")


@pytest.fixture
def desk(client: FlaskClient, officer: Officer) -> FlaskClient:
    sign_in_as(client, officer)
    return client


def filed(session: Session, officer: Officer, **otherwise: Any) -> str:
    return file_at_counter(session, officer, who=organisation(**otherwise), code=LICENCE, agency_code=CITY)


def begun_for(session: Session, officer: Officer, who: Organisation | None = None) -> Any:
    return begin(session, officer, who=who or organisation(), code=LICENCE, agency_code=CITY)


def found(session: Session, reference: str) -> Dossier:
    dossier = queries.for_archive(session, reference)
    assert dossier is not None
    return dossier


def signed_in(session: Session, **otherwise: Any) -> Person:
    """An organisation signs in with these facts, vouched for by its provider."""
    person = make_organisation(session, **{"name": COMPANY, "tax_code": CODE, **otherwise})
    with unit_of_work(session):
        taking_over.take_over(session, person_id=person.id)
    return person


def references_of(session: Session, person: Person) -> set[str]:
    return {row.reference for row in queries.of_person(session, person_id=person.id).rows}


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def begun(desk: FlaskClient, **otherwise: str) -> Any:
    token = re.search(r'name="token" value="([0-9a-f-]{36})"', desk.get(NEW).text)
    assert token is not None
    return desk.post("/desk/counter/new", data={**TYPED, "token": token[1], **otherwise})


def test_the_dossier_names_the_organisation_and_who_handed_it_in(
    app: Flask, session: Session, officer: Officer
) -> None:
    dossier = found(session, filed(session, officer))
    assert dossier.applicant is not None and dossier.agent is not None
    assert (dossier.applicant.kind, dossier.applicant.name, dossier.applicant.tax_code) == (
        "organisation",
        COMPANY,
        CODE,
    )
    assert (dossier.applicant.national_id, dossier.applicant.born_on) == (None, None)
    assert Representative(dossier.agent.name or "", dossier.agent.national_id or "") == AT_THE_WINDOW
    assert (dossier.agent.mandate, dossier.mandate_id, dossier.steps[0].officer_id) == (None, None, officer.id)
    publish_now(app)
    receipt = proofs.of_act(session, dossier, 0).receipt
    for private in (COMPANY, CODE, AT_THE_WINDOW.name, AT_THE_WINDOW.national_id):
        assert private.encode() not in receipt.entry
    assert receipt.opening is not None
    opened = commitment.check(receipt.opening, entry.parse(receipt.entry)[1])
    assert (opened["agent.name"], opened["agent.national_id"]) == (AT_THE_WINDOW.name, AT_THE_WINDOW.national_id)
    assert "agent.mandate" not in opened


def test_what_is_typed_rests_sealed(session: Session, officer: Officer) -> None:
    begun_for(session, officer)
    (resting,) = session.execute(text("select representative from draft")).scalars().all()
    assert AT_THE_WINDOW.national_id.encode() not in bytes(resting)
    person = session.execute(text("select * from person where kind = 'organisation'")).one()
    assert person.national_id is None and person.national_id_index is None
    assert CODE.encode() not in bytes(person.tax_code) + bytes(person.tax_code_index)


def test_a_procedure_for_people_alone_is_not_taken_from_an_organisation(session: Session) -> None:
    ward = filing.officer_of(session, filing.WARD_1, "receiver")
    with pytest.raises(Refused) as refused:
        begin(session, ward, who=organisation(), code=BIRTH)
    assert refused.value.code == "not_at_counter"
    assert session.execute(text("select count(*) from person")).scalar_one() == 0


def test_its_own_account_finds_it_at_the_next_sign_in(session: Session, officer: Officer) -> None:
    reference = filed(session, officer)
    person = signed_in(session)
    assert references_of(session, person) == {reference}
    dossier = queries.owned(session, reference, person_id=person.id)
    assert dossier is not None and dossier.agent is not None
    assert dossier.agent.name == AT_THE_WINDOW.name
    left = session.execute(text("select count(*) from person where entered_by is not null")).scalar_one()
    assert left == 0, "nothing is left of what was entered"


@pytest.mark.parametrize(
    ("entered", "account"),
    [
        ({"tax_code": "9900000016-001"}, {"tax_code": "9900000016001"}),
        ({"name": "CÔNG TY  TNHH MẪU BIỂN XANH"}, {}),
    ],
)
def test_spelling_is_no_difference(
    session: Session, officer: Officer, entered: dict[str, str], account: dict[str, str]
) -> None:
    reference = filed(session, officer, **entered)
    assert references_of(session, signed_in(session, **account)) == {reference}


@pytest.mark.parametrize(
    "otherwise",
    [
        {"name": "Công ty TNHH Mẫu Bien Xanh"},
        {"name": "Công ty TNHH Mẫu Biển"},
        {"tax_code": "9900000023"},
        {"tax_code": "9900000016-001"},
    ],
)
def test_an_organisation_that_differs_in_anything_is_given_nothing(
    session: Session, officer: Officer, otherwise: dict[str, str]
) -> None:
    filed(session, officer)
    assert references_of(session, signed_in(session, **otherwise)) == set()


def test_neither_its_representative_nor_a_person_of_its_name_is_given_anything(
    session: Session, officer: Officer
) -> None:
    reference = filed(session, officer)
    whoever = [
        make_citizen(session, name=AT_THE_WINDOW.name, national_id=AT_THE_WINDOW.national_id),
        make_citizen(session, name=COMPANY, national_id="079188000322"),
    ]
    session.execute(text("update person set tax_code = (select tax_code from person where kind = 'organisation')"))
    session.commit()
    for person in whoever:
        with unit_of_work(session):
            assert taking_over.take_over(session, person_id=person.id) == 0
        assert references_of(session, person) == set()
    assert found(session, reference).person_id not in {one.id for one in whoever}


def test_a_person_who_was_entered_goes_to_no_organisation(session: Session, officer: Officer) -> None:
    file_at_counter(session, officer, who=shown(name=COMPANY), code=LICENCE, agency_code=CITY)
    assert references_of(session, signed_in(session)) == set()


def test_what_an_officer_typed_reaches_no_account(session: Session, officer: Officer) -> None:
    person = make_organisation(session, name=COMPANY, tax_code=CODE)
    before = session.execute(text("select * from person where id = :id"), {"id": person.id}).one()
    filed(session, officer, email="go.nham@example.test", phone="0900000009")
    assert session.execute(text("select * from person where id = :id"), {"id": person.id}).one() == before
    with unit_of_work(session):
        assert taking_over.take_over(session, person_id=person.id) == 1
    assert session.execute(text("select * from person where id = :id"), {"id": person.id}).one() == before


def test_a_person_stays_a_person_and_an_organisation_one(session: Session, officer: Officer) -> None:
    token, by = begun_for(session, officer), actor(officer, session)
    with pytest.raises(NotFound), unit_of_work(session):
        counter.correct(session, token=token, by=by, who=shown(), at=clock.now())
    other = Representative("Hồ Thị Mẫu Thay", "079188000999")
    with unit_of_work(session):
        counter.correct(session, token=token, by=by, who=organisation(representative=other), at=clock.now())
    assert counter.representative_of(session, token, by=by) == other
    stranger = make_officer(session, CITY, "receiver")
    assert counter.representative_of(session, token, by=actor(stranger, session)) is None
    assert counter.representative_of(session, token, by=Actor.officer(officer.id, [])) is None


def test_erasing_it_reaches_every_counter_and_its_account(app: Flask, session: Session, officer: Officer) -> None:
    account = make_organisation(session, name=COMPANY, tax_code=CODE)
    first, second = filed(session, officer), filed(session, officer)
    other = filed(session, officer, name="Công ty TNHH Mẫu Khác")
    for reference in (first, second, other):
        filing.act(session, commands.decline, reference, officer, reason="Không thuộc thẩm quyền.")
    publish_now(app)
    with unit_of_work(session):
        assert len(erasure.erase_person(session, reference=first, at=clock.now()).references) == 2
    assert found(session, second).applicant is None and found(session, second).agent is None
    assert found(session, other).applicant is not None
    husk = session.execute(text("select name, tax_code from person where id = :id"), {"id": account.id}).one()
    assert husk.tax_code is None


def test_the_desk_finds_it_by_its_code_and_name(session: Session, officer: Officer) -> None:
    reference = filed(session, officer)
    for typed in (CODE, "mau bien xanh"):
        page = finding.found(session, typed, unit_ids={filing.unit_id_of(session, CITY)})
        assert [row.reference for row in page.rows] == [reference]


def test_from_the_counter_to_the_printed_receipt(app: Flask, session: Session, desk: FlaskClient) -> None:
    listed = desk.get("/desk/counter?for=organisation&q=ruou").text
    assert f"procedure={LICENCE}&amp;for=organisation" in listed
    answer = begun(desk)
    assert answer.status_code == 303, answer.text
    assert f"Bạn nhập hồ sơ cho {COMPANY} ({CODE}), đang ở quầy." in words(desk.get(answer.location).text)
    token = answer.location.rpartition("/")[2]
    assert f'value="{CODE}"' in "".join(
        desk.get(f"{answer.location}/sections/{part}").text for part in _sections(desk.get(answer.location).text)
    )
    officer_id = session.execute(text("select officer_id from draft")).scalar_one()
    session.rollback()
    fill(session, _officer(session, officer_id), token, code=LICENCE)
    done = desk.post(f"/drafts/{token}/review")
    assert done.status_code == 303 and done.location.startswith("/desk/counter/filed/"), done.text
    reference = done.location.rpartition("/")[2]
    page = words(desk.get(f"/desk/dossiers/{reference}").text)
    for said in (COMPANY, CODE, "Người đến nộp thay tổ chức", AT_THE_WINDOW.name, AT_THE_WINDOW.national_id):
        assert said in page
    assert "Ngày sinh" not in page.partition("Giấy tờ")[0]
    printed = desk.get(f"{done.location}/receipt.pdf").data
    paper = " ".join(pypdf.PdfReader(io.BytesIO(printed)).pages[0].extract_text().split())
    assert COMPANY in paper and CODE in paper
    assert f"Người đến nộp thay tổ chức: {AT_THE_WINDOW.name}" in paper
    assert "ủy quyền" not in paper
    own = app.test_client()
    sign_in_as(own, signed_in(session))
    assert f"{AT_THE_WINDOW.name} đến nộp thay tổ chức" in words(own.get(f"/dossiers/{reference}").text)


def _sections(page: str) -> set[str]:
    return set(re.findall(r"/sections/([a-z_]+)", page))


def _officer(session: Session, officer_id: int) -> Officer:
    known = people.officer(session, officer_id)
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("otherwise", "wrong"),
    [
        ({"name": ""}, "f-name"),
        ({"tax_code": "12345"}, "f-tax_code"),
        ({"tax_code": ""}, "f-tax_code"),
        ({"address": ""}, "f-address"),
        ({"phone": "12"}, "f-phone"),
        ({"email": "không phải"}, "f-email"),
        ({"representative_name": ""}, "f-representative_name"),
        ({"representative_name": "x" * 250}, "f-representative_name"),
        ({"representative_id": "1"}, "f-representative_id"),
        ({"representative_name": "Mẫu\u202eNgược"}, "f-representative_name"),
        ({"channel": "online"}, "f-channel"),
    ],
)
def test_what_has_no_shape_is_told_and_nothing_is_kept(
    desk: FlaskClient, session: Session, otherwise: dict[str, str], wrong: str
) -> None:
    answer = begun(desk, **otherwise)
    assert answer.status_code == 422
    assert f'href="#{wrong}"' in answer.text and f'id="{wrong}-error"' in answer.text
    assert session.execute(text("select count(*) from person")).scalar_one() == 0


def test_an_account_of_that_code_changes_nothing_that_the_officer_sees(desk: FlaskClient, session: Session) -> None:
    answers = []
    for _time in range(2):
        answer = begun(desk)
        token = answer.location.rpartition("/")[2]
        answers.append((answer.status_code, words(desk.get(f"/desk/counter/{token}/applicant").text)))
        make_organisation(session, name=COMPANY, tax_code=CODE)
    assert answers[0] == answers[1]


def test_who_is_there_is_corrected_until_it_is_filed(desk: FlaskClient, session: Session, officer: Officer) -> None:
    token = begun_for(session, officer)
    address = f"/desk/counter/{token}/applicant"
    page = desk.get(address).text
    assert f'value="{AT_THE_WINDOW.name}"' in page and f'value="{CODE}"' in page
    assert desk.post(address, data={**TYPED, "representative_id": "1"}).status_code == 422
    assert desk.post(address, data={**TYPED, "representative_name": "Hồ Thị Mẫu Sửa"}).status_code == 303
    assert 'value="Hồ Thị Mẫu Sửa"' in desk.get(address).text


def test_a_person_is_still_a_person_where_nothing_is_said(desk: FlaskClient, session: Session) -> None:
    sent = {"unit": CITY, "procedure": LICENCE, "channel": "counter", "name": NAME, "national_id": NUMBER}
    sent |= {"born_on-day": "30", "born_on-month": "4", "born_on-year": "1955", "address": "7 hẻm Mẫu"}
    token = re.search(r'name="token" value="([0-9a-f-]{36})"', desk.get(NEW.replace("&for=organisation", "")).text)
    assert token is not None
    assert desk.post("/desk/counter/new", data={**sent, "token": token[1]}).status_code == 303
    assert session.execute(text("select kind from person where entered_by is not null")).scalar_one() == "citizen"
