"""Which items of two lists are the same one: what a list's items are known by, and which of them kept their place.

Pure, and total over any JSON: a list of which it is not clear what its items are known by has no key.
"""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Identify = Callable[[Any], Any]

NAMES = ("label", "name", "title", "text", "form_name")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list. `identity` tells it from every other of its list: what it is known by, and the how-manieth."""

    identity: Hashable
    index: int
    value: Any


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: 1 is not true, and no member is the same as a member that is null."""
    return _canonical(_pruned(one)) == _canonical(_pruned(other))


def keyed_by(way: tuple[str, ...], before: Sequence[Any], after: Sequence[Any]) -> Identify | None:
    """What tells the items of these lists apart; None where they are compared as a whole."""
    items = [*before, *after]
    if all(isinstance(item, Mapping) for item in items):
        known = BY_MEMBER.get(way[-1] if way else "")
        return known or (_by("key") if items and all("key" in item for item in items) else _itself)
    return None if any(isinstance(item, Mapping) for item in items) else _itself


def items_of(values: Sequence[Any], key: Identify) -> list[Item]:
    """The items with their identities; of several that are known by the same, each by how many were before it."""
    seen: Counter[str] = Counter()
    found = []
    for index, value in enumerate(values):
        known_by = _canonical(key(value))
        found.append(Item((known_by, seen[known_by]), index, value))
        seen[known_by] += 1
    return found


def stays(before: Sequence[Hashable], after: Sequence[Hashable]) -> set[Hashable]:
    """Of the identities in both, as many as can be said to have kept their order; the others have moved.

    The longest run of places that rise, by patience: n log n.
    """
    place = {identity: index for index, identity in enumerate(before)}
    kept = [identity for identity in after if identity in place]
    ends: list[int] = []  # the least place at which a run of each length ends
    last: list[Hashable] = []
    previous: dict[Hashable, Hashable | None] = {}
    for identity in kept:
        length = bisect_left(ends, place[identity])
        previous[identity] = last[length - 1] if length else None
        ends[length : length + 1] = [place[identity]]
        last[length : length + 1] = [identity]
    found: set[Hashable] = set()
    step = last[-1] if last else None
    while step is not None:
        found.add(step)
        step = previous[step]
    return found


def name_of(value: Any) -> Mapping[str, Any] | str | None:
    """How an item is called: its text, or what stands for it."""
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping):
        return None
    if "vi" in value and isinstance(value["vi"], str):
        return value
    for member in NAMES:
        found = value.get(member)
        if isinstance(found, Mapping) and isinstance(found.get("vi"), str):
            return found
    known = next((value[member] for member in ("key", "value", "number", "channel", "name") if member in value), None)
    return known if isinstance(known, str) else None


def _by(*members: str) -> Identify:
    return lambda item: [item.get(member) for member in members]


def _itself(item: Any) -> Any:
    return item


def _case(case: Any) -> Any:
    name = case.get("name")
    return name.get("vi") if isinstance(name, Mapping) else None


def _text(item: Any) -> Any:
    text = item.get("text")
    return text.get("vi") if isinstance(text, Mapping) else None


BY_MEMBER: dict[str, Identify] = {
    "sections": _by("key"),
    "fields": _by("key"),
    "columns": _by("key"),
    "options": _by("value"),
    "cases": _case,
    "components": _by("key"),
    "templates": _by("name"),
    "channels": _by("channel"),
    "fees": _text,
    "stops": _text,
    "legal_bases": _by("number"),
    "offers": _by("kinds", "agencies"),
    "results": _by("code", "name"),
}


def _pruned(value: Any) -> Any:
    """Without members that are null: to say nothing and to say null is the same."""
    if isinstance(value, Mapping):
        return {key: _pruned(item) for key, item in value.items() if item is not None}
    return [_pruned(item) for item in value] if isinstance(value, list) else value


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
