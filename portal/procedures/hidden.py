"""Words that came in a file, looked through as typed words are at their door.

What was typed is cleaned; what a file says is published as it stands, so what nobody sees in it is a fault, at its
place. Pure.
"""

from collections.abc import Iterator
from typing import Any

from portal.procedures import characters
from portal.procedures.schema import Fault

CODE = "treacherous_characters"


def faults(path: str, value: Any) -> Iterator[Fault]:
    """Every text below `path` that reads otherwise than it is."""
    if isinstance(value, str):
        mark = characters.hidden(value)
        if mark is not None:
            yield Fault(path, CODE, {"mark": name_of(mark)})
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from faults(f"{path}[{number}]", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from faults(f"{path}.{key}".removeprefix("."), item)


def name_of(mark: str) -> str:
    """The character by its number: it cannot be shown."""
    return f"U+{ord(mark):04X}"
