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
LONGEST_QUOTE = 80


NAMED = re.compile(r"'([^']+)'")
LISTED = ("required", "dependentRequired", "additionalProperties")  # their message names the members that are wrong


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a procedure file, as facts: `portal.fault_words` has the words.

    `code` is a rule of JSON Schema by its own name, or one of this package's.
    """

    path: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)
    file: str = ""

    def __str__(self) -> str:
        facts = (f"{name}={value!r}" for name, value in self.facts.items() if isinstance(value, str | int | list))
        return ": ".join(part for part in (self.file, self.path, " ".join((self.code, *facts))) if part)


def faults(data: object, *, definition: str | None = None) -> list[Fault]:
    """What the schema has against `data`, or against data that should be `definition` (`form`)."""
    found = _validator(definition).iter_errors(data)
    return [fault_of(error) for error in sorted(found, key=lambda error: [str(part) for part in error.absolute_path])]


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


def fault_of(error: ValidationError) -> Fault:
    """What a validator says, as a fault."""
    path = error.json_path.removeprefix("$").removeprefix(".")
    limit, found = error.validator_value, error.instance
    facts: dict[str, Any] = {"limit": limit} if isinstance(limit, int) and not isinstance(limit, bool) else {}
    if error.validator in LISTED:
        facts["members"] = NAMED.findall(error.message[:1000])
    elif isinstance(found, str | int | float) and str(found):
        written = json.dumps(found) if isinstance(found, bool) else str(found)
        facts["value"] = written if len(written) <= LONGEST_QUOTE else f"{written[:LONGEST_QUOTE]}…"
    return Fault(path, str(error.validator), facts)


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
