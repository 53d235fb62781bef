"""Anybody checks a paper: ours is told from everything else, and there is always an answer."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock
from portal.dossiers import attachments, commands, paper_signing, queries, signed_papers
from portal.dossiers.life import Outcome
from portal.people.queries import Person
from tests import filing
from tests.dossiers import corpus
from tests.signatures.authority import Authority, make_authority, signed
from tests.signatures.installed import signing
from tests.signing_in import make_citizen, sign_in_as

OURS = "Giấy tờ DEMO của cổng này, còn nguyên vẹn"
ADDED = "Giấy tờ của cổng này nhưng đã bị thêm nội dung sau khi ký"
CHANGED = "Không phải giấy tờ của cổng này, hoặc đã bị sửa"
FOREIGN = "Không phải giấy tờ của cổng này"
UNSIGNED = "Không phải giấy tờ đã ký của cổng này"
NO_PDF = "Tệp này không phải PDF"
VALID_WORDS = ("Còn nguyên, chứng thư có hiệu lực", "còn nguyên vẹn")


@dataclass(frozen=True)
class Issued:
    """A dossier with its two signed papers."""

    authority: Authority
    person: Person
    reference: str
    receipt: bytes
    result: bytes


@pytest.fixture
def issued(session: Session, tmp_path: Path) -> Iterator[Issued]:
    receiver, leader = (filing.officer_of(session, filing.WARD_1, role) for role in ("receiver", "leader"))
    person = make_citizen(session)
    with signing(tmp_path / "signing", session, receiver, leader) as authority:
        reference = filing.file_dossier(session, person)
        filing.act(session, commands.receive, reference, receiver)
        file = attachments.store(io.BytesIO(corpus.typeset("= Kết quả")), name="kết quả.pdf")
        filing.act(session, commands.resolve, reference, leader, outcome=Outcome.GRANTED, files=(file,))
        paper_signing.sign_waiting(at=clock.now())
        receipt, result = files_of(session, person, reference)
        yield Issued(authority, person, reference, receipt, result)


def files_of(session: Session, person: Person, reference: str) -> list[bytes]:
    session.rollback()
    dossier = queries.for_archive(session, reference)
    assert dossier is not None
    made = []
    for paper in signed_papers.of_dossier(session, dossier.id):
        file = signed_papers.file_of_person(session, paper.id, person_id=person.id, at=clock.now())
        assert file is not None
        made.append(b"".join(attachments.read(file)))
    return made


def check(client: FlaskClient, data: bytes, **options: str) -> TestResponse:
    sent = {"file": (io.BytesIO(data), "tệp.pdf")}
    return client.post("/verify", data=sent, content_type="multipart/form-data", **options)


@pytest.mark.parametrize("which", ["receipt", "result"])
def test_our_paper_is_known_with_its_dossier_and_who_signed(
    client: FlaskClient, session: Session, issued: Issued, which: str
) -> None:
    page = check(client, getattr(issued, which))
    assert page.status_code == 200
    assert OURS in page.text
    assert issued.reference in page.text
    assert f'href="/ledger/dossiers/{issued.reference}"' in page.text
    assert "Ủy ban nhân dân Phường Mẫu (DEMO)" in page.text
    assert ("Hồ Thị Lãnh Đạo (DEMO)" in page.text) is (which == "result")
    assert "không có giá trị pháp lý" in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("more", [b"\n%%EOF\n", b"\n% xin\n", bytes(7), b"1234567"])
def test_bytes_after_its_end_are_told(client: FlaskClient, issued: Issued, more: bytes) -> None:
    page = check(client, issued.result + more)
    assert ADDED in page.text
    assert "7 byte" in page.text
    assert issued.reference in page.text
    assert not any(words in page.text for words in VALID_WORDS)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_flipped_byte_anywhere_makes_it_none_of_ours(client: FlaskClient, issued: Issued, share: float) -> None:
    place = int(len(issued.result) * share)
    broken = issued.result[:place] + bytes([issued.result[place] ^ 4]) + issued.result[place + 1 :]
    page = check(client, broken)
    assert page.status_code == 200
    assert not any(words in page.text for words in (OURS, *VALID_WORDS))


def test_a_good_signature_of_somebody_else_is_not_ours(client: FlaskClient, issued: Issued, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other", at=clock.now())
    foreign = signed(corpus.typeset("= Giả"), other.roll.agency("H06"), at=clock.now())
    page = check(client, foreign)
    assert FOREIGN in page.text
    assert "Không do cổng này xác nhận" in page.text
    assert not any(words in page.text for words in (OURS, *VALID_WORDS))


def test_our_own_seal_on_a_paper_that_we_did_not_issue_is_not_ours(client: FlaskClient, issued: Issued) -> None:
    made = signed(corpus.typeset("= Giả"), issued.authority.roll.agency("H06"), at=clock.now())
    page = check(client, made)
    assert FOREIGN in page.text
    assert not any(words in page.text for words in (OURS, *VALID_WORDS))


def test_what_carries_no_signature_is_said_to_carry_none(client: FlaskClient) -> None:
    assert UNSIGNED in check(client, corpus.typeset("= Không ký")).text


HOSTILE = {**corpus.honest(), **{name: row[0] for name, row in corpus.hostile().items()}}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_whatever_comes_there_is_an_answer_and_never_a_good_one(client: FlaskClient, name: str) -> None:
    data = HOSTILE[name]
    page = check(client, data)
    assert page.status_code in (200, 422)
    assert not any(words in page.text for words in (OURS, *VALID_WORDS))


@pytest.mark.parametrize(
    "tail",
    [
        b"/ByteRange [0 1 2 3]",
        b"/ByteRange [0 99999999999 2 3] /Contents <30>",
        b"<< /Type /Sig /ByteRange [-1 0 0 0] /Contents <00> >>",
        b"/ByteRange" * 5000,
    ],
)
def test_a_broken_signature_is_no_signature(client: FlaskClient, tail: bytes) -> None:
    page = check(client, corpus.typeset("= x") + tail + b"\n%%EOF")
    assert page.status_code == 200
    assert CHANGED in page.text


def test_a_picture_is_told_to_be_no_pdf(client: FlaskClient) -> None:
    assert NO_PDF in check(client, corpus.png()).text


@pytest.mark.parametrize("sent", [{}, {"file": (io.BytesIO(b""), "")}, {"file": (io.BytesIO(b""), "a.pdf")}])
def test_without_a_file_it_asks_for_one(client: FlaskClient, sent: dict[str, object]) -> None:
    page = client.post("/verify", data=sent, content_type="multipart/form-data")
    assert page.status_code == 422


def test_a_file_past_the_limit_is_refused(client: FlaskClient) -> None:
    assert check(client, b"%PDF-1.7\n" + bytes(20 * 1024 * 1024)).status_code == 422


def test_nothing_of_the_file_is_kept(client: FlaskClient, session: Session, tmp_path: Path) -> None:
    folder = attachments.installed().clean
    before = sorted(folder.folder.rglob("*"))
    check(client, corpus.typeset("= Không lưu"))
    assert sorted(folder.folder.rglob("*")) == before
    assert session.execute(text("select count(*) from attachment")).scalar_one() == 0


def test_by_its_reference_the_signed_papers_are_listed(client: FlaskClient, issued: Issued) -> None:
    page = client.get(f"/verify?reference={issued.reference.lower()}").text
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả (DEMO)" in page
    assert "Kết quả giải quyết (DEMO)" in page
    assert f'href="/ledger/dossiers/{issued.reference}"' in page
    assert issued.person.name not in page


def test_a_result_that_was_taken_back_is_told_to_hold_no_more(
    client: FlaskClient, session: Session, issued: Issued
) -> None:
    leader = filing.officer_of(session, filing.WARD_1, "leader")
    filing.act(session, commands.take_back, issued.reference, leader, reason="Ghi nhầm.")
    held = check(client, issued.result).text
    assert "Giấy tờ của cổng này nhưng đã bị thu hồi" in held
    assert not any(words in held for words in ("notice--good", "notice--waiting"))
    assert OURS in check(client, issued.receipt).text, "the receipt is a promise and stays"
    listed = client.get(f"/verify?reference={issued.reference}").text
    assert listed.count("Cơ quan đã thu hồi giấy này lúc") == 1
    assert ADDED in check(client, issued.result + b"\n").text
    sign_in_as(client, issued.person)
    own = client.get(f"/dossiers/{issued.reference}").text
    assert own.count("Đã ký số") == 1, "the receipt alone"
    assert "Kết quả đã bị thu hồi" in own


def test_an_unknown_reference_and_a_sealed_dossier_look_alike(
    client: FlaskClient, session: Session, issued: Issued
) -> None:
    session.execute(text("update dossier set sealed = true, steps = steps + 1"))
    session.commit()
    none = "Không có giấy tờ nào đã ký"
    assert none in client.get(f"/verify?reference={issued.reference}").text
    assert none in client.get("/verify?reference=H06.31.01-200615-9999").text
    held = check(client, issued.result).text
    assert OURS in held
    assert f"/ledger/dossiers/{issued.reference}" not in held


def test_it_reads_in_english(client: FlaskClient, issued: Issued) -> None:
    page = client.post(
        "/verify?lang=en",
        data={"file": (io.BytesIO(issued.result), "a.pdf")},
        content_type="multipart/form-data",
    ).text
    assert "A DEMO paper of this portal, untouched" in page


def test_too_many_files_from_one_address_have_to_wait(client: FlaskClient, session: Session) -> None:
    check(client, b"x")
    session.execute(text("update look_up_attempt set attempts = 60"))
    session.commit()
    stopped = check(client, b"x")
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0


def test_the_owner_finds_the_signed_papers_on_the_dossiers_page(
    client: FlaskClient, session: Session, issued: Issued
) -> None:
    sign_in_as(client, issued.person)
    page = client.get(f"/dossiers/{issued.reference}").text
    assert page.count("Đã ký số") == 2
    assert "Bản gốc trước khi ký" in page
    ids = session.scalars(text("select id from signed_paper order by id")).all()
    for paper_id, data in zip(ids, (issued.receipt, issued.result), strict=True):
        assert f"/dossiers/{issued.reference}/papers/{paper_id}" in page
        answer = client.get(f"/dossiers/{issued.reference}/papers/{paper_id}")
        assert answer.data == data
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "no-store" in answer.headers["Cache-Control"]
    sign_in_as(client, make_citizen(session, name="Người Khác", national_id="079000000777"))
    assert client.get(f"/dossiers/{issued.reference}/papers/{ids[0]}").status_code == 404


def test_the_desk_finds_them_too(client: FlaskClient, session: Session, issued: Issued) -> None:
    officer = filing.officer_of(session, filing.WARD_1, "receiver")
    sign_in_as(client, officer)
    page = client.get(f"/desk/dossiers/{issued.reference}").text
    assert page.count("Đã ký số") == 2
    paper_id = session.execute(text("select min(id) from signed_paper")).scalar_one()
    assert client.get(f"/desk/dossiers/{issued.reference}/papers/{paper_id}").data == issued.receipt
    sign_in_as(client, filing.officer_of(session, "H06.31.02", "receiver"))
    assert client.get(f"/desk/dossiers/{issued.reference}/papers/{paper_id}").status_code == 404
