"""Periods, and the months and days that cover them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.statistics import periods
from portal.statistics.counting import DAY, MONTH, YEAR
from portal.statistics.periods import BadPeriod, cover, parse

days = st.dates(date(2019, 1, 1), date(2027, 12, 31))


@given(days, st.integers(-3, 900))
def test_a_cover_has_each_day_of_the_period_once_and_whole_months_and_years(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    covered: list[date] = []
    for span, low, high in cover(first, last):
        assert span in (DAY, MONTH, YEAR)
        if span == YEAR:
            assert (low.month, low.day, high.month, high.day) == (1, 1, 12, 31)
        if span == MONTH:
            assert low.day == 1
            assert high == periods.end_of_month(high)
        covered += [low + timedelta(days=number) for number in range((high - low).days + 1)]
    assert covered == [first + timedelta(days=number) for number in range(length + 1)]


@given(days, st.integers(0, 900))
def test_a_cover_has_few_stretches_of_few_cells(first: date, length: int) -> None:
    found = list(cover(first, first + timedelta(days=length)))
    assert len(found) <= 5
    assert sum((high - low).days + 1 for span, low, high in found if span == DAY) <= 2 * 31
    assert sum((high - low).days + 1 for span, low, high in found if span == MONTH) <= 2 * 366


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-Q1", date(2020, 1, 1), date(2020, 3, 31)),
        ("2020-Q4", date(2020, 10, 1), date(2020, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021-12", date(2021, 12, 1), date(2021, 12, 31)),
    ],
)
def test_years_quarters_and_months_have_names(name: str, first: date, last: date) -> None:
    found = parse(name)
    assert (found.first, found.last, found.name) == (first, last, name)


@pytest.mark.parametrize(
    "name", ["", "20", "2020-13", "2020-00", "2020-Q5", "2020-1", "1999", "2020-06-15", "２０２０"]
)
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(BadPeriod):
        parse(name)


@given(days)
def test_the_names_of_a_day_hold_the_day(day: date) -> None:
    for name in (periods.month_of(day), periods.quarter_of(day), str(day.year)):
        assert parse(name).first <= day <= parse(name).last


@given(days, st.integers(0, 60))
def test_months_are_counted_back(day: date, count: int) -> None:
    back = periods.months_before(day, count)
    assert (day.year - back.year) * 12 + day.month - back.month == count
    assert back.day == 1
