"""What editors publish, as everybody sees it: at once, at its instant, with its history, until it is withdrawn."""

import json
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import Client

from portal import clock
from portal.held import Held
from portal.procedures import publishing
from portal.transaction import unit_of_work
from tests.procedures.files import content
from tests.procedures.writing import CODE, DECISION, approved, editor, publish, published
from tests.signing_in import make_citizen, sign_in_as

PLACE = f"/procedures/{CODE}"
HOUR = timedelta(hours=1)
NEW_NAME = {"vi": "Đăng ký khai sinh mới", "en": "New birth registration"}


def withdraw(session: Session, *, ends_at: datetime | None = None, successor: str | None = "1.000894") -> None:
    who = editor(session)
    with unit_of_work(session):
        publishing.withdraw(
            session,
            code=CODE,
            decision=DECISION,
            ends_at=ends_at,
            successor=successor,
            officer_id=who,
            at=clock.now(),
        )


def test_every_process_shows_a_publication_a_second_after_it(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("portal.held.time.monotonic", lambda: now[0])
    with time_machine.travel(clock.now(), tick=False):
        published(session, at=clock.now())
        processes = [Client(Held(app.wsgi_app)) for _ in range(3)]
        before = [process.get(PLACE, headers={"Accept-Language": "vi"}).text for process in processes]
        lists = [process.get("/procedures").text for process in processes]
    with time_machine.travel(clock.now() + timedelta(seconds=1), tick=False):
        published(session, at=clock.now(), name=NEW_NAME)
        now[0] += 1.01
        for process, old, old_list in zip(processes, before, lists, strict=True):
            assert NEW_NAME["vi"] in process.get(PLACE, headers={"Accept-Language": "vi"}).text
            assert NEW_NAME["vi"] not in old
            assert process.get("/procedures").text.count('class="result"') == old_list.count('class="result"')


def test_whoever_has_the_page_is_told_of_a_publication(client: FlaskClient, session: Session) -> None:
    published(session, at=clock.now() - HOUR)
    with time_machine.travel(clock.now(), tick=False):
        tags = {place: client.get(place).headers["ETag"] for place in (PLACE, PLACE + "/history", "/", PLACE + ".json")}
        published(session, at=clock.now(), name=NEW_NAME)
        for place, tag in tags.items():
            answer = client.get(place, headers={"If-None-Match": tag})
            assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache"), place


def test_what_was_published_for_later_shows_when_its_instant_comes(client: FlaskClient, session: Session) -> None:
    now = clock.now()
    published(session, at=now - HOUR)
    published(session, at=now, begins_at=now + HOUR, name=NEW_NAME)
    with time_machine.travel(now, tick=False):
        before = client.get(PLACE, headers={"Accept-Language": "vi"})
        assert NEW_NAME["vi"] not in before.text
        assert "Sắp áp dụng" in client.get(PLACE + "/history", headers={"Accept-Language": "vi"}).text
    with time_machine.travel(now + HOUR, tick=False):
        after = client.get(PLACE, headers={"Accept-Language": "vi", "If-None-Match": before.headers["ETag"]})
        assert NEW_NAME["vi"] in after.text


def test_the_history_names_decisions_instants_and_what_changed_and_nobody(
    client: FlaskClient, session: Session
) -> None:
    published(session, at=clock.now() - 2 * HOUR)
    published(session, at=clock.now() - HOUR, name=NEW_NAME, keywords=["khai sinh", "tìm theo chữ này"])
    page = client.get(PLACE + "/history", headers={"Accept-Language": "vi"})
    assert page.text.count('href="https://example.test/12"') == 2
    assert "ngày 20/05/2026" in page.text
    assert f'href="{PLACE}/history/2/changes"' in page.text
    assert "Bản đầu tiên" in page.text
    assert "Mẫu Biên Tập" not in page.text
    changes = client.get(PLACE + "/history/2/changes", headers={"Accept-Language": "vi"})
    assert NEW_NAME["vi"] in changes.text
    assert "tìm theo chữ này" in changes.text
    assert "Mẫu Biên Tập" not in changes.text
    assert client.get(PLACE + "/history/1/changes").status_code == 200
    assert client.get(PLACE + "/history/3/changes").status_code == 404
    assert client.get("/procedures/9.999999/history/1/changes").status_code == 404
    rows = json.loads(client.get(PLACE + "/history.json").text)["revisions"]
    assert [(row["revision"], row["recalled"], row["ends_at"] is None) for row in rows] == [
        (2, False, True),
        (1, False, False),
    ]


def test_a_recalled_revision_is_named_so(client: FlaskClient, session: Session) -> None:
    now = clock.now()
    published(session, at=now - HOUR)
    published(session, at=now - HOUR / 2, begins_at=now + HOUR)
    who = editor(session)
    with unit_of_work(session):
        publishing.recall(session, code=CODE, number=2, reason="Sai lệ phí", officer_id=who, at=now)
    page = client.get(PLACE + "/history", headers={"Accept-Language": "vi"}).text
    assert "Đã thu hồi trước khi áp dụng" in page
    assert "Sai lệ phí" not in page


def test_a_withdrawn_procedure_says_so_and_leads_to_its_successor(client: FlaskClient, session: Session) -> None:
    published(session, at=clock.now() - HOUR)
    withdraw(session)
    for place in (PLACE, PLACE + "/history"):
        page = client.get(place, headers={"Accept-Language": "vi"}).text
        assert "Thủ tục này đã bị bãi bỏ từ" in page
        assert "12/QĐ-UBND" in page
        assert 'href="/procedures/1.000894"' in page
    sheet = client.get(PLACE).text
    assert f'href="{PLACE}/apply"' not in sheet
    said = json.loads(client.get(PLACE + ".json").text)
    assert said["withdrawal"]["successor"] == "1.000894"


def test_a_withdrawal_to_come_is_announced_and_still_takes_applications(client: FlaskClient, session: Session) -> None:
    published(session, at=clock.now() - HOUR)
    withdraw(session, ends_at=clock.now() + HOUR, successor=None)
    page = client.get(PLACE, headers={"Accept-Language": "vi"}).text
    assert "Thủ tục này sẽ bị bãi bỏ từ" in page
    assert f'href="{PLACE}/apply"' in page


def test_nothing_can_be_filed_any_more_and_the_page_says_where_instead(client: FlaskClient, session: Session) -> None:
    published(session, at=clock.now() - HOUR)
    sign_in_as(client, make_citizen(session))
    assert client.get(PLACE + "/apply").status_code == 200
    withdraw(session)
    page = client.get(PLACE + "/apply", headers={"Accept-Language": "vi"})
    assert page.status_code == 410
    assert "Thủ tục này không còn nhận hồ sơ" in page.text
    assert 'href="/procedures/1.000894"' in page.text
    begun = client.post(PLACE + "/apply")
    assert (begun.status_code, begun.location) == (303, PLACE + "/apply")
    assert session.execute(text("select count(*) from draft")).scalar_one() == 0


def test_every_published_procedure_fits_the_schema_that_it_names(client: FlaskClient, session: Session) -> None:
    published(session, at=clock.now() - HOUR, offers=[offer()])
    withdraw(session)
    answer = client.get("/schemas/procedure-1.json")
    assert answer.mimetype == "application/schema+json"
    schema = json.loads(answer.text)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    codes = session.execute(text("select code from procedure order by code")).scalars().all()
    assert len(codes) == 36
    for code in codes:
        said = json.loads(client.get(f"/procedures/{code}.json").text)
        assert said["$schema"] == schema["$id"] == "http://localhost/schemas/procedure-1.json"
        assert [error.message for error in validator.iter_errors(said)] == [], code
        assert list(validator.iter_errors({**said, "unheard_of": 1}))


def offer() -> dict[str, object]:
    term = {"number": 7, "unit": "working_days"}
    fees = [{"amount": 41_000, "text": None}]
    channels = [{"channel": "online", "term": term, "fees": fees}]
    return {"agencies": ["H06.31.01"], "channels": channels, "note": {"vi": "Riêng", "en": "Own"}}


def test_the_sheet_shows_what_an_agency_does_otherwise(client: FlaskClient, session: Session) -> None:
    results = [{"code": "KQ.1", "name": {"vi": "Trích lục", "en": "Extract"}}]
    said = content(offers=[offer()], results=results)
    component = said["cases"][0]["components"][0]
    component["template"] = {"name": "TK.docx", "url": "https://example.test/tk.docx"}
    publish(session, approved(session, said, at=clock.now() - HOUR), at=clock.now() - HOUR)
    page = client.get(PLACE, headers={"Accept-Language": "vi"}).text
    assert "Quy định riêng tại: Phường 1" in page
    assert "7 ngày làm việc" in page
    assert "41.000" in page
    assert "Trích lục" in page
    assert 'href="https://example.test/tk.docx"' in page
