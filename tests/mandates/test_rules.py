"""What a mandate is worth on a day, and whose name is whose."""

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mandates import rules
from portal.mandates.rules import Days, Standing, State

FIRST = date(2026, 3, 1)
DAYS = Days(FIRST, FIRST + timedelta(days=9))


@pytest.mark.parametrize(
    ("state", "day", "worth"),
    [
        (State.OFFERED, -1, Standing.OFFERED),
        (State.OFFERED, 9, Standing.OFFERED),
        (State.OFFERED, 10, Standing.LAPSED),
        (State.ACCEPTED, -1, Standing.COMING),
        (State.ACCEPTED, 0, Standing.HOLDS),
        (State.ACCEPTED, 9, Standing.HOLDS),
        (State.ACCEPTED, 10, Standing.EXPIRED),
        (State.ENDED, 5, Standing.ENDED),
        (State.ENDED, 10, Standing.ENDED),
    ],
)
def test_the_day_decides_from_the_first_day_until_and_with_the_last(state: State, day: int, worth: Standing) -> None:
    assert rules.standing(state, DAYS, on=FIRST + timedelta(days=day)) is worth


days = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))


@given(st.sampled_from(State), days, st.integers(0, 400), days)
def test_a_mandate_holds_on_the_days_it_names_once_accepted_and_on_no_other(
    state: State, first: date, length: int, on: date
) -> None:
    named = Days(first, first + timedelta(days=length))
    holds = rules.standing(state, named, on=on) is Standing.HOLDS
    assert holds == (state is State.ACCEPTED and named.first <= on <= named.last)


@given(days, st.integers(-500, 500), st.integers(-500, 500), st.integers(1, 400))
def test_days_are_taken_that_begin_today_or_later_and_are_not_too_many(
    today: date, begins: int, lasts: int, most: int
) -> None:
    first = today + timedelta(days=begins)
    wanted = Days(first, first + timedelta(days=lasts))
    taken = rules.fault(wanted, on=today, most_days=most) is None
    assert taken == (begins >= 0 and 0 <= lasts < most)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Nguyễn Thị Mẫu An", "NGUYỄN THỊ MẪU AN", True),
        ("Nguyễn  Thị Mẫu An ", "Nguyễn Thị Mẫu An", True),
        (unicodedata.normalize("NFD", "Nguyễn Thị Mẫu An"), "Nguyễn Thị Mẫu An", True),
        ("Nguyen Thi Mau An", "Nguyễn Thị Mẫu An", False),
        ("Nguyễn Thị Mẫu Ân", "Nguyễn Thị Mẫu An", False),
        ("", "", False),
    ],
)
def test_names_are_one_whatever_their_capitals_and_composition_but_not_without_their_marks(
    one: str, other: str, same: bool
) -> None:
    assert rules.same_name(one, other) is same


def test_it_is_for_the_procedures_it_names_or_for_all() -> None:
    assert rules.covers(None, "1.001193")
    assert rules.covers(("1.001193",), "1.001193")
    assert not rules.covers(("1.001193",), "1.001022")
