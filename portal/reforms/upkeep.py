"""Carrying orders out: a job for each order, and another look every five minutes at those that are not done."""

from collections.abc import Callable
from datetime import date, datetime

from portal import clock, jobs
from portal.reforms import commands, queries
from portal.transaction import unit_of_work

ROUNDS = 3
"""A dossier that an officer acts on in the same moment is left for the next round, and then for the next look."""


class _Installed:
    register_day: Callable[[datetime], date] = staticmethod(clock.local_day)


def install(units_on: date | None) -> None:
    """The day as of which the register of units is read, where it is not today."""
    if units_on is not None:
        _Installed.register_day = staticmethod(lambda _at: units_on)


def carry_out(order_id: int) -> None:
    """A few rounds; the last finds nothing, and the order is done. Safe to repeat, and to run twice at once."""
    for _ in range(ROUNDS):
        if not _round(order_id):
            return


def _round(order_id: int) -> bool:
    """Whether there was something to hand over."""
    after = 0
    while True:
        at = clock.now()
        with unit_of_work() as session:
            following = commands.carry_on(session, order_id, after=after, at=at, on=_Installed.register_day(at))
        if following is None:
            return after > 0
        after = following


def run() -> None:
    with unit_of_work() as session:
        waiting = queries.unfinished(session)
    for order_id in waiting:
        carry_out(order_id)


@jobs.task(commands.JOB)
def hand_over(order_id: int) -> None:
    """The job that an order leaves behind."""
    carry_out(order_id)


@jobs.tasks.periodic(cron="*/5 * * * *")
@jobs.task("reforms.look_again", queueing_lock="reforms.look_again")
def look_again(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    run()
