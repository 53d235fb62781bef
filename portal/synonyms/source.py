"""The readable file of synonyms beside the catalogue, with which an empty list begins."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from portal.errors import Invalid
from portal.procedures import indexing, sources, yaml_door
from portal.procedures.schema import Fault

FILE = sources.CATALOGUE / sources.SYNONYMS_FILE
MEMBERS = {"phrases", "finds", "means"}


@dataclass(frozen=True, slots=True)
class Entry:
    phrase: str
    codes: tuple[str, ...]
    means: str


def read(path: Path = FILE) -> list[Entry]:
    """Every phrase of the file; raises Invalid with all Faults."""
    try:
        data = yaml_door.read(path.read_bytes())
    except (yaml_door.CannotRead, OSError) as error:
        raise Invalid(Fault("", str(error), path.name), code="synonyms_invalid") from error
    faults = list(_faults(data, path.name))
    if faults:
        raise Invalid(*faults, code="synonyms_invalid")
    return [
        Entry(phrase, tuple(group.get("finds", ())), group.get("means", ""))
        for group in data
        for phrase in group["phrases"]
    ]


def write(groups: Iterable[Mapping[str, Any]], path: Path) -> None:
    path.write_text(yaml.safe_dump(list(groups), allow_unicode=True, sort_keys=False, width=120), "utf-8")


def _faults(data: object, file: str) -> Iterator[Fault]:
    if not isinstance(data, list):
        yield Fault("", "must be a list of groups", file)
        return
    seen: dict[str, str] = {}
    for number, group in enumerate(data):
        where = f"[{number}]"
        if not isinstance(group, dict) or not group.keys() <= MEMBERS or not _is_texts(group.get("phrases")):
            yield Fault(where, "must have 'phrases', and 'finds' (codes) or 'means' (words) or both", file)
            continue
        if not _is_texts(group.get("finds", [""])) or not isinstance(group.get("means", ""), str):
            yield Fault(where, "'finds' is a list of codes in quotes, 'means' is text", file)
        if not group.get("finds") and not group.get("means"):
            yield Fault(where, "says neither what it 'finds' nor what it 'means'", file)
        for phrase in group["phrases"]:
            folded = " ".join(indexing.question(phrase).words)
            if not folded or seen.setdefault(folded, where) != where:
                yield Fault(where, f"'{phrase}' is empty or there twice (see {seen.get(folded)})", file)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
