"""What is cleared away every night: sign-ins and tokens that ended long ago, counters of past hours."""

from datetime import datetime, timedelta

from portal import clock, jobs
from portal.people import api_tokens, attempts, commands
from portal.transaction import unit_of_work

KEPT_DAYS = 30


def run(*, at: datetime, days: int = KEPT_DAYS) -> int:
    """One night's work; returns how many went; safe to repeat."""
    with unit_of_work() as session:
        attempts.forget(session, at=at)
        before = at - timedelta(days=days)
        return commands.forget_ended(session, before=before) + api_tokens.forget(session, before=before)


@jobs.tasks.periodic(cron="40 19 * * *")  # 02:40 in Viet Nam
@jobs.task("people.upkeep", queueing_lock="people.upkeep")
def upkeep(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    run(at=clock.now())
