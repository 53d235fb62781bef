"""Steps added, changed, moved and removed, as the studio keeps them; and what differs between two lists. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.procedures.text import fold
from portal.processes.definition import END

Steps = list[dict[str, Any]]
LONGEST_KEY = 40
RESERVED = (END, "new")  # the end, and the address of a step that is not there yet


@dataclass(frozen=True, slots=True)
class Change:
    """What is different about a step: `what` is added, removed, moved, or the member that changed.

    `name` is the step's, in both languages; `before` and `after` are as the list has them.
    """

    what: str
    name: Mapping[str, str]
    before: Any = None
    after: Any = None


def key_for(steps: Sequence[Mapping[str, Any]], name: str) -> str:
    """A key of its own for a new step, from its name."""
    words = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[: LONGEST_KEY - 4].rstrip("_")
    plain = words if re.match(r"[a-z]", words) and words not in RESERVED else f"b_{words}".rstrip("_")
    taken = {step["key"] for step in steps}
    numbered = (f"{plain}_{n}" for n in range(2, 2 + len(taken)))
    return plain if plain not in taken else next(key for key in numbered if key not in taken)


def put(steps: Sequence[dict[str, Any]], step: dict[str, Any]) -> Steps:
    """The step in the place of the one with its key, or at the end."""
    if any(one["key"] == step["key"] for one in steps):
        return [step if one["key"] == step["key"] else one for one in steps]
    return [*steps, step]


def moved(steps: Sequence[dict[str, Any]], key: str, by: int) -> Steps:
    """The step one place up (-1) or down (1), as far as there is one."""
    found = list(steps)
    place = next((n for n, one in enumerate(found) if one["key"] == key), None)
    if place is None or not 0 <= place + by < len(found):
        return found
    found.insert(place + by, found.pop(place))
    return found


def without(steps: Sequence[dict[str, Any]], key: str) -> Steps:
    """Without the step, and without the acts of others that led to it."""
    return [{**one, "acts": [way for way in one["acts"] if way["to"] != key]} for one in steps if one["key"] != key]


def difference(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    """What `after` says otherwise, step by step; steps are known by their keys."""
    was, now = ({step["key"]: step for step in steps} for steps in (before, after))
    yield from (Change("removed", step["name"]) for key, step in was.items() if key not in now)
    for key, step in now.items():
        if key not in was:
            yield Change("added", step["name"])
            continue
        for member in ("name", "role", "unit", "hours", "acts"):
            if was[key][member] != step[member]:
                yield Change(member, step["name"], was[key][member], step[member])
    kept_before, kept_after = [key for key in was if key in now], [key for key in now if key in was]
    if kept_before != kept_after:
        yield from (
            Change("moved", now[key]["name"]) for old, key in zip(kept_before, kept_after, strict=True) if old != key
        )
