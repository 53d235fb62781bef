"""Procedure files on disk: found, read, checked, with every fault of every file; and written again."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import yaml

from portal.errors import Invalid
from portal.procedures import checking, json_door, schema, yaml_door
from portal.procedures.schema import Fault

CATALOGUE = Path(__file__).parent / "catalogue"
FIELDS_FILE = "fields.yaml"
SYNONYMS_FILE = "synonyms.yaml"
NO_PROCEDURES = {FIELDS_FILE, SYNONYMS_FILE}
FILE_NAME = re.compile(r"([0-9]\.[0-9]{6}(?:\.000\.00\.00\.[A-Z][0-9]{2})?)(?:-r([0-9]{1,4}))?\.(?:yaml|json)")
Form = Literal["yaml", "json"]
LINE_WIDTH = 120
ADDED_WHEN_SERVED = ("$schema", "answers_schema", "withdrawal")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is right in itself."""

    path: Path
    content: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.content["code"])

    @property
    def number(self) -> int:
        return int(self.content["revision"])


def find(places: Iterable[Path]) -> list[Path]:
    """The procedure files among `places`; of a folder every .yaml and .json that is one, by name."""
    found: list[Path] = []
    for place in places:
        files = sorted([*place.glob("*.yaml"), *place.glob("*.json")]) if place.is_dir() else [place]
        found += [file for file in files if file.name not in NO_PROCEDURES]
    return found


def read(paths: Iterable[Path]) -> list[Source]:
    """Every file, by code and revision number; raises Invalid with all Faults of all files."""
    sources: list[Source] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            door = json_door if path.suffix == ".json" else yaml_door
            content = door.read(path.read_bytes())
        except yaml_door.CannotRead as error:
            faults.append(Fault("", error.code, error.facts, path.name))
            continue
        except OSError as error:
            faults.append(Fault("", "cannot_open", {"why": error.strerror}, path.name))
            continue
        content = _as_written(content)
        found = checking.faults(content) or _name_faults(path, content)
        faults += [replace(fault, file=path.name) for fault in found]
        if not found:
            sources.append(Source(path, content))
    faults += _doubles(sources)
    if faults:
        raise Invalid(*faults, code="procedures_invalid")
    return sorted(sources, key=lambda source: (source.code, source.number))


def _as_written(content: Any) -> Any:
    """Without what the portal adds where it serves a procedure."""
    if not isinstance(content, dict):
        return content
    return {member: value for member, value in content.items() if member not in ADDED_WHEN_SERVED}


def write(content: Mapping[str, Any], folder: Path, *, newest: bool, form: Form = "yaml") -> Path:
    """Write one revision as a file that `read` takes: `<code>.yaml`, or `<code>-r<number>.yaml` for older ones."""
    name = content["code"] if newest else f"{content['code']}-r{content['revision']}"
    path = folder / f"{name}.{form}"
    ordered = schema.in_order(content)
    if form == "json":
        path.write_text(json_door.write(ordered), "utf-8")
    else:
        data = yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False, width=LINE_WIDTH)
        path.write_text(data, "utf-8")
    return path


def _name_faults(path: Path, content: Mapping[str, Any]) -> list[Fault]:
    found = FILE_NAME.fullmatch(path.name)
    if found is None:
        return [Fault("", "file_name")]
    if found[1] != content["code"]:
        return [Fault("code", "file_says_otherwise", {"value": content["code"], "name": found[1]})]
    if found[2] and int(found[2]) != content["revision"]:
        return [Fault("revision", "file_says_otherwise", {"value": content["revision"], "name": found[2]})]
    return []


def _doubles(sources: Iterable[Source]) -> list[Fault]:
    seen: dict[tuple[str, int], Path] = {}
    faults = []
    for source in sources:
        first = seen.setdefault((source.code, source.number), source.path)
        if first != source.path:
            faults.append(Fault("revision", "revision_twice", {"name": first.name}, source.path.name))
    return faults
