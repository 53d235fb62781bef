"""Which questions of a form nobody is ever asked, and which conditions never hold. Pure.

A condition is tried with every answer that can make a difference to it: each option, yes and no, each bound and the
values beside it, and no answer. Where there are too many combinations nothing is said.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from math import prod
from typing import Any

from portal.procedures.conditions import COMPARISONS, Condition, Test, is_day, leaves
from portal.procedures.findings import Finding
from portal.procedures.form import Field, Form, is_asked

MOST_TRIED = 20_000
SOMETHING = "x"


def findings(form: Form, *, paths: Mapping[str, str]) -> Iterator[Finding]:
    """Advice about conditions; `paths` leads to each field by its key."""
    for field in form.fields:
        if field.show_if is not None and (why := _never(form, field, field.show_if)):
            yield Finding(why, f"{paths[field.key]}.show_if", "advice")
        if field.required_if is not None and _never(form, field, field.required_if):
            yield Finding("condition_never_true", f"{paths[field.key]}.required_if", "advice")


def _never(form: Form, field: Field, condition: Condition) -> str:
    """Why it never holds: in itself, or because of the conditions on which its questions hang. Empty: it can hold."""
    deciders = _deciders(form, condition)
    tests = [*leaves(condition), *(test for other in deciders for test in leaves(other.show_if))]
    choices = [(other, _candidates(other, [t for t in tests if t.field == other.key])) for other in deciders]
    if prod(len(candidates) for _other, candidates in choices) > MOST_TRIED:
        return ""
    alone = False
    for answers in itertools.product(*(candidates for _other, candidates in choices)):
        given = {other.key: answer for (other, _c), answer in zip(choices, answers, strict=True) if answer is not None}
        alone = alone or condition.holds(given)
        if condition.holds(_kept(deciders, given)):
            return ""
    return "field_unreachable" if alone else "condition_never_true"


def _deciders(form: Form, condition: Condition) -> list[Field]:
    """The questions on which it hangs, and those on which these are asked, in the form's order."""
    wanted: set[str] = set()
    waiting = [test.field for test in leaves(condition)]
    while waiting:
        key = waiting.pop()
        field = form.field(key)
        if key in wanted or field is None:
            continue
        wanted.add(key)
        waiting += [test.field for test in leaves(field.show_if)]
    return [field for field in form.fields if field.key in wanted]


def _kept(deciders: Iterable[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of those that are asked."""
    kept: dict[str, Any] = {}
    for field in deciders:
        if field.key in given and is_asked(field, kept):
            kept[field.key] = given[field.key]
    return kept


def _candidates(field: Field, tests: Iterable[Test]) -> list[Any]:
    """Every answer that tests can tell apart, and none."""
    values = [option.value for option in field.options]
    if field.type == "any_of":
        named = sorted({value for test in tests if test.kind in ("in", "not_in") for value in test.values})
        some = [value for value in values if value in named]
        rest = [value for value in values if value not in named][:1]
        subsets = (list(chosen) for n in range(1, 4) for chosen in itertools.combinations([*some, *rest], n))
        return [None, *subsets]
    if field.type == "one_of":
        return [None, *values]
    if field.type == "yes_no":
        return [None, True, False]
    if field.type == "statement":
        return [None, True]
    bounds = [test.bound for test in tests if test.kind in COMPARISONS]
    return [None, *(value for bound in bounds for value in _around(bound))] if bounds else [None, SOMETHING]


def _around(bound: str) -> list[Any]:
    if is_day(bound):
        day = date.fromisoformat(bound)
        return [(day + timedelta(days=days)).isoformat() for days in (-1, 0, 1)]
    return [Decimal(bound) + step for step in (-1, 0, 1)]
