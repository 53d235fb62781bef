"""The register of units as files: read and checked without a database.

One line of a file is one fact. `unit` names the unit: it is the first agency code the unit ever bore, so it
stays the same when the unit is renamed, moved or given another code; `parent`, `old` and `new` are such names.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from portal.errors import Invalid

FACT_FILES = ("authorities.csv", "districts.csv", "communes.csv")
SUCCESSION_FILE = "successions.csv"
FACT_COLUMNS = [
    "unit",
    "code",
    "agency_code",
    "name",
    "name_en",
    "kind",
    "level",
    "parent",
    "valid_from",
    "valid_to",
    "source",
]
SUCCESSION_COLUMNS = ["old", "new", "share", "on", "decision"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where (`communes.csv:12`), a stable code, and what the message needs."""

    where: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        details = ", ".join(f"{name} {value}" for name, value in self.facts.items())
        return f"{self.where}: {self.code}" + (f" ({details})" if details else "")


@dataclass(frozen=True, slots=True)
class Fact:
    """What a unit was from `valid_from` up to, not including, `valid_to`."""

    unit: str
    code: str | None
    agency_code: str
    name: str
    name_en: str
    kind: str
    level: str
    parent: str | None
    valid_from: date
    valid_to: date | None
    source: str
    where: str = field(default="database", compare=False)

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Succession:
    """From `on`, `new` does what `old` did; `share` 1 where it took over the whole, None where unknown."""

    old: str
    new: str
    share: Decimal | None
    on: date
    decision: str
    where: str = field(default="database", compare=False)


@dataclass(frozen=True, slots=True)
class Register:
    facts: tuple[Fact, ...]
    successions: tuple[Succession, ...]


def packaged() -> Path:
    """The folder of files that comes with the portal."""
    return Path(__file__).parent / "data"


def read(folder: Path) -> Register:
    """The lines of the files, each well formed by itself; raises Invalid with every Problem."""
    problems: list[Problem] = []
    facts = [
        fact
        for name in FACT_FILES
        for line in _lines(folder / name, FACT_COLUMNS, problems)
        if (fact := _fact(line, problems))
    ]
    successions = [
        found
        for line in _lines(folder / SUCCESSION_FILE, SUCCESSION_COLUMNS, problems)
        if (found := _succession(line, problems))
    ]
    if problems:
        raise Invalid(*problems, code="units_unreadable")
    return Register(tuple(facts), tuple(successions))


@dataclass(frozen=True, slots=True)
class _Line:
    where: str
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        return self.cells[column]

    def optional(self, column: str) -> str | None:
        return self.cells[column] or None


def _lines(path: Path, columns: list[str], problems: list[Problem]) -> Iterator[_Line]:
    if not path.exists():
        problems.append(Problem(f"{path.name}:1", "no_such_file"))
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            if next(reader, []) != columns:
                problems.append(Problem(f"{path.name}:1", "wrong_columns", {"expected": " ".join(columns)}))
                return
            for row in reader:
                line = _Line(f"{path.name}:{reader.line_num}", dict(zip(columns, row, strict=False)))
                if len(row) != len(columns):
                    problems.append(Problem(line.where, "wrong_number_of_cells"))
                elif not unicodedata.is_normalized("NFC", "".join(row)):
                    problems.append(Problem(line.where, "not_nfc"))
                else:
                    yield line
        except csv.Error as error:
            problems.append(Problem(f"{path.name}:{reader.line_num}", "not_csv", {"reason": error}))


def _fact(line: _Line, problems: list[Problem]) -> Fact | None:
    missing = [name for name in ("unit", "agency_code", "name", "name_en", "source") if not line.text(name)]
    if missing:
        problems.append(Problem(line.where, "missing", {"column": missing[0]}))
        return None
    begins, ends = _day(line, "valid_from", problems), _day(line, "valid_to", problems, optional=True)
    if begins is None:
        return None
    return Fact(
        unit=line.text("unit"),
        code=line.optional("code"),
        agency_code=line.text("agency_code"),
        name=line.text("name"),
        name_en=line.text("name_en"),
        kind=line.text("kind"),
        level=line.text("level"),
        parent=line.optional("parent"),
        valid_from=begins,
        valid_to=ends,
        source=line.text("source"),
        where=line.where,
    )


def _succession(line: _Line, problems: list[Problem]) -> Succession | None:
    on = _day(line, "on", problems)
    try:
        share = Decimal(line.text("share")) if line.text("share") else None
    except InvalidOperation:
        problems.append(Problem(line.where, "not_a_number", {"column": "share"}))
        return None
    if on is None:
        return None
    return Succession(line.text("old"), line.text("new"), share, on, line.text("decision"), line.where)


def _day(line: _Line, column: str, problems: list[Problem], *, optional: bool = False) -> date | None:
    value = line.text(column)
    if optional and not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        problems.append(Problem(line.where, "not_a_day", {"column": column}))
        return None


def by_unit(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """Each unit's facts in order of time."""
    grouped: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: fact.valid_from):
        grouped.setdefault(fact.unit, []).append(fact)
    return grouped
