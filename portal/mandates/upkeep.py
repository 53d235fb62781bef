"""What is done every night: both sides of a mandate that ran out get their letter. That it ran out, the day says."""

from datetime import datetime

from portal import clock, jobs
from portal.mandates import commands
from portal.transaction import unit_of_work


def run(*, at: datetime) -> int:
    """One night's work; how many mandates ran out; safe to repeat."""
    with unit_of_work() as session:
        return commands.tell_of_expired(session, at=at)


@jobs.tasks.periodic(cron="10 18 * * *")  # 01:10 in Viet Nam
@jobs.task("mandates.upkeep", queueing_lock="mandates.upkeep")
def upkeep(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    run(at=clock.now())
