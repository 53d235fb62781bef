"""A condition as a list of tests that a person picks one by one, and back. Pure.

What a condition is as data stands in docs/procedures.md. Tests inside tests (`all_of` in `any_of`) are kept as they
are and not offered for changing: `flat` says which these are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.procedures import formats
from portal.procedures.formats import Refusal
from portal.procedures.places import SECTIONS, Place, things
from portal.procedures.reading import Problem

JOINS = ("all_of", "any_of")
COMPARISONS = ("at_least", "more_than", "at_most", "less_than")
MOST_TESTS = 20
CHOOSING = frozenset(("one_of", "any_of", "yes_no", "statement"))
COUNTING = frozenset(("integer", "money", "number", "calculated", "date"))
SILENT = frozenset(("file",))  # give no answer that a test could read
DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
Raw = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """An earlier field as conditions see it; `label` is its text in both languages, as data."""

    key: str
    type: str
    label: Mapping[str, str]
    values: tuple[tuple[str, Any], ...]  # (value, its text), those of yes_no with None

    @property
    def operators(self) -> tuple[str, ...]:
        if self.type in CHOOSING:
            return ("in", "not_in", "given", "not_given")
        given = () if self.type == "calculated" else ("given", "not_given")
        return (*COMPARISONS, *given) if self.type in COUNTING else given


def asked_before(content: Mapping[str, Any], place: Place) -> list[Asked]:
    """The fields before the one at `place`; of a section all up to and including its own; of the form all."""
    return list(_fields(content, place))


def _fields(content: Mapping[str, Any], place: Place) -> Iterator[Asked]:
    for number, section in enumerate(things(content, SECTIONS)):
        for at, field in enumerate(section.get("fields") or ()):
            where: Place = (*SECTIONS, number, "fields", at)
            if place[:2] == SECTIONS and len(place) > 2 and not _is_before(where, place):
                return
            if field.get("type") not in SILENT and Asked("", field.get("type"), {}, ()).operators:
                yield Asked(field["key"], field["type"], field.get("label") or {}, _values(field))


def _is_before(where: Place, place: Place) -> bool:
    section, others = place[2], place[3:]
    if where[2] != section:
        return int(where[2]) < int(section)
    return others[:1] != ("fields",) or int(where[4]) < int(others[1])


def _values(field: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    if field.get("type") == "yes_no":
        return (("yes", None), ("no", None))
    if field.get("type") == "statement":
        return (("yes", None),)
    return tuple((str(one.get("value")), one.get("label") or {}) for one in field.get("options") or ())


def tests_of(condition: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The tests of a flat condition, in order."""
    if not condition:
        return []
    join = next((name for name in JOINS if name in condition), None)
    return list(condition[join]) if join else [condition]


def is_flat(condition: Mapping[str, Any] | None) -> bool:
    """Whether the condition is a list of tests and nothing deeper."""
    return all("field" in test for test in tests_of(condition))


def write(condition: Mapping[str, Any] | None, name: str) -> dict[str, list[str]]:
    """The inputs that give this condition again."""
    tests = tests_of(condition)
    raw = {f"{name}-tests": [str(len(tests))]}
    if condition and len(tests) > 1:
        raw[f"{name}-join"] = ["any_of" if "any_of" in condition else "all_of"]
    for number, test in enumerate(tests):
        at = f"{name}-{number}"
        raw[f"{at}-field"] = [str(test.get("field", ""))]
        raw |= _written(test, at)
    return raw


def _written(test: Mapping[str, Any], at: str) -> dict[str, list[str]]:
    for name in ("in", "not_in"):
        if name in test:
            return {f"{at}-is": [name], f"{at}-values": [_spoken(value) for value in test[name]]}
    if "given" in test:
        return {f"{at}-is": ["given" if test["given"] else "not_given"]}
    raw: dict[str, list[str]] = {}
    bounds = [name for name in COMPARISONS if name in test]
    for place, name in enumerate(bounds[:2]):
        behind = "" if place == 0 else "-too"
        raw |= {f"{at}-is{behind}": [name], f"{at}-bound{behind}": [_shown(test[name])]}
    return raw


def _spoken(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else str(value)


def _shown(bound: object) -> str:
    """Days as people write them."""
    text = str(bound)
    parts = text.split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 and parts[0] else text


def read(raw: Raw, name: str, fields: Sequence[Asked]) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The condition that the inputs say, None where they say none; and what is wrong with them."""
    known = {field.key: field for field in fields}
    tests: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for number in range(min(_count(raw, f"{name}-tests"), MOST_TESTS)):
        at = f"{name}-{number}"
        field = known.get(_one(raw, f"{at}-field"))
        key = _one(raw, f"{at}-field")
        if not key or raw.get(f"{at}-drop"):
            continue
        try:
            tests.append({"field": key, **_test(raw, at, field)})
        except Refusal as refusal:
            problems.append(Problem(f"{at}-bound", refusal.code, refusal.facts))
    new = _one(raw, f"{name}-new")
    if new in known:
        tests.append({"field": new, **_fresh(known[new])})
    if len(tests) < 2:
        return (tests[0] if tests else None), problems
    join = _one(raw, f"{name}-join")
    return {join if join in JOINS else "all_of": tests}, problems


def _fresh(field: Asked) -> dict[str, Any]:
    return {"in": []} if field.type in CHOOSING else {"given": True}


def _test(raw: Raw, at: str, field: Asked | None) -> dict[str, Any]:
    operator = _one(raw, f"{at}-is")
    if operator in ("given", "not_given"):
        return {"given": operator == "given"}
    if operator in COMPARISONS:
        found = {operator: _bound(_one(raw, f"{at}-bound"), field)}
        also = _one(raw, f"{at}-is-too")
        if also in COMPARISONS and _one(raw, f"{at}-bound-too"):
            found[also] = _bound(_one(raw, f"{at}-bound-too"), field)
        return found
    values = [value for value in raw.get(f"{at}-values", ()) if len(value) <= 60]
    return {"not_in" if operator == "not_in" else "in": values}


def _bound(text: str, field: Asked | None) -> str | int:
    if "/" in text or (field is not None and field.type == "date"):
        return _day(text).isoformat()
    number = text.replace(" ", "").replace(",", ".")
    if not DECIMAL.fullmatch(number):
        raise Refusal("not_a_number")
    return number if "." in number else int(number)


def _day(text: str) -> date:
    parts = text.split("/")
    if len(parts) != 3:
        raise Refusal("not_a_date", parts=("day", "month", "year"))
    return formats.day((parts[0], parts[1], parts[2]))


def _one(raw: Raw, name: str) -> str:
    values = raw.get(name)
    return values[0].strip()[:200] if values else ""


def _count(raw: Raw, name: str) -> int:
    text = _one(raw, name)
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else 0
