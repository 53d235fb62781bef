"""Files of result templates: JSON, one version a file, `<code>-<outcome>.json`. Their text is a list of lines."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from portal.procedures import hidden, instants, json_files
from portal.procedures.schema import Fault, fault_of

SCHEMA_FILE = Path(__file__).parent / "schema.json"
CATALOGUE = Path(__file__).parent / "catalogue"
_ITEM = re.compile(r"body\[([0-9]+)\]")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is right in itself; what its text says is looked at against the form in force."""

    path: Path
    content: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.content["procedure"])

    @property
    def outcome(self) -> str:
        return str(self.content["outcome"])

    @property
    def number(self) -> int:
        return int(self.content["version"])

    @property
    def begins_at(self) -> datetime:
        return instants.begins_at(self.content)

    @property
    def title(self) -> str:
        return str(self.content["title"])

    @property
    def body(self) -> str:
        return "\n".join(self.content["body"])


find = json_files.find


def read(paths: Iterable[Path]) -> list[Source]:
    """Every file; raises Invalid with all Faults of all files."""
    return [Source(path, content) for path, content in json_files.read(paths, content_faults, code="template_invalid")]


def content_faults(content: object) -> list[Fault]:
    """What is wrong with a file in itself: its shape, its instant, the words of its decision."""
    wrong = sorted(_validator().iter_errors(content), key=lambda error: [str(part) for part in error.absolute_path])
    found = [_by_line(fault_of(error)) for error in wrong]
    if found or not isinstance(content, dict):
        return found
    return [*instants.faults(content), *hidden.faults("decision", content["decision"])]


def _by_line(fault: Fault) -> Fault:
    """Lines are counted from one, as whoever reads a text does."""
    item = _ITEM.fullmatch(fault.path)
    return fault if item is None else replace(fault, path=f"body[{int(item[1]) + 1}]")


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker(["date"]))
