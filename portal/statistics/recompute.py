"""Anybody's figures: `python -m portal.statistics.recompute <folder or address> [--from DAY] [--to DAY]`.

Reads the checkpoint and every entry bundle, holds the entries to the checkpoint's root, folds them, and prints the
figures of each unit, each procedure, and all together as CSV. Standard library alone: no web, no database.
Exit 0: done; 1: the entries are not those of the checkpoint; 2: could not be read.
"""

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from portal import clock
from portal.statistics import figures, sources
from portal.statistics.counting import Record
from portal.statistics.facts import Facts
from portal.statistics.figures import Figures
from portal.statistics.periods import Period
from portal.statistics.reading import Unreadable

COLUMNS = ("unit", "procedure", "from", "to", *figures.NAMES)

Line = tuple[str, str, Figures]


def main(arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    get = sources.of(asked.place)
    record = Record()
    try:
        head = sources.checkpoint(get)
        record.take(_first(sources.entries(get, head, seen=_progress(head.size)), asked.size))
    except (sources.Unsound, Unreadable) as error:
        sys.stderr.write(f"Not sound: {error}\n")
        return 1
    except sources.Unreachable as error:
        sys.stderr.write(f"Could not be read: {error}\n")
        return 2
    today = asked.today or clock.local_day(clock.now())
    period = Period(asked.first or date(today.year, 1, 1), asked.last or today)
    _write(record, period, today)
    sys.stderr.write(f"{head.origin}: {record.size} entries, {len(record.dossiers)} dossiers\n")
    return 0


def lines(record: Record, period: Period, *, today: date) -> Iterator[Line]:
    """All together, then each unit, then each procedure; empty: all of them."""
    of_unit: dict[str, list[Facts]] = defaultdict(list)
    of_procedure: dict[str, list[Facts]] = defaultdict(list)
    for facts in record.dossiers.values():
        of_unit[facts.unit].append(facts)
        of_procedure[facts.procedure].append(facts)

    def count(dossiers: Sequence[Facts]) -> Figures:
        return figures.of(figures.sums_of(dossiers, period, today=today))

    yield "", "", count(list(record.dossiers.values()))
    for unit, dossiers in sorted(of_unit.items()):
        yield unit, "", count(dossiers)
    for procedure, dossiers in sorted(of_procedure.items()):
        yield "", procedure, count(dossiers)


def _first(entries: Iterator[bytes], size: int | None) -> Iterator[bytes]:
    """The first so many entries; the others are read all the same, to hold them to the checkpoint."""
    for position, data in enumerate(entries):
        if size is None or position < size:
            yield data


def _write(record: Record, period: Period, today: date) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)
    for unit, procedure, found in lines(record, period, today=today):
        writer.writerow([unit, procedure, period.first, period.last, *figures.cells(found)])


def _progress(size: int) -> Callable[[int], None]:
    def seen(count: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{count} / {size}" + ("\n" if count == size else ""))

    return seen


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m portal.statistics.recompute", description=__doc__)
    parser.add_argument("place", help="a folder with checkpoint and tile/entries/..., or the portal's address")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="default: 1 January")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="default: today")
    parser.add_argument("--today", type=date.fromisoformat, metavar="DAY", help="as if it were that day")
    parser.add_argument("--size", type=int, metavar="N", help="count the first N entries alone, as a page did")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
