"""Changing a calendar: two persons, a version for each signature, and what is below a unit works by it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.calendars import commands, queries
from portal.calendars.wishes import Problem
from portal.deadlines import Calendar, current_calendar
from portal.errors import Invalid, NotFound, Refused
from tests.calendars.entering import FULL, SATURDAY, STORM, pair, unit_id
from tests.filing import REGISTER_DAY, WARD_1

STORM_DAY = STORM.first or date.min


def calendar(session: Session, code: str = WARD_1) -> Calendar:
    return queries.of_unit(session, unit_id(session, code), on=REGISTER_DAY)


def test_with_nothing_changed_every_unit_works_by_the_packaged_calendar(session: Session) -> None:
    assert calendar(session) is current_calendar()


def test_what_one_person_entered_does_not_count(session: Session) -> None:
    two = pair(session)
    two.enter(STORM)
    assert calendar(session) is current_calendar()
    assert [one.source for one in queries.waiting(session, two.administers)] == [STORM.source]


def test_nobody_signs_what_they_entered(session: Session) -> None:
    two = pair(session)
    change = two.enter(STORM)
    with pytest.raises(Refused) as refused:
        two.sign(change, by=two.one)
    assert refused.value.code == "calendar_same_person"
    assert calendar(session) is current_calendar()


def test_signed_it_counts_for_the_unit_and_all_below_it(session: Session) -> None:
    two = pair(session)
    change = two.enter(STORM)
    assert two.sign(change) == (f"brvt-2027.1-{change}-H06",)
    assert not calendar(session).works_on(STORM_DAY)
    assert calendar(session).version == f"brvt-2027.1-{change}-H06"
    assert calendar(session, "H06.15").days_off[STORM_DAY].en == "Closed for a storm"


def test_it_is_signed_once(session: Session) -> None:
    two = pair(session)
    change = two.enter(STORM)
    two.sign(change)
    with pytest.raises(Refused) as refused:
        two.sign(change)
    assert refused.value.code == "calendar_decided"


def test_what_was_refused_never_counts(session: Session) -> None:
    two = pair(session)
    change = two.enter(STORM)
    commands.refuse(
        session,
        change,
        by=two.other.id,
        administers=two.administers,
        at=queries.waiting(session, two.administers)[0].entered_at,
    )
    assert queries.waiting(session, two.administers) == ()
    with pytest.raises(Refused):
        two.sign(change)
    assert calendar(session) is current_calendar()


def test_a_ward_has_hours_of_its_own_and_still_the_days_off_of_the_province(session: Session) -> None:
    two = pair(session)
    two.make(SATURDAY, code=WARD_1)
    two.make(STORM)
    assert calendar(session).works_on(date(2026, 11, 28))
    assert not calendar(session).works_on(STORM_DAY)
    assert not calendar(session, "H06.31.02").works_on(date(2026, 11, 28))
    assert calendar(session).version.endswith(f"-{WARD_1}")
    assert calendar(session, "H06.31.02").version.endswith("-H06")


def test_the_nearer_unit_has_the_last_word_on_a_day(session: Session) -> None:
    two = pair(session)
    two.make(STORM)
    two.make(STORM, code=WARD_1, kind="worked", reason_vi="Phường vẫn làm việc")
    two.make(STORM, first=date(2026, 12, 1))
    assert calendar(session).works_on(STORM_DAY)
    assert not calendar(session).works_on(date(2026, 12, 1))
    assert not calendar(session, "H06.31.02").works_on(STORM_DAY)


def test_an_earlier_version_stays_what_it_was(session: Session) -> None:
    two = pair(session)
    (first,) = two.make(STORM)
    two.make(STORM, first=date(2026, 12, 1))
    before = queries.by_rule(session, f"vn-2018.1+{first}")
    assert before is not None
    assert not before.works_on(STORM_DAY)
    assert before.works_on(date(2026, 12, 1))
    assert queries.by_rule(session, "vn-2018.1+brvt-2027.1") is current_calendar()
    for foreign in (None, "by-decision", "vn-2018.1+brvt-2031.1-9-H06"):
        assert queries.by_rule(session, foreign) is None


def test_somebody_else_s_unit_is_not_found(session: Session) -> None:
    ward_only = pair(session, administers=frozenset({unit_id(session)}))
    with pytest.raises(NotFound):
        ward_only.enter(STORM)
    change = pair(session).enter(STORM)
    with pytest.raises(NotFound):
        ward_only.sign(change)


def test_whoever_sits_in_a_department_answers_for_its_authority(session: Session) -> None:
    district = commands.reach(session, {unit_id(session, "H06.31")}, on=REGISTER_DAY)
    assert unit_id(session, WARD_1) in district
    assert unit_id(session, "H06") not in district
    assert unit_id(session, "H06") in pair(session).administers


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"kind": "holiday"}, "kind", "missing"),
        ({"first": None}, "first", "missing"),
        ({"first": date(1999, 1, 1)}, "first", "too_far"),
        ({"reason_vi": ""}, "reason_vi", "missing"),
        ({"source": ""}, "source", "missing"),
        ({"source": "x" * 301}, "source", "too_long"),
        ({"reason_en": "a\x00b"}, "reason_en", "unreadable"),
        ({"last": date(2026, 11, 29)}, "last", "before_the_first"),
        ({"last": date(2027, 3, 1)}, "last", "too_many_days"),
        ({"first": date(2026, 11, 29)}, "first", "already_off"),
        ({"kind": "worked"}, "first", "already_worked"),
        ({"kind": "swap"}, "worked_on", "missing"),
        ({"kind": "swap", "worked_on": date(2026, 12, 1)}, "worked_on", "already_worked"),
        ({"kind": "swap", "first": date(2026, 11, 29), "worked_on": date(2026, 12, 5)}, "first", "already_off"),
        ({"kind": "hours"}, "hours-0", "no_monday"),
        ({"kind": "hours", "weekly": (*FULL, "morning", "")}, "hours-5", "not_hours"),
        ({"kind": "hours", "weekly": (*FULL, "11:30-07:30", "")}, "hours-5", "not_hours"),
        ({"kind": "hours", "weekly": (*FULL, "", ""), "cut_off": "noon"}, "cut_off", "not_a_time"),
    ],
)
def test_what_cannot_be_is_said(session: Session, changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as invalid:
        pair(session).enter(STORM, **changes)
    assert (field, code) in [(p.field, p.code) for p in invalid.value.problems if isinstance(p, Problem)]


@pytest.mark.parametrize(
    "statement",
    [
        "update calendar_change set source = 'another'",
        "update calendar_change set state = 'refused'",
        "delete from calendar_change",
        "update calendar_version set name = 'another'",
        "delete from calendar_version",
        "truncate calendar_version",
    ],
)
def test_the_database_keeps_what_was_signed(session: Session, statement: str) -> None:
    pair(session).make(STORM)
    with pytest.raises(IntegrityError):
        session.execute(text(statement))
    session.rollback()
