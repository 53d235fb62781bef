"""Process files on disk: JSON, one version a file, named `<code>.json` or `<code>-<agency>.json`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.procedures import instants, json_files
from portal.procedures.schema import Fault
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


find = json_files.find


def read(paths: Iterable[Path]) -> list[Source]:
    """Every file; raises Invalid with all Faults of all files."""
    return [Source(path, content) for path, content in json_files.read(paths, content_faults, code="process_invalid")]


def content_faults(content: object) -> list[Fault]:
    """What is wrong with a file in itself: its shape, its instant, its steps."""
    found = shape_faults(content)
    if found or not isinstance(content, dict):
        return found
    return [*instants.faults(content), *faults.faults(content["steps"])]
