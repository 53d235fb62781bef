"""Calendars with changes over them: days off, swaps, an office's own hours; and the other rule of pauses."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.clock import local
from portal.deadlines import (
    Change,
    Reason,
    Term,
    changed,
    current_calendar,
    due,
    moment_with,
    restarted,
    resumed,
    rule_of,
    settled,
    versions_of,
    working_minutes,
)
from portal.deadlines.calendar import packaged_calendar
from tests.deadlines.test_counting import at, counted, instants, shown

BASE = current_calendar()
STORM = Reason("Nghỉ bão", "Closed for a storm")
FULL = ((time(7, 30), time(11, 30)), (time(13), time(17)))
MORNING = ((time(7, 30), time(11, 30)),)
SATURDAY_MORNINGS = Change("hours", date(2024, 3, 1), weekly=(FULL,) * 5 + (MORNING, ()))


def test_a_day_off_moves_what_is_due_and_is_named_in_the_working() -> None:
    calendar = changed(BASE, [Change("off", date(2024, 3, 5), date(2024, 3, 6), reason=STORM)], "test-1")
    found = due(at("2024-03-04T09:00"), Term(1, "working_days"), calendar)
    assert shown(found.at) == "2024-03-07T09:00"
    assert found.rule == "vn-2018.1+test-1"
    skipped = [off.day for line in found.working for off in line.facts.get("skipped", ())]  # type: ignore[attr-defined]
    assert skipped == [date(2024, 3, 5), date(2024, 3, 6)]


def test_a_swap_takes_one_day_and_gives_another() -> None:
    swap = Change("swap", date(2024, 3, 8), worked_on=date(2024, 3, 9))
    calendar = changed(BASE, [swap], "test-1")
    assert not calendar.works_on(date(2024, 3, 8))
    assert calendar.hours_of(date(2024, 3, 9)) == FULL
    assert shown(due(at("2024-03-07T16:00"), Term(1, "working_days"), calendar).at) == "2024-03-09T16:00"


def test_the_later_change_of_a_day_counts() -> None:
    off, worked = Change("off", date(2024, 3, 8)), Change("worked", date(2024, 3, 8))
    assert changed(BASE, [off, worked], "test-1").works_on(date(2024, 3, 8))
    assert not changed(BASE, [worked, off], "test-1").works_on(date(2024, 3, 8))


def test_a_holiday_taken_back_has_the_hours_of_its_weekday() -> None:
    calendar = changed(BASE, [Change("worked", date(2027, 9, 3))], "test-1")
    assert calendar.hours_of(date(2027, 9, 3)) == FULL
    assert not BASE.works_on(date(2027, 9, 3))


def test_an_office_open_on_saturday_mornings_counts_them_from_the_day_on() -> None:
    calendar = changed(BASE, [SATURDAY_MORNINGS], "test-1")
    assert shown(due(at("2024-02-23T16:00"), Term(1, "working_days"), calendar).at) == "2024-02-26T16:00"
    assert shown(due(at("2024-03-08T16:00"), Term(1, "working_days"), calendar).at) == "2024-03-11T10:30"
    assert shown(due(at("2024-03-09T09:00"), Term(1, "same_day"), calendar).at) == "2024-03-09T11:30"
    assert shown(due(at("2024-03-08T09:00"), Term(1, "days"), calendar).at) == "2024-03-09T09:00"


def test_own_hours_end_and_have_a_cut_off_of_their_own() -> None:
    summer = Change("hours", date(2024, 6, 1), date(2024, 8, 31), weekly=(MORNING,) * 5 + ((), ()), cut_off=time(10))
    calendar = changed(BASE, [summer], "test-1")
    assert shown(due(at("2024-06-03T10:01"), Term(1, "same_day"), calendar).at) == "2024-06-04T11:30"
    assert shown(due(at("2024-08-30T10:00"), Term(8, "hours"), calendar).at) == "2024-09-04T15:30"
    assert shown(due(at("2024-09-04T10:01"), Term(1, "same_day"), calendar).at) == "2024-09-04T17:00"


def test_a_year_that_was_announced_is_not_doubted_any_more() -> None:
    def codes(calendar: object) -> list[str]:
        assert isinstance(calendar, type(BASE))
        return [line.code for line in due(at("2027-03-01T09:00"), Term(1, "working_days"), calendar).working]

    assert "provisional" in codes(BASE)
    assert "provisional" not in codes(changed(BASE, [Change("announced", date(2027, 1, 1))], "test-1"))


def test_every_day_of_every_weekday_is_counted_by_the_hours_of_its_period() -> None:
    calendar = changed(BASE, [SATURDAY_MORNINGS], "test-1")
    for number in range(366):
        day = date(2024, 1, 1) + timedelta(number)
        own = calendar.hours_of(day) != BASE.hours_of(day)
        assert own == (day.weekday() == 5 and day >= date(2024, 3, 1) and not calendar.days_worked.get(day))


def test_a_calendar_of_no_release_is_not_found() -> None:
    assert packaged_calendar(BASE.version) is BASE
    for version in ("brvt-1999.1", "../data", ""):
        with pytest.raises(LookupError):
            packaged_calendar(version)


def test_what_the_ledger_records_leads_back_to_rule_and_calendar() -> None:
    assert versions_of(rule_of(BASE)) == ("vn-2018.1", BASE.version)
    assert versions_of("vn-2018.1-anew+brvt-2027.1-3-H06") == ("vn-2018.1-anew", "brvt-2027.1-3-H06")
    for foreign in ("by-decision", "", "vn-2018.1", "us-1.0+brvt-2027.1"):
        assert versions_of(foreign) is None


# The rule that counts anew.


def test_counting_anew_gives_the_whole_term_from_the_resumption() -> None:
    found = restarted(
        at("2020-06-18T09:00"), at("2020-06-17T16:00"), at("2020-06-22T10:00"), Term(3, "working_days"), BASE
    )
    assert (shown(found.at), found.rule) == ("2020-06-25T10:00", f"vn-2018.1-anew+{BASE.version}")


def test_counting_anew_forgives_no_lateness() -> None:
    late = restarted(at("2020-06-18T09:00"), at("2020-06-19T09:00"), at("2020-06-22T10:00"), Term(3, "days"), BASE)
    assert shown(late.at) == "2020-06-18T09:00"


def test_a_pause_ends_after_it_begins_whatever_the_rule() -> None:
    with pytest.raises(ValueError, match="after it begins"):
        restarted(at("2020-06-18T09:00"), at("2020-06-17T09:00"), at("2020-06-16T09:00"), Term(1, "days"), BASE)


@given(instants, counted, st.timedeltas(timedelta(0), timedelta(days=40)), st.timedeltas(timedelta(0), timedelta(60)))
def test_counting_anew_is_never_earlier_than_counting_on(
    received: datetime, term: Term, until_pause: timedelta, length: timedelta
) -> None:
    """Of what counts working time; within the day, counting on may reach into a second day."""
    assume(term.unit != "same_day")
    was_due = due(received, term, BASE).at
    paused = received + until_pause
    assert (
        restarted(was_due, paused, paused + length, term, BASE).at >= resumed(was_due, paused, paused + length, BASE).at
    )


# A due instant that was decided.


def test_a_decided_day_that_is_off_now_moves_to_the_end_of_the_next_working_day() -> None:
    assert settled(at("2024-03-05T17:00"), BASE).at == at("2024-03-05T17:00")
    calendar = changed(BASE, [Change("off", date(2024, 3, 5), reason=STORM)], "test-1")
    assert settled(at("2024-03-05T17:00"), calendar).at == at("2024-03-06T17:00")


@given(instants, st.lists(st.dates(date(2018, 1, 1), date(2027, 6, 30)), max_size=5), counted)
def test_a_day_off_more_never_makes_anything_due_earlier(received: datetime, days: list[date], term: Term) -> None:
    calendar = changed(BASE, [Change("off", day) for day in days], "test-1")
    assert due(received, term, calendar).at >= due(received, term, BASE).at


@given(instants, st.integers(0, 2000))
def test_the_moment_by_which_so_much_working_time_has_passed(instant: datetime, minutes: int) -> None:
    begun = local(instant).replace(second=0, microsecond=0)
    assert working_minutes(begun, moment_with(minutes, begun, BASE), BASE) == minutes
    assert moment_with(minutes, begun, BASE).tzinfo is UTC
