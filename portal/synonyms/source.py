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
    except yaml_door.CannotRead as error:
        raise Invalid(Fault("", error.code, error.facts, path.name), code="synonyms_invalid") from error
    except OSError as error:
        fault = Fault("", "cannot_open", {"why": error.strerror}, path.name)
        raise Invalid(fault, code="synonyms_invalid") from error
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
        yield Fault("", "not_a_list_of_groups", file=file)
        return
    seen: dict[str, str] = {}
    for number, group in enumerate(data):
        where = f"[{number}]"
        if not isinstance(group, dict) or not group.keys() <= MEMBERS or not _is_texts(group.get("phrases")):
            yield Fault(where, "not_a_group", file=file)
            continue
        if not _is_texts(group.get("finds", [""])) or not isinstance(group.get("means", ""), str):
            yield Fault(where, "not_codes_or_text", file=file)
        if not group.get("finds") and not group.get("means"):
            yield Fault(where, "means_nothing", file=file)
        for phrase in group["phrases"]:
            folded = " ".join(indexing.question(phrase).words)
            if not folded or seen.setdefault(folded, where) != where:
                yield Fault(where, "phrase_twice", {"value": phrase}, file)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
