"""The commands for those who have no browser at hand."""

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.people.queries import Officer
from tests.calendars.entering import pair


def subject(session: Session, officer: Officer) -> str:
    return str(
        session.execute(text("select subject from identity where officer_id = :id"), {"id": officer.id}).scalar_one()
    )


def test_a_day_off_is_entered_by_one_and_signed_by_another(app: Flask, session: Session) -> None:
    two = pair(session)
    run = app.test_cli_runner().invoke
    due = ["deadlines", "due", "2026-11-27T16:00:00+07:00", "1", "working_days", "--unit", "H06.31.01"]
    assert run(args=due).output == "2026-11-30T16:00:00+07:00\n"
    words = ["--reason", "Nghỉ bão", "--reason-en", "Closed for a storm", "--source", "Công điện 12"]
    entered = run(args=["calendar", "enter", "H06", "off", "2026-11-30", *words, "--by", subject(session, two.one)])
    assert entered.exit_code == 0, entered.output
    number = entered.output.split()[1]
    assert f"{number}\twaiting\toff\t2026-11-30\tNghỉ bão\tCông điện 12" in run(args=["calendar", "show", "H06"]).output
    refused = run(args=["calendar", "sign", number, "--by", subject(session, two.one)])
    assert (refused.exit_code, "calendar_same_person" in refused.output) == (1, True)
    signed = run(args=["calendar", "sign", number, "--by", subject(session, two.other)])
    assert signed.output == f"brvt-2027.1-{number}-H06\n"
    assert run(args=[*due, "--explain", "--language", "en"]).output.splitlines() == [
        "2026-12-01T16:00:00+07:00",
        "Received at 16:00 on Friday 27/11/2026.",
        "Working day 1: until 16:00 on Tuesday 01/12/2026. "
        "Not counted: Saturday 28/11, Sunday 29/11, 30/11 (Closed for a storm).",
        "The result is due at 16:00 on Tuesday 01/12/2026.",
        f"vn-2018.1+brvt-2027.1-{number}-H06",
    ]
    assert run(args=due[:-2]).output == "2026-11-30T16:00:00+07:00\n"


def test_own_hours_are_entered_day_by_day(app: Flask, session: Session) -> None:
    two = pair(session)
    run = app.test_cli_runner().invoke
    week = [
        f"--hours={day}=07:30-11:30, 13:00-17:00" for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
    ]
    words = ["--reason", "Sáng thứ Bảy", "--source", "Thông báo 5", "--by", subject(session, two.one)]
    asked = ["calendar", "enter", "H06.31.01", "hours", "2026-01-01", *week, "--hours=saturday=7:30-11:30", *words]
    number = run(args=asked).output.split()[1]
    run(args=["calendar", "sign", number, "--by", subject(session, two.other)])
    due = run(args=["deadlines", "due", "2026-11-27T16:00:00+07:00", "1", "working_days", "--unit", "H06.31.01"])
    assert due.output == "2026-11-30T10:30:00+07:00\n"


def test_what_cannot_be_is_refused(app: Flask, session: Session) -> None:
    two = pair(session)
    run = app.test_cli_runner().invoke
    words = ["--reason", "r", "--source", "s", "--by"]
    one = subject(session, two.one)
    for arguments, message in (
        (["calendar", "enter", "H06", "off", "2026-11-29", *words, one], "already_off"),
        (["calendar", "enter", "H99", "off", "2026-11-30", *words, one], "no unit H99"),
        (["calendar", "enter", "H06", "off", "2026-11-30", *words, "nobody"], "no officer nobody"),
        (["calendar", "sign", "999", "--by", one], "not_found"),
        (["deadlines", "due", "2026-11-27T16:00:00+07:00", "1", "days", "--unit", "H99"], "no unit H99"),
    ):
        refused = run(args=arguments)
        assert (refused.exit_code, message in refused.output) == (1, True), refused.output
