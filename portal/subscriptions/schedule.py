"""When summaries go out: once a day, early in the morning in Viet Nam. Pure."""

from datetime import datetime, time, timedelta

from portal import clock

MORNING = time(6, 30)


def next_summary(at: datetime) -> datetime:
    """The next morning after `at`."""
    local = clock.local(at)
    today = local.replace(hour=MORNING.hour, minute=MORNING.minute, second=0, microsecond=0)
    return today if local < today else today + timedelta(days=1)
