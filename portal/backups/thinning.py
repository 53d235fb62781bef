"""Which backups stay: everyone of the last day, the last one of each day of a month, and always the newest."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from portal.clock import local_day

EVERY, DAILY = timedelta(hours=24), timedelta(days=30)


def staying(made: Collection[datetime], *, at: datetime) -> frozenset[datetime]:
    """Days are those of Viet Nam. What was erased is gone from every backup a month later."""
    return frozenset(_staying(sorted(made, reverse=True), at=at))


def _staying(newest_first: list[datetime], *, at: datetime) -> Iterator[datetime]:
    days = set()
    for number, one in enumerate(newest_first):
        last_of_day = local_day(one) not in days
        days.add(local_day(one))
        if number == 0 or at - one < EVERY or (last_of_day and at - one < DAILY):
            yield one
