"""What is shown, from what was added up: each figure's definition in one place. Pure. docs/statistics.md has the law.

Three sums make a figure: of all days before the period, of its days, and of its last day alone where that is today.
Whether a dossier that is due today is late can only be told when the day is over, so on a day that is not over yet
what is past term is told as it was when the day began.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import NamedTuple

from portal.statistics.facts import Facts, amounts
from portal.statistics.periods import FIRST_DAY, ONE_DAY, Period, Stretch, cover

BEFORE, DURING, TODAY = 0, 1, 2
CHANNELS = ("online", "counter", "post")
OPENING_TODAY = frozenset({"overdue_in", "overdue_extended_in"})  # not counted on a day that is not over


class Ratio(NamedTuple):
    """Never a number where there is nothing to divide by."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some units and procedures in one period; every one a count of dossiers but for the minutes."""

    filed: int = 0
    carried: int = 0  # received before the period and not ended before it
    online: int = 0  # received in the period, filed on this portal or on the national one
    national: int = 0  # of these, on the national one
    counter: int = 0
    post: int = 0
    not_received: int = 0
    withdrawn_early: int = 0  # before receipt
    early: int = 0
    on_time: int = 0
    late: int = 0
    undated: int = 0
    refused: int = 0
    withdrawn: int = 0  # after receipt
    ended: int = 0
    returned: int = 0
    in_term: int = 0  # on the last day: in progress, not past its term
    overdue: int = 0
    paused: int = 0
    waiting: int = 0  # on the last day: filed, neither received nor ended
    late_extended: int = 0
    kept_extended: int = 0
    extended: int = 0
    extended_after_due: int = 0
    overdue_extended: int = 0
    timed: int = 0
    minutes_taken: int = 0
    minutes_allowed: int = 0

    @property
    def received(self) -> int:
        return self.online + self.counter + self.post

    @property
    def handled(self) -> int:
        """All that the unit had to deal with."""
        return self.carried + self.received

    @property
    def resolved(self) -> int:
        return self.early + self.on_time + self.late + self.undated

    @property
    def in_progress(self) -> int:
        return self.in_term + self.overdue

    @property
    def late_plain(self) -> int:
        """Resolved late, and the term was never extended."""
        return self.late - self.late_extended

    @property
    def overdue_plain(self) -> int:
        return self.overdue - self.overdue_extended

    @property
    def on_time_rate(self) -> Ratio:
        """Of those resolved that had a due instant, the ones not after it."""
        return Ratio(self.early + self.on_time, self.early + self.on_time + self.late)

    @property
    def online_rate(self) -> Ratio:
        return Ratio(self.online, self.received)

    @property
    def time_rate(self) -> Ratio:
        """Time taken against time allowed, of those resolved that had a due instant."""
        return Ratio(self.minutes_taken, self.minutes_allowed)


Sums = Mapping[int, Mapping[str, int]]
"""The sums of columns by part: `BEFORE`, `DURING`, `TODAY` (in which alone what opens today lies)."""


def parts(period: Period, *, today: date) -> list[tuple[int, Stretch]]:
    """Which cells add up to which part; nothing of it lies after today."""
    last = min(period.last, today)
    closed = min(last, today - ONE_DAY)  # the last day that is over
    before = cover(FIRST_DAY, min(period.first - ONE_DAY, last))
    during = cover(period.first, closed)
    of_today = cover(max(period.first, today), last)
    return [(part, s) for part, all_of in enumerate((before, during, of_today)) for s in all_of]


def part_of(on: date, period: Period, *, today: date) -> int | None:
    """The part in which that day lies; None where it counts for nothing."""
    if on > min(period.last, today):
        return None
    if on < period.first:
        return BEFORE
    return DURING if on < today else TODAY


def of(sums: Sums) -> Figures:
    """The figures that these sums make."""
    before, during, today = (Counter(sums.get(part, {})) for part in (BEFORE, DURING, TODAY))
    flow = Counter(during)
    flow.update({name: n for name, n in today.items() if name not in OPENING_TODAY})
    total = Counter(before)
    total.update(flow)

    def received(counter: Mapping[str, int]) -> int:
        return sum(counter[f"received_{name}"] for name in ("online", "national", "counter", "post"))

    def standing(name: str) -> int:
        return total[f"{name}_in"] - total[f"{name}_out"]

    overdue, paused = standing("overdue"), standing("paused")
    return Figures(
        carried=received(before) - before["ended"],
        online=flow["received_online"] + flow["received_national"],
        national=flow["received_national"],
        counter=flow["received_counter"],
        post=flow["received_post"],
        in_term=received(total) - total["ended"] - paused - overdue,
        overdue=overdue,
        paused=paused,
        waiting=total["filed"] - total["waiting_out"],
        overdue_extended=standing("overdue_extended"),
        **{name: flow[name] for name in PLAIN},
    )


def add(figures: Iterable[Figures]) -> Figures:
    """The figures of several selections that have no dossier in common."""
    totals = dict.fromkeys(COUNTED, 0)
    for one in figures:
        for name in COUNTED:
            totals[name] += getattr(one, name)
    return Figures(**totals)


def cells(found: Figures) -> tuple[int, ...]:
    """Every figure, in the order of `NAMES`."""
    return tuple(getattr(found, name) for name in NAMES)


def sums_of(facts: Iterable[Facts], period: Period, *, today: date) -> dict[int, Counter[str]]:
    """The sums straight from facts, without cells: how an outsider counts."""
    sums: dict[int, Counter[str]] = {part: Counter() for part in (BEFORE, DURING, TODAY)}
    for one in facts:
        for on, column, amount in amounts(one):
            part = part_of(on, period, today=today)
            if part is not None:
                sums[part][column] += amount
    return sums


PLAIN = (
    "filed",
    "not_received",
    "withdrawn_early",
    "early",
    "on_time",
    "late",
    "undated",
    "refused",
    "withdrawn",
    "ended",
    "returned",
    "late_extended",
    "kept_extended",
    "extended",
    "extended_after_due",
    "timed",
    "minutes_taken",
    "minutes_allowed",
)
"""The figures that are a column's sum over the period."""
COUNTED = tuple(field.name for field in fields(Figures))
NAMES = (*COUNTED, "received", "handled", "resolved", "in_progress", "late_plain", "overdue_plain")
"""Every figure that is a number of its own, by its name in files."""
