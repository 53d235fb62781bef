"""Changing a procedure's content one thing at a time: each function gives new content, or a Snag that says why not.

The content may be unfinished, as a manuscript is: what is missing counts as empty. Nothing that was handed in is
changed, and whatever a change does not speak of stays as it was. Pure.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from portal.procedures import keys, places
from portal.procedures.places import Place, find, things

Content = Mapping[str, Any]
Why = Literal["gone", "full", "first", "last", "key_taken", "key_shape"]


@dataclass(frozen=True, slots=True)
class Snag:
    """Why a change is not possible."""

    why: Why


def put(content: Content, place: Place, value: Any) -> dict[str, Any]:
    """The content with this value there; mappings on the way are made, a None takes the member away."""
    changed: dict[str, Any] = _put(dict(content), place, value)
    return changed


def _put(value: Any, place: Place, new: Any) -> Any:
    if not place:
        return new
    part, rest = place[0], place[1:]
    if isinstance(part, int):
        return [_put(item, rest, new) if number == part else item for number, item in enumerate(value)]
    changed = dict(value) if isinstance(value, Mapping) else {}
    inner = _put(changed.get(part), rest, new)
    if inner is None or (rest and inner == {}):
        changed.pop(part, None)
    else:
        changed[part] = inner
    return changed


def change(content: Content, place: Place, members: Mapping[str, Any]) -> dict[str, Any] | Snag:
    """These members of the thing there get these values; `term.unit` is a member inside one, "" the thing itself."""
    thing = find(content, place)
    if thing is None or places.kind(place) is None:
        return Snag("gone")
    if "" in members:
        return put(content, place, members[""])
    for name, value in members.items():
        thing = put(thing, tuple(name.split(".")), value)
    return put(content, place, thing) if place else thing


def add(content: Content, place: Place, item: Any, *, before: int | None = None) -> dict[str, Any] | Snag:
    """The thing joins the list there, at its end or before another; its keys are made to be the only ones."""
    kind = places.item_kind(place)
    there = things(content, place)
    if kind is None or (len(place) > 1 and find(content, places.thing_around(place)) is None):
        return Snag("gone")
    if len(there) >= places.MOST[kind]:
        return Snag("full")
    at = len(there) if before is None else max(0, min(before, len(there)))
    fresh = keys.made_single(content, place, item)
    return put(content, place, [*there[:at], fresh, *there[at:]])


def remove(content: Content, place: Place) -> dict[str, Any] | Snag:
    """The thing is gone; what spoke of it still does, and the check says so."""
    if find(content, place) is None or not _in_a_list(place):
        return Snag("gone")
    there = things(content, place[:-1])
    return put(content, place[:-1], [item for number, item in enumerate(there) if number != place[-1]])


def duplicate(content: Content, place: Place) -> dict[str, Any] | Snag:
    """A copy right behind it, under keys of its own; conditions inside the copy speak of the copy."""
    thing = find(content, place)
    if thing is None or not _in_a_list(place):
        return Snag("gone")
    return add(content, place[:-1], copy.deepcopy(thing), before=int(place[-1]) + 1)


def move(content: Content, place: Place, by: int) -> dict[str, Any] | Snag:
    """One place up (-1) or down (+1). A field at its section's end goes on into the next section."""
    thing = find(content, place)
    if thing is None or not _in_a_list(place):
        return Snag("gone")
    there, at = list(things(content, place[:-1])), int(place[-1])
    to = at + by
    if 0 <= to < len(there):
        there.insert(to, there.pop(at))
        return put(content, place[:-1], there)
    return _into_next_section(content, place, by) if places.kind(place) == "field" else _edge(by)


def where_moved(content: Content, place: Place, by: int) -> Place:
    """Where the thing stands after `move`."""
    to = int(place[-1]) + by
    if 0 <= to < len(things(content, place[:-1])) or places.kind(place) != "field":
        return (*place[:-1], to)
    section = int(place[2]) + by
    end = len(things(content, ("form", "sections", section, "fields")))
    return ("form", "sections", section, "fields", end if by < 0 else 0)


def rename(content: Content, place: Place, key: str) -> dict[str, Any] | Snag:
    """The thing's key (or an option's value) becomes another, and so does whatever speaks of it."""
    thing = find(content, place)
    name = keys.NAME_OF.get(places.kind(place) or "sheet")
    if thing is None or name is None:
        return Snag("gone")
    old = thing.get(name)
    if old == key:
        return dict(content)
    if not keys.SHAPES[name].fullmatch(key) or key in keys.RESERVED:
        return Snag("key_shape")
    if key in keys.taken(content, place):
        return Snag("key_taken")
    return keys.follow(put(content, (*place, name), key), place, str(old), key)


def _in_a_list(place: Place) -> bool:
    return bool(place) and places.kind(place) is not None


def _edge(by: int) -> Snag:
    return Snag("first" if by < 0 else "last")


def _into_next_section(content: Content, place: Place, by: int) -> dict[str, Any] | Snag:
    section = int(place[2]) + by
    target: Place = ("form", "sections", section, "fields")
    if section < 0 or find(content, target[:-1]) is None:
        return _edge(by)
    there = things(content, target)
    if len(there) >= places.MOST["field"]:
        return Snag("full")
    thing = find(content, place)
    moved = [*there, thing] if by < 0 else [thing, *there]
    without = remove(content, place)
    return without if isinstance(without, Snag) else put(without, target, moved)
