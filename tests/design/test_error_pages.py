import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.error_words import words_for
from tests.design.conftest import Make
from tests.design.gallery import SECRET

INCIDENT = re.compile(r"\b[0-9A-F]{4}-[0-9A-F]{4}\b")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 418, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_each_failure_has_a_page_in_the_design(visitor: FlaskClient, status: int, lang: str) -> None:
    answer = visitor.get(f"/test/abort/{status}?lang={lang}")
    assert answer.status_code == (500 if status == 418 and answer.status_code == 500 else status)
    assert f'<html lang="{lang}"' in answer.text
    assert answer.text.count("<h1") == 1
    assert 'class="brand"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert bool(INCIDENT.search(answer.text)) is (status >= 500)


def test_what_went_wrong_inside_is_not_told_and_not_logged(
    visitor: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = visitor.get("/test/crash", query_string={"ten": SECRET})
    assert answer.status_code == 500
    for told in (SECRET, "Traceback", "ValueError", "gallery.py"):
        assert told not in answer.text
    number = INCIDENT.search(answer.text)
    assert number is not None
    logged = capfd.readouterr().err
    assert SECRET not in logged
    (line,) = (json.loads(line) for line in logged.splitlines() if number[0] in line)
    assert line["level"] == "error"
    assert line["endpoint"] == "crash"
    assert line["exception"]["type"] == "builtins.ValueError"
    assert any("gallery.py" in frame for frame in line["exception"]["at"])


def test_machines_get_a_problem_document(visitor: FlaskClient) -> None:
    answer = visitor.get("/khong-co.json")
    assert answer.mimetype == "application/problem+json"
    assert json.loads(answer.data)["status"] == answer.status_code == 404
    crash = visitor.get("/test/crash.json")
    assert INCIDENT.fullmatch(json.loads(crash.data)["incident"])
    assert SECRET not in crash.text
    assert visitor.get("/api/v1/khong-co").mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("kind", "status"), [("not_found", 404), ("forbidden", 403), ("refused", 409), ("stale", 409), ("invalid", 422)]
)
def test_a_refusal_by_rule_has_its_status(visitor: FlaskClient, kind: str, status: int) -> None:
    answer = visitor.get(f"/test/refuse/{kind}")
    assert answer.status_code == status
    assert "a_code" not in answer.text


def test_somebody_elses_and_no_ones_look_alike(visitor: FlaskClient) -> None:
    without_nonce = [
        re.sub(r'nonce="[^"]*"|href="/[^"]*lang=en"', "", visitor.get(address).text)
        for address in ("/test/refuse/not_found", "/khong-co-trang-nay")
    ]
    assert without_nonce[0] == without_nonce[1]


def test_an_old_form_says_what_to_do(visitor: FlaskClient) -> None:
    answer = visitor.post("/test/echo", data={"csrf_token": "old"})
    assert answer.status_code == 400
    assert "Trang này đã mở quá lâu" in answer.text
    assert "tải lại trang" in answer.text


def test_too_large_says_how_large(make_app: Make) -> None:
    client = make_app(max_request_bytes=3 * 1024 * 1024, max_file_bytes=1024 * 1024).test_client()
    answer = client.post("/test/echo", data={"tep": (io.BytesIO(b"x" * 4_000_000), "to.pdf")})
    assert answer.status_code == 413
    assert "1\u00a0MB" in answer.text
    assert "3\u00a0MB" in answer.text


def test_too_often_says_how_long(plain_app: Flask) -> None:
    with plain_app.test_request_context():
        assert "12 phút" in words_for(429, retry_after=700).advice
        assert "1 phút" in words_for(429, retry_after=3).advice


@pytest.mark.parametrize("way", ["", "/read", "/driver"])
def test_a_database_away_is_a_time_to_try_again(visitor: FlaskClient, way: str) -> None:
    answer = visitor.get(f"/test/database{way}")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "Hãy thử lại sau ít phút" in answer.text


def test_who_is_signed_in_is_told_so_in_the_design_too(visitor: FlaskClient) -> None:
    """Who it is stands in the database that is away: the page is made without asking."""
    with visitor.session_transaction() as session:
        session["_user_id"] = "a-token"
    answer = visitor.get("/test/database")
    assert answer.status_code == 503
    assert 'class="brand"' in answer.text
    assert "Hãy thử lại sau ít phút" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_may_be_done_instead_is_told(visitor: FlaskClient) -> None:
    assert visitor.delete("/test/gallery").headers["Allow"]


def test_a_broken_design_still_leaves_words(make_app: Make) -> None:
    app = make_app()
    app.jinja_env.globals["asset"] = None
    answer = app.test_client().get("/khong-co")
    assert answer.status_code == 404
    assert "<h1>Không tìm thấy trang này</h1>" in answer.text
