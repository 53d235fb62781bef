"""When something is asked, required or no longer needed: tests of earlier answers, joined by "all" and "any".

A condition is data in the definition, decided by the server from the answers as they are kept. The page's script
follows the same rules on what stands in the form (`static/src/js/conditions.js`), only to show and hide.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda answer, bound: bool(answer >= bound),
    "more_than": lambda answer, bound: bool(answer > bound),
    "at_most": lambda answer, bound: bool(answer <= bound),
    "less_than": lambda answer, bound: bool(answer < bound),
}
YES_NO_NAMES = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Test:
    """One earlier answer looked at. `kind`: in, not_in, given, or a comparison, whose bound is the one value.

    Of in and not_in, `yes` and `no` name the answers of a yes_no, `yes` a ticked statement. not_in asks for an
    answer that is none of these: a question not answered decides nothing. The value of given is `yes` or `no`.
    """

    __test__ = False  # no test case, whatever a test runner makes of the name

    field: str
    kind: str
    values: frozenset[str]

    @property
    def bound(self) -> str:
        return next(iter(self.values))

    def holds(self, answers: Mapping[str, Any]) -> bool:
        answer = answers.get(self.field)
        if self.kind == "given":
            return (answer is not None) == (self.bound == "yes")
        if answer is None:
            return False
        if self.kind in COMPARISONS:
            return COMPARISONS[self.kind](*_comparable(answer, self.bound))
        return self.values.isdisjoint(_spoken(answer)) == (self.kind == "not_in")

    def data(self) -> dict[str, Any]:
        if self.kind == "given":
            return {"field": self.field, "given": self.bound == "yes"}
        values = self.bound if self.kind in COMPARISONS else sorted(self.values)
        return {"field": self.field, self.kind: values}


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple["Condition", ...]

    def holds(self, answers: Mapping[str, Any]) -> bool:
        return all(part.holds(answers) for part in self.parts)

    def data(self) -> dict[str, Any]:
        return {"all_of": [part.data() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Condition", ...]

    def holds(self, answers: Mapping[str, Any]) -> bool:
        return any(part.holds(answers) for part in self.parts)

    def data(self) -> dict[str, Any]:
        return {"any_of": [part.data() for part in self.parts]}


Condition = Test | AllOf | AnyOf


def build(data: Mapping[str, Any] | None) -> Condition | None:
    """The condition of data whose shape was checked."""
    if data is None:
        return None
    if "all_of" in data or "any_of" in data:
        joined = AllOf if "all_of" in data else AnyOf
        parts = [build(part) for part in data["all_of" if "all_of" in data else "any_of"]]
        return joined(tuple(part for part in parts if part is not None))
    tests = tuple(_tests(data))
    return tests[0] if len(tests) == 1 else AllOf(tests)


def _tests(data: Mapping[str, Any]) -> Iterator[Test]:
    for kind, value in data.items():
        if kind in ("in", "not_in"):
            # Unquoted yes and no are booleans in YAML; both spellings mean the answer of a yes_no.
            named = (YES_NO_NAMES[v] if isinstance(v, bool) else v for v in value)
            yield Test(data["field"], kind, frozenset(named))
        elif kind == "given":
            yield Test(data["field"], kind, frozenset((YES_NO_NAMES[value],)))
        elif kind in COMPARISONS:
            yield Test(data["field"], kind, frozenset((str(value),)))


def leaves(condition: Condition | None) -> Iterator[Test]:
    """Every test in it, in the order written."""
    if isinstance(condition, Test):
        yield condition
    elif condition is not None:
        for part in condition.parts:
            yield from leaves(part)


def settle(condition: Condition | None, answers: Mapping[str, Any], *, still_open: Collection[str]) -> Condition | bool:
    """What is left of the condition once all but the fields `still_open` are answered: True, False, or the rest."""
    if condition is None:
        return True
    if isinstance(condition, Test):
        return condition if condition.field in still_open else condition.holds(answers)
    settled = [settle(part, answers, still_open=still_open) for part in condition.parts]
    decisive = isinstance(condition, AnyOf)  # the value of one part that decides the whole
    rest = tuple(part for part in settled if not isinstance(part, bool))
    if decisive in [part for part in settled if isinstance(part, bool)]:
        return decisive
    if not rest:
        return not decisive
    return rest[0] if len(rest) == 1 else type(condition)(rest)


def _spoken(answer: Any) -> frozenset[str]:
    if isinstance(answer, bool):
        return frozenset((YES_NO_NAMES[answer],))
    return frozenset(answer) if isinstance(answer, list) else frozenset((str(answer),))


def _comparable(answer: Any, bound: str) -> tuple[Any, Any]:
    """Days compare as text, because they are ISO days; all else are numbers."""
    if is_day(bound):
        return str(answer), bound
    return Decimal(str(answer)), Decimal(bound)


def is_day(bound: str) -> bool:
    return len(bound) == 10 and bound[4] == "-"
