"""The pages of the counter: who reaches them, what they ask, and that each leads on."""

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

from portal.people.queries import Officer, Person
from tests import filing
from tests.counter.standing import NAME, NUMBER, begin, file_at_counter, fill
from tests.dossiers.counting import statements
from tests.filing import BIRTH, WARD_1, pdf
from tests.signing_in import make_citizen, make_officer, sign_in_as

NEW = f"/desk/counter/new?unit={WARD_1}&procedure={BIRTH}"
TYPED = {
    "unit": WARD_1,
    "procedure": BIRTH,
    "channel": "counter",
    "name": NAME,
    "national_id": NUMBER,
    "born_on-day": "30",
    "born_on-month": "4",
    "born_on-year": "1955",
    "address": "7 hẻm Mẫu, Phường 1",
    "phone": "",
    "email": "",
}


@pytest.fixture
def officer(session: Session, client: FlaskClient) -> Officer:
    made = filing.officer_of(session, WARD_1, "receiver")
    sign_in_as(client, made)
    return made


def word_of(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def begun(client: FlaskClient, **otherwise: str) -> Any:
    return client.post("/desk/counter/new", data={**TYPED, "token": word_of(client.get(NEW).text), **otherwise})


def test_from_the_queue_to_the_form_of_a_procedure(client: FlaskClient, officer: Officer) -> None:
    assert "/desk/counter" in client.get("/desk").text
    listed = client.get("/desk/counter?q=khai sinh").text
    assert f"procedure={BIRTH}" in listed
    assert "Không có tài khoản" not in client.get(NEW).text
    answer = begun(client)
    assert answer.status_code == 303 and answer.location.startswith("/drafts/")
    page = client.get(answer.location)
    assert page.headers["Cache-Control"] == "no-store"
    assert f"Bạn nhập hồ sơ cho {NAME} ({NUMBER}), đang ở quầy." in words(page.text)
    assert f"{answer.location}/unit" not in page.text
    section = client.get(f"{answer.location}/sections/applicant").text
    assert f'value="{NAME}"' in section and "Chọn từ giấy tờ của bạn" not in section


@pytest.mark.parametrize(
    ("otherwise", "wrong"),
    [
        ({"name": ""}, "f-name"),
        ({"name": "x" * 250}, "f-name"),
        ({"national_id": "12345"}, "f-national_id"),
        ({"born_on-year": "2199"}, "f-born_on"),
        ({"born_on-day": "31", "born_on-month": "2"}, "f-born_on"),
        ({"address": ""}, "f-address"),
        ({"phone": "12"}, "f-phone"),
        ({"email": "không phải"}, "f-email"),
        ({"channel": "online"}, "f-channel"),
        ({"name": "Mẫu\u202eNgược"}, "f-name"),
    ],
)
def test_what_has_no_shape_is_told_and_nothing_is_kept(
    client: FlaskClient, session: Session, officer: Officer, otherwise: dict[str, str], wrong: str
) -> None:
    answer = begun(client, **otherwise)
    assert answer.status_code == 422
    assert f'href="#{wrong}"' in answer.text and f'id="{wrong}-error"' in answer.text
    assert session.execute(text("select count(*) from person")).scalar_one() == 0


def test_a_paper_takes_the_place_of_a_file_and_is_said_everywhere(
    client: FlaskClient, session: Session, officer: Officer
) -> None:
    token = begin(session, officer)
    fill(session, officer, token)
    address = f"/drafts/{token}/sections/papers"
    wrong = client.post(address, data={"paper-kind-birth_paper": "copy", "paper-number-birth_paper": "0"})
    assert wrong.status_code == 422 and 'href="#f-paper-number-birth_paper"' in wrong.text
    forged = client.post(address, data={"paper-kind-birth_paper": "x", "paper-number-birth_paper": "1"})
    assert forged.status_code == 422
    sent = {"paper-kind-birth_paper": "seen", "paper-number-birth_paper": "3"}
    files = {"marriage_paper": (io.BytesIO(pdf("1")), "kết hôn.pdf")}
    client.post(address, data={**sent, **files}, content_type="multipart/form-data")
    assert "Đã xem bản chính, trả lại ngay: 3 bản" in words(client.get(f"/drafts/{token}/review").text)
    filed = client.post(f"/drafts/{token}/review")
    assert filed.status_code == 303 and filed.location.startswith("/desk/counter/filed/")
    again = client.post(f"/drafts/{token}/review")
    assert again.location == filed.location
    reference = filed.location.rpartition("/")[2]
    for page in (filed.location, f"/desk/dossiers/{reference}"):
        assert "Đã xem bản chính, trả lại ngay: 3 bản" in words(client.get(page).text)
    printed = client.get(f"{filed.location}/receipt.pdf")
    assert printed.headers["Cache-Control"] == "no-store"
    paper = pypdf.PdfReader(io.BytesIO(printed.data)).pages[0].extract_text()
    secret = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", client.get(filed.location).text)
    assert secret and secret[0] in paper
    paper = " ".join(paper.split())
    assert "Trực tiếp tại bộ phận một cửa" in paper and "đã xem và trả lại" in paper


def test_the_person_is_corrected_before_the_filing_and_not_after(
    client: FlaskClient, session: Session, officer: Officer
) -> None:
    token = begin(session, officer)
    address = f"/desk/counter/{token}/applicant"
    assert f'value="{NAME}"' in client.get(address).text
    assert client.post(address, data={**TYPED, "name": ""}).status_code == 422
    assert client.post(address, data={**TYPED, "name": "Phạm Thị Mẫu Sửa"}).status_code == 303
    assert "Phạm Thị Mẫu Sửa" in client.get(f"/drafts/{token}").text
    fill(session, officer, token)
    client.post(f"/drafts/{token}/review")
    assert client.get(address).status_code == 404
    assert client.post(address, data=TYPED).status_code == 404


def test_nobody_else_reaches_a_draft_or_what_is_printed(app: Flask, session: Session, officer: Officer) -> None:
    token, reference = begin(session, officer), file_at_counter(session, officer)
    others: list[Officer | Person] = [
        filing.officer_of(session, WARD_1, "receiver"),
        filing.officer_of(session, "H06.31.02", "receiver"),
        make_citizen(session),
    ]
    drafts = [f"/drafts/{token}{path}" for path in ("", "/sections/child", "/review", "/discard", "/changes")]
    for other in others:
        browser = app.test_client()
        sign_in_as(browser, other)
        for address in drafts:
            assert browser.get(address).status_code == 404, address
        for address in (f"/drafts/{token}/review", f"/drafts/{token}/discard", f"/drafts/{token}/sections/child"):
            assert browser.post(address).status_code == 404, address
        hidden = 403 if other is others[2] else 404
        for path in (f"{token}/applicant", f"filed/{reference}", f"filed/{reference}/receipt.pdf"):
            assert browser.get(f"/desk/counter/{path}").status_code == hidden, path
    specialist = app.test_client()
    sign_in_as(specialist, filing.officer_of(session, WARD_1, "specialist"))
    for path in ("/desk/counter", NEW, f"/drafts/{token}"):
        assert specialist.get(path).status_code == 403, path
    assert "/desk/counter" not in specialist.get("/desk").text


def test_another_units_counter_is_not_found(client: FlaskClient, officer: Officer) -> None:
    assert client.get("/desk/counter?unit=H06.31.02").status_code == 404
    assert begun(client, unit="H06.31.02").status_code == 404
    assert begun(client, procedure="9.999999").status_code == 404
    assert begun(client, token="x").status_code == 400
    assert begun(client, procedure="2.000205").status_code == 409


def test_the_applicant_reads_who_entered_it_and_who_looked(
    app: Flask, client: FlaskClient, session: Session, officer: Officer
) -> None:
    reference = file_at_counter(session, officer)
    client.get(f"/desk/counter/filed/{reference}")
    assert f"Nộp tại quầy, {officer.name} nhập, Phường 1" in words(client.get(f"/desk/dossiers/{reference}").text)
    looks = session.execute(text("select count(*) from dossier_view")).scalar_one()
    assert looks == 3, "the filing, the paper, the page"


def test_a_list_of_drafts_costs_no_statement_a_draft(client: FlaskClient, session: Session, officer: Officer) -> None:
    counts = []
    for _more in range(2):
        begin(session, officer)
        begin(session, officer)
        with statements(session) as sent:
            client.get("/desk/counter")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 12, counts


def test_an_officer_of_two_units_chooses_the_counter(app: Flask, session: Session) -> None:
    both = make_officer(session, WARD_1, "receiver", "specialist")
    browser = app.test_client()
    sign_in_as(browser, both)
    assert browser.get("/desk/counter").status_code == 200
