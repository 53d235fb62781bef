"""The answers' schema applied in full, with the keywords that other validators pass over."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from portal.procedures import expressions
from portal.procedures.answers_schema import answer_schema, answers_schema
from portal.procedures.conditions import COMPARISONS, Test
from portal.procedures.form import Field, Form, is_asked
from portal.procedures.formats import Refusal
from portal.procedures.readers import Day, read_field
from portal.procedures.typed import inputs_of

Errors = Iterator[ValidationError]
Validator: TypeAlias = Any  # jsonschema makes its classes as it runs

_TYPES = Draft202012Validator.TYPE_CHECKER.redefine(
    "integer", lambda _checker, value: isinstance(value, int) and not isinstance(value, bool)
)
"""1.0 is a whole number to JSON Schema, but no page gives it."""
_SHAPES = extend(Draft202012Validator, type_checker=_TYPES)  # type: ignore[no-untyped-call]


def validator(form: Form, day: Day) -> Validator:
    """Takes exactly the answers that the form's page gives on that day."""
    fields = {field.key: field for field in form.fields}
    cells = {f"{field.key}.{column.key}": column for field in form.fields for column in field.columns}

    def answer(_validator: Validator, name: str, value: Any, _schema: Any) -> Errors:
        if not holds({**fields, **cells}[name], value, day):
            yield ValidationError(f"is no answer to '{name}'")

    def calculated(_validator: Validator, keys: list[str], answers: Any, _schema: Any) -> Errors:
        for key in keys:
            if isinstance(answers, dict) and not _adds_up(fields[key], answers):
                yield ValidationError(f"'{key}' does not add up")

    words = {"x-answer": answer, "x-calculated": calculated, "x-test": _test, "x-allOf": _all_of}
    made = extend(Draft202012Validator, words, type_checker=_TYPES)  # type: ignore[no-untyped-call]
    return made(answers_schema(form))


def holds(field: Field, value: Any, day: Day) -> bool:
    """Whether the value is what the field's reader gives for some input."""
    shape = {word: said for word, said in answer_schema(field, "").items() if word != "x-answer"}
    if not _SHAPES(shape).is_valid(value):
        return False
    if field.type == "calculated":
        return True  # see x-calculated
    try:
        return bool(read_field(field, inputs_of(field, value), day, required=False) == value)
    except (Refusal, ValueError):
        return False


def _adds_up(field: Field, answers: Mapping[str, Any]) -> bool:
    if field.value is None or not is_asked(field, answers):
        return field.key not in answers
    try:
        found = expressions.value(field.value, answers, decimals=field.decimals)
    except (expressions.TooLarge, ArithmeticError, TypeError, ValueError):
        return False
    return found == answers.get(field.key)


def _test(_validator: Validator, test: dict[str, str], value: Any, _schema: Any) -> Errors:
    ((kind, bound),) = test.items()
    if kind not in COMPARISONS or not Test("it", kind, frozenset((bound,))).holds({"it": value}):
        yield ValidationError(f"is not {kind} {bound}")


def _all_of(validator: Validator, rules: list[Any], value: Any, _schema: Any) -> Errors:
    for rule in rules:
        yield from validator.descend(value, rule)
