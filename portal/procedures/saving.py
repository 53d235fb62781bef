"""One page of the studio, sent: the content with what was typed there in it, or what is wrong with it. Pure.

A page is the sheet's part or one thing (`places`), and shows its members (`members`). A button of a row (`up`, `down`,
`remove`) acts after everything that was typed has been read, so nothing typed is lost by pressing it.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.procedures import condition_entries, editing, entries, keys
from portal.procedures.editing import Snag
from portal.procedures.entries import Raw
from portal.procedures.members import Member
from portal.procedures.places import SECTIONS, Place, find, kind, things
from portal.procedures.reading import Problem
from portal.procedures.sense import BELONGS_TO, fills

ROW_ACT = re.compile(r"(?P<input>[a-z_]+):(?P<row>[0-9]{1,3}):(?P<act>up|down|remove)")
# What a field of a type must say, as it is begun.
BEGUN_WITH: Mapping[str, Mapping[str, Any]] = {
    "one_of": {"options": []},
    "any_of": {"options": []},
    "unit": {"level": "commune"},
    "table": {"columns": []},
    "map": {"shape": "point"},
    "calculated": {"value": {"constant": "0"}},
}


@dataclass(frozen=True, slots=True)
class Sent:
    """The new content, and what could not be taken; with a problem the content is as it was."""

    content: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


def save(content: Mapping[str, Any], place: Place, about: Sequence[Member], raw: Raw, *, act: str = "") -> Sent:
    """Take in what was typed about the thing at `place`; `act` is the button pressed."""
    thing = find(content, place)
    found = entries.read(about, raw, thing, earlier=condition_entries.asked_before(content, place))
    if found.problems:
        return Sent(content, tuple(found.problems))
    values = found.values
    key = values.pop("key", None)
    if values.get("prefill", "") is None:
        values["correctable"] = None
    if isinstance(values.get("options"), list):
        values["options"] = _with_values(values["options"])
    changed = editing.change(content, place, values)
    if not isinstance(changed, Snag) and "type" in values:
        changed = _of_new_type(changed, place)
    if not isinstance(changed, Snag) and key:
        changed = editing.rename(changed, place, key)
    if isinstance(changed, Snag):
        return Sent(content, (Problem("key", changed.why),))
    return Sent(_after(changed, place, about, raw, act))


def _with_values(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every option under a value, new ones under one made of their words."""
    taken = {str(option["value"]) for option in options if option.get("value")}
    return [_with_value(option, taken) for option in options]


def _with_value(option: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    if option.get("value"):
        return option
    value = keys.single(keys.from_words((option.get("label") or {}).get("vi", ""), otherwise="muc"), taken)
    taken.add(value)
    return {"value": value, **option}


def _of_new_type(content: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The field without what its new type has no use for; options stay between the two types that have them."""
    field = find(content, place)
    chosen = field.get("type")
    kept = {name: value for name, value in field.items() if chosen in BELONGS_TO.get(name, {chosen})}
    kept.pop("messages", None)
    if not fills(str(kept.get("prefill")), str(chosen)):
        for name in ("prefill", "correctable"):
            kept.pop(name, None)
    return editing.put(content, place, {**copy.deepcopy(BEGUN_WITH.get(chosen, {})), **kept})


def _after(content: Mapping[str, Any], place: Place, about: Sequence[Member], raw: Raw, act: str) -> Mapping[str, Any]:
    pressed = ROW_ACT.fullmatch(act)
    member = next((one for one in about if pressed and one.kind == "rows" and one.input == pressed["input"]), None)
    if pressed is None or member is None:
        return content
    rows: Place = (*place, *member.name.split("."))
    where: Place = (*rows, int(pressed["row"]) - _empty_rows(raw, member.input, int(pressed["row"])))
    done = (
        editing.remove(content, where)
        if pressed["act"] == "remove"
        else editing.move(content, where, -1 if pressed["act"] == "up" else 1)
    )
    return content if isinstance(done, Snag) else done


def _empty_rows(raw: Raw, name: str, before: int) -> int:
    """How many rows above this one held nothing and are gone."""
    filled = {
        key[len(name) + 1 :].partition("-")[0]
        for key, texts in raw.items()
        if key.startswith(f"{name}-") and any(text.strip() for text in texts)
    }
    return sum(str(number) not in filled for number in range(before))


def new_field(content: Mapping[str, Any], where: Place, *, type: str, label: Mapping[str, str]) -> dict[str, Any]:
    """A field or a column about to join the list there, under a key made of its label."""
    taken = keys.taken(content, (*where, -1))
    key = keys.single(keys.from_words(label.get("vi", ""), otherwise="muc"), taken)
    return {"key": key, "type": type, "label": dict(label), **copy.deepcopy(BEGUN_WITH.get(type, {}))}


def hanging_on(content: Mapping[str, Any], place: Place) -> list[Any]:
    """The fields and early stops that speak of the field at `place`, or of one in the section there."""
    inside = [find(content, place)] if kind(place) == "field" else things(content, (*place, "fields"))
    gone = {str(field.get("key")) for field in inside if isinstance(field, Mapping)}
    left = [
        thing
        for number, section in enumerate(things(content, SECTIONS))
        if (*SECTIONS, number) != place
        for thing in (*(section.get("fields") or ()), *(section.get("stops") or ()))
    ]
    return [
        thing
        for thing in (*left, *things(content, ("form", "stops")))
        if thing.get("key") not in gone and any(keys.mentions(thing, key) for key in gone)
    ]
