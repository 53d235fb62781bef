"""From grids to tables: which sheet is which, where its headings stand, and what is in its columns."""

import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.exchange import cells, layout
from portal.exchange.cells import Misfit
from portal.exchange.grids import Grid, Value
from portal.exchange.layout import Column, Sheet
from portal.exchange.problems import Problem, Severity, shortened
from portal.procedures.text import words

LOOKED_AT = 15  # headings stand among the first rows, under a title perhaps
LARGEST_NUMBER, LARGEST_SUM = 3650, 1_000_000_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """A column of a table: where it stands and what it is called there."""

    column: Column
    english: bool
    index: int
    heading: str

    @property
    def letter(self) -> str:
        letters, index = "", self.index + 1
        while index:
            index, rest = divmod(index - 1, 26)
            letters = string.ascii_uppercase[rest] + letters
        return letters


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says, by the column's key (`key.en` for English), each read as its column wants it."""

    sheet: str
    number: int
    values: dict[str, Any]
    places: dict[str, Place]

    def problem(
        self, key: str, code: str, *, about: str = "", value: object = "", severity: Severity = "error"
    ) -> Problem:
        place = self.places.get(key)
        heading, letter = (place.heading, place.letter) if place else ("", "")
        shown = shortened(value)
        return Problem(code, self.sheet, self.number, heading, letter, "", shown, about, severity)


@dataclass(slots=True)
class Table:
    """A sheet that was understood."""

    sheet: Sheet
    name: str
    rows: list[Row] = field(default_factory=list)


def read(grids: Iterable[Grid], problems: list[Problem]) -> dict[str, Table]:
    """The tables by key; what is not understood goes to `problems`. A lone sheet may have any name."""
    tables: dict[str, Table] = {}
    wanted = [grid for grid in grids if any(any(_filled(cell) for cell in row) for row in grid.rows)]
    for grid in wanted:
        sheet = _sheet_of(grid, alone=len(wanted) == 1)
        if sheet is None:
            problems.append(Problem("unknown_sheet", grid.name, severity="advice"))
        elif sheet.key in tables:
            problems.append(Problem("duplicate", grid.name, about=tables[sheet.key].name))
        else:
            tables[sheet.key] = _table(sheet, grid, problems)
    if layout.PROCEDURES.key not in tables:
        problems.append(Problem("no_sheet", layout.PROCEDURES.title))
    return tables


def _sheet_of(grid: Grid, *, alone: bool) -> Sheet | None:
    name = layout.folded(grid.name)
    for sheet in layout.SHEETS:
        if name in {layout.folded(title) for title in (sheet.title, *sheet.also)}:
            return sheet
    return layout.PROCEDURES if alone else None


def _filled(value: Value) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def _table(sheet: Sheet, grid: Grid, problems: list[Problem]) -> Table:
    table = Table(sheet, grid.name)
    found = _header(sheet, grid)
    if found is None:
        needed = "; ".join(column.heading for column in sheet.columns if column.required)
        problems.append(Problem("no_header", grid.name, about=needed))
        return table
    at, places = found
    problems += _header_problems(sheet, grid, at, places)
    above: Value = None
    code = places["code"].index
    for number, row in enumerate(grid.rows[at + 1 :], grid.first + at + 1):
        if not any(_filled(cell) for cell in row):
            continue
        cells_of_row = [*row, *([None] * (code + 1 - len(row)))]
        if sheet is not layout.PROCEDURES and not _filled(cells_of_row[code]):
            cells_of_row[code] = above  # merged over several rows, or left out because it is the same
        above = cells_of_row[code]
        table.rows.append(_row(grid, number, cells_of_row, places, problems))
    return table


def _header(sheet: Sheet, grid: Grid) -> tuple[int, dict[str, Place]] | None:
    """The row that knows most of the headings, the code among them."""
    known = sheet.known()
    best: tuple[int, dict[str, Place]] | None = None
    for at, row in enumerate(grid.rows[:LOOKED_AT]):
        places: dict[str, Place] = {}
        for index, cell in enumerate(row):
            found = known.get(layout.folded(_heading(cell)))
            if found:
                key = f"{found[0].key}.en" if found[1] else found[0].key
                places.setdefault(key, Place(*found, index, _heading(cell)))
        if "code" in places and len(places) > 1 and (best is None or len(places) > len(best[1])):
            best = at, places
    return best


def _heading(cell: Value) -> str:
    return " ".join(str(cell).split())[:200] if isinstance(cell, str) else ""


def _header_problems(sheet: Sheet, grid: Grid, at: int, places: dict[str, Place]) -> Iterator[Problem]:
    number = grid.first + at
    for column in sheet.columns:
        if column.required and column.key not in places:
            yield Problem("missing", grid.name, number, column.heading)
    taken = {place.index for place in places.values()}
    known = sheet.known()
    for index, cell in enumerate(grid.rows[at]):
        heading = _heading(cell)
        if index not in taken and words(heading) and layout.folded(heading) not in {"stt", "tt"}:
            twice = layout.folded(heading) in known
            letter = Place(sheet.columns[0], False, index, heading).letter
            code = "duplicate" if twice else "unknown_column"
            yield Problem(code, grid.name, number, heading, letter, severity="error" if twice else "advice")


def _row(grid: Grid, number: int, row: Sequence[Value], places: dict[str, Place], problems: list[Problem]) -> Row:
    found = Row(grid.name, number, {}, places)
    for key, place in places.items():
        value = row[place.index] if place.index < len(row) else None
        try:
            if _filled(value):
                found.values[key] = _read(place, value)
            elif place.column.required and not place.english:
                problems.append(found.problem(key, "missing"))
        except Misfit as misfit:
            problems.append(found.problem(key, misfit.code, about=misfit.about, value="" if value is None else value))
    return found


def _read(place: Place, value: Value) -> Any:
    return READERS[place.column.kind](value, place.column.key)


def _agencies(value: Value, _name: str) -> list[str]:
    return [part.upper() for part in cells.parts(value)]


def _choices(value: Value, name: str) -> list[str]:
    if name == "received_by":
        return _agencies(value, name)
    return list(dict.fromkeys(cells.choice(part, name) for part in cells.parts(value)))


READERS: dict[str, Callable[[Value, str], Any]] = {
    "code": lambda value, _name: cells.code(value),
    "codes": lambda value, _name: [cells.code(part) for part in cells.parts(value)],
    "text": lambda value, _name: cells.text(value),
    "plain": lambda value, _name: cells.text(value),
    "words": lambda value, _name: cells.parts(value),
    "choice": cells.choice,
    "choices": _choices,
    "number": lambda value, name: cells.number(value, most=99 if name in ("originals", "copies") else LARGEST_NUMBER),
    "money": lambda value, _name: cells.number(value, most=LARGEST_SUM),
    "day": lambda value, _name: cells.day(value),
    "yes_no": lambda value, _name: cells.yes_no(value),
}
