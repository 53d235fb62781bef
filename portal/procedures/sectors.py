"""Lĩnh vực: the fields under which procedures are filed, from `catalogue/fields.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from portal.procedures import yaml_door
from portal.procedures.text import Text, text

FILE = Path(__file__).parent / "catalogue" / "fields.yaml"


@dataclass(frozen=True, slots=True)
class Sector:
    key: str
    name: Text
    national_code: str | None


@cache
def sectors() -> Mapping[str, Sector]:
    """Every field by key, in the file's order."""
    data = yaml_door.read(FILE.read_bytes())
    if not isinstance(data, dict):
        raise TypeError(f"{FILE} must be a mapping")
    return MappingProxyType({key: Sector(key, text(row["name"]), row["national_code"]) for key, row in data.items()})


def name(key: str) -> Text:
    """The field's name; its key where the file no longer knows it."""
    found = sectors().get(key)
    return found.name if found else Text(key, key)
