"""Answers on their way back into the form: as the inputs that gave them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from portal.procedures import coordinates, tables
from portal.procedures.areas import ELSEWHERE
from portal.procedures.form import Field, Form, asked
from portal.procedures.inputs import DATE_PARTS, REASON, STREET

Inputs = dict[str, list[str]]
NOTHING: Mapping[str, Any] = MappingProxyType({})


def raw_values(form: Form, answers: Mapping[str, Any]) -> Inputs:
    """Kept answers as the inputs that gave them, to fill the form again; reading them gives the same answers."""
    raw: Inputs = {}
    for field in form.fields:
        if field.key in answers:
            raw |= inputs_of(field, answers[field.key])
        correction = answers.get(f"{field.key}-{REASON}")
        if correction is not None:
            raw[f"{field.key}-{REASON}"] = [correction["reason"]]
    return raw


def prefilled(form: Form, known: Mapping[str, Any], *, answers: Mapping[str, Any] = NOTHING) -> Inputs:
    """Inputs filled with what is known beforehand, by field key, of the fields that `answers` call for."""
    raw: Inputs = {}
    for field in asked(form, answers):
        if field.key in known:
            raw |= inputs_of(field, known[field.key])
    return raw


def inputs_of(field: Field, answer: Any) -> Inputs:
    """The inputs that give this answer."""
    if field.type == "calculated":
        return {}
    if field.type in ("date", "partial_date"):
        parts = [*reversed(str(answer).split("-"))]
        padded = [""] * (3 - len(parts)) + parts
        return {f"{field.key}-{name}": [part] for name, part in zip(DATE_PARTS, padded, strict=True)}
    if field.type == "table":
        cells: Inputs = {}
        for number, row in enumerate(answer):
            for column, cell in zip(field.columns, tables.row(field, number), strict=True):
                cells |= inputs_of(cell, row[column.key]) if column.key in row else {}
        return cells
    if field.type == "map":
        return {field.key: ["\n".join(coordinates.lines_of(answer))]}
    if field.type == "place":
        return {field.key: [answer.get("commune", ELSEWHERE)], f"{field.key}-{STREET}": [answer["street"]]}
    return {field.key: _one(field, answer)}


def _one(field: Field, answer: Any) -> list[str]:
    if isinstance(answer, bool):
        return ["yes" if answer else "no"]
    if isinstance(answer, list):
        return list(answer)
    if isinstance(answer, int):
        return [f"{answer:,}".replace(",", ".")]
    return [answer.replace(".", ",") if field.type == "number" else answer]
