"""Due instants worked out by hand, read from two tables: `terms.txt` and `pauses.txt`."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

FORM = "%Y-%m-%d %a %H:%M"


def _rows(name: str) -> Iterator[list[str]]:
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]


def _instant(cell: str) -> str:
    """The cell's wall-clock time; its weekday must be that of its day."""
    found = datetime.strptime(cell, FORM)  # noqa: DTZ007 - the wall clock of the office
    if found.strftime(FORM) != cell:
        raise ValueError(f"{cell} is another weekday")
    return found.strftime("%Y-%m-%dT%H:%M")


def _case(at: str, term: str, due: str, why: str) -> tuple[str, int, str, str, str]:
    number, unit = term.split()
    return _instant(at), int(number), unit, _instant(due), why


def _pause(due: str, asked: str, given: str, after: str, why: str) -> tuple[str, str, str, str, str]:
    return _instant(due), _instant(asked), _instant(given), _instant(after), why


# received, number, unit, due (wall clock in Viet Nam), and what it shows
CASES = tuple(_case(*row) for row in _rows("terms.txt"))
# due, paused, resumed, due afterwards, and what it shows
PAUSES = tuple(_pause(*row) for row in _rows("pauses.txt"))
