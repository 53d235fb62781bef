"""The first page: what people need, and what the ledger says."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from portal import clock
from tests.browser.pages import axe, check, shot, visit
from tests.dossiers.counting import statements
from tests.ledger.chains import Chain, reference
from tests.publishing import publish_now

STATEMENTS = 8
JUST_NOW = timedelta(hours=2, seconds=1)


def resolve_one(session: Session, number: int, *, due_in_hours: float = 72, sealed: bool = False) -> Chain:
    """A dossier that was filed, received and resolved a moment ago."""
    at = (clock.now() - JUST_NOW).replace(microsecond=0)
    chain = Chain(session, reference(number), at=at, sealed=sealed)
    return chain.receive(due_in_hours=due_in_hours).resolve()


def figure(page: str, label: str) -> str:
    found = re.search(rf"<dt>{label}</dt><dd>([^<]*)</dd>", page)
    assert found is not None, label
    return found[1]


def test_an_empty_ledger_shows_a_full_page(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Bạn cần làm gì?" in page
    assert figure(page, "hồ sơ nộp") == "0"
    assert figure(page, "có kết quả đúng hạn") == "–"
    assert "Chưa có hồ sơ nào có kết quả" in page
    assert "Một số việc làm được ngay ở đây" in page
    assert page.count('href="/procedures/') >= 3


def test_every_need_leads_to_procedures(client: FlaskClient) -> None:
    ways = re.findall(r'class="need__link" href="([^"]+)"', client.get("/").text)
    assert len(ways) >= 5
    for way in ways:
        assert 'href="/procedures/' in client.get(way).text, way


def test_the_search_box_finds_without_marks(client: FlaskClient) -> None:
    assert re.search(r'<form[^>]* role="search" action="/procedures" method="get"', client.get("/").text)
    assert "Đăng ký khai sinh" in client.get("/procedures?q=dang+ky+khai+sinh").text


def test_what_was_resolved_just_now_is_shown_with_its_lateness(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    resolve_one(session, 1)
    resolve_one(session, 2, due_in_hours=0.5)
    publish_now(app)
    page = client.get("/").text
    assert page.count('class="logbook__line" data-position=') == 2
    assert f'href="/ledger/dossiers/{reference(1)}"' in page
    lines = re.findall(r'class="logbook__line" data-position=.*?</li>', page, re.DOTALL)
    assert "Trễ hạn" in lines[0]
    assert "Đúng hạn" in lines[1]
    assert "Đăng ký khai sinh" in lines[0]
    assert "H06.36.01" not in re.sub(r'href="[^"]*"', "", lines[0])


def test_what_is_filed_most_is_offered_first(app: Flask, client: FlaskClient, session: Session) -> None:
    for number, procedure in enumerate(["1.001193", "1.001193", "2.000635", "1.000894"]):
        Chain(session, reference(number), procedure=procedure)
    publish_now(app)
    page = client.get("/").text
    assert "Nhiều người đang làm" in page
    offered = re.findall(r'href="/procedures/([^"]+)"', page)
    assert offered[:3] == ["1.001193", "1.000894", "2.000635"]


def test_two_procedures_are_not_what_many_do(app: Flask, client: FlaskClient, session: Session) -> None:
    for number, procedure in enumerate(["1.001193", "2.000635"]):
        Chain(session, reference(number), procedure=procedure)
    publish_now(app)
    page = client.get("/").text
    assert "Một số việc làm được ngay ở đây" in page
    assert "Nhiều người đang làm" not in page
    assert page.count('href="/procedures/') >= 3


def test_a_sealed_dossier_is_only_counted(app: Flask, client: FlaskClient, session: Session) -> None:
    resolve_one(session, 3, sealed=True)
    publish_now(app)
    page = client.get("/").text
    assert reference(3) not in page
    assert 'class="logbook__line" data-position=' not in page


def test_the_page_takes_a_fixed_number_of_statements(app: Flask, client: FlaskClient, session: Session) -> None:
    counts = []
    for number, procedure in enumerate(["1.000894", "2.000635"], 8):
        Chain(session, reference(number), procedure=procedure)
    for number in (1, 2, 3):
        resolve_one(session, number)
        publish_now(app)
        with statements(session) as sent:
            assert client.get("/").status_code == 200
        counts.append(len(sent))
    assert counts == [STATEMENTS] * 3


def test_who_has_the_page_gets_it_again_only_when_the_log_grew(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    with time_machine.travel(clock.now(), tick=False):
        tag = client.get("/").headers["ETag"]
        with statements(session) as sent:
            again = client.get("/", headers={"If-None-Match": tag})
        assert (again.status_code, again.data, len(sent)) == (304, b"", 2)
        assert client.get("/", headers={"If-None-Match": tag, "Accept-Language": "en"}).status_code == 200
        session.rollback()
        resolve_one(session, 1)
        publish_now(app)
        assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_the_page_speaks_english(client: FlaskClient) -> None:
    page = client.get("/?lang=en").text
    assert "What do you need to do?" in page
    assert "Birth" in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_is_accessible_and_fits(home: Page, width: int, dark: bool) -> None:
    home.set_viewport_size({"width": width, "height": 844})
    home.emulate_media(color_scheme="dark" if dark else "light")
    visit(home, "/", title="Bạn cần làm gì?")
    check(home)
    axe(home)
    shot(home, f"home-{width}-{'dark' if dark else 'light'}")
