"""One entry: its bytes, its place, and a proof that holds."""

import base64
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.ledger import canonical, commands, commitment, keys, note, proof, proof_file, tree, trust
from portal.transaction import unit_of_work
from tests.dossiers.counting import statements
from tests.ledger.acts import FILED
from tests.ledger.chains import Chain, reference
from tests.publishing import publish_now


@pytest.fixture
def log(app: Flask, session: Session) -> None:
    """Four entries of one dossier, and one sealed."""
    Chain(session).receive().resolve().do("returned")
    Chain(session, reference(2), sealed=True)
    publish_now(app)
    session.rollback()


def decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


@pytest.mark.parametrize("index", range(5))
def test_the_json_proves_itself(app: Flask, client: FlaskClient, log: None, index: int) -> None:
    answer = client.get(f"/ledger/entries/{index}.json")
    value = answer.json
    assert value is not None
    leaf = decoded(value["leaf"])
    assert tree.leaf_hash(leaf) == decoded(value["leaf_hash"])
    assert canonical.render(value["entry"]) == leaf
    checkpoint = note.open_checkpoint(value["checkpoint"].encode(), keys.log_key(app.config["SETTINGS"]).verifier)
    assert (checkpoint.size, checkpoint.root) == (value["size"], decoded(value["root"]))
    proof = [decoded(step) for step in value["proof"]]
    tree.verify_inclusion(decoded(value["leaf_hash"]), index, checkpoint.size, proof, checkpoint.root)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (
        client.get(f"/ledger/entries/{index}.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )


@pytest.mark.parametrize("index", range(5))
def test_the_proof_file_is_public_and_proves_the_act_alone(
    app: Flask, client: FlaskClient, log: None, index: int
) -> None:
    answer = client.get(f"/ledger/entries/{index}.tlog-proof")
    keys_given = trust.parse_keys([keys.log_key(app.config["SETTINGS"]).verifier.vkey])
    found = proof.check(answer.data, keys_given).facts
    assert found is not None
    assert (found.index, found.size, found.sealed, found.shown, found.promise) == (index, 5, index == 4, {}, None)
    assert found.entry["reference"] == reference(2 if index == 4 else 1)
    receipt = proof_file.parse(answer.data).receipt
    assert (receipt.opening, receipt.promise) == (None, None)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="entry-{index}.tlog-proof"'
    again = client.get(f"/ledger/entries/{index}.tlog-proof", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert f'href="/ledger/entries/{index}.tlog-proof"' in client.get(f"/ledger/entries/{index}").text


def test_the_proof_holds_in_a_log_of_many_tiles(app: Flask, client: FlaskClient, session: Session) -> None:
    with unit_of_work(session):
        for number in range(700):
            act = replace(FILED, reference=reference(number))
            commands.append(session, act=act, private={}, secret=bytes(32), sealed=False)
    publish_now(app)
    for index in (0, 255, 256, 511, 512, 699):
        value = client.get(f"/ledger/entries/{index}.json").json
        assert value is not None
        proof = [decoded(step) for step in value["proof"]]
        tree.verify_inclusion(decoded(value["leaf_hash"]), index, 700, proof, decoded(value["root"]))


def test_the_page_shows_what_it_says_and_what_proves_it(client: FlaskClient, log: None) -> None:
    page = client.get("/ledger/entries/2").text
    value = client.get("/ledger/entries/2.json").json
    assert value is not None
    for shown in ("Có kết quả: Đồng ý giải quyết", FILED.reference, value["leaf_hash"], value["root"], *value["proof"]):
        assert shown.replace("+", "&#43;") in page or shown in page
    assert "&#34;act&#34;:&#34;resolved&#34;" in page
    assert f'href="/ledger/dossiers/{FILED.reference}"' in page
    assert 'href="/ledger/tile/entries/000.p/5"' in page
    assert 'lang="en"' in client.get("/ledger/entries/2?lang=en").text


def test_a_sealed_entry_shows_its_day_and_its_opening_while_there_is_one(
    client: FlaskClient, session: Session, log: None
) -> None:
    value = client.get("/ledger/entries/4.json").json
    assert value is not None
    assert value["entry"].keys() == {"v", "kind", "on", "commitment"}
    opened = client.get("/ledger/entries/4/opening.json").json
    assert opened is not None
    assert opened["entry"]["reference"] == reference(2)
    opening = commitment.parse_opening(canonical.render(opened["opening"]))
    shown = commitment.check(opening, decoded(value["entry"]["commitment"]))
    assert shown == {"entry": canonical.render(opened["entry"]).decode()}
    assert reference(2) in client.get("/ledger/entries/4").text
    with unit_of_work(session):
        commands.erase(session, reference=reference(2))
    assert client.get("/ledger/entries/4/opening.json").status_code == 410
    page = client.get("/ledger/entries/4")
    assert page.status_code == 200
    assert reference(2) not in page.text
    assert "Nội dung đã được xóa theo luật." in page.text
    after = client.get("/ledger/entries/4.json").json
    assert after is not None
    assert (after["leaf"], after["root"]) == (value["leaf"], value["root"])


WRONG = ["5", "-1", "00", "01", "+1", "1.0", "1e3", "x", "٣", "9" * 18, "9" * 19, "9" * 400, "9" * 5000, "%20", "0 "]


@pytest.mark.parametrize("index", WRONG)
def test_what_is_not_there_is_404(client: FlaskClient, log: None, index: str) -> None:
    for end in ("", ".json", ".tlog-proof", "/opening.json"):
        path = f"/ledger/entries/{index}{end}"
        assert client.get(path).status_code == 404


def test_an_open_entry_has_no_opening(client: FlaskClient, log: None) -> None:
    assert client.get("/ledger/entries/0/opening.json").status_code == 404


def test_nothing_is_shown_before_it_is_published(client: FlaskClient, session: Session) -> None:
    Chain(session)
    for path in (
        "/ledger/entries/0",
        "/ledger/entries/0.json",
        "/ledger/entries/0.tlog-proof",
        f"/ledger/dossiers/{FILED.reference}",
    ):
        assert client.get(path).status_code == 404


def test_a_proof_takes_a_fixed_number_of_statements(client: FlaskClient, session: Session, log: None) -> None:
    client.get("/ledger/entries/1")
    for path, expected in (("1.json", 3), ("1", 4), ("1.tlog-proof", 4), ("4.tlog-proof", 5), ("4/opening.json", 1)):
        with statements(session) as sent:
            assert client.get(f"/ledger/entries/{path}").status_code == 200
        assert len(sent) == expected, sent


@pytest.mark.parametrize("sealed", [False, True])
def test_the_page_of_an_act_that_was_taken_back_says_so(
    app: Flask, client: FlaskClient, session: Session, sealed: bool
) -> None:
    chain = Chain(session, sealed=sealed).receive().resolve()
    publish_now(app)
    before = client.get("/ledger/entries/2")
    assert "Taken back" not in before.text
    chain.do("corrected", outcome="resolved").resolve()
    publish_now(app)
    session.rollback()
    seen = {"If-None-Match": before.headers["ETag"], "Accept-Language": "en"}
    pages = [client.get(f"/ledger/entries/{index}", headers=seen).text for index in range(5)]
    assert ["Taken back at" in page for page in pages] == [False, False, True, False, False]
    assert 'href="/ledger/entries/3"' in pages[2]
