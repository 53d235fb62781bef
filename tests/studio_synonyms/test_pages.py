"""Editors keep synonyms in their pages; what they typed is never lost, and who did it stays."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.synonyms import queries
from tests.dossiers.counting import statements
from tests.signing_in import make_officer, sign_in_as

PLACE = "/studio/synonyms"


@pytest.fixture
def editor(app: Flask, session: Session) -> FlaskClient:
    browser = app.test_client()
    sign_in_as(browser, make_officer(session, "H06.01", "editor", name="Lê Mẫu Biên Tập"))
    return browser


def one(session: Session, phrase: str) -> queries.Synonym:
    session.rollback()
    return queries.listed(session, q=phrase).rows[0]


def test_the_list_says_what_each_phrase_finds(editor: FlaskClient) -> None:
    page = unescape(editor.get(f"{PLACE}?q=quan+ca+phe").text)
    assert "mở quán cà phê" in page
    assert "Đăng ký thành lập hộ kinh doanh" in page
    assert "báo tử" not in page[: page.index('id="changes"')]


def test_every_phrase_is_reached_page_by_page(editor: FlaskClient, session: Session) -> None:
    page = editor.get(PLACE).text
    found = re.findall(rf'href="{PLACE}/([0-9]+)"', page)
    while more := re.search(r'rel="next" href="([^"]+)"', page):
        page = editor.get(unescape(more[1])).text
        found += re.findall(rf'href="{PLACE}/([0-9]+)"', page)
    assert len(found) == len(set(found)) == len(queries.listed(session, limit=1000).rows)


def test_a_phrase_is_added_changed_and_removed_and_counts_at_once(
    app: Flask, editor: FlaskClient, session: Session
) -> None:
    visitor = app.test_client()
    added = editor.post(f"{PLACE}/new", data={"phrase": "thuê xe đạp đôi", "codes": "1.001612\n1.001266"})
    assert (added.status_code, added.location) == (303, PLACE)
    assert 'href="/procedures/1.001612"' in visitor.get("/procedures?q=thue+xe+dap+doi").text
    known = one(session, "thuê xe đạp đôi")
    form = {"phrase": "thuê xe đạp đôi", "codes": "", "means": "kết hôn", "seen_at": known.changed_at.isoformat()}
    assert editor.post(f"{PLACE}/{known.id}", data=form).status_code == 303
    assert 'href="/procedures/1.000894"' in visitor.get("/procedures?q=thue+xe+dap+doi").text
    assert editor.post(f"{PLACE}/{known.id}/remove").status_code == 303
    page = unescape(editor.get(PLACE).text)
    assert page.count("Lê Mẫu Biên Tập · ") + page.count("· Lê Mẫu Biên Tập") == 3
    assert "Đã bỏ: thuê xe đạp đôi" in page


def test_what_is_wrong_is_said_beside_the_field_and_the_text_stays(editor: FlaskClient) -> None:
    answer = editor.post(f"{PLACE}/new", data={"phrase": "mo quan ca phe", "codes": "9.999999", "means": "x y"})
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert "Đã có cụm từ “mở quán cà phê”" in page
    assert "Danh mục không có thủ tục 9.999999" in page
    assert 'value="x y"' in page


def test_the_second_of_two_editors_sees_both_texts(editor: FlaskClient, session: Session) -> None:
    known = one(session, "mở quán cà phê")
    form = {"phrase": "mở quán cà phê", "codes": "1.001266", "seen_at": known.changed_at.isoformat()}
    assert editor.post(f"{PLACE}/{known.id}", data=form).status_code == 303
    answer = editor.post(f"{PLACE}/{known.id}", data={**form, "codes": "1.001612"})
    assert answer.status_code == 409
    assert "Người khác vừa sửa cụm từ này" in unescape(answer.text)
    assert "1.001612</textarea>" in answer.text
    seen = re.search(r'name="seen_at" value="([^"]+)"', answer.text)
    assert seen
    again = {**form, "codes": "1.001612", "seen_at": unescape(seen[1])}
    assert editor.post(f"{PLACE}/{known.id}", data=again).status_code == 303


@pytest.mark.parametrize("wrong", ["", "x", "2020-01-01", "9999-99-99"])
def test_a_form_without_its_beginning_changes_nothing(editor: FlaskClient, session: Session, wrong: str) -> None:
    known = one(session, "mở quán cà phê")
    form = {"phrase": "x y z", "codes": "1.001612", "seen_at": wrong}
    assert editor.post(f"{PLACE}/{known.id}", data=form).status_code == 409
    assert one(session, "mở quán cà phê") == known


@pytest.mark.parametrize("path", [f"{PLACE}/999999", f"{PLACE}/999999/remove"])
def test_what_is_not_there_is_not_found(editor: FlaskClient, path: str) -> None:
    assert editor.post(path, data={"phrase": "x"}).status_code == 404


def test_the_list_takes_a_fixed_number_of_statements(editor: FlaskClient, session: Session) -> None:
    with statements(session) as sent:
        assert editor.get(PLACE).status_code == 200
    assert len(sent) <= 5, sent
