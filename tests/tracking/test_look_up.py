"""Looking a dossier up without signing in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.dossiers.views import Submitted
from tests import filing
from tests.signing_in import make_citizen

NATIONAL_ID = "079000004321"


@pytest.fixture
def filed(session: Session) -> Submitted:
    return filing.submit(session, make_citizen(session, name="Nguyễn Thị Kín", national_id=NATIONAL_ID))


@pytest.mark.parametrize("proof", ["digits", "secret"])
def test_a_reference_with_a_proof_shows_where_the_dossier_is_and_no_name(
    client: FlaskClient, filed: Submitted, proof: str
) -> None:
    known = NATIONAL_ID[-4:] if proof == "digits" else filed.secret.lower()
    page = client.post("/track", data={"reference": f" {filed.reference.lower()} ", "proof": known})
    assert page.status_code == 200
    assert "Đã nộp, chờ tiếp nhận" in page.text
    assert "Kín" not in page.text
    assert NATIONAL_ID not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_wrong_and_unknown_get_the_same_answer(client: FlaskClient, filed: Submitted) -> None:
    wrong = client.post("/track", data={"reference": filed.reference, "proof": "0000"})
    unknown = client.post("/track", data={"reference": "H06.31.01-200615-9999", "proof": "0000"})
    assert wrong.status_code == unknown.status_code == 404
    assert _without_reference(wrong.text) == _without_reference(unknown.text)
    assert 'href="#f-reference"' in wrong.text


def test_too_many_attempts_are_stopped_even_with_the_right_digits(
    app: Flask, client: FlaskClient, filed: Submitted
) -> None:
    limit = app.config["SETTINGS"].track_attempts_per_hour
    for attempt in range(limit):
        assert client.post("/track", data={"reference": filed.reference, "proof": f"{attempt:04}"}).status_code == 404
    stopped = client.post("/track", data={"reference": filed.reference, "proof": NATIONAL_ID[-4:]})
    assert stopped.status_code == 429
    assert "quá nhiều lần" in stopped.text
    assert 0 < int(stopped.headers["Retry-After"]) <= 3600


def test_what_is_missing_is_told_beside_its_field(client: FlaskClient) -> None:
    page = client.post("/track", data={"reference": "", "proof": "x" * 500})
    assert page.status_code == 422
    assert 'id="f-reference-error"' in page.text
    assert 'id="f-proof-error"' in page.text


@pytest.mark.parametrize("reference", ["<script>", "' or 1=1 --", "H06-1", "đ" * 60])
def test_strange_references_are_just_not_found(client: FlaskClient, reference: str) -> None:
    page = client.post("/track", data={"reference": reference, "proof": "1234"})
    assert page.status_code == 404
    assert "<script>" not in page.text.replace("<script type", "")


def test_the_code_on_the_receipt_brings_the_reference_along(client: FlaskClient) -> None:
    assert 'value="H06.31.01-200615-0007"' in client.get("/track?reference=H06.31.01-200615-0007").text


def _without_reference(page: str) -> list[str]:
    return [
        line for line in page.splitlines() if "f-reference" not in line and "nonce" not in line and "csrf" not in line
    ]
