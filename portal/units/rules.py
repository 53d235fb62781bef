"""What must hold in a register of units as a whole; pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

from portal.units.register import Fact, Problem, Register, Succession, by_unit

LEVELS_OF_KIND: Mapping[str, frozenset[str]] = {
    "government": frozenset({"government"}),
    "province": frozenset({"province"}),
    "department": frozenset({"province"}),
    "district": frozenset({"district"}),
    "city": frozenset({"province", "district"}),
    "town": frozenset({"district"}),
    "commune": frozenset({"commune"}),
    "ward": frozenset({"commune"}),
    "township": frozenset({"commune"}),
    "special_zone": frozenset({"commune"}),
}
RANK = {"government": 0, "province": 1, "district": 2, "commune": 3}
AGENCY_CODE = re.compile(r"[A-Z]\d{2}(?:\.[A-Z0-9]{2,3}){0,3}", re.ASCII)
ONE_DAY = timedelta(days=1)


def problems(register: Register) -> tuple[Problem, ...]:
    """Every broken rule, in the order of the lines."""
    units = by_unit(register.facts)
    found = [problem for fact in register.facts for problem in _alone(fact)]
    if found:  # the rules below need sound lines
        return tuple(found)
    found += [problem for facts in units.values() for problem in _in_time(facts)]
    found += _shared_codes(units)
    found += [problem for fact in register.facts for problem in _below_its_parent(fact, units)]
    found += [problem for succession in register.successions for problem in _succeeds(succession, units)]
    found += _shares(register.successions)
    return tuple(found)


def _alone(fact: Fact) -> Iterator[Problem]:
    if fact.level not in LEVELS_OF_KIND.get(fact.kind, ()):
        yield Problem(fact.where, "wrong_kind_or_level", {"kind": fact.kind, "level": fact.level})
    if not AGENCY_CODE.fullmatch(fact.agency_code):
        yield Problem(fact.where, "not_an_agency_code", {"agency_code": fact.agency_code})
    if fact.valid_to is not None and fact.valid_to <= fact.valid_from:
        yield Problem(fact.where, "ends_before_it_begins")


def _in_time(facts: Sequence[Fact]) -> Iterator[Problem]:
    if facts[0].unit != facts[0].agency_code:
        yield Problem(facts[0].where, "not_named_by_its_first_code", {"unit": facts[0].unit})
    for earlier, later in pairwise(facts):
        if earlier.valid_to is None or earlier.valid_to > later.valid_from:
            yield Problem(later.where, "two_facts_at_a_time", {"other": earlier.where})


def _shared_codes(units: Mapping[str, Sequence[Fact]]) -> Iterator[Problem]:
    """An agency code belongs to one unit for ever; a statistical code to one unit at a time."""
    owner: dict[str, Fact] = {}
    bearers: dict[str, list[Fact]] = {}
    for fact in (fact for facts in units.values() for fact in facts):
        first = owner.setdefault(fact.agency_code, fact)
        if first.unit != fact.unit:
            yield Problem(fact.where, "agency_code_of_another_unit", {"other": first.where})
        if fact.code is not None:
            bearers.setdefault(fact.code, []).append(fact)
    for facts in bearers.values():
        for one, other in combinations(facts, 2):
            if one.unit != other.unit and (one.holds_on(other.valid_from) or other.holds_on(one.valid_from)):
                yield Problem(other.where, "code_of_another_unit", {"code": other.code, "other": one.where})


def _below_its_parent(fact: Fact, units: Mapping[str, Sequence[Fact]]) -> Iterator[Problem]:
    if fact.parent is None:
        return
    above = units.get(fact.parent, ())
    if not above:
        yield Problem(fact.where, "unknown_parent", {"parent": fact.parent})
    elif not _in_force_throughout(above, fact.valid_from, fact.valid_to):
        yield Problem(fact.where, "parent_not_in_force", {"parent": fact.parent})
    elif not all(_may_be_above(parent, fact) for parent in above):
        yield Problem(fact.where, "parent_not_above", {"parent": fact.parent})


def _may_be_above(parent: Fact, fact: Fact) -> bool:
    if fact.kind == "department":
        return parent.level == fact.level and parent.kind != "department"
    return RANK[parent.level] < RANK[fact.level]


def _in_force_throughout(facts: Iterable[Fact], begins: date, ends: date | None) -> bool:
    """Whether the facts (in order, not overlapping) cover the whole period."""
    for fact in facts:
        if fact.holds_on(begins):
            if fact.valid_to is None or (ends is not None and ends <= fact.valid_to):
                return True
            begins = fact.valid_to
    return False


def _succeeds(succession: Succession, units: Mapping[str, Sequence[Fact]]) -> Iterator[Problem]:
    old, new = units.get(succession.old, ()), units.get(succession.new, ())
    if not old or not new or succession.old == succession.new:
        yield Problem(succession.where, "unknown_unit", {"old": succession.old, "new": succession.new})
        return
    if not any(fact.holds_on(succession.on) for fact in new):
        yield Problem(succession.where, "successor_not_in_force", {"new": succession.new})
    if not any(fact.holds_on(succession.on - ONE_DAY) for fact in old):
        yield Problem(succession.where, "predecessor_not_in_force", {"old": succession.old})
    if succession.share == 1 and any(fact.holds_on(succession.on) for fact in old):
        yield Problem(succession.where, "predecessor_goes_on", {"old": succession.old})


def _shares(successions: Iterable[Succession]) -> Iterator[Problem]:
    given: dict[tuple[str, date], list[Succession]] = {}
    for succession in successions:
        given.setdefault((succession.old, succession.on), []).append(succession)
    for group in given.values():
        if any(one.share is not None and not 0 < one.share <= 1 for one in group):
            yield Problem(group[0].where, "wrong_share")
        elif sum(one.share or 0 for one in group) > 1 or len({one.new for one in group}) < len(group):
            yield Problem(group[-1].where, "more_than_the_whole", {"old": group[0].old})
