"""Before a dossier is late: what the desk shows, what it demands of the head, and the letter of the morning."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.clock import LOCAL_ZONE
from portal.dossiers import commands, warning
from portal.letters.models import Letter
from portal.people.queries import Officer
from tests.filing import REGISTER_DAY, act, file_dossier, officer_of
from tests.signing_in import make_citizen, sign_in_as
from tests.standing_in import stand_in

DISTRICT = "H06.31"
FILED = datetime(2026, 11, 25, 9, 0, tzinfo=LOCAL_ZONE)  # a Wednesday; three working days end on Monday at 10:00
RECEIVED = FILED + timedelta(hours=1)
DUE = datetime(2026, 11, 30, 10, 0, tzinfo=LOCAL_ZONE)
A_DAY_BEFORE = datetime(2026, 11, 27, 10, 1, tzinfo=LOCAL_ZONE)


@pytest.fixture
def leader(session: Session) -> Officer:
    return officer_of(session, DISTRICT, "leader")


@pytest.fixture
def reference(session: Session, leader: Officer) -> str:
    made = file_dossier(session, make_citizen(session), code="1.001612", agency_code=DISTRICT, at=FILED)
    act(session, commands.receive, made, officer_of(session, DISTRICT, "receiver"), at=RECEIVED)
    return made


def shows(app: Flask, officer: Officer, reference: str, tab: str, *, at: datetime) -> bool:
    with time_machine.travel(at, tick=False):
        browser = app.test_client()
        sign_in_as(browser, officer)
        return reference in browser.get(f"/desk?show={tab}").text


@pytest.mark.parametrize(
    ("at", "tabs"),
    [
        (RECEIVED, set()),
        (datetime(2026, 11, 26, 9, 59, tzinfo=LOCAL_ZONE), set()),
        (datetime(2026, 11, 26, 10, 1, tzinfo=LOCAL_ZONE), {"soon"}),
        (A_DAY_BEFORE, {"soon", "apology"}),
        (datetime(2026, 11, 28, 10, 0, tzinfo=LOCAL_ZONE), {"soon", "apology"}),
        (DUE + timedelta(minutes=1), {"apology", "late"}),
    ],
)
def test_the_desk_shows_it_before_it_is_late(
    app: Flask, leader: Officer, reference: str, at: datetime, tabs: set[str]
) -> None:
    found = {tab for tab in ("soon", "apology", "late") if shows(app, leader, reference, tab, at=at)}
    assert found == tabs


def test_an_apology_takes_it_off_the_list(app: Flask, session: Session, leader: Officer, reference: str) -> None:
    until = (DUE + timedelta(days=1)).date()
    act(session, commands.extend, reference, leader, at=A_DAY_BEFORE, until=until, reason="Chờ xác minh thêm")
    for tab in ("soon", "apology", "late"):
        shown = shows(app, leader, reference, tab, at=DUE)
        assert shown == (tab == "soon")


def test_the_page_says_what_the_head_must_do(app: Flask, leader: Officer, reference: str) -> None:
    words = "lãnh đạo phải xin lỗi người nộp và hẹn lại ngày trước khi hết hạn"
    for at, said in ((RECEIVED, False), (A_DAY_BEFORE, True)):
        with time_machine.travel(at, tick=False):
            browser = app.test_client()
            sign_in_as(browser, leader)
            assert (words in browser.get(f"/desk/dossiers/{reference}").text) == said


def letters(session: Session) -> int:
    return int(session.execute(text("select count(*) from letter where key like 'due-soon/%'")).scalar_one())


def test_each_officer_gets_one_letter_a_morning(app: Flask, session: Session, leader: Officer, reference: str) -> None:
    officer_of(session, DISTRICT, "specialist")
    officer_of(session, "H06.15", "specialist")
    morning = datetime(2026, 11, 27, 7, 15, tzinfo=LOCAL_ZONE)
    with app.app_context():
        assert warning.run(at=morning, on=REGISTER_DAY) == 2
        warning.run(at=morning + timedelta(hours=1), on=REGISTER_DAY)
    assert letters(session) == 2


def test_who_stands_in_for_the_keeper_is_told_too(app: Flask, session: Session, reference: str) -> None:
    keeper, other = (officer_of(session, DISTRICT, role) for role in ("specialist", "receiver"))
    act(session, commands.take_up, reference, keeper, at=RECEIVED + timedelta(hours=1))
    morning = datetime(2026, 11, 27, 7, 15, tzinfo=LOCAL_ZONE)
    stand_in(session, keeper, other, agency_code=DISTRICT, at=RECEIVED, last_on=morning.date())
    with app.app_context():
        warning.run(at=morning, on=REGISTER_DAY)
    session.rollback()
    told = session.scalars(select(Letter.key).where(Letter.key.startswith("due-soon/"))).all()
    assert {int(key.rpartition("/")[2]) for key in told} >= {keeper.id, other.id}


def test_who_stood_in_and_left_the_unit_is_told_nothing_of_it(app: Flask, session: Session, reference: str) -> None:
    keeper, other = (officer_of(session, DISTRICT, role) for role in ("specialist", "receiver"))
    act(session, commands.take_up, reference, keeper, at=RECEIVED + timedelta(hours=1))
    morning = datetime(2026, 11, 27, 7, 15, tzinfo=LOCAL_ZONE)
    stand_in(session, keeper, other, agency_code=DISTRICT, at=RECEIVED, last_on=morning.date())
    ends = text("update officer_role set valid_to = :on where officer_id = :id")
    session.execute(ends, {"on": morning.date(), "id": other.id})
    session.commit()
    with app.app_context():
        warning.run(at=morning, on=REGISTER_DAY)
    session.rollback()
    told = session.scalars(select(Letter.key).where(Letter.key.startswith("due-soon/"))).all()
    assert keeper.id in (found := {int(key.rpartition("/")[2]) for key in told})
    assert other.id not in found


def test_nobody_gets_one_on_a_day_off_or_when_nothing_is_due_soon(
    app: Flask, session: Session, leader: Officer, reference: str
) -> None:
    with app.app_context():
        assert warning.run(at=datetime(2026, 11, 28, 7, 15, tzinfo=LOCAL_ZONE), on=REGISTER_DAY) == 0
        assert warning.run(at=RECEIVED, on=REGISTER_DAY) == 0
    assert letters(session) == 0


def test_the_letter_names_dossiers_and_nobody(app: Flask, session: Session, leader: Officer, reference: str) -> None:
    with app.app_context():
        warning.run(at=datetime(2026, 11, 27, 7, 15, tzinfo=LOCAL_ZONE), on=REGISTER_DAY)
    session.rollback()
    body = session.scalars(select(Letter.body).where(Letter.key.startswith("due-soon/"))).one()
    assert f"{reference}: 10:00 30/11/2026 (chưa xin lỗi / no apology yet)" in body
    assert "Nguyễn Văn Thử" not in body
