"""Filing through the pages, as a browser without scripts does it."""

import io
import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock
from portal.people.queries import Person
from portal.procedures import queries as procedures
from portal.procedures.procedure import Procedure
from tests import filing, plausible
from tests.signing_in import make_citizen, sign_in_as

CODE = filing.BIRTH


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session)
    sign_in_as(client, made)
    return made


@pytest.fixture
def procedure(session: Session) -> Procedure:
    found = procedures.published(session, CODE, at=clock.now())
    assert found is not None
    return found


@pytest.fixture
def address(client: FlaskClient, person: Person) -> str:
    """The address of a draft just begun."""
    response = client.post(f"/procedures/{CODE}/apply")
    assert response.status_code == 303
    return response.location


@pytest.fixture
def answers(session: Session, person: Person, procedure: Procedure) -> dict[str, list[str]]:
    return filing.plausible_answers(session, procedure, person, day=date(2026, 1, 1))


def test_a_visitor_who_wants_to_apply_is_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    response = client.get(f"/procedures/{CODE}/apply")
    assert response.status_code == 303
    assert f"next=/procedures/{CODE}/apply" in response.location.replace("%2F", "/")


def test_the_first_page_says_what_to_have_at_hand(client: FlaskClient, person: Person) -> None:
    page = client.get(f"/procedures/{CODE}/apply")
    assert page.status_code == 200
    assert "Giấy chứng sinh" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_whole_filing_ends_with_a_reference_a_secret_and_a_receipt(
    client: FlaskClient, session: Session, address: str, procedure: Procedure, answers: dict[str, list[str]]
) -> None:
    _fill(client, session, address, procedure, answers)
    review = client.get(f"{address}/review")
    assert "Hồ sơ chưa đủ để nộp" not in review.text
    done = client.post(f"{address}/review")
    assert done.status_code == 303
    page = client.get(done.location)
    reference = re.search(r"H06\.31\.01-\d{6}-0001", page.text)
    assert reference, page.text[:2000]
    assert "Mã tra cứu" in page.text
    receipt = client.get(f"/dossiers/{reference[0]}/receipt.pdf")
    assert receipt.mimetype == "application/pdf"
    assert receipt.data.startswith(b"%PDF")


def test_the_task_list_shows_from_the_start_what_later_answers_may_call_for(
    client: FlaskClient, session: Session, address: str, procedure: Procedure, answers: dict[str, list[str]]
) -> None:
    """How long the way is does not change under way: the papers are listed, to be opened once they are asked for."""
    before = client.get(address).text
    assert "Giấy tờ kèm theo" in before
    assert "Tùy câu trả lời của bạn" in before
    assert f"{address}/sections/papers" not in before
    assert "Phần 1 trên 5" in client.get(f"{address}/sections/child").text
    _fill(client, session, address, procedure, answers)
    after = client.get(address).text
    assert f"{address}/sections/papers" in after
    assert "Tùy câu trả lời của bạn" not in after
    assert "Phần 1 trên 5" in client.get(f"{address}/sections/child").text


def test_a_double_click_makes_one_dossier_and_leads_to_it_twice(
    client: FlaskClient, session: Session, address: str, procedure: Procedure, answers: dict[str, list[str]]
) -> None:
    _fill(client, session, address, procedure, answers)
    first, second = (client.post(f"{address}/review") for _click in range(2))
    assert first.location == second.location
    assert session.execute(text("select count(*) from dossier")).scalar() == 1


def test_an_old_tab_of_a_filed_draft_leads_to_its_dossier(
    client: FlaskClient, session: Session, address: str, procedure: Procedure, answers: dict[str, list[str]]
) -> None:
    _fill(client, session, address, procedure, answers)
    client.post(f"{address}/review")
    again = client.get(address)
    assert again.status_code == 303
    assert "/dossiers/H06.31.01-" in again.location


def test_what_was_typed_is_kept_though_it_is_wrong(client: FlaskClient, address: str, procedure: Procedure) -> None:
    section = procedure.form.sections[0]
    text_field = next(field for field in section.fields if field.type == "text")
    page = client.post(f"{address}/sections/{section.key}", data={text_field.key: "x" * 5000, "then": "next"})
    assert page.status_code == 422
    assert "x" * 5000 in page.text
    assert f'href="#f-{text_field.key}"' in page.text
    assert "x" * 5000 in client.get(f"{address}/sections/{section.key}").text


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "{{ 7*7 }}", "Nguyễn 👩‍👧", "'; drop table draft; --"]
)
def test_hostile_text_comes_back_as_text(client: FlaskClient, address: str, procedure: Procedure, hostile: str) -> None:
    section = procedure.form.sections[0]
    field = next(field for field in section.fields if field.type == "text")
    client.post(f"{address}/sections/{section.key}", data={field.key: hostile, "then": "later"})
    page = client.get(f"{address}/sections/{section.key}").text
    assert "<script>alert" not in page
    assert "49" not in re.findall(r'value="([^"]*)"', page)


def test_a_name_typed_decomposed_is_kept_composed(client: FlaskClient, address: str, procedure: Procedure) -> None:
    section = procedure.form.sections[0]
    field = next(field for field in section.fields if field.type == "text")
    client.post(f"{address}/sections/{section.key}", data={field.key: "Nguye\u0302\u0303n", "then": "later"})
    assert 'value="Nguyễn"' in client.get(f"{address}/sections/{section.key}").text


def test_a_draft_of_somebody_else_does_not_exist(client: FlaskClient, session: Session, address: str) -> None:
    sign_in_as(client, make_citizen(session, name="Trần Văn Khác", national_id="079000000777"))
    for path in ("", "/unit", "/review", "/discard"):
        assert client.get(address + path).status_code == 404
    assert client.post(f"{address}/review").status_code == 404
    assert client.post(f"{address}/discard").status_code == 404


def test_a_file_that_is_not_what_its_name_says_is_told_beside_its_field(
    client: FlaskClient, session: Session, person: Person, procedure: Procedure
) -> None:
    ready = f"/drafts/{filing.draft(session, person)}"
    key, section = _file_field(session, procedure)
    page = _attach(client, f"{ready}/sections/{section}", key, b"MZ not a pdf")
    assert page.status_code == 422
    assert f'id="f-{key}-error"' in page.text
    assert "Nội dung tệp không đúng" in page.text or "Loại tệp này chưa dùng được" in page.text


def test_an_attached_file_can_be_fetched_and_taken_out_again(
    client: FlaskClient, session: Session, person: Person, procedure: Procedure
) -> None:
    ready = f"/drafts/{filing.draft(session, person)}"
    key, section = _file_field(session, procedure)
    assert _attach(client, f"{ready}/sections/{section}", key, filing.pdf("giấy")).status_code == 200
    file_id = session.execute(text("select max(id) from attachment")).scalar_one()
    got = client.get(f"{ready}/files/{file_id}")
    assert got.data == filing.pdf("giấy")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.headers["Content-Security-Policy"]
    client.post(f"{ready}/files/{file_id}/remove", data={"section": section})
    assert client.get(f"{ready}/files/{file_id}").status_code == 404


def test_a_draft_can_be_thrown_away(client: FlaskClient, session: Session, address: str) -> None:
    assert "Xóa bản nháp này?" in client.get(f"{address}/discard").text
    client.post(f"{address}/discard")
    assert client.get(address).status_code == 404


def test_a_draft_that_is_not_complete_is_not_filed(client: FlaskClient, session: Session, address: str) -> None:
    page = client.post(f"{address}/review")
    assert page.status_code == 422
    assert "Chưa nộp được" in page.text
    assert session.execute(text("select count(*) from dossier")).scalar() == 0


def test_a_unit_that_does_not_receive_the_procedure_is_refused(
    client: FlaskClient, session: Session, address: str
) -> None:
    department = filing.unit_id_of(session, "H06.15")
    for chosen in (str(department), "", "abc", "9" * 30):
        assert client.post(f"{address}/unit", data={"unit": chosen}).status_code == 422


def test_the_national_portals_link_leads_to_the_application(client: FlaskClient) -> None:
    response = client.get(f"/nop-ho-so?MaTTHCDP={CODE}.000.00.00.H06&MaCoQuanThucHien=H06.31.01&vnconnect=1")
    assert response.location == f"/procedures/{CODE}/apply"
    unknown = client.get("/nop-ho-so?MaTTHCDP=9.999999.000.00.00.H06")
    assert unknown.location.startswith("/procedures?q=9.999999")


def _fill(
    client: FlaskClient, session: Session, address: str, procedure: Procedure, answers: dict[str, list[str]]
) -> None:
    unit = filing.unit_id_of(session, filing.WARD_1)
    response = client.post(f"{address}/unit", data={"unit": str(unit)})
    while "/sections/" in response.location:
        key = response.location.rpartition("/")[2]
        section = procedure.form.section(key)
        assert section is not None
        data: dict[str, Any] = dict(plausible.of_section(section, answers))
        for field in section.fields:
            if field.type == "file" and field.required:
                data[field.key] = (io.BytesIO(filing.pdf(field.key)), f"{field.key}.pdf")
        response = _post(client, response.location, {**data, "then": "next"})
        assert response.status_code == 303, response.text
    assert response.location.endswith("/review")


def _post(client: FlaskClient, address: str, data: dict[str, Any]) -> TestResponse:
    return client.post(address, data=data, content_type="multipart/form-data")


def _attach(client: FlaskClient, address: str, key: str, content: bytes) -> TestResponse:
    return _post(client, address, {key: (io.BytesIO(content), "giấy chứng sinh.pdf"), "then": "attach"})


def _file_field(session: Session, procedure: Procedure) -> tuple[str, str]:
    """A file field that the draft at hand answers, and its section."""
    key = session.execute(text("select field from attachment limit 1")).scalar_one()
    section = next(part for part in procedure.form.sections if any(field.key == key for field in part.fields))
    return key, section.key


def test_an_answer_beyond_all_measure_is_told_beside_its_field_and_the_others_stay(
    client: FlaskClient, address: str
) -> None:
    typed = {"child_name": "Nguyễn Mẫu Bé", "child_home": "x" * 300_000, "child_born_at": "Bệnh viện Bà Rịa"}
    page = client.post(f"{address}/sections/child", data=typed)
    assert page.status_code == 422
    assert 'id="f-child_home-error"' in page.text
    assert "bạn đã viết 300.000" in page.text
    kept = client.get(f"{address}/sections/child").text
    assert "Nguyễn Mẫu Bé" in kept
    assert "Bệnh viện Bà Rịa" in kept


def test_every_file_chosen_at_once_is_taken_or_refused_by_number(
    client: FlaskClient, session: Session, person: Person
) -> None:
    address = client.post("/procedures/1.009994/apply").location  # its field for drawings takes twenty
    files = [(io.BytesIO(filing.pdf(str(number))), f"{number}.pdf") for number in range(12)]
    data = {"then": "attach", "drawings_file": files}
    page = client.post(f"{address}/sections/papers", data=data, content_type="multipart/form-data")
    assert page.status_code == 200
    assert session.execute(text("select count(*) from attachment")).scalar() == 12
    more = [(io.BytesIO(filing.pdf(str(number))), f"thêm {number}.pdf") for number in range(9)]
    data = {"then": "attach", "drawings_file": more}
    full = client.post(f"{address}/sections/papers", data=data, content_type="multipart/form-data")
    assert full.status_code == 422
    assert "Hãy gửi nhiều nhất 20 tệp." in full.text
    assert session.execute(text("select count(*) from attachment")).scalar() == 20
