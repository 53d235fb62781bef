"""Definitions that mean harm, or that a program wrote by mistake: refused with a fault that says so, and soon."""

import time
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.errors import Invalid
from portal.procedures import definition
from tests.procedures.forms import field, sections
from tests.procedures.test_answers_macros import render

LONG = 10_000_000
Q = field("yes_no", "q")


def deep(levels: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"field": "q", "in": ["yes"]}
    for _level in range(levels):
        condition = {"all_of": [condition, {"field": "q", "given": True}]}
    return condition


def deep_sum(levels: int) -> dict[str, Any]:
    expression: dict[str, Any] = {"constant": 1}
    for _level in range(levels):
        expression = {"sum": [expression, {"constant": 1}]}
    return expression


def on(**condition: Any) -> dict[str, Any]:
    return {"show_if": condition}


HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    (
        "a field that hangs on itself",
        sections(a=[field("yes_no", "q", **on(field="q", given=True))]),
        "field_not_before",
    ),
    (
        "two fields that hang on each other",
        sections(
            a=[field("yes_no", "p", **on(field="q", given=True)), field("yes_no", "q", **on(field="p", given=True))]
        ),
        "field_not_before key='q'",
    ),
    (
        "a value calculated from itself",
        sections(a=[field("calculated", "c", value={"sum": [{"field": "c"}, {"constant": 1}]})]),
        "field_not_before key='c'",
    ),
    (
        "a label of ten megabytes",
        sections(a=[{**field("text"), "label": {"vi": "x" * LONG, "en": "x"}}]),
        "form_too_large",
    ),
    ("a label of a megabyte", sections(a=[{**field("text"), "label": {"vi": "x" * 10**6, "en": "x"}}]), "maxLength"),
    ("ten thousand fields", sections(a=[field("text", f"f{n}") for n in range(10_000)]), "too_many_fields count=10000"),
    ("a huge max_length", sections(a=[field("text", max_length=10**9)]), "maximum"),
    ("a pattern that explodes", sections(a=[field("text", pattern="(a+)+$")]), "pattern_group_repeated"),
    (
        "a pattern over a long text",
        sections(a=[field("text", pattern=".*", max_length=20_000)]),
        "too_long_for_pattern limit=500",
    ),
    ("a pattern too large to run", sections(a=[field("text", pattern="a{200}" * 9)]), "pattern_too_large"),
    ("conditions too deep", sections(a=[Q, field("text", "t", show_if=deep(5))]), "condition_too_deep"),
    (
        "conditions a thousand deep",
        sections(a=[Q, field("text", "t", show_if=deep(1000))]),
        "form_too_large",
    ),
    (
        "a condition of too many tests",
        sections(a=[Q, field("text", "t", **on(all_of=[{"any_of": [{"field": "q", "given": True}] * 20}] * 3))]),
        "too_many_tests limit=40",
    ),
    ("a sum too deep", sections(a=[field("calculated", "c", value=deep_sum(8))]), "expression_too_deep"),
    (
        "a comparison with infinity",
        sections(a=[field("number", "n"), field("text", **on(field="n", at_least="inf"))]),
        "",
    ),
    (
        "a comparison of words",
        sections(a=[field("text", "n"), field("text", **on(field="n", at_least=1))]),
        "not_more_or_less",
    ),
    (
        "a date compared with a number",
        sections(a=[field("date", "d"), field("text", **on(field="d", at_least=1))]),
        "compared_with_day",
    ),
    (
        "a number compared with a day",
        sections(a=[field("money", "m"), field("text", **on(field="m", at_most="2020-01-01"))]),
        "compared_with_number",
    ),
    ("a table in a table", sections(a=[field("table", "t", columns=[field("table", "u", columns=[Q])])]), ""),
    (
        "a condition in a column",
        sections(a=[field("table", "t", columns=[field("text", "u", **on(field="q", given=True))])]),
        "show_if",
    ),
    (
        "no room between two limits",
        sections(a=[field("number", minimum="0.5", maximum="0.25")]),
        "limits_crossed",
    ),
    ("code for a value", sections(a=[field("calculated", "c", value="__import__('os')")]), "type"),
    (
        "a message about no rule",
        sections(a=[field("text", messages={"range": {"vi": "x", "en": "x"}})]),
        "message_without_rule",
    ),
    (
        "a stop on nothing",
        {**sections(a=[Q]), "stops": [{"when": {"field": "z", "given": True}, "text": {"vi": "x", "en": "x"}}]},
        "field_not_before key='z'",
    ),
]


@pytest.mark.parametrize(
    ("data", "said"), [(data, said) for _name, data, said in HOSTILE], ids=[name for name, *_ in HOSTILE]
)
def test_it_is_refused_with_what_is_wrong_and_at_once(data: dict[str, Any], said: str) -> None:
    start = time.process_time()
    with pytest.raises(Invalid) as refused:
        definition.parse(data)
    assert time.process_time() - start < 2
    faults = [str(fault) for fault in refused.value.problems]
    assert any(said in fault for fault in faults), faults
    assert all(len(fault) < 500 for fault in faults)


def test_html_in_labels_is_shown_as_it_is_written(app: Flask) -> None:
    evil = {"vi": "<script>alert(1)</script>\" onload='x", "en": "<b>"}
    kinds = ("text", "long_text", "one_of", "place", "map", "table", "calculated", "statement", "number")
    members: dict[str, dict[str, Any]] = {
        "table": {"columns": [{**field("text", "c"), "label": evil}]},
        "calculated": {"value": {"constant": 1}},
        "number": {"suffix": evil},
        "one_of": {"options": [{"value": "a", "label": evil, "hint": evil}]},
    }
    fields = [{**field(kind, f"f_{kind}", **members.get(kind, {})), "label": evil, "help": evil} for kind in kinds]
    fields.append({**field("text", "hangs", show_if={"field": "f_one_of", "in": ["a"]}), "label": evil})
    page = render(app, definition.parse(sections(a=fields)))
    assert "<script" not in page
    assert "onload='x" not in page
    assert "&lt;script&gt;" in page


def test_the_largest_form_that_is_allowed_is_checked_and_read_soon() -> None:
    from_before = {"any_of": [{"field": "f0", "in": ["yes"]}, {"field": "f1", "in": ["no"]}]}
    parts = {
        f"s{s}": [
            field("yes_no", f"f{s * 100 + n}", **({"show_if": from_before} if s + n > 1 else {})) for n in range(100)
        ]
        for s in range(3)
    }
    start = time.process_time()
    form = definition.parse(sections(**parts))
    raw = {f"f{n}": ["yes"] for n in range(300)}
    assert len(definition.read(form, raw, on=date(2020, 6, 15)).answers) == 300
    assert time.process_time() - start < 5
