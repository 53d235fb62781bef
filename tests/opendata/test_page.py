"""The page for people, in both languages, and the privacy of all that it leads to."""

import html
import re
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from portal.dossiers import commands as dossiers
from portal.dossiers.life import Outcome
from tests.dossiers.counting import statements
from tests.filing import WARD_1, act, file_dossier, officer_of
from tests.ledger.test_privacy import ADDRESS, EMAIL, NAME, NATIONAL_ID, NOTE, PHONE, PLANTED, SEALED_CODE, spellings
from tests.opendata import logs
from tests.publishing import publish_now
from tests.signing_in import make_citizen


@pytest.fixture
def log(app: Flask, session: Session, folder: Path) -> None:
    logs.june(app, session)
    logs.finish(app, session)
    logs.july(app, session)


def links(page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="(/open-data[^"#]*)"', page)]


def test_the_page_leads_to_every_file(client: FlaskClient, log: None) -> None:
    for language, words in (("vi", "Dữ liệu mở"), ("en", "Open data")):
        answer = client.get(f"/open-data?lang={language}")
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text
        if language == "vi":
            assert words in answer.text
        found = links(answer.text)
        assert len(found) >= 3 + 3 + 2 + 2 + 4 + 2 * 3 + 2 * 3 + 1
        for link in found:
            assert client.get(link).status_code == 200, link
    assert "(6)" in client.get("/open-data").text, "how many rows the finished month has"
    assert "/open-data" in client.get("/ledger").text


def test_the_page_asks_a_fixed_number_of_statements(
    app: Flask, client: FlaskClient, session: Session, log: None
) -> None:
    def asked() -> int:
        with statements(session) as sent:
            assert client.get("/open-data").status_code == 200
        return len(sent)

    before = asked()
    for number in range(4, 8):
        logs.july(app, session, number)
    assert asked() == before <= 6
    page = client.get("/open-data")
    assert client.get("/open-data", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


def test_the_three_lines_of_python_work(
    app: Flask, client: FlaskClient, log: None, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = re.search(r"<pre[^>]*>(import csv.*?)</pre>", client.get("/open-data").text, re.DOTALL)
    assert shown is not None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        code = html.unescape(shown[1]).replace("http://localhost/", f"http://127.0.0.1:{server.port}/")
        exec(compile(code, "page", "exec"), {})
    finally:
        server.shutdown()
        thread.join()
    assert len(code.splitlines()) == 3
    assert capsys.readouterr().out.strip() == "1"


def test_nothing_of_a_person_is_in_any_file(app: Flask, client: FlaskClient, session: Session, folder: Path) -> None:
    person = make_citizen(session, name=NAME, national_id=NATIONAL_ID, email=EMAIL, phone=PHONE, address=ADDRESS)
    receiver, leader = officer_of(session, WARD_1, "receiver"), officer_of(session, WARD_1, "leader")
    for code in ("1.001193", SEALED_CODE):
        reference = file_dossier(session, person, code=code)
        act(session, dossiers.receive, reference, receiver)
        act(session, dossiers.resolve, reference, leader, outcome=Outcome.REFUSED, reason=NOTE)
    publish_now(app)
    session.rollback()
    searched = [(value, form) for value in PLANTED for form in spellings(value)]
    looked_at = 0
    for address in [*links(client.get("/open-data").text), "/open-data", "/open-data/checkpoint-6"]:
        answer = client.get(address)
        assert answer.status_code == 200
        data = answer.data + str(answer.headers).encode()
        assert not [value for value, form in searched if form in data], address
        if "/ledger" in address or "/dossiers" in address:
            assert SEALED_CODE.encode() not in data, f"{address} names a sealed procedure"
        looked_at += 1
    assert looked_at > 20
