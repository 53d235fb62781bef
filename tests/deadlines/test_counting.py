"""Due instants: by hand, against a slow count minute by minute, and what must hold for all of them."""

import timeit
from datetime import UTC, date, datetime, time, timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.clock import LOCAL_ZONE, local, local_day
from portal.deadlines import Calendar, Reason, Term, current_calendar, due, resumed, working_minutes
from portal.deadlines.term import TermUnit
from portal.errors import Invalid
from tests.deadlines.cases import CASES, PAUSES

CALENDAR = current_calendar()
MINUTE = timedelta(minutes=1)


def at(wall_clock: str) -> datetime:
    return datetime.fromisoformat(wall_clock).replace(tzinfo=LOCAL_ZONE)


def shown(instant: datetime) -> str:
    return local(instant).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(("received", "number", "unit", "expected", "why"), CASES)
def test_a_term_counted_by_hand(received: str, number: int, unit: TermUnit, expected: str, why: str) -> None:
    found = due(at(received), Term(number, unit), CALENDAR)
    assert shown(found.at) == expected, why
    assert found.at.tzinfo is UTC


def test_there_are_enough_cases_by_hand() -> None:
    assert len({case[:3] for case in CASES}) + len({case[:3] for case in PAUSES}) >= 230


@pytest.mark.parametrize(("was_due", "paused", "again", "expected", "why"), PAUSES)
def test_a_pause_counted_by_hand(was_due: str, paused: str, again: str, expected: str, why: str) -> None:
    assert shown(resumed(at(was_due), at(paused), at(again), CALENDAR).at) == expected, why


def test_the_offset_of_the_receipt_does_not_matter() -> None:
    in_utc = due(datetime(2020, 6, 15, 2, 0, tzinfo=UTC), Term(3, "working_days"), CALENDAR)
    assert in_utc == due(at("2020-06-15T09:00"), Term(3, "working_days"), CALENDAR)


def test_counting_begins_at_the_minute_that_the_receipt_shows() -> None:
    assert shown(due(at("2020-06-15T15:00:59"), Term(1, "same_day"), CALENDAR).at) == "2020-06-15T17:00"
    assert due(at("2020-06-15T09:00:59"), Term(1, "hours"), CALENDAR).at == at("2020-06-15T10:00")


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        due(datetime(2020, 6, 15, 9, 0), Term(1, "hours"), CALENDAR)  # noqa: DTZ001


@pytest.mark.parametrize(("number", "unit"), [(0, "hours"), (-1, "days"), (4000, "working_days"), (2, "same_day")])
def test_a_term_that_cannot_be_counted_is_refused(number: int, unit: TermUnit) -> None:
    with pytest.raises(Invalid) as raised:
        due(at("2020-06-15T09:00"), Term(number, unit), CALENDAR)
    assert raised.value.code == "wrong_term"


def test_years_that_cannot_be_counted_are_refused() -> None:
    for year in ("1999-12-31T09:00", "2059-12-30T09:00"):
        with pytest.raises(ValueError, match=r"known that far|can be counted"):
            due(at(year), Term(30, "working_days"), CALENDAR)


def test_the_rule_names_both_versions() -> None:
    assert due(at("2020-06-15T09:00"), Term(1, "hours"), CALENDAR).rule == "vn-2018.1+brvt-2027.1"


def test_an_office_with_other_hours_counts_its_own() -> None:
    """Saturday mornings worked: the same hour on a Saturday afternoon moves to the next working minute."""
    full, morning = ((time(8), time(12)), (time(13), time(17))), ((time(8), time(12)),)
    calendar = Calendar("test", (full,) * 5 + (morning, ()), {}, {date(2020, 6, 21): Reason("Làm bù", "Make-up")})
    assert shown(due(at("2020-06-19T16:00"), Term(1, "days"), calendar).at) == "2020-06-21T08:00"
    assert shown(due(at("2020-06-19T16:00"), Term(1, "working_days"), calendar).at) == "2020-06-21T11:00"
    assert shown(due(at("2020-06-20T09:00"), Term(1, "same_day"), calendar).at) == "2020-06-20T12:00"


def test_working_minutes_between_two_instants() -> None:
    assert working_minutes(at("2020-06-19T16:00"), at("2020-06-22T08:00"), CALENDAR) == 90
    assert working_minutes(at("2020-06-22T08:00"), at("2020-06-19T16:00"), CALENDAR) == -90


# What must hold for all.

instants = st.datetimes(datetime(2018, 1, 1), datetime(2027, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001
terms = st.one_of(
    st.builds(Term, st.integers(1, 400), st.just("hours")),
    st.builds(Term, st.integers(1, 60), st.sampled_from(["working_days", "days"])),
    st.just(Term(1, "same_day")),
)
counted = st.one_of(
    st.builds(Term, st.integers(1, 400), st.just("hours")),
    st.builds(Term, st.integers(1, 60), st.just("working_days")),
    st.just(Term(1, "same_day")),
)


def in_working_time(instant: datetime) -> bool:
    wall_clock = local(instant)
    return any(begin <= wall_clock.time() <= end for begin, end in CALENDAR.hours_of(wall_clock.date()))


@given(instants, terms)
def test_it_is_always_due_in_working_time_and_after_the_receipt(received: datetime, term: Term) -> None:
    found = due(received, term, CALENDAR).at
    assert in_working_time(found)
    assert found > received


@given(instants, instants, counted)
def test_who_comes_later_is_never_due_earlier(one: datetime, other: datetime, term: Term) -> None:
    earlier, later = sorted((one, other))
    assert due(earlier, term, CALENDAR).at <= due(later, term, CALENDAR).at


@given(instants, instants, st.integers(1, 60))
def test_who_comes_later_is_never_due_on_an_earlier_day(one: datetime, other: datetime, number: int) -> None:
    """Calendar days keep their hour when they move past days off, so only the days are in order."""
    earlier, later = sorted((one, other))
    term = Term(number, "days")
    assert local_day(due(earlier, term, CALENDAR).at) <= local_day(due(later, term, CALENDAR).at)


@given(instants, st.sampled_from(["hours", "working_days", "days"]), st.integers(1, 60))
def test_a_longer_term_is_never_due_earlier(received: datetime, unit: TermUnit, number: int) -> None:
    assert due(received, Term(number, unit), CALENDAR).at <= due(received, Term(number + 1, unit), CALENDAR).at


@given(
    instants, terms, st.timedeltas(timedelta(0), timedelta(days=90)), st.timedeltas(timedelta(0), timedelta(days=60))
)
def test_a_pause_never_shortens_and_keeps_what_was_left(
    received: datetime, term: Term, until_pause: timedelta, length: timedelta
) -> None:
    was_due = due(received, term, CALENDAR).at
    paused = received + until_pause
    after = resumed(was_due, paused, paused + length, CALENDAR).at
    assert after >= was_due
    assert in_working_time(after)
    if paused < was_due:
        left = working_minutes(paused, was_due, CALENDAR)
        assert working_minutes(paused + length, after, CALENDAR) >= left
        assert resumed(was_due, paused, paused + length + timedelta(days=1), CALENDAR).at >= after


@given(instants, st.integers(1, 40))
@settings(max_examples=60)
def test_working_hours_agree_with_a_count_minute_by_minute(received: datetime, number: int) -> None:
    moment = local(received).replace(second=0, microsecond=0)
    left = number * 60
    while left:
        spans = CALENDAR.hours_of(moment.date())
        left -= any(begin <= moment.time() < end for begin, end in spans)
        moment += MINUTE
    assert due(received, Term(number, "hours"), CALENDAR).at == moment


@pytest.mark.parametrize(
    "term", [Term(3, "working_days"), Term(8, "hours"), Term(15, "days"), Term(1, "same_day"), Term(60, "working_days")]
)
def test_a_due_instant_takes_less_than_50_microseconds(term: Term) -> None:
    received = at("2020-06-15T09:00")
    turns = timeit.repeat(lambda: due(received, term, CALENDAR), timer=process_time, number=100, repeat=90)
    best = min(turns) / 100
    assert best < 50e-6
