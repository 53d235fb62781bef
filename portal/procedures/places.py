"""Where something stands in a procedure's content: `form.sections[0].fields[2]` in a fault, a tuple in code.

A list whose things are edited one by one is named in LISTS; what stands in it has a kind. Pure.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

Place = tuple[str | int, ...]
Kind = Literal[
    "sheet",
    "step",
    "case",
    "component",
    "template",
    "channel",
    "fee",
    "offer",
    "result",
    "legal_basis",
    "section",
    "field",
    "option",
    "column",
    "stop",
]

SHEET: Place = ()
SECTIONS: Place = ("form", "sections")
# (kind of the owner, the way from it to the list) -> kind of what stands in the list
LISTS: Mapping[tuple[Kind, tuple[str, ...]], Kind] = MappingProxyType(
    {
        ("sheet", ("steps",)): "step",
        ("sheet", ("cases",)): "case",
        ("case", ("components",)): "component",
        ("component", ("templates",)): "template",
        ("sheet", ("channels",)): "channel",
        ("channel", ("fees",)): "fee",
        ("sheet", ("offers",)): "offer",
        ("offer", ("channels",)): "channel",
        ("offer", ("steps",)): "step",
        ("sheet", ("results",)): "result",
        ("sheet", ("legal_bases",)): "legal_basis",
        ("sheet", ("form", "sections")): "section",
        ("section", ("fields",)): "field",
        ("field", ("options",)): "option",
        ("field", ("columns",)): "column",
        ("column", ("options",)): "option",
        ("section", ("stops",)): "stop",
        ("sheet", ("form", "stops")): "stop",
    }
)
MOST: Mapping[Kind, int] = MappingProxyType(
    {
        "step": 40,
        "case": 20,
        "component": 60,
        "template": 10,
        "channel": 3,
        "fee": 30,
        "offer": 200,
        "result": 30,
        "legal_basis": 60,
        "section": 30,
        "field": 100,
        "option": 300,
        "column": 12,
        "stop": 10,
    }
)
PART = re.compile(r"\.?([a-z_][a-z0-9_]*)|\[([0-9]{1,4})\]")
ADDRESS = re.compile(r"[a-z_]+(?:/(?:[a-z_]+|[0-9]{1,4}))*")


def read(words: str) -> Place:
    """The place that a fault names; what cannot be read as one ends it."""
    found: list[str | int] = []
    at = 0
    while (part := PART.match(words, at)) is not None:
        found.append(part[1] or int(part[2]))
        at = part.end()
    return tuple(found)


def words(place: Place) -> str:
    """As a fault names it."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def address(place: Place) -> str:
    """As a part of a page's address: `form/sections/0/fields/2`."""
    return "/".join(map(str, place))


def of_address(text: str) -> Place | None:
    """The place at that address; None for what is none."""
    if not ADDRESS.fullmatch(text):
        return None
    return tuple(int(part) if part.isdigit() else part for part in text.split("/"))


def kind(place: Place) -> Kind | None:
    """What stands at this place: the kind of thing, or None where it is no thing of its own."""
    if not place:
        return "sheet"
    if not isinstance(place[-1], int):
        return None
    return item_kind(place[:-1])


def item_kind(place: Place) -> Kind | None:
    """What the list at this place holds."""
    for length in range(1, len(place) + 1):
        way = place[len(place) - length :]
        names = tuple(part for part in way if isinstance(part, str))
        if len(names) < length:
            return None
        owner = kind(place[: len(place) - length])
        if owner is not None:
            return LISTS.get((owner, names))
    return None


def thing_around(place: Place) -> Place:
    """The nearest thing that this place is, or is inside of; the sheet at last."""
    while kind(place) is None:
        place = place[:-1]
    return place


def find(content: Any, place: Place) -> Any:
    """What stands there, or None."""
    for part in place:
        if isinstance(part, int):
            content = content[part] if isinstance(content, list) and 0 <= part < len(content) else None
        else:
            content = content.get(part) if isinstance(content, Mapping) else None
    return content


def things(content: Any, place: Place) -> list[Any]:
    """The list there; empty where there is none."""
    found = find(content, place)
    return found if isinstance(found, list) else []
