"""Process files on disk: JSON, one version a file, named `<code>.json` or `<code>-<agency>.json`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.errors import Invalid
from portal.procedures import instants, json_door
from portal.procedures.schema import Fault
from portal.procedures.yaml_door import CannotRead
from portal.processes import faults
from portal.processes.definition import shape_faults

CATALOGUE = Path(__file__).parent / "catalogue"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is right in itself."""

    path: Path
    content: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.content["procedure"])

    @property
    def agency(self) -> str:
        return self.content["agency"] or ""

    @property
    def number(self) -> int:
        return int(self.content["version"])

    @property
    def begins_at(self) -> datetime:
        return instants.begins_at(self.content)

    @property
    def steps(self) -> list[dict[str, Any]]:
        return list(self.content["steps"])


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
        raise Invalid(*wrong, code="process_invalid")
    return sources


def content_faults(content: object) -> list[Fault]:
    """What is wrong with a file in itself: its shape, its instant, its steps."""
    found = shape_faults(content)
    if found or not isinstance(content, dict):
        return found
    return [*instants.faults(content), *faults.faults(content["steps"])]
