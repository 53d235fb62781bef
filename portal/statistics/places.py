"""Units as a tree to add figures up in, "as then" and "as now". Pure: the register comes finished.

As then: every unit that ever bore a code stands for itself, below the unit that it belonged to last. As now: a unit
that was wholly taken over is counted under its successor, again and again up to the chosen day. One that was divided,
or of which nobody knows who took over, stays as it was: no share of a dossier is ever guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.units.queries import Succession, Unit

WHOLE = 1
LONGEST_CHAIN = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as a row of figures: `code` names it, `above` the one it belongs to."""

    code: str
    level: str
    above: str | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Places:
    """The tree of one view: `counted_as` says under which place the dossiers of a code are counted."""

    by_code: Mapping[str, Place]
    counted_as: Mapping[str, str]
    below: Mapping[str | None, Sequence[str]]

    def codes_of(self, place: str) -> frozenset[str]:
        """The codes counted under the place itself, without what is below it."""
        found = {code for code, counted in self.counted_as.items() if counted == place}
        return frozenset(found or {place})

    def within(self, place: str) -> frozenset[str]:
        """The place and everything below it, as places."""
        found, waiting = {place}, [place]
        while waiting:
            for code in self.below.get(waiting.pop(), ()):
                if code not in found:
                    found.add(code)
                    waiting.append(code)
        return frozenset(found)

    def place_of(self, code: str) -> str:
        """The place that the dossiers of a code are counted under."""
        return self.counted_as.get(code, code)

    def level_of(self, place: str) -> str:
        found = self.by_code.get(place)
        return "" if found is None else found.level


def as_then(facts: Sequence[Unit]) -> Places:
    """Each code by the newest fact that has it."""
    newest = _newest(facts)
    of_unit = _by_unit(facts)
    places = {
        code: Place(code, fact.level, _code_above(fact, of_unit, newest=code), fact) for code, fact in newest.items()
    }
    return _tree(places, {code: code for code in newest})


def as_now(facts: Sequence[Unit], successions: Iterable[Succession], *, on: date) -> Places:
    """Each code under the unit that does its work on that day."""
    of_unit = _by_unit(facts)
    heirs = _heirs(successions, on)
    now = {unit_id: _in_force(of_unit[unit_id], on) for unit_id in of_unit}
    counted = {fact.agency_code: now[_heir(fact.id, heirs, of_unit)].agency_code for fact in facts}
    then = as_then(facts)
    places: dict[str, Place] = {}
    for code in set(counted.values()):
        fact = next(one for one in now.values() if one.agency_code == code)
        above = now[fact.parent_id].agency_code if fact.parent_id in now else then.by_code[code].above
        place = counted.get(above, above) if above is not None else None
        places[code] = Place(code, fact.level, None if place == code else place, fact)
    return _tree(places, counted)


def _tree(places: Mapping[str, Place], counted: Mapping[str, str]) -> Places:
    below: dict[str | None, list[str]] = {}
    for place in sorted(places.values(), key=lambda place: place.code):
        below.setdefault(place.above, []).append(place.code)
    return Places(places, counted, below)


def _newest(facts: Iterable[Unit]) -> dict[str, Unit]:
    return {fact.agency_code: fact for fact in sorted(facts, key=lambda fact: fact.valid_from)}


def _by_unit(facts: Iterable[Unit]) -> dict[int, list[Unit]]:
    """Each unit's facts in order of time."""
    found: dict[int, list[Unit]] = {}
    for fact in sorted(facts, key=lambda fact: fact.valid_from):
        found.setdefault(fact.id, []).append(fact)
    return found


def _code_above(fact: Unit, of_unit: Mapping[int, Sequence[Unit]], *, newest: str) -> str | None:
    """The code of the parent as it was on the last day of the fact."""
    if fact.parent_id is None or fact.parent_id not in of_unit:
        return None
    last = date.max if fact.valid_to is None else fact.valid_to - timedelta(days=1)
    code = _in_force(of_unit[fact.parent_id], last).agency_code
    return None if code == newest else code


def _in_force(facts: Sequence[Unit], on: date) -> Unit:
    """The fact of that day; the last one before it, or the first one after, where the day has none."""
    begun = [fact for fact in facts if fact.valid_from <= on]
    return begun[-1] if begun else facts[0]


def _heirs(successions: Iterable[Succession], on: date) -> dict[int, int]:
    """Who took over the whole of whom by that day."""
    given: dict[int, list[Succession]] = {}
    for one in successions:
        if one.on <= on:
            given.setdefault(one.old_id, []).append(one)
    return {old: found[0].new_id for old, found in given.items() if len(found) == 1 and found[0].share == WHOLE}


def _heir(unit_id: int, heirs: Mapping[int, int], of_unit: Mapping[int, Sequence[Unit]]) -> int:
    for _step in range(LONGEST_CHAIN):
        new = heirs.get(unit_id)
        if new is None or new not in of_unit:
            return unit_id
        unit_id = new
    return unit_id
