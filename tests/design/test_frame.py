"""The frame of every page says who I am, where I am, and how to get elsewhere."""

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.settings import ProviderSettings
from tests.design.conftest import Make
from tests.signing_in import make_citizen, make_officer, sign_in_as

EVIL = '<b>"Nguyễn"</b>'


def current(page: str) -> list[tuple[str, str]]:
    """(kind, words) of each place in the navigation that is marked as the present one."""
    return re.findall(r'class="navigation__link"[^>]* aria-current="(\w+)">([^<]+)<', page)


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Đăng nhập" in page
    assert "Đăng xuất" not in page
    assert "Hồ sơ của tôi" not in page


def test_a_citizen_sees_their_name_and_signs_out_by_a_form(client: FlaskClient, session: Session) -> None:
    sign_in_as(client, make_citizen(session, name=EVIL))
    page = client.get("/").text
    assert "&lt;b&gt;&#34;Nguyễn&#34;&lt;/b&gt;" in page
    assert EVIL not in page
    form = re.search(r'<form method="post" action="/signout".*?</form>', page, re.DOTALL)
    assert form is not None
    assert 'name="csrf_token"' in form[0]
    assert "Hồ sơ của tôi" in page
    assert "Bàn làm việc" not in page


def test_an_officer_finds_the_desk(client: FlaskClient, session: Session) -> None:
    sign_in_as(client, make_officer(session, "H06.31.01", "receiver"))
    page = client.get("/").text
    assert "Bàn làm việc" in page
    assert "Hồ sơ của tôi" not in page


def test_the_present_place_is_marked(client: FlaskClient) -> None:
    assert current(client.get("/").text) == []
    assert current(client.get("/procedures").text) == [("page", "Thủ tục")]
    assert current(client.get("/procedures/1.001193").text) == [("true", "Thủ tục")]
    assert current(client.get("/ledger").text) == [("page", "Sổ công khai")]
    assert current(client.get("/track").text) == [("page", "Tra cứu hồ sơ")]


def test_every_place_of_the_navigation_opens(client: FlaskClient) -> None:
    page = client.get("/").text
    ways = re.findall(r'<a class="navigation__link" href="([^"]+)"', page)
    ways += re.findall(r'<a href="([^"]+)"', page[page.index('class="bottom__links"') :])
    assert len(ways) == 8
    for way in ways:
        assert client.get(way).status_code == 200, way


def test_a_pilot_says_that_it_is_one_and_production_does_not(client: FlaskClient, make_app: Make) -> None:
    assert "Bản thí điểm." in client.get("/").text
    provider = ProviderSettings(issuer="https://dang-nhap.example.vn", client_id="x")
    app = make_app(
        environment="production",
        base_url="https://dichvucong.example.vn",
        citizen_provider=provider,
        officer_provider=provider,
    )
    page = app.test_client().get("/test/gallery", base_url="https://dichvucong.example.vn")
    assert page.status_code == 200
    assert "Bản thí điểm." not in page.text
