"""Files of JSON on disk that are loaded all together or not at all: found, read, and what is wrong with any told."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from portal.errors import Invalid
from portal.procedures import json_door
from portal.procedures.schema import Fault
from portal.procedures.yaml_door import CannotRead


def find(places: Iterable[Path]) -> list[Path]:
    """The files among `places`; of a folder every .json, by name."""
    found: list[Path] = []
    for place in places:
        found += sorted(place.glob("*.json")) if place.is_dir() else [place]
    return found


def read(paths: Iterable[Path], faults: Callable[[object], list[Fault]], *, code: str) -> list[tuple[Path, Any]]:
    """Every file with its content; raises Invalid of that code with all Faults of all files."""
    read: list[tuple[Path, Any]] = []
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
        wrong += [replace(fault, file=path.name) for fault in faults(content)]
        read.append((path, content))
    if wrong:
        raise Invalid(*wrong, code=code)
    return read
