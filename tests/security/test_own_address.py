"""Addresses of ours begin with the configured one, whatever name and headers a visitor comes with."""

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError

from portal.settings import Settings
from tests.design.conftest import Make

OTHERS = [
    {"Host": "127.0.0.1:99"},
    {"Host": "localhost:4711"},
    {"Forwarded": "host=evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
]


@pytest.mark.parametrize("headers", OTHERS)
def test_data_that_others_may_keep_names_only_the_configured_address(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    own, found = client.get("/procedures.json"), client.get("/procedures.json", headers=headers)
    assert '"url": "http://localhost/procedures/' in own.text
    assert found.text == own.text


def test_a_negative_number_of_proxies_is_refused() -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings(trusted_proxies=-1)


def test_cookies_are_secure_where_the_address_is_even_if_the_last_hop_is_not(make_app: Make) -> None:
    app = make_app(base_url="https://dichvucong.example.vn")
    answer = app.test_client().get("/test/gallery?lang=en", base_url="http://dichvucong.example.vn")
    (cookie,) = [value for value in answer.headers.getlist("Set-Cookie") if "lang=en" in value]
    assert cookie.startswith("__Host-lang=en;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


def test_the_language_is_remembered_by_the_secure_cookie(make_app: Make) -> None:
    browser = make_app(base_url="https://dichvucong.example.vn").test_client()
    at = "https://dichvucong.example.vn"
    browser.get("/test/gallery?lang=en", base_url=at)
    assert browser.get("/test/gallery", base_url=at).headers["Content-Language"] == "en"
