"""Repeating rows: a cell is a field of its own, so that reading, words and pages treat it as any other.

Rows come in by number, `goods-0-name`, `goods-1-name`; a row in which nothing was typed is none. A row is added or
taken out by a button that sends the whole page, so that it works without scripts and nothing typed is lost.
"""

from collections.abc import Mapping
from dataclasses import replace

from portal.procedures import inputs
from portal.procedures.form import Field
from portal.procedures.inputs import ROW

Raw = Mapping[str, list[str]]


def row(field: Field, number: int) -> tuple[Field, ...]:
    """The fields of that row, under the names that its inputs have."""
    return tuple(replace(column, key=f"{field.key}-{number}-{column.key}") for column in field.columns)


def rows_sent(field: Field, raw: Raw) -> int:
    """How many rows the inputs speak of, empty ones among them."""
    numbers = (_number(field, name) for name in raw)
    return max((number + 1 for number in numbers if number is not None), default=0)


def rows_shown(field: Field, raw: Raw) -> int:
    """How many rows the page has: those sent, those that must be, one at least."""
    return min(max(rows_sent(field, raw), field.min_rows, 1), field.max_rows)


def page_rows(field: Field, raw: Raw) -> list[tuple[Field, ...]]:
    """The rows of the table's page, each the fields of its cells."""
    return [row(field, number) for number in range(rows_shown(field, raw))]


def is_empty(field: Field, number: int, raw: Raw) -> bool:
    """Whether nothing was typed in that row."""
    names = (name for cell in row(field, number) for name in inputs.names(cell))
    return not any(value.strip() for name in names for value in raw.get(name, ()))


def with_row(field: Field, raw: Raw) -> dict[str, list[str]]:
    """One empty row more, as far as the table takes it."""
    count = rows_shown(field, raw)
    added = row(field, count) if count < field.max_rows else ()
    return {**raw, **{name: [""] for cell in added for name in inputs.names(cell)}}


def without_row(field: Field, raw: Raw, number: int) -> dict[str, list[str]]:
    """The same without that row; those behind it move up."""
    kept: dict[str, list[str]] = {}
    for name, values in raw.items():
        found = _number(field, name)
        if found is None or found < number:
            kept[name] = values
        elif found > number:
            kept[name.replace(f"{field.key}-{found}-", f"{field.key}-{found - 1}-", 1)] = values
    return kept


def _number(field: Field, name: str) -> int | None:
    key, _hyphen, rest = name.partition("-")
    found = ROW.fullmatch(rest) if key == field.key else None
    return int(found[1]) if found and int(found[1]) < field.max_rows else None
