"""What a person sees and does with the dossiers they filed."""

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import commands
from portal.people.queries import Person
from tests import filing
from tests.signing_in import make_citizen, sign_in_as


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session)
    sign_in_as(client, made)
    return made


@pytest.fixture
def reference(session: Session, person: Person) -> str:
    return filing.file_dossier(session, person)


@pytest.fixture
def supplementing(session: Session, reference: str) -> str:
    """A dossier whose desk asked for something."""
    desk = filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.ask_supplement, reference, desk, reason="Thiếu bản chụp mặt sau giấy chứng sinh.")
    return reference


def test_my_list_shows_what_i_filed_and_what_i_am_writing(
    client: FlaskClient, session: Session, person: Person, reference: str
) -> None:
    token = filing.draft(session, person)
    page = client.get("/account").text
    assert reference in page
    assert f"/drafts/{token}" in page


def test_a_stranger_finds_none_of_it(client: FlaskClient, session: Session, reference: str) -> None:
    file_id = session.execute(text("select min(id) from attachment")).scalar_one()
    sign_in_as(client, make_citizen(session, name="Trần Văn Khác", national_id="079000000777"))
    for path in ("", "/receipt.pdf", "/withdraw", f"/files/{file_id}"):
        assert client.get(f"/dossiers/{reference}{path}").status_code == 404
    for path in ("/supplement", "/withdraw"):
        assert client.post(f"/dossiers/{reference}{path}", data={"seen": "1"}).status_code == 404
    unknown = client.get("/dossiers/H06.31.01-200615-9999")
    foreign = client.get(f"/dossiers/{reference}")
    assert unknown.status_code == foreign.status_code == 404


def test_a_supplement_is_given_once_and_the_page_says_what_is_next(
    client: FlaskClient, session: Session, supplementing: str
) -> None:
    page = client.get(f"/dossiers/{supplementing}").text
    assert "Thiếu bản chụp mặt sau giấy chứng sinh." in page
    data = {"seen": "2", "message": "Tôi gửi bản chụp.", "file": (io.BytesIO(filing.pdf("b")), "mặt sau.pdf")}
    done = client.post(f"/dossiers/{supplementing}/supplement", data=data, content_type="multipart/form-data")
    assert done.status_code == 303
    assert "mặt sau.pdf" in client.get(f"/dossiers/{supplementing}").text
    again = client.post(f"/dossiers/{supplementing}/supplement", data={"seen": "2", "message": "Tôi gửi bản chụp."})
    assert again.status_code == 409
    assert session.execute(text("select count(*) from step where act = 'supplement_given'")).scalar() == 1


def test_an_empty_supplement_is_told_beside_its_field(client: FlaskClient, supplementing: str) -> None:
    page = client.post(f"/dossiers/{supplementing}/supplement", data={"seen": "2", "message": "  "})
    assert page.status_code == 422
    assert "govuk-error-message" in page.text
    assert "Hãy viết câu trả lời, hoặc đính kèm ít nhất một tệp." in page.text


def test_a_supplement_with_a_bad_file_keeps_the_message(client: FlaskClient, supplementing: str) -> None:
    data = {"seen": "2", "message": "Lời nhắn dài công.", "file": (io.BytesIO(b""), "trống.pdf")}
    page = client.post(f"/dossiers/{supplementing}/supplement", data=data, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "Lời nhắn dài công." in page.text
    assert "không có nội dung" in page.text


def test_a_dossier_can_be_withdrawn_after_one_question(client: FlaskClient, session: Session, reference: str) -> None:
    assert "Rút hồ sơ này?" in client.get(f"/dossiers/{reference}/withdraw").text
    client.post(f"/dossiers/{reference}/withdraw", data={"seen": "1", "reason": ""})
    assert session.execute(text("select state from dossier")).scalar() == "withdrawn"
    assert "Rút hồ sơ này?" not in client.get(f"/dossiers/{reference}/withdraw", follow_redirects=True).text


def test_contact_details_are_checked_and_kept(client: FlaskClient, person: Person) -> None:
    wrong = client.post("/account/contact", data={"email": "không phải thư", "phone": "12", "address": "x" * 400})
    assert wrong.status_code == 422
    assert "không phải thư" in wrong.text
    assert wrong.text.count("govuk-error-message") == 3
    right = client.post("/account/contact", data={"email": "a@example.vn", "phone": "0901234567", "address": ""})
    assert right.status_code == 303
    page = client.get("/account/contact").text
    assert "a@example.vn" in page
    assert 'autocomplete="street-address"' not in page, "of a line alone HTML knows no such word"


def test_who_looked_at_my_dossier_is_shown_to_me(client: FlaskClient, session: Session, reference: str) -> None:
    desk = filing.officer_of(session, filing.WARD_1, "receiver")
    other = client.application.test_client()
    sign_in_as(other, desk)
    assert other.get(f"/desk/dossiers/{reference}").status_code == 200
    assert desk.name in client.get("/account/views").text
    assert desk.name in client.get(f"/dossiers/{reference}").text


def test_the_list_of_open_sign_ins_marks_this_one(client: FlaskClient, person: Person) -> None:
    assert "Lần này" in client.get("/account/sessions").text


def test_a_withdrawal_that_could_not_be_made_keeps_its_reason(
    client: FlaskClient, session: Session, reference: str
) -> None:
    typed = "Tôi đã nộp nhầm nơi, xin rút."
    stale = client.post(f"/dossiers/{reference}/withdraw", data={"seen": "0", "reason": typed})
    assert stale.status_code == 409
    assert typed in stale.text
    assert 'name="seen" value="1"' in stale.text
    hidden = client.post(f"/dossiers/{reference}/withdraw", data={"seen": "1", "reason": f"{typed}\u202e"})
    assert hidden.status_code == 422
    assert typed in hidden.text
    assert 'id="f-reason-error"' in hidden.text
    assert session.execute(text("select state from dossier")).scalar() == "filed"


def test_a_withdrawal_that_is_no_longer_possible_shows_the_dossier(client: FlaskClient, reference: str) -> None:
    for _again in range(2):
        answer = client.post(f"/dossiers/{reference}/withdraw", data={"seen": "1", "reason": ""})
    assert answer.status_code == 409
    assert "Rút hồ sơ này?" not in answer.text
    assert "govuk-error-summary" in answer.text


def test_more_files_than_are_taken_at_once_are_refused_by_number_not_lost_silently(
    client: FlaskClient, session: Session, supplementing: str
) -> None:
    files = [(io.BytesIO(filing.pdf(str(number))), f"{number}.pdf") for number in range(11)]
    data = {"seen": "2", "message": "Tôi gửi mười một tệp.", "file": files}
    page = client.post(f"/dossiers/{supplementing}/supplement", data=data, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "Hãy gửi nhiều nhất 10 tệp." in page.text
    assert "Tôi gửi mười một tệp." in page.text
    assert session.execute(text("select count(*) from attachment where field = 'supplement'")).scalar() == 0


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\x07", "\x1b"])
def test_an_address_with_hidden_characters_is_told_beside_its_field(
    client: FlaskClient, person: Person, hidden: str
) -> None:
    page = client.post("/account/contact", data={"email": "", "phone": "", "address": f"12 đường{hidden} Mẫu"})
    assert page.status_code == 422
    assert 'id="f-address-error"' in page.text
    assert "Có ký tự ẩn không dùng được." in page.text
