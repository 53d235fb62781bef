"""A due instant: counted, in one process, beside an instant brought to Viet Nam's clock and back."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median

from bench.act_rows import met
from portal.clock import LOCAL_ZONE
from portal.deadlines import Calendar, Term, current_calendar, due

TERMS = (
    Term(1, "same_day"),
    Term(3, "working_days"),
    Term(20, "working_days"),
    Term(30, "days"),
    Term(8, "hours"),
)
MOST_MICROSECONDS = 50.0
INSTANTS = tuple(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=997 * number) for number in range(500))


def show(*, rounds: int) -> None:
    """Terms of every kind from instants all over a year, in turn with the limit."""
    calendar = current_calendar()
    due(INSTANTS[0], TERMS[0], calendar)  # a process reads its calendar once
    counted: list[float] = []
    limits: list[float] = []
    for _round in range(rounds):
        counted.append(median(_microseconds(_counting(term, calendar)) for term in TERMS))
        limits.append(_microseconds(lambda at: at.astimezone(LOCAL_ZONE).replace(tzinfo=LOCAL_ZONE).astimezone(UTC)))
    ratios = sorted(figure / limit for figure, limit in zip(counted, limits, strict=True))
    slowest = max(_microseconds(_counting(term, calendar)) for term in TERMS)
    print(
        f"{'a due instant':26} {median(counted):.0f} microseconds (of the slowest kind of term {slowest:.0f}), "
        f"{median(ratios):.1f} times ({ratios[0]:.1f}-{ratios[-1]:.1f}) an instant to the local clock and back   "
        f"target {MOST_MICROSECONDS:.0f}  {met(slowest, MOST_MICROSECONDS)}",
        flush=True,
    )


def _counting(term: Term, calendar: Calendar) -> Callable[[datetime], object]:
    return lambda at: due(at, term, calendar)


def _microseconds(count: Callable[[datetime], object]) -> float:
    began = time.process_time()
    for at in INSTANTS:
        count(at)
    return (time.process_time() - began) / len(INSTANTS) * 1e6
