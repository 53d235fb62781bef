"""What is beyond all measure gets a plain refusal, before it costs anything."""

import io
import tracemalloc

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import filing
from tests.signing_in import make_citizen, sign_in_as

FORM = "application/x-www-form-urlencoded"
NUMBERS = ["2147483648", "9223372036854775808", "9" * 60]


def test_a_form_of_many_megabytes_is_not_read(app: Flask, client: FlaskClient) -> None:
    body = b"reference=" + b"x" * (3 * 1024 * 1024)
    answer = client.post("/track", data=body, content_type=FORM)
    assert answer.status_code == 413
    assert "<h1" in answer.text


def test_a_form_of_unknown_length_is_read_no_further_than_its_bound(app: Flask, client: FlaskClient) -> None:
    body = b"reference=" + b"x" * (3 * 1024 * 1024)
    unknown = {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    assert client.post("/track", content_type=FORM, environ_overrides=unknown).status_code == 413


def test_a_form_of_very_many_fields_is_refused_before_it_is_taken_apart(app: Flask, client: FlaskClient) -> None:
    body = b"a=1&" * 400_000
    tracemalloc.start()
    try:
        answer = client.post("/track", data=body, content_type=FORM)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status_code == 413
    assert most < 20 * 1024 * 1024


@pytest.mark.parametrize(
    "body", [b"[" * 50_000, b"[1]", b'{"address": "\\u0000"}', b'{"email": {"a": 1}}', b'{"email": ""}']
)
@pytest.mark.parametrize("kind", ["application/json", "application/problem+json"])
def test_a_form_is_never_read_from_json_that_has_no_bounds(
    session: Session, client: FlaskClient, kind: str, body: bytes
) -> None:
    sign_in_as(client, make_citizen(session))
    answer = client.post("/account/contact", data=body, content_type=kind)
    assert answer.status_code == 400
    assert "<h1" in answer.text


def test_a_question_may_bear_any_kind_of_body(client: FlaskClient) -> None:
    assert client.get("/api/v1/units", content_type="application/json").status_code == 200


def test_a_form_within_its_bounds_is_read(app: Flask, client: FlaskClient) -> None:
    body = b"&".join(b"f%d=1" % number for number in range(900)) + b"&reference=H06.31.01-200615-0007&proof=1234"
    assert client.post("/track", data=body, content_type=FORM).status_code == 404


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_no_row_can_have_is_just_not_found(session: Session, client: FlaskClient, number: str) -> None:
    person = make_citizen(session)
    reference, token = filing.file_dossier(session, person), filing.draft(session, person)
    sign_in_as(client, person)
    assert client.get(f"/procedures/{filing.BIRTH}/history/{number}").status_code == 404
    assert client.get(f"/dossiers/{reference}/files/{number}").status_code == 404
    assert client.get(f"/drafts/{token}/files/{number}").status_code == 404
    assert client.post(f"/drafts/{token}/files/{number}/remove").status_code == 404
