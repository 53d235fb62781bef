"""Answers as somebody might give them, for seeing a template before there is a dossier. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from portal.procedures.answers import display
from portal.procedures.form import Field, Form
from portal.result_templates.marks import ANSWER, UNPRINTABLE

MOST = 60  # of a label that stands for an answer

ANSWERS: Mapping[str, Callable[[Field], Any]] = {
    "integer": lambda field: field.minimum if field.minimum is not None else 3,
    "number": lambda _field: "12.5",
    "money": lambda _field: 1_250_000,
    "calculated": lambda _field: 1_250_000,
    "date": lambda _field: "2020-06-15",
    "partial_date": lambda field: {"year": "1990", "month": "1990-05"}.get(field.precision, "1990-05-20"),
    "one_of": lambda field: field.options[0].value if field.options else "",
    "any_of": lambda field: [option.value for option in field.options[:2]],
    "yes_no": lambda _field: True,
    "statement": lambda _field: True,
    "national_id": lambda _field: "077155000123",
    "tax_code": lambda _field: "3500000001",
    "phone": lambda _field: "0900000000",
    "email": lambda _field: "mau@example.vn",
    "table": lambda field: [{one.key: _answer(one) for one in field.columns if one.type not in UNPRINTABLE}],
    "place": lambda field: {"words": _in_brackets(field)},
}


def of_form(form: Form, lang: str) -> dict[str, str]:
    """A value for the mark of each answer that can be printed."""
    printable = (field for field in form.fields if field.type not in UNPRINTABLE)
    return {ANSWER + field.key: display(field, _answer(field), lang) for field in printable}


def _answer(field: Field) -> Any:
    make = ANSWERS.get(field.type)
    return _in_brackets(field) if make is None else make(field)


def _in_brackets(field: Field) -> str:
    return f"[{field.label.vi[:MOST]}]"
