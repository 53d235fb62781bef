"""Summaries come each morning at half past six in Viet Nam."""

from datetime import UTC, datetime

import pytest

from portal.subscriptions.schedule import next_summary


@pytest.mark.parametrize(
    ("at", "then"),
    [
        (datetime(2026, 1, 1, 23, 29, 59, tzinfo=UTC), datetime(2026, 1, 1, 23, 30, tzinfo=UTC)),
        (datetime(2026, 1, 1, 23, 30, tzinfo=UTC), datetime(2026, 1, 2, 23, 30, tzinfo=UTC)),
        (datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 23, 30, tzinfo=UTC)),
    ],
)
def test_the_next_morning(at: datetime, then: datetime) -> None:
    assert next_summary(at) == then
