"""Which backups stay."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.backups.thinning import DAILY, EVERY, staying
from portal.clock import local_day
from tests.deadlines.test_counting import at

NOW = at("2026-11-29 15:00")


def test_hourly_ones_become_daily_ones_and_then_go() -> None:
    hours = [NOW - timedelta(hours=number) for number in range(24 * 60)]
    kept = staying(hours, at=NOW)
    assert [one for one in hours if NOW - one < EVERY] == sorted(
        (one for one in kept if NOW - one < EVERY), reverse=True
    )
    older = [one for one in kept if NOW - one >= EVERY]
    assert len({local_day(one) for one in older}) == len(older)
    assert 28 <= len(older) <= 30
    assert all(NOW - one < DAILY for one in kept)


def test_the_last_one_of_a_day_in_viet_nam_is_the_one_that_stays() -> None:
    early, late = at("2026-11-20 00:10"), at("2026-11-20 23:50")
    assert staying([early, late, at("2026-11-29 14:00")], at=NOW) == {late, at("2026-11-29 14:00")}


@given(st.sets(st.integers(0, 24 * 90), max_size=60))
def test_the_newest_always_stays_and_to_thin_twice_is_to_thin_once(ages: set[int]) -> None:
    made = {NOW - timedelta(hours=age) for age in ages}
    kept = staying(made, at=NOW)
    assert kept <= made
    assert not made or max(made) in kept
    assert staying(kept, at=NOW) == kept
