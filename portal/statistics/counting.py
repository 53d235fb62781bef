"""From entries to facts, and from facts to cells that any period, unit and procedure add up from. Pure.

A cell is one day, month or year of one unit and one procedure. Beside the cells of a unit and a procedure there are
those of a unit with all its procedures (`procedure` empty) and of a procedure at all units (`unit` is `*`), so that
no page adds up more than it must. Entries that are sealed show their day and nothing else: they are counted by day
alone, in cells without unit and procedure.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from sys import intern
from typing import NamedTuple

from portal.ledger.tree import leaf_hash
from portal.statistics import facts as one
from portal.statistics.facts import Facts
from portal.statistics.reading import Seen, read

DAY, MONTH, YEAR = "d", "m", "y"
EVERY_UNIT = "*"
EVERY_PROCEDURE = ""
NOBODY = ""


class Key(NamedTuple):
    """Which cell: `span` is `d`, `m` or `y`, `begins` its first day."""

    span: str
    begins: date
    unit: str
    procedure: str


Cells = dict[Key, Counter[str]]


class Record:
    """Dossiers by reference, and how many sealed entries each day has: all that entries say, folded in their order."""

    def __init__(self, known: dict[str, Facts] | None = None) -> None:
        self.dossiers: dict[str, Facts] = known if known is not None else {}
        self.sealed: Counter[date] = Counter()
        self.size = 0

    def take(self, entries: Iterable[bytes]) -> None:
        """Fold the next entries of the log. Raises `Unreadable` for bytes that no log of ours holds."""
        for data in entries:
            self.size += 1
            seen = read(data)
            if isinstance(seen, Seen):
                self._follow(seen, leaf_hash(data))
            elif seen is not None:
                self.sealed[seen] += 1

    def _follow(self, seen: Seen, leaf: bytes) -> None:
        found = self.dossiers.get(seen.reference)
        if found is None:
            if seen.n == 0:
                shared = seen._replace(unit=intern(seen.unit), procedure=intern(seen.procedure))
                self.dossiers[seen.reference] = one.begin(shared, leaf)
        elif found.continues(seen):
            found.apply(seen, leaf)


def references(entries: Iterable[bytes]) -> set[str]:
    """The dossiers that these entries speak of."""
    found = map(read, entries)
    return {seen.reference for seen in found if isinstance(seen, Seen)}


def add(cells: Cells, facts: Facts, sign: int = 1) -> None:
    """Add what the dossier adds, or take it away."""
    by_span: dict[tuple[str, date], dict[str, int]] = {}
    for on, column, amount in one.amounts(facts):
        for beginning in beginnings(on):
            found = by_span.setdefault(beginning, {})
            found[column] = found.get(column, 0) + sign * amount
    for (span, begins), amounts in by_span.items():
        _add(cells, Key(span, begins, facts.unit, facts.procedure), amounts)
        _add(cells, Key(span, begins, facts.unit, EVERY_PROCEDURE), amounts)
        _add(cells, Key(span, begins, EVERY_UNIT, facts.procedure), amounts)


def add_sealed(cells: Cells, sealed: Counter[date]) -> None:
    for on, count in sealed.items():
        for span, begins in beginnings(on):
            _add(cells, Key(span, begins, NOBODY, EVERY_PROCEDURE), {"sealed": count})


def without_nothing(cells: Cells) -> Cells:
    """The cells that hold any figure but zero."""
    return {key: found for key, counter in cells.items() if (found := Counter({c: n for c, n in counter.items() if n}))}


def beginnings(on: date) -> tuple[tuple[str, date], ...]:
    """The day, the month and the year that a day lies in, each by its first day."""
    return (DAY, on), (MONTH, on.replace(day=1)), (YEAR, on.replace(month=1, day=1))


def _add(cells: Cells, key: Key, amounts: dict[str, int]) -> None:
    counter = cells.get(key)
    if counter is None:
        counter = cells[key] = Counter()
    for column, amount in amounts.items():
        counter[column] += amount
