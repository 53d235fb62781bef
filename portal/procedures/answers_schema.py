"""The JSON Schema (2020-12) of the answers that a form keeps: what programs may count on in a dossier's answers.

What the standard's own words can say is said in them: types, members, options, limits of whole numbers, which
answers call for which. The rest has keywords that other validators pass over: `x-answer` names the field whose reader
has the last word (a clean text, a day within its limits, an area that does not cross itself), `x-test` compares a day
or a decimal, `x-allOf` holds the rules that hang on such a test, `x-calculated` the fields that must add up. So any
validator takes every answer that the portal takes; `answers_checking` knows these too and takes no other.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from portal.procedures import patterns
from portal.procedures.areas import LEVELS
from portal.procedures.conditions import COMPARISONS, AllOf, AnyOf, Condition, Test, leaves
from portal.procedures.form import Field, Form
from portal.procedures.inputs import REASON
from portal.procedures.reading import LONGEST_REASON

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DECIMAL = r"^-?(0|[1-9][0-9]{0,15})(\.[0-9]{0,5}[1-9])?$"
ISO_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
PARTIAL_DAY = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
LARGEST = 10**15
CODE_POINTS = 8  # of one character as a person counts them, at most
WHOLE = ("integer", "money")
COMPLETE = ("integer", "money", "yes_no", "statement", "one_of", "any_of", "table")  # nothing left to say of them
Schema = dict[str, Any]
Fields = dict[str, Field]


def answers_schema(form: Form) -> Schema:
    """The schema of the object in which a dossier keeps the answers to this form."""
    fields = {field.key: field for field in form.fields if field.type != "file"}
    corrections = {f"{key}-{REASON}": _correction(field) for key, field in fields.items() if field.with_reason}
    rules = [(_standard(when, fields), rule) for field in fields.values() for when, rule in _rules(field, fields)]
    lists = {
        "allOf": [rule for standard, rule in rules if standard],
        "x-allOf": [rule for standard, rule in rules if not standard],
        "x-calculated": [key for key, field in fields.items() if field.type == "calculated"],
    }
    return {
        "$schema": DIALECT,
        "type": "object",
        "additionalProperties": False,
        "properties": {key: answer_schema(field, key) for key, field in fields.items()} | corrections,
        "required": [key for key, field in fields.items() if field.required and field.show_if is None],
        **{word: items for word, items in lists.items() if items},
    }


def answer_schema(field: Field, name: str) -> Schema:
    """Of one answer. `name` is what `x-answer` calls its field: a key, or `table.column`."""
    return {"title": field.label.vi, **_shape(field)} | ({} if field.type in COMPLETE else {"x-answer": name})


def _correction(field: Field) -> Schema:
    reason = {"type": "string", "minLength": 1, "maxLength": LONGEST_REASON}
    members = {"was": answer_schema(field, field.key), "reason": reason}
    return {"type": "object", "additionalProperties": False, "required": ["was", "reason"], "properties": members}


def _rules(field: Field, fields: Fields) -> Iterator[tuple[Condition, Schema]]:
    """Asked only if its condition holds; then there where it is required, on a condition or always."""
    if field.show_if is not None:
        there = {"required": [field.key]} if field.required else {}
        gone = {"properties": {field.key: False, f"{field.key}-{REASON}": False}}
        yield field.show_if, {"if": _condition(field.show_if, fields), "then": there, "else": gone}
    if field.required_if is not None:
        both = field.required_if if field.show_if is None else AllOf((field.show_if, field.required_if))
        yield both, {"if": _condition(both, fields), "then": {"required": [field.key]}}


def _standard(condition: Condition, fields: Fields) -> bool:
    """Whether the standard's words can say it: they compare whole numbers alone."""
    return all(test.kind not in COMPARISONS or fields[test.field].type in WHOLE for test in leaves(condition))


def _condition(condition: Condition, fields: Fields) -> Schema:
    if isinstance(condition, AllOf):
        return {"allOf": [_condition(part, fields) for part in condition.parts]}
    if isinstance(condition, AnyOf):
        return {"anyOf": [_condition(part, fields) for part in condition.parts]}
    if condition.kind == "given":
        given: Schema = {"required": [condition.field]}
        return given if condition.bound == "yes" else {"not": given}
    tested = _compared(condition, fields) if condition.kind in COMPARISONS else _among(condition)
    return {"required": [condition.field], "properties": {condition.field: tested}}


def _compared(test: Test, fields: Fields) -> Schema:
    if fields[test.field].type not in WHOLE:
        return {"x-test": {test.kind: test.bound}}
    words = {
        "at_least": "minimum",
        "more_than": "exclusiveMinimum",
        "at_most": "maximum",
        "less_than": "exclusiveMaximum",
    }
    return {words[test.kind]: float(test.bound) if "." in test.bound else int(test.bound)}


def _among(test: Test) -> Schema:
    values = [*sorted(test.values), *({"yes": True, "no": False}[v] for v in sorted(test.values) if v in ("yes", "no"))]
    among: Schema = {"if": {"type": "array"}, "then": {"contains": {"enum": values}}, "else": {"enum": values}}
    return among if test.kind == "in" else {"not": among}


def _shape(field: Field) -> Schema:
    return SHAPES[field.type](field) if field.type in SHAPES else _text(field)


def _between(field: Field) -> Schema:
    low = -LARGEST if field.minimum is None else int(field.minimum)
    return {"minimum": low, "maximum": LARGEST if field.maximum is None else int(field.maximum)}


TEXT_PATTERNS = {
    "date": ISO_DAY,
    "partial_date": PARTIAL_DAY,
    "national_id": "^([0-9]{12}|[0-9]{9})$",
    "tax_code": "^[0-9]{10}(-[0-9]{3})?$",
    "phone": "^0[0-9]{9,10}$",
}


def _text(field: Field) -> Schema:
    schema: Schema = {"type": "string", "minLength": 1}
    if field.type in TEXT_PATTERNS:
        schema["pattern"] = "^[0-9]{12}$" if field.twelve_only else TEXT_PATTERNS[field.type]
    elif field.pattern is not None:
        schema["pattern"] = patterns.ecma(field.pattern)
    if field.max_length is not None:
        schema["maxLength"] = field.max_length * CODE_POINTS
    return schema


def _rows(field: Field) -> Schema:
    row = {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {column.key: answer_schema(column, f"{field.key}.{column.key}") for column in field.columns},
        "required": [column.key for column in field.columns if column.required],
    }
    return {"type": "array", "items": row, "minItems": max(field.min_rows, 1), "maxItems": field.max_rows}


def _place(field: Field) -> Schema:
    text = {"type": "string", "minLength": 1}
    members = dict.fromkeys(LEVELS, text) | {"on": {"type": "string", "pattern": ISO_DAY}}
    chosen = ["commune", "on"]
    together = dict.fromkeys((*LEVELS, "on"), chosen)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["street", "words", *([] if field.elsewhere else chosen)],
        "properties": members | {"street": text, "words": text},
        "dependentRequired": together,
    }


def _geometry(field: Field) -> Schema:
    position = {
        "type": "array",
        "prefixItems": [
            {"type": "number", "minimum": 102, "maximum": 118},
            {"type": "number", "minimum": 6, "maximum": 23.5},
        ],
        "items": False,
        "minItems": 2,
    }
    ring = {"type": "array", "items": position, "minItems": 4, "maxItems": field.max_points + 1}
    area = {"type": "array", "items": ring, "minItems": 1, "maxItems": 1}
    point = field.shape == "point"
    members = {"type": {"const": "Point" if point else "Polygon"}, "coordinates": position if point else area}
    return {"type": "object", "additionalProperties": False, "required": ["type", "coordinates"], "properties": members}


def _decimal(_field: Field) -> Schema:
    return {"type": "string", "pattern": DECIMAL}


SHAPES: Mapping[str, Callable[[Field], Schema]] = {
    "integer": lambda field: {"type": "integer", **_between(field)},
    "money": lambda field: {"type": "integer", **_between(field)},
    "number": _decimal,
    "calculated": _decimal,
    "yes_no": lambda _field: {"type": "boolean"},
    "statement": lambda _field: {"const": True},
    "one_of": lambda field: {"enum": [option.value for option in field.options]},
    "any_of": lambda field: {
        "type": "array",
        "items": {"enum": [option.value for option in field.options]},
        "minItems": 1,
        "uniqueItems": True,
    },
    "table": _rows,
    "place": _place,
    "map": _geometry,
}
