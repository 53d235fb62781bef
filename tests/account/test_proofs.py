"""What the owner of a dossier downloads to prove it without the portal, and what nobody else gets."""

import io
import re

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import commands
from portal.ledger import commands as ledger_commands
from portal.ledger import keys, note, promise, proof, proof_file, qr_text, receipt_key, tree, trust
from portal.ledger.entry import instant_text
from portal.ledger.proof import Facts
from portal.ledger.trust import Keys
from portal.people.queries import Person
from portal.settings import Settings
from portal.transaction import unit_of_work
from tests import filing
from tests.papers.printed_codes import codes_on, of_text
from tests.papers.scanning import scanned
from tests.publishing import publish_now
from tests.signing_in import make_citizen, sign_in_as

NAME = "Nguyễn Thị Bằng Chứng"
SEALED_CODE = "1.001022"
REFERENCE = re.compile(r"[A-Z0-9.]+-[0-9]{6}-[0-9]{4}")


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session, name=NAME)
    sign_in_as(client, made)
    return made


@pytest.fixture
def reference(session: Session, person: Person) -> str:
    return filing.file_dossier(session, person)


@pytest.fixture
def trusted(app: Flask) -> Keys:
    """The public keys of the installation, as a person has them from elsewhere."""
    settings: Settings = app.config["SETTINGS"]
    log = keys.published_keys(settings)[-1].vkey
    return trust.parse_keys([log, *(key.vkey for key in receipt_key.public_keys(settings))])


def proven(client: FlaskClient, address: str, trusted: Keys) -> Facts:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    found = proof.check(answer.data, trusted).facts
    assert found is not None
    return found


def test_a_dossier_that_was_filed_is_proven_with_all_that_was_said(
    app: Flask, client: FlaskClient, session: Session, reference: str, trusted: Keys
) -> None:
    publish_now(app)
    answer = client.get(f"/dossiers/{reference}/receipt.tlog-proof")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{reference}.tlog-proof"'
    found = proven(client, f"/dossiers/{reference}/receipt.tlog-proof", trusted)
    assert (found.entry["act"], found.entry["reference"], found.index, found.size) == ("filed", reference, 0, 1)
    assert found.shown["applicant.name"] == NAME
    files = session.execute(text("select sha256, size from attachment order by id")).all()
    assert [found.shown[f"file.{n}"][1:] for n in range(len(files))] == [[f.sha256.hex(), f.size] for f in files]
    assert len([name for name in found.shown if name.startswith("answer.")]) > 5
    assert found.promise is not None
    assert found.entry["at"] == instant_text(found.promise.at)


def test_every_act_of_a_life_is_proven(
    app: Flask, client: FlaskClient, session: Session, person: Person, reference: str, trusted: Keys
) -> None:
    receiver = filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.ask_supplement, reference, receiver, reason="Thiếu bản chụp.")
    publish_now(app)
    filing.act(
        session, commands.give_supplement, reference, person, message="Tôi gửi thêm.", files=[filing.stored("b.pdf")]
    )
    filing.act(session, commands.receive, reference, receiver)
    filing.granted(session, reference, filing.officer_of(session, filing.WARD_1, "leader"))
    publish_now(app)
    page = client.get(f"/dossiers/{reference}").text
    acts = ["filed", "supplement_asked", "supplement_given", "received", "resolved"]
    for n, act in enumerate(acts):
        address = f"/dossiers/{reference}/receipt.tlog-proof?n={n}"
        assert f'href="{address}"' in page
        found = proven(client, address, trusted)
        assert (found.entry["act"], found.entry["n"], found.size) == (act, n, 5)
    given = proven(client, f"/dossiers/{reference}/receipt.tlog-proof?n=2", trusted).shown
    assert given["note"] == "Tôi gửi thêm."
    assert given["file.0"][0] == "supplement"
    assert proven(client, f"/dossiers/{reference}/receipt.tlog-proof?n=1", trusted).shown["note"] == "Thiếu bản chụp."
    named = client.get(f"/dossiers/{reference}/receipt.tlog-proof?n=3").headers["Content-Disposition"]
    assert named == f'attachment; filename="{reference}.3.tlog-proof"'


def test_its_holder_chooses_what_others_see(app: Flask, client: FlaskClient, reference: str, trusted: Keys) -> None:
    publish_now(app)
    address = f"/dossiers/{reference}/receipt.tlog-proof"
    assert proven(client, f"{address}?show=applicant.name&show=nothing.such", trusted).shown == {"applicant.name": NAME}
    bare = client.get(f"{address}?show=")
    assert proven(client, f"{address}?show=", trusted).shown == {}
    assert len(bare.data) < len(client.get(address).data)
    page = client.get(f"/dossiers/{reference}").text
    assert '<input type="hidden" name="show" value="">' in page
    assert 'value="applicant.name"' in page
    for label in ("Người nộp: họ tên", "Người được khai sinh: Họ, chữ đệm, tên", "Tệp: "):
        assert label in page


def test_before_a_checkpoint_there_is_a_signed_promise(
    app: Flask, client: FlaskClient, reference: str, trusted: Keys
) -> None:
    page = client.get(f"/dossiers/{reference}").text
    assert "Việc mới nhất đang được ghi vào sổ" in page
    assert "Lời hứa có chữ ký: Đã nộp hồ sơ" in page
    assert "Bằng chứng: Đã nộp hồ sơ" not in page
    answer = client.get(f"/dossiers/{reference}/receipt.tlog-proof?n=0&show=applicant.name")
    assert (answer.status_code, answer.location) == (
        303,
        f"/dossiers/{reference}/receipt.json?n=0&show=applicant.name",
    )
    early = client.get(answer.location)
    assert early.headers["Cache-Control"] == "no-store"
    assert early.headers["Content-Disposition"] == f'attachment; filename="{reference}.receipt.json"'
    found = proof.check_receipt(early.data, trusted).facts
    assert found is not None
    assert found.promise is not None
    assert (found.index, found.entry["reference"], found.shown) == (None, reference, {"applicant.name": NAME})
    assert found.promise.before - found.promise.at == promise.TERM
    publish_now(app)
    page = client.get(f"/dossiers/{reference}").text
    assert "Việc mới nhất đang được ghi vào sổ" not in page
    assert "Bằng chứng: Đã nộp hồ sơ" in page
    late = client.get(answer.location).data
    assert late == early.data, "a promise is the same whenever it is made"
    held = proof_file.parse(client.get(f"/dossiers/{reference}/receipt.tlog-proof?show=applicant.name").data)
    assert held.receipt == proof_file.parse_receipt(late)


def test_a_sealed_dossier_is_proven_to_its_owner(
    app: Flask, client: FlaskClient, session: Session, person: Person, trusted: Keys
) -> None:
    reference = filing.file_dossier(session, person, code=SEALED_CODE)
    early = proof.check_receipt(client.get(f"/dossiers/{reference}/receipt.json").data, trusted).facts
    publish_now(app)
    found = proven(client, f"/dossiers/{reference}/receipt.tlog-proof", trusted)
    for facts in (early, found):
        assert facts is not None
        assert facts.sealed
        assert (facts.entry["reference"], facts.entry["procedure"]) == (reference, SEALED_CODE)
        assert facts.shown["applicant.name"] == NAME


def test_a_stranger_gets_none_of_it(app: Flask, client: FlaskClient, session: Session, reference: str) -> None:
    publish_now(app)
    sign_in_as(client, make_citizen(session, name="Trần Văn Khác", national_id="079000000778"))
    for name in ("receipt.tlog-proof", "receipt.json"):
        answer = client.get(f"/dossiers/{reference}/{name}")
        assert answer.status_code == client.get(f"/dossiers/H06.31.01-200615-9999/{name}").status_code == 404
        assert "tlog-proof@" not in answer.text
        stranger = app.test_client().get(f"/dossiers/{reference}/{name}")
        assert (stranger.status_code, stranger.headers["Cache-Control"]) == (303, "no-store")


@pytest.mark.parametrize("n", ["1", "-1", "00", "", "x", "٣", "9" * 9, "9" * 10, "9" * 400])
def test_an_act_that_is_not_there_is_404(client: FlaskClient, reference: str, n: str) -> None:
    for name in ("receipt.tlog-proof", "receipt.json"):
        assert client.get(f"/dossiers/{reference}/{name}", query_string={"n": n}).status_code == 404


def test_what_is_erased_cannot_be_opened_any_more_and_its_public_proof_holds(
    app: Flask, client: FlaskClient, session: Session, reference: str, trusted: Keys
) -> None:
    publish_now(app)
    before = client.get(f"/dossiers/{reference}/receipt.tlog-proof").data
    with unit_of_work(session):
        session.execute(text("delete from dossier_secret"))
        session.execute(text("delete from dossier_content"))
    for name in ("receipt.tlog-proof", "receipt.json"):
        answer = client.get(f"/dossiers/{reference}/{name}")
        assert answer.status_code == 410
    page = client.get(f"/dossiers/{reference}/receipt.tlog-proof").text
    assert "Nội dung này đã được xóa theo luật" in page
    assert (
        "đã được xóa theo luật, nên cổng không làm được bằng chứng riêng nữa"
        in client.get(f"/dossiers/{reference}").text
    )
    assert proven(client, "/ledger/entries/0.tlog-proof", trusted).entry["reference"] == reference
    assert proof.check(before, trusted).proven, "what was downloaded before still proves"


def test_a_sealed_dossier_that_is_erased_keeps_its_leaf_and_loses_its_meaning(
    app: Flask, client: FlaskClient, session: Session, person: Person, trusted: Keys
) -> None:
    reference = filing.file_dossier(session, person, code=SEALED_CODE)
    publish_now(app)
    assert proven(client, "/ledger/entries/0.tlog-proof", trusted).entry["reference"] == reference
    with unit_of_work(session):
        ledger_commands.erase(session, reference=reference)
    assert client.get(f"/dossiers/{reference}/receipt.tlog-proof").status_code == 410
    found = proven(client, "/ledger/entries/0.tlog-proof", trusted)
    assert found.entry.keys() == {"commitment", "kind", "on", "v"}
    assert not REFERENCE.search(str(found.entry))


def test_the_receipt_on_paper_carries_the_public_proof(
    app: Flask, client: FlaskClient, session: Session, reference: str, trusted: Keys
) -> None:
    filing.act(session, commands.receive, reference, filing.officer_of(session, filing.WARD_1, "receiver"))
    early = " ".join(pypdf.PdfReader(io.BytesIO(paper(client, reference))).pages[1].extract_text().split())
    publish_now(app)
    printed_paper = paper(client, reference)
    page = pypdf.PdfReader(io.BytesIO(printed_paper)).pages[1]
    late = " ".join(page.extract_text().split())
    public = client.get("/ledger/entries/1.tlog-proof").data
    (printed,) = codes_on(page)
    assert printed == of_text(qr_text.render(public), error="l"), "the code holds the public proof of the reception"
    (read_by_another,) = scanned(printed_paper, 1)
    from_paper = proof.check(qr_text.parse(read_by_another), trusted)
    assert from_paper.facts is not None
    assert (from_paper.facts.index, from_paper.facts.entry["reference"]) == (1, reference)
    leaf = note.to_base64(tree.leaf_hash(proof_file.parse(public).receipt.entry))
    (log,) = trusted.policy.logs
    for said in (early, late):
        unbroken = said.replace(" ", "")  # a long line may break after a slash
        assert f"Dấucủamục:{leaf}" in unbroken
        assert f"Khóacủasổ:{log.key.name},{log.key.key_id.hex()}" in unbroken
    assert "Sẽ ở trong sổ trước" in early
    assert "Mục số: 1 của sổ có 2 mục" in late


def paper(client: FlaskClient, reference: str) -> bytes:
    answer = client.get(f"/dossiers/{reference}/receipt.pdf")
    assert answer.status_code == 200
    data: bytes = answer.data
    return data


def test_what_no_longer_fits_its_commitment_is_refused_and_the_page_stays(
    app: Flask, client: FlaskClient, session: Session, reference: str
) -> None:
    """A file's digest that somebody changed in the database: no false proof is made, and nothing else breaks."""
    publish_now(app)
    with unit_of_work(session):
        session.execute(text("update attachment set size = size + 1"))
    app.config["TESTING"] = False
    try:
        assert client.get(f"/dossiers/{reference}/receipt.tlog-proof").status_code == 500
    finally:
        app.config["TESTING"] = True
    assert client.get(f"/dossiers/{reference}").status_code == 200
    assert client.get(f"/dossiers/{reference}/receipt.pdf").status_code == 200
    assert client.get("/ledger/entries/0.tlog-proof").status_code == 200
