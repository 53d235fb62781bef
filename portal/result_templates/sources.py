"""Files of result templates: JSON, one version a file, `<code>-<outcome>.json`. Their text is a list of lines."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from portal.errors import Invalid
from portal.procedures import instants, json_door
from portal.procedures.schema import Fault, fault_of
from portal.procedures.yaml_door import CannotRead

SCHEMA_FILE = Path(__file__).parent / "schema.json"
CATALOGUE = Path(__file__).parent / "catalogue"


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


def find(places: Iterable[Path]) -> list[Path]:
    """The files among `places`; of a folder every .json, by name."""
    found: list[Path] = []
    for place in places:
        found += sorted(place.glob("*.json")) if place.is_dir() else [place]
    return found


def read(paths: Iterable[Path]) -> list[Source]:
    """Every file; raises Invalid with all Faults of all files."""
    sources: list[Source] = []
    wrong: list[Fault] = []
    for path in paths:
        try:
            content = json_door.read(path.read_bytes())
        except CannotRead as error:
            wrong.append(Fault("", error.code, error.facts, path.name))
            continue
        except OSError as error:
            wrong.append(Fault("", "cannot_open", {"why": error.strerror}, path.name))
            continue
        found = content_faults(content)
        wrong += [replace(fault, file=path.name) for fault in found]
        if not found:
            sources.append(Source(path, content))
    if wrong:
        raise Invalid(*wrong, code="template_invalid")
    return sources


def content_faults(content: object) -> list[Fault]:
    """What is wrong with a file in itself: its shape and its instant."""
    wrong = sorted(_validator().iter_errors(content), key=lambda error: [str(part) for part in error.absolute_path])
    found = [fault_of(error) for error in wrong]
    return found if found or not isinstance(content, dict) else instants.faults(content)


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker(["date"]))
