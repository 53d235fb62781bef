import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.settings import ProviderSettings, Settings
from tests.design.conftest import Make

Ask = Callable[[FlaskClient], TestResponse]

EVERYTHING: dict[str, Ask] = {
    "a page": lambda client: client.get("/test/gallery"),
    "json": lambda client: client.get("/test/echo"),
    "a redirect": lambda client: client.get("/test/elsewhere"),
    "not found": lambda client: client.get("/khong-co"),
    "not allowed": lambda client: client.put("/test/gallery"),
    "no token": lambda client: client.post("/test/echo"),
    "a crash": lambda client: client.get("/test/crash"),
    "no database": lambda client: client.get("/test/database"),
    "a strange host": lambda client: client.get("/test/gallery", headers={"Host": "evil.example"}),
    "a static file": lambda client: client.get(stylesheet(client)),
    "no such static file": lambda client: client.get("/static/none.css"),
    "options": lambda client: client.options("/test/gallery"),
}


def stylesheet(client: FlaskClient) -> str:
    found = re.search(r'href="(/static/main-\w+\.css)"', client.get("/test/gallery").text)
    assert found is not None
    return found[1]


def policy(answer: TestResponse) -> dict[str, list[str]]:
    parts = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("what", EVERYTHING)
def test_every_answer_is_protected(visitor: FlaskClient, what: str) -> None:
    answer = EVERYTHING[what](visitor)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    found = policy(answer)
    assert found["default-src"] == found["base-uri"] == found["frame-ancestors"] == ["'none'"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_only_a_script_with_this_answers_nonce_may_run(visitor: FlaskClient) -> None:
    once, again = visitor.get("/test/gallery"), visitor.get("/test/gallery")
    (allowed,) = policy(once)["script-src"]
    assert re.fullmatch(r"'nonce-[\w-]{22}'", allowed)
    assert re.findall(r'<script[^>]* nonce="([^"]+)"', once.text) == [allowed[7:-1]]
    assert policy(again)["script-src"] != [allowed]
    assert not re.search(r"<script(?![^>]*nonce)| style=| on\w+=", once.text)


def test_hashed_files_are_kept_for_ever_and_pages_are_asked_for_again(visitor: FlaskClient) -> None:
    kept = visitor.get(stylesheet(visitor))
    assert "immutable" in kept.headers["Cache-Control"]
    assert "public" in kept.headers["Cache-Control"]
    assert visitor.get("/test/gallery").headers["Cache-Control"] == "no-cache, private"
    assert "immutable" not in visitor.get("/static/fonts/BeVietnamPro_400Regular.ttf").headers["Cache-Control"]


def test_https_is_insisted_on_where_it_is_the_address(make_app: Make, visitor: FlaskClient) -> None:
    secure = make_app(base_url="https://dichvucong.example.vn").test_client()
    answer = secure.get("/test/gallery", base_url="https://dichvucong.example.vn")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    file = secure.get(stylesheet(visitor), base_url="https://dichvucong.example.vn")
    assert "Strict-Transport-Security" in file.headers
    assert "Strict-Transport-Security" not in visitor.get("/test/gallery").headers


def test_no_link_is_built_from_a_strangers_host(visitor: FlaskClient) -> None:
    answer = visitor.get("/test/gallery", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text + str(answer.headers)
    assert "<h1>" in answer.text


def test_forwarding_headers_count_only_from_configured_proxies(make_app: Make) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.9.9.9"}
    assert make_app().test_client().get("/test/gallery", headers=headers).status_code == 200
    behind = make_app(trusted_proxies=1).test_client()
    assert behind.get("/test/gallery", headers=headers).status_code == 400


def test_forms_may_end_at_the_identity_provider(make_app: Make, settings: Settings) -> None:
    provider = ProviderSettings(issuer="https://dang-nhap.example.vn/citizen", client_id="x")
    app: Flask = make_app(citizen_provider=provider)
    assert "https://dang-nhap.example.vn" in policy(app.test_client().get("/test/gallery"))["form-action"]
