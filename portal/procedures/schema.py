"""`schema.json` applied: every fault of a document with its path, in the document's order."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

SCHEMA_FILE = Path(__file__).parent / "schema.json"
LONGEST_QUOTE = 200


NAMED = re.compile(r"'([^']+)'")
LISTED = ("required", "additionalProperties")  # rules whose message names the members that are wrong


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a procedure file, for the person who writes it.

    `code` and `facts` say the same as the message, for who puts it into other words.
    """

    path: str
    message: str
    file: str = ""
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.path, self.message) if part)


def faults(data: object, *, definition: str | None = None) -> list[Fault]:
    """What the schema has against `data`, or against data that should be `definition` (`form`)."""
    found = _validator(definition).iter_errors(data)
    return [_fault(error) for error in sorted(found, key=lambda error: [str(part) for part in error.absolute_path])]


@cache
def _schema() -> Mapping[str, Any]:
    schema: Mapping[str, Any] = json.loads(SCHEMA_FILE.read_text("utf-8"))
    return schema


def document() -> Mapping[str, Any]:
    """The whole schema, as it is served."""
    return _schema()


@cache
def _validator(definition: str | None) -> Draft202012Validator:
    schema = _schema()
    if definition is not None:
        schema = {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}
    return Draft202012Validator(schema, format_checker=FormatChecker(["date"]))


def _fault(error: ValidationError) -> Fault:
    path = error.json_path.removeprefix("$").removeprefix(".")
    message = error.message
    if len(message) > LONGEST_QUOTE and message.startswith(repr(error.instance)[: LONGEST_QUOTE // 2]):
        quoted = len(repr(error.instance)) <= LONGEST_QUOTE // 2
        message = message if quoted else f"does not fit: {error.validator} ({error.validator_value})"
    facts: dict[str, Any] = {"limit": error.validator_value} if isinstance(error.validator_value, int) else {}
    if error.validator in LISTED:
        facts["members"] = NAMED.findall(error.message[:1000])
    return Fault(path, message[:LONGEST_QUOTE], code=str(error.validator), facts=facts)


def in_order(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same document with its members in the schema's order, as a person would write it."""
    ordered: dict[str, Any] = _in_order(data, _schema(), _schema()["$defs"])
    return ordered


def _in_order(value: Any, node: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    if "$ref" in node:
        node = definitions[node["$ref"].removeprefix("#/$defs/")]
    if isinstance(value, list):
        return [_in_order(item, node.get("items", {}), definitions) for item in value]
    if not isinstance(value, dict):
        return value
    members = node.get("properties", {})
    known = [key for key in members if key in value] + [key for key in value if key not in members]
    return {key: _in_order(value[key], members.get(key, {}), definitions) for key in known}
