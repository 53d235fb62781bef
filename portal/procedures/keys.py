"""Keys of the things in a procedure's content: made from words, kept apart, and followed when one changes. Pure."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from portal.procedures import text
from portal.procedures.places import SECTIONS, Kind, Place, find, item_kind, kind, things
from portal.procedures.sense import RESERVED_KEYS

NAME_OF: Mapping[Kind, str] = MappingProxyType(
    {"section": "key", "field": "key", "column": "key", "component": "key", "option": "value"}
)
SHAPES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {"key": re.compile(r"[a-z][a-z0-9_]{0,59}"), "value": re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")}
)
RESERVED = frozenset(RESERVED_KEYS)
LONGEST_MADE = 40  # room for the number that keeps it apart
Content = Mapping[str, Any]
Edit = Callable[[dict[str, Any]], dict[str, Any]]


def from_words(words: str, *, otherwise: str) -> str:
    """A key out of a label: `Họ và tên` -> `ho_va_ten`."""
    made = "_".join(text.words(words))[:LONGEST_MADE].strip("_")
    if made and not made[0].isalpha():
        made = f"{otherwise}_{made}"
    return made if made and made not in RESERVED else otherwise


def single(wanted: str, others: Collection[str]) -> str:
    """That key, or the next with a number behind that nothing else has."""
    if wanted not in others and wanted not in RESERVED:
        return wanted
    stem = re.sub(r"_[0-9]+$", "", wanted)[:LONGEST_MADE]
    number = 2
    while (found := f"{stem}_{number}") in others:
        number += 1
    return found


def taken(content: Content, place: Place) -> set[str]:
    """The keys among which that of the thing at `place` must be the only one; its own is left out."""
    return {key for where, key in _rivals(content, place) if where != place}


def made_single(content: Content, place: Place, item: Any) -> Any:
    """The thing, about to join the list at `place`, with keys that nothing there has."""
    found = item_kind(place)
    if found is None or found not in NAME_OF or not isinstance(item, Mapping):
        return item
    name = NAME_OF[found]
    fresh = {**item, name: single(str(item.get(name) or found), taken(content, (*place, -1)))}
    return _fields_apart(content, fresh) if found == "section" else fresh


def follow(content: dict[str, Any], place: Place, old: str, new: str) -> dict[str, Any]:
    """The content, in which the thing at `place` was renamed, with every mention of it renamed too."""
    if "form" not in content:
        return content
    edit = _edit_for(content, place, old, new)
    return {**content, "form": _everywhere(content["form"], edit)} if edit else content


def mentions(value: Any, key: str) -> bool:
    """Whether a condition or a calculation inside `value` speaks of the field with that key."""
    if isinstance(value, list):
        return any(mentions(item, key) for item in value)
    if not isinstance(value, Mapping):
        return False
    return value.get("field") == key or any(mentions(item, key) for item in value.values())


def _edit_for(content: Content, place: Place, old: str, new: str) -> Edit | None:
    found = kind(place)
    if found == "field":
        return _fields_renamed({old: new})
    if found == "component" and old not in _component_keys(content):
        return lambda one: {**one, "component": new} if one.get("component") == old else one
    if found == "option" and kind(place[:-2]) == "field":
        decider = find(content, (*place[:-2], "key"))
        return lambda one: {**one, "in": _swapped(one["in"], old, new)} if _asks(one, decider) else one
    return None


def _fields_renamed(names: Mapping[str, str]) -> Edit:
    def edit(one: dict[str, Any]) -> dict[str, Any]:
        spoken = one.get("field")
        return {**one, "field": names[spoken]} if isinstance(spoken, str) and spoken in names else one

    return edit


def _asks(one: Content, decider: object) -> bool:
    return one.get("field") == decider and isinstance(one.get("in"), list)


def _swapped(values: list[Any], old: str, new: str) -> list[Any]:
    return [new if value == old else value for value in values]


def _everywhere(value: Any, edit: Edit) -> Any:
    if isinstance(value, list):
        return [_everywhere(item, edit) for item in value]
    if not isinstance(value, Mapping):
        return value
    return edit({name: _everywhere(inner, edit) for name, inner in value.items()})


def _rivals(content: Content, place: Place) -> Iterator[tuple[Place, str]]:
    """Fields share one room over all sections; everything else with its neighbours."""
    found = kind(place)
    if found == "field":
        lists: list[Place] = [(*SECTIONS, at, "fields") for at in range(len(things(content, SECTIONS)))]
    else:
        lists = [place[:-1]]
    name = NAME_OF.get(found or "sheet")
    for where in lists if name else ():
        for at, thing in enumerate(things(content, where)):
            yield (*where, at), str(thing.get(name))


def _fields_apart(content: Content, section: dict[str, Any]) -> dict[str, Any]:
    """A section about to join, its fields and the conditions among them under keys of their own."""
    others = taken(content, (*SECTIONS, -1, "fields", -1))
    names: dict[str, str] = {}
    for field in section.get("fields") or ():
        old = str(field.get("key"))
        names[old] = single(old, others)
        others.add(names[old])
    fields = [{**field, "key": names[str(field.get("key"))]} for field in section.get("fields") or ()]
    return {**section, "fields": _everywhere(fields, _fields_renamed(names))}


def _component_keys(content: Content) -> set[str]:
    return {str(one.get("key")) for case in things(content, ("cases",)) for one in case.get("components") or ()}
