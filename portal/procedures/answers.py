"""Answers as words: for a summary, a page or a paper."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from portal.procedures import coordinates
from portal.procedures.form import YES_NO, Field, Form
from portal.procedures.inputs import REASON
from portal.procedures.text import Text
from portal.procedures.typed import prefilled, raw_values

__all__ = ["answers_for_display", "display", "lines_of", "notation", "prefilled", "raw_values"]

AGREED = Text("Đã cam đoan", "Declared")
CORRECTED = Text("đã sửa so với dữ liệu có sẵn", "changed from what was on record")
WAS = Text("Có sẵn", "On record")
WHY = Text("Lý do sửa", "Reason for the change")
AREA = Text("Khu vực khoảng", "Area of about")
SQUARE_METRES = Text("m²", "m²")
Line = tuple[str, str]
Names = Mapping[str, str]
NO_NAMES: Names = MappingProxyType({})


def answers_for_display(
    form: Form, answers: Mapping[str, Any], lang: str, *, units: Names = NO_NAMES
) -> list[tuple[str, list[Line]]]:
    """(section title, [(label, words)]) for every answer that is there; `units` names agency codes.

    Answers of fields that the form does not know are left out: they belong to another revision.
    """
    shown = []
    for section in form.sections:
        lines = [line for field in section.fields for line in lines_of(field, answers, lang, units=units)]
        if lines:
            shown.append((section.title.in_(lang), lines))
    return shown


def lines_of(field: Field, answers: Mapping[str, Any], lang: str, *, units: Names = NO_NAMES) -> tuple[Line, ...]:
    """The field's answer under its label, if it is there, and behind it why it is not what was on record."""
    label = field.label.in_(lang)
    correction = answers.get(f"{field.key}-{REASON}")
    lines = [(label, display(field, answers[field.key], lang, units=units))] if field.key in answers else []
    if correction is not None:
        before = f"{WAS.in_(lang)}: {display(field, correction['was'], lang, units=units)}\n"
        words = f"{before}{WHY.in_(lang)}: {correction['reason']}"
        lines.append((f"{label} ({CORRECTED.in_(lang)})", words))
    return tuple(lines)


def display(field: Field, answer: Any, lang: str, *, units: Names = NO_NAMES) -> str:
    """One answer in words: days as 15/06/2020, numbers and money in Vietnamese notation, a table row by row."""
    if field.type == "unit":
        return units.get(answer, answer)
    return WORDS[field.type](field, answer, lang) if field.type in WORDS else str(answer)


def notation(number: int | str) -> str:
    """A whole number or a canonical decimal as it is written here: `1.250,5`."""
    whole, _point, fraction = str(number).partition(".")
    digits = f"{int(whole):,}".replace(",", ".")
    sign = "-" if whole == "-0" else ""
    return f"{sign}{digits},{fraction}" if fraction else digits


def _number(field: Field, answer: Any, lang: str) -> str:
    words = notation(str(answer))
    if field.type == "money" or field.money:
        return f"{words} đ"
    return f"{words} {field.suffix.in_(lang)}" if field.suffix else words


def _row(field: Field, row: Mapping[str, Any], lang: str) -> str:
    shown = ((column, row[column.key]) for column in field.columns if column.key in row)
    return "; ".join(f"{column.label.in_(lang)}: {display(column, answer, lang)}" for column, answer in shown)


def _map(geometry: Mapping[str, Any], lang: str) -> str:
    lines = "\n".join(coordinates.lines_of(geometry))
    if geometry["type"] == "Point":
        return lines
    return f"{AREA.in_(lang)} {notation(coordinates.square_metres(geometry))} {SQUARE_METRES.in_(lang)}\n{lines}"


def _table(field: Field, rows: Any, lang: str) -> str:
    return "\n".join(f"{number}. {_row(field, row, lang)}" for number, row in enumerate(rows, 1))


def _choices(field: Field, values: Any, lang: str) -> str:
    return "; ".join(_choice(field, value, lang) for value in values)


def _choice(field: Field, value: Any, lang: str) -> str:
    option = field.option(value)
    return option.label.in_(lang) if option else str(value)


def _day(_field: Field, day: Any, _lang: str) -> str:
    return "/".join(reversed(day.split("-")))


WORDS: Mapping[str, Callable[[Field, Any, str], str]] = {
    "integer": _number,
    "number": _number,
    "money": _number,
    "calculated": _number,
    "date": _day,
    "partial_date": _day,
    "one_of": _choice,
    "any_of": _choices,
    "yes_no": lambda _field, answer, lang: YES_NO["yes" if answer else "no"].in_(lang),
    "statement": lambda _field, _answer, lang: AGREED.in_(lang),
    "place": lambda _field, answer, _lang: str(answer["words"]),
    "table": _table,
    "map": lambda _field, answer, lang: _map(answer, lang),
}
