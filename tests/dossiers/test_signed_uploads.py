"""A file that comes with a signature: who signed it, and whether it holds, is shown to citizen and officer."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import attachments, commands
from portal.files import signature_reading
from portal.people.queries import Person
from portal.signatures import demo_authority
from tests import filing
from tests.dossiers.corpus import typeset
from tests.signatures.authority import Authority, make_authority, signed
from tests.signatures.installed import use
from tests.signatures.outside import Root, asn1_certificate, rsa_key, serving, signing_house
from tests.signatures.test_outside import remote
from tests.signing_in import make_citizen, sign_in_as

PAPER = typeset("= Giấy chứng sinh")


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    """Trusted, and signing nothing here: no act of these tests calls for a paper."""
    made = make_authority(tmp_path / "signing", at=clock.now())
    use(made.roll)
    yield made
    use(None)


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session)
    sign_in_as(client, made)
    return made


def supplemented(session: Session, client: FlaskClient, person: Person, data: bytes) -> str:
    """A dossier to which this file was given as a supplement."""
    reference = filing.file_dossier(session, person)
    desk = filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.ask_supplement, reference, desk, reason="Cần bản có chữ ký số.")
    sent = {"seen": "2", "message": "Tôi gửi.", "file": (io.BytesIO(data), "đã ký.pdf")}
    done = client.post(f"/dossiers/{reference}/supplement", data=sent, content_type="multipart/form-data")
    assert done.status_code == 303
    return reference


def shown_to_both(session: Session, client: FlaskClient, person: Person, reference: str) -> list[str]:
    sign_in_as(client, person)
    mine = client.get(f"/dossiers/{reference}").text
    sign_in_as(client, filing.officer_of(session, filing.WARD_1, "receiver"))
    return [mine, client.get(f"/desk/dossiers/{reference}").text]


def test_a_good_signature_is_shown_to_citizen_and_officer(
    session: Session, client: FlaskClient, person: Person, authority: Authority
) -> None:
    data = signed(PAPER, authority.roll.agency("H06"), at=clock.now())
    reference = supplemented(session, client, person, data)
    for page in shown_to_both(session, client, person, reference):
        assert "Ủy ban nhân dân Phường Mẫu (DEMO)" in page
        assert "Còn nguyên, nhưng chứng thư DEMO không có giá trị pháp lý" in page


def test_a_real_signature_of_a_trusted_issuer_is_called_good(
    session: Session, client: FlaskClient, person: Person, tmp_path: Path
) -> None:
    root, key = Root(clock.now()), rsa_key()
    with serving(signing_house(key, token="right")) as host:
        data = signed(PAPER, remote(host, root.certify("Trần Thị Mẫu Ký", key)), at=clock.now())
    signature_reading.install([asn1_certificate(root.certificate).dump()])
    reference = supplemented(session, client, person, data)
    signature_reading.install([])
    for page in shown_to_both(session, client, person, reference):
        assert "Trần Thị Mẫu Ký" in page
        assert "Còn nguyên, chứng thư có hiệu lực" in page


def test_a_changed_file_says_that_it_was_changed(
    session: Session, client: FlaskClient, person: Person, authority: Authority
) -> None:
    data = signed(PAPER, authority.roll.agency("H06"), at=clock.now())
    broken = data.replace(b"/Contents <30", b"/Contents <31", 1)
    assert broken != data
    reference = supplemented(session, client, person, broken)
    for page in shown_to_both(session, client, person, reference):
        assert "Còn nguyên" not in page
        assert "Có chữ ký không đọc được" in page or "Nội dung đã bị sửa" in page


def test_an_unknown_issuer_is_told(session: Session, client: FlaskClient, person: Person, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other", at=clock.now())
    file = attachments.store(io.BytesIO(signed(PAPER, other.roll.agency("H06"), at=clock.now())), name="a.pdf")
    assert file.signatures is not None
    assert file.signatures["found"][0]["trust"] == "unknown_issuer"
    assert demo_authority.AUTHORITY in file.signatures["found"][0]["issuer"]


def test_what_carries_no_signature_says_nothing_of_one(session: Session, client: FlaskClient, person: Person) -> None:
    reference = supplemented(session, client, person, PAPER)
    for page in shown_to_both(session, client, person, reference):
        assert "Chữ ký số:" not in page


def test_who_signed_rests_sealed(session: Session, client: FlaskClient, person: Person, authority: Authority) -> None:
    supplemented(session, client, person, signed(PAPER, authority.roll.agency("H06"), at=clock.now()))
    kept = session.execute(text("select signatures from attachment where signatures is not null")).scalar_one()
    assert "Mẫu".encode() not in bytes(kept)
