"""When a calendar changes, running dossiers are due when they were, until an act counts them again in public."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.clock import LOCAL_ZONE, local
from portal.dossiers import commands, recounting
from portal.dossiers.recounting import Moved
from portal.people.queries import Officer, Person
from tests.calendars.entering import SATURDAY, STORM, Pair, pair
from tests.filing import REGISTER_DAY, WARD_1, act, file_dossier, officer_of
from tests.signing_in import make_citizen, sign_in_as

FILED = datetime(2026, 11, 25, 9, 0, tzinfo=LOCAL_ZONE)  # a Wednesday
RECEIVED = FILED + timedelta(hours=1)
THREE_DAYS = "1.001612"  # a household business: 3 working days
DISTRICT = "H06.31"


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session)


@pytest.fixture
def two(session: Session) -> Pair:
    return pair(session)


@pytest.fixture
def desk(session: Session) -> Officer:
    return officer_of(session, DISTRICT, "receiver")


@pytest.fixture
def reference(session: Session, person: Person, desk: Officer) -> str:
    """Received on Wednesday at 10:00, due on Monday the 30th at 10:00."""
    made = file_dossier(session, person, code=THREE_DAYS, agency_code=DISTRICT, at=FILED)
    act(session, commands.receive, made, desk, at=RECEIVED)
    return made


def due(session: Session, reference: str) -> str:
    statement = text("select due_at from dossier where reference = :reference")
    return f"{local(session.execute(statement, {'reference': reference}).scalar_one()):%Y-%m-%dT%H:%M}"


def listed(session: Session, *, at: datetime = RECEIVED) -> list[Moved]:
    return list(recounting.listed(session, unit_ids=None, at=at, on=REGISTER_DAY))


def entries(session: Session, reference: str) -> list[str]:
    rows = session.execute(
        text("select act from step join dossier d on d.id = dossier_id where reference = :r order by n"),
        {"r": reference},
    )
    return list(rows.scalars())


def recount(app: Flask, *arguments: str) -> str:
    done = app.test_cli_runner().invoke(args=["calendar", "recount", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_change_that_was_signed_moves_nothing_by_itself(session: Session, two: Pair, reference: str) -> None:
    assert (due(session, reference), listed(session)) == ("2026-11-30T10:00", [])
    two.make(STORM)
    assert due(session, reference) == "2026-11-30T10:00"


def test_the_list_says_before_and_after(session: Session, two: Pair, reference: str) -> None:
    (name,) = two.make(STORM)
    (moved,) = listed(session)
    assert moved.after is not None
    assert (moved.reference, moved.rule_after) == (reference, f"vn-2018.1+{name}")
    assert moved.after - moved.before == timedelta(days=1)


def test_without_apply_nothing_is_written(app: Flask, session: Session, two: Pair, reference: str) -> None:
    two.make(STORM)
    printed = recount(app)
    assert f"{reference}\t2026-11-30T10:00:00+07:00\t2026-12-01T10:00:00+07:00" in printed
    assert "nothing was written" in printed
    assert entries(session, reference) == ["filed", "received"]


def test_applied_it_is_an_act_with_an_entry_and_a_letter(
    app: Flask, session: Session, two: Pair, reference: str
) -> None:
    (name,) = two.make(STORM)
    assert "1 of 1 moved" in recount(app, "--apply")
    session.rollback()
    assert due(session, reference) == "2026-12-01T10:00"
    assert entries(session, reference) == ["filed", "received", "recounted"]
    entry = session.execute(text("select entry from ledger_outbox order by id desc limit 1")).scalar_one()
    assert b'"act":"recounted"' in bytes(entry)
    assert f'"rule":"vn-2018.1+{name}"'.encode() in bytes(entry)
    letter = session.execute(
        text("select count(*) from letter where key = :key"), {"key": f"{reference}/2"}
    ).scalar_one()
    assert letter == 1
    assert listed(session) == []
    assert "0 of 0 moved" in recount(app, "--apply")


def test_everybody_reads_the_same_working(
    app: Flask, session: Session, two: Pair, reference: str, person: Person, desk: Officer
) -> None:
    two.make(STORM)
    recount(app, "--apply")
    words = "30/11 (Nghỉ bão)"
    for who, address in ((person, f"/dossiers/{reference}"), (desk, f"/desk/dossiers/{reference}")):
        browser = app.test_client()
        sign_in_as(browser, who)
        page = browser.get(address).text
        assert page.count(words) == 1
        assert "Tính lại ngày hẹn" in page
        assert "Hạn trả kết quả: 10:00 thứ Hai 30/11/2026." in page
        assert "Hạn trả kết quả: 10:00 thứ Ba 01/12/2026." in page


def test_a_dossier_that_waits_for_a_supplement_is_recounted_as_well(
    app: Flask, session: Session, two: Pair, reference: str, person: Person, desk: Officer
) -> None:
    asked = datetime(2026, 11, 26, 10, 0, tzinfo=LOCAL_ZONE)
    act(session, commands.ask_supplement, reference, desk, at=asked, reason="Thiếu giấy tờ")
    two.make(STORM)
    recount(app, "--apply")
    session.rollback()
    assert due(session, reference) == "2026-12-01T10:00"
    given = datetime(2026, 11, 27, 10, 0, tzinfo=LOCAL_ZONE)
    assert entries(session, reference)[-1] == "recounted"
    # Given a working day later (the clock of the act is the present one, so only the order matters here).
    act(session, commands.give_supplement, reference, person, at=max(given, now(session, reference)), message="Đây ạ.")
    assert due(session, reference) >= "2026-12-02T10:00"


def now(session: Session, reference: str) -> datetime:
    at = session.execute(text("select acted_at from dossier where reference = :r"), {"r": reference}).scalar_one()
    assert isinstance(at, datetime)
    return at


def test_one_that_would_be_late_at_once_keeps_its_day(session: Session, two: Pair, reference: str) -> None:
    """The office opens on a Saturday: the term would have ended then."""
    two.make(SATURDAY, code="H06.31", first=date(2026, 11, 1))
    monday = datetime(2026, 11, 30, 8, 0, tzinfo=LOCAL_ZONE)
    (early,) = listed(session)
    assert early.after is not None
    assert f"{local(early.after):%Y-%m-%dT%H:%M}" == "2026-11-28T10:00"
    (kept,) = listed(session, at=monday)
    assert kept.after is None


def test_a_unit_s_own_change_moves_only_what_it_received(session: Session, two: Pair, reference: str) -> None:
    two.make(STORM, code=WARD_1)
    assert listed(session) == []


def test_what_is_done_is_left_alone(session: Session, two: Pair, reference: str, person: Person) -> None:
    act(session, commands.withdraw, reference, person, at=RECEIVED + timedelta(hours=1))
    two.make(STORM)
    assert listed(session) == []
