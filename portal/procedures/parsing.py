"""From the `form` member of a procedure file to a Form: first its size and shape, then the sense it makes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal.errors import Invalid
from portal.procedures import conditions, expressions, schema
from portal.procedures.form import NO_TEXTS, Field, Form, Option, Section, Stop
from portal.procedures.schema import Fault
from portal.procedures.sense import sense_faults
from portal.procedures.text import Text, optional_text, text

__all__ = ["build", "parse", "sense_faults"]

MAX_LENGTH = {"text": 200, "long_text": 2000, "address": 300, "place": 300}
MAX_FILES = 5
MAX_ROWS = 20
MAX_POINTS = 50
DECIMALS = {"number": 2}
MOST_FIELDS = 300
LARGEST = 2_000_000  # characters of all texts together, before anything looks closer
DEEPEST_DATA = 40


def parse(data: Mapping[str, Any]) -> Form:
    """The form, checked; raises Invalid whose `problems` are all its Faults."""
    found = size_faults(data) or schema.faults(data, definition="form")
    if not found:
        form = build(data)
        found = list(sense_faults(data, form))
        if not found:
            return form
    raise Invalid(*found, code="form_invalid")


def size_faults(data: Any) -> list[Fault]:
    """A definition beyond measure is refused before it is looked at: nothing closer has to be quick with it."""
    sections = data.get("sections") if isinstance(data, Mapping) else None
    inside = (
        [part.get("fields") for part in sections if isinstance(part, Mapping)] if isinstance(sections, list) else []
    )
    count = sum(len(fields) for fields in inside if isinstance(fields, list))
    if count > MOST_FIELDS:
        return [Fault("sections", "too_many_fields", {"count": count, "limit": MOST_FIELDS})]
    waiting, weight = [(data, 0)], 0
    while waiting:
        value, depth = waiting.pop()
        weight += len(value) if isinstance(value, str) else 1
        if depth > DEEPEST_DATA or weight > LARGEST:
            return [Fault("", "form_too_large", {"limit": LARGEST, "depth": DEEPEST_DATA})]
        parts = (
            (*value.keys(), *value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()
        )
        waiting += [(part, depth + 1) for part in parts]
    return []


def build(data: Mapping[str, Any]) -> Form:
    """The form of data that were checked before, as those in the database."""
    return Form(tuple(_section(section) for section in data["sections"]), _stops(data))


def _section(data: Mapping[str, Any]) -> Section:
    fields = tuple(_field(field) for field in data["fields"])
    return Section(data["key"], text(data["title"]), optional_text(data.get("intro")), fields, _stops(data))


def _stops(data: Mapping[str, Any]) -> tuple[Stop, ...]:
    built = ((conditions.build(stop["when"]), stop) for stop in data.get("stops") or ())
    return tuple(Stop(when, text(stop["text"]), stop.get("procedure")) for when, stop in built if when is not None)


def _field(data: Mapping[str, Any]) -> Field:
    kind = data["type"]
    return Field(
        key=data["key"],
        type=kind,
        label=text(data["label"]),
        help=optional_text(data.get("help")),
        required=data.get("required", False),
        show_if=conditions.build(data.get("show_if")),
        required_if=conditions.build(data.get("required_if")),
        prefill=data.get("prefill"),
        with_reason=data.get("correctable") == "with_reason",
        max_length=data.get("max_length", MAX_LENGTH.get(kind)),
        minimum=_limit(kind, data.get("minimum", 0 if kind == "money" else None)),
        maximum=_limit(kind, data.get("maximum")),
        decimals=data.get("decimals", DECIMALS.get(kind, 0)),
        suffix=optional_text(data.get("suffix")),
        precision=data.get("precision", "year"),
        options=tuple(_option(option) for option in data.get("options", ())),
        as_of=data.get("as_of", "today"),
        columns=tuple(_field(column) for column in data.get("columns", ())),
        max_rows=data.get("max_rows", MAX_ROWS if kind == "table" else 0),
        value=expressions.build(data["value"]) if "value" in data else None,
        max_points=data.get("max_points", MAX_POINTS if data.get("shape") == "area" else 1),
        max_files=data.get("max_files", MAX_FILES if kind == "file" else None),
        messages=_messages(data.get("messages")),
        **{member: data[member] for member in AS_WRITTEN if member in data},
    )


AS_WRITTEN = (
    *("min_length", "pattern", "not_before", "not_after", "twelve_only", "level", "elsewhere"),
    *("min_rows", "money", "shape", "component"),
)


def _limit(kind: str, written: int | str | None) -> Decimal | int | None:
    return Decimal(str(written)) if kind == "number" and written is not None else written  # type: ignore[return-value]


def _messages(data: Mapping[str, Any] | None) -> Mapping[str, Text]:
    return {rule: text(words) for rule, words in data.items()} if data else NO_TEXTS


def _option(data: Mapping[str, Any]) -> Option:
    return Option(data["value"], text(data["label"]), optional_text(data.get("hint")))
