"""From a file's `form` to a Form, with every fault named."""

from typing import Any

import pytest

from portal.errors import Invalid
from portal.procedures import definition
from portal.procedures.definition import Test
from tests.procedures.forms import field, form, sections


def faults(*fields: dict[str, Any]) -> list[str]:
    with pytest.raises(Invalid) as refused:
        form(*fields)
    return [str(fault) for fault in refused.value.problems]


def test_a_field_has_the_defaults_of_its_type() -> None:
    text, long_text, address, money, file, choice = form(
        field("text", "a"),
        field("long_text", "b"),
        field("address", "c"),
        field("money", "d"),
        field("file", "e"),
        field("one_of", "f"),
    ).fields
    assert (text.max_length, long_text.max_length, address.max_length) == (200, 2000, 300)
    assert (money.minimum, file.max_files, choice.as_select, text.required) == (0, 5, False, False)


def test_many_options_become_a_select() -> None:
    options = [{"value": str(n), "label": {"vi": str(n), "en": str(n)}} for n in range(7)]
    (few,), (many,) = form(field("one_of", options=options[:6])).fields, form(field("one_of", options=options)).fields
    assert (few.as_select, many.as_select) == (False, True)


def test_a_condition_takes_yes_and_no_however_yaml_gives_them() -> None:
    for written in (["yes"], [True]):
        asked = form(field("yes_no", "first"), field("text", "second", show_if={"field": "first", "in": written}))
        assert asked.fields[1].show_if == Test("first", "in", frozenset({"yes"}))


def test_neighbours_with_one_condition_stand_together() -> None:
    condition = {"field": "q", "in": ["yes"]}
    asked = form(
        field("yes_no", "q"),
        field("text", "a", show_if=condition),
        field("text", "b", show_if=condition),
        field("text", "c"),
    )
    groups = asked.sections[0].groups
    assert [[inside.key for inside in fields] for _condition, fields in groups] == [["q"], ["a", "b"], ["c"]]


SHAPES: list[tuple[dict[str, Any], str]] = [
    (field("telephone"), "enum value='telephone'"),
    (field("text", colour="red"), "additionalProperties members=['colour']"),
    (field("text", "Not A Key"), "pattern value='Not A Key'"),
    ({"key": "it", "type": "text"}, "required members=['label']"),
    ({"key": "it", "type": "text", "label": {"vi": "một"}}, "required members=['en']"),
    ({"key": "it", "type": "one_of", "label": {"vi": "a", "en": "a"}}, "required members=['options']"),
    ({"key": "it", "type": "unit", "label": {"vi": "a", "en": "a"}}, "required members=['level']"),
    (field("text", required="yes"), "type value='yes'"),
    (field("date", not_after="tomorrow"), "anyOf value='tomorrow'"),
    (field("date", not_after="2020-02-31"), "anyOf value='2020-02-31'"),
    (field("text", prefill="identity.shoe_size"), "enum"),
    (field("one_of", options=[]), "minItems"),
]

SENSES: list[tuple[list[dict[str, Any]], str, str]] = [
    ([field("text"), field("text")], "sections[0].fields[1].key", "key_twice"),
    ([field("text", "csrf_token")], "sections[0].fields[0].key", "key_reserved"),
    ([field("text", minimum=1)], "sections[0].fields[0].minimum", "member_of_another_type type='text'"),
    ([field("integer", max_length=1)], "sections[0].fields[0].max_length", "member_of_another_type"),
    ([field("text", options=[])], "sections[0].fields[0].options", ""),
    ([field("email", prefill="identity.name")], "sections[0].fields[0].prefill", "prefill_of_another_type"),
    ([field("text", min_length=5, max_length=2)], "sections[0].fields[0].min_length", "limits_crossed"),
    ([field("integer", minimum=5, maximum=2)], "sections[0].fields[0].minimum", "limits_crossed"),
    (
        [field("date", not_before="2020-01-02", not_after="2020-01-01")],
        "sections[0].fields[0].not_before",
        "days_crossed",
    ),
    (
        [field("text", show_if={"field": "x", "in": ["a"]})],
        "sections[0].fields[0].show_if.field",
        "field_not_before key='x'",
    ),
    (
        [field("text", "b", show_if={"field": "q", "in": ["yes"]}), field("yes_no", "q")],
        "sections[0].fields[0].show_if.field",
        "field_not_before key='q'",
    ),
    (
        [field("text", "q"), field("text", show_if={"field": "q", "in": ["a"]})],
        "sections[0].fields[1].show_if.field",
        "no_fixed_answers",
    ),
    (
        [field("one_of", "q"), field("text", show_if={"field": "q", "in": ["z"]})],
        "sections[0].fields[1].show_if.in",
        "never_answers key='q' type='one_of' value='z'",
    ),
]


@pytest.mark.parametrize(("data", "message"), SHAPES, ids=lambda value: str(value)[:40])
def test_a_wrong_shape_is_named(data: dict[str, Any], message: str) -> None:
    found = faults(data)
    assert len(found) == 1
    assert message in found[0]
    assert found[0].startswith("sections[0].fields[0]")


@pytest.mark.parametrize(("data", "path", "message"), SENSES, ids=lambda value: str(value)[:40])
def test_what_makes_no_sense_is_named_where_it_stands(data: list[dict[str, Any]], path: str, message: str) -> None:
    found = faults(*data)
    assert len(found) == 1
    assert found[0].startswith(f"{path}: ")
    assert message in found[0]


def test_two_options_with_one_value_are_refused() -> None:
    twice = [{"value": "a", "label": {"vi": "a", "en": "a"}}] * 2
    assert faults(field("one_of", options=twice)) == ["sections[0].fields[0].options: option_twice"]


def test_every_fault_is_told_at_once() -> None:
    found = faults(field("text", minimum=1), field("text", max_length=0), field("nonsense", "b"))
    assert len(found) == 2  # the shape first: what makes sense is asked of a right shape only
    again = faults(field("text", minimum=1), field("text"), field("text", "b", show_if={"field": "no", "in": ["a"]}))
    assert len(again) == 3


def test_two_sections_need_two_keys() -> None:
    data = sections(one=[field("text", "a")], two=[field("text", "b")])
    data["sections"][1]["key"] = "one"
    with pytest.raises(Invalid) as refused:
        definition.parse(data)
    assert [str(fault) for fault in refused.value.problems] == ["sections[1].key: section_twice key='one'"]


@pytest.mark.parametrize(
    "data", [None, [], "x", {}, {"sections": None}, {"sections": [None]}, {"sections": [], "x": 1}]
)
def test_what_is_no_form_at_all_is_refused(data: Any) -> None:
    with pytest.raises(Invalid):
        definition.parse(data)
