"""The one clock. Everything else receives its instant as `at=`."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_MINUTE = datetime(2000, 1, 1, tzinfo=LOCAL_ZONE).astimezone(UTC)  # of years in which Viet Nam has kept one offset


def now() -> datetime:
    """The present instant: aware, UTC, whole microseconds as the system gives them."""
    return datetime.now(UTC)


def local(instant: datetime) -> datetime:
    """The same instant on a wall clock in Viet Nam; refuses naive values."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware")
    return instant.astimezone(LOCAL_ZONE)


def local_day(instant: datetime) -> date:
    """The calendar day in Viet Nam on which the instant falls."""
    return local(instant).date()


def local_minute(instant: datetime) -> int:
    """Whole minutes on the wall clock in Viet Nam since 2000 began, for instants from then on; negative before."""
    since = instant - FIRST_MINUTE
    return since.days * (24 * 60) + since.seconds // 60
