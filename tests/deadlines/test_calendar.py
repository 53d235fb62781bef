"""The packaged calendar: dated data, and the corrections the library lacks."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from portal.deadlines import current_calendar, seed
from portal.deadlines.calendar import packaged, read_calendar

VERSIONS = {"brvt-2027.1": "6c5e076a3787e86db96bd06c376ecd26f9a924cc65cb67c8146470a72674d1af"}


def digest() -> str:
    files = [packaged() / "calendar.toml", *sorted(packaged().glob("*.csv"))]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def test_changed_data_need_a_new_version() -> None:
    """The ledger records the version beside each due instant: add the new one here, never change an old one."""
    assert VERSIONS[current_calendar().version] == digest()


@pytest.mark.parametrize("day", ["2026-01-02", "2020-01-23", "2020-01-29", "2021-02-16", "2026-08-31", "2026-11-24"])
def test_days_off(day: str) -> None:
    assert not current_calendar().works_on(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2019-01-05", "2019-05-04", "2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22"])
def test_saturdays_worked(day: str) -> None:
    assert date.fromisoformat(day).weekday() == 5
    assert current_calendar().works_on(date.fromisoformat(day))


@pytest.mark.parametrize("year", range(2018, 2028))
def test_the_files_differ_from_the_library_only_by_the_correction_of_january_2026(year: int) -> None:
    listed = {
        (day.isoformat(), kind)
        for kind, days in (("off", current_calendar().days_off), ("worked", current_calendar().days_worked))
        for day in days
        if day.year == year
    }
    from_library = {(row[0], row[1]) for row in seed.rows(year)}
    assert from_library - listed == set()
    assert listed - from_library == ({("2026-01-02", "off"), ("2026-01-10", "worked")} if year == 2026 else set())


def test_every_day_worked_stands_in_for_a_weekday_off() -> None:
    calendar = current_calendar()
    for day, reason in calendar.days_worked.items():
        instead = date.fromisoformat("-".join(reversed(reason.vi[-10:].split("/"))))
        assert instead in calendar.days_off
        assert instead.weekday() < 5
        assert day.weekday() >= 5


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("2020.csv", "day,kind,reason,reason_en,source\n2021-01-01,off,a,b,c\n", "2020.csv:2"),
        ("2020.csv", "day,kind,reason,reason_en,source\n2020-01-01,holiday,a,b,c\n", "2020.csv:2"),
        ("2020.csv", "day,kind,reason,reason_en,source\n2020-02-30,off,a,b,c\n", "2020.csv:2"),
        ("2020.csv", "day,kind,reason,reason_en,source\n2020-01-01,off,a,b,c,d\n", "2020.csv:2"),
        (
            "2020.csv",
            "day,kind,reason,reason_en,source\n2020-01-01,off,a,b,c\n2020-01-01,worked,a,b,c\n",
            "2020.csv:3",
        ),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / "calendar.toml").write_text((packaged() / "calendar.toml").read_text(encoding="utf-8"))
    (tmp_path / name).write_text(content)
    with pytest.raises(ValueError, match=message):
        read_calendar(tmp_path)


def test_hours_that_overlap_are_refused(tmp_path: Path) -> None:
    text = (packaged() / "calendar.toml").read_text(encoding="utf-8")
    (tmp_path / "calendar.toml").write_text(text.replace("13:00-17:00", "11:00-17:00", 1))
    with pytest.raises(ValueError, match="follow one another"):
        read_calendar(tmp_path)
