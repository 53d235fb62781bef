"""When something is asked or required: several earlier answers, joined; what is left open while one answers."""

from datetime import date
from typing import Any

import pytest

from portal.procedures import conditions
from portal.procedures.conditions import AllOf, AnyOf, Test, leaves, settle
from portal.procedures.definition import Problem, read
from portal.procedures.form import open_fields
from portal.procedures.parsing import parse
from tests.procedures.forms import field, form, sections

ON = date(2020, 6, 15)
ANSWERS: dict[str, Any] = {
    "kind": "a",
    "several": ["b", "c"],
    "yes": True,
    "age": 18,
    "area": "12.5",
    "born": "2002-06-15",
}
HOLDS = [
    ({"field": "kind", "in": ["a", "b"]}, True),
    ({"field": "kind", "in": ["b"]}, False),
    ({"field": "kind", "not_in": ["b"]}, True),
    ({"field": "several", "in": ["c"]}, True),
    ({"field": "several", "not_in": ["c"]}, False),
    ({"field": "yes", "in": [True]}, True),
    ({"field": "yes", "not_in": ["yes"]}, False),
    ({"field": "missing", "not_in": ["b"]}, False),
    ({"field": "missing", "given": False}, True),
    ({"field": "age", "given": True}, True),
    ({"field": "age", "at_least": 18}, True),
    ({"field": "age", "more_than": 18}, False),
    ({"field": "age", "at_least": 16, "less_than": 18}, False),
    ({"field": "area", "more_than": "12.49"}, True),
    ({"field": "area", "at_most": "12.50"}, True),
    ({"field": "missing", "at_most": 5}, False),
    ({"field": "born", "at_most": "2002-06-15"}, True),
    ({"field": "born", "less_than": "2002-06-15"}, False),
    ({"all_of": [{"field": "kind", "in": ["a"]}, {"field": "age", "less_than": 18}]}, False),
    ({"any_of": [{"field": "kind", "in": ["b"]}, {"field": "age", "at_least": 18}]}, True),
    ({"any_of": [{"field": "kind", "in": ["b"]}, {"all_of": [{"field": "yes", "in": ["yes"]}] * 2}]}, True),
]


def made(data: dict[str, Any]) -> conditions.Condition:
    built = conditions.build(data)
    assert built is not None
    return built


@pytest.mark.parametrize(("data", "holds"), HOLDS, ids=lambda value: str(value)[:60])
def test_what_holds(data: dict[str, Any], holds: bool) -> None:
    assert made(data).holds(ANSWERS) is holds


@pytest.mark.parametrize("data", [data for data, _holds in HOLDS], ids=str)
def test_a_condition_says_itself_again_for_the_page(data: dict[str, Any]) -> None:
    assert made(made(data).data()) == made(data)


def test_what_other_sections_answered_is_settled_and_the_rest_stays() -> None:
    condition = made({"all_of": [{"field": "kind", "in": ["a"]}, {"field": "here", "in": ["yes"]}]})
    here = Test("here", "in", frozenset({"yes"}))
    assert settle(condition, ANSWERS, still_open={"here"}) == here
    assert settle(condition, {"kind": "b"}, still_open={"here"}) is False
    either = made({"any_of": [{"field": "kind", "in": ["a"]}, {"field": "here", "in": ["yes"]}]})
    assert settle(either, ANSWERS, still_open={"here"}) is True
    assert settle(either, {}, still_open={"here"}) == here
    assert settle(either, {}, still_open={"here", "kind"}) == either
    assert settle(None, {}, still_open=()) is True


def test_two_bounds_of_one_field_are_both_kept() -> None:
    condition = made({"field": "age", "at_least": 16, "less_than": 18})
    assert isinstance(condition, AllOf)
    assert [test.kind for test in leaves(condition)] == ["at_least", "less_than"]
    assert isinstance(made({"any_of": [{"field": "a", "given": True}, {"field": "b", "given": True}]}), AnyOf)


JOINED = sections(
    first=[field("yes_no", "owner"), field("integer", "age"), field("date", "born")],
    second=[
        field(
            "text",
            "guardian",
            required_if={"all_of": [{"field": "owner", "in": ["yes"]}, {"field": "age", "less_than": 18}]},
        ),
        field(
            "text",
            "old",
            show_if={"any_of": [{"field": "age", "at_least": 80}, {"field": "born", "less_than": "1940-01-01"}]},
        ),
        field("file", "paper", required_if={"field": "guardian", "given": True}),
    ],
)


def test_a_field_is_required_on_a_condition() -> None:
    asked = parse(JOINED)
    assert read(asked, {"owner": ["yes"], "age": ["17"]}, on=ON).problems == (Problem("guardian", "missing"),)
    assert read(asked, {"owner": ["yes"], "age": ["18"]}, on=ON).problems == ()
    assert read(asked, {"owner": ["no"], "age": ["3"]}, on=ON).problems == ()


def test_any_of_several_answers_can_call_for_a_field() -> None:
    asked = parse(JOINED)
    day = {"born-day": ["1"], "born-month": ["1"], "born-year": ["1930"]}
    assert read(asked, {**day, "age": ["60"], "old": ["x"]}, on=ON).answers["old"] == "x"
    assert "old" not in read(asked, {"age": ["60"], "old": ["x"]}, on=ON).answers


def test_fields_stay_open_until_enough_is_answered() -> None:
    asked = parse(JOINED)
    assert open_fields(asked, {}) == {"old"}
    assert open_fields(asked, {"age": 81}) == set()
    assert open_fields(asked, {"age": 30}) == {"old"}
    assert open_fields(asked, {"age": 30, "born": "1990-01-01"}) == set()


def test_a_form_where_everything_hangs_on_everything_is_read_at_once() -> None:
    """Each field on the two before it: whoever follows every branch would need 2^200 steps."""

    def hangs_on(n: int) -> dict[str, Any]:
        return {"any_of": [{"field": f"q{n - 1}", "in": ["yes"]}, {"field": f"q{n - 2}", "in": ["no"]}]}

    fields = [field("yes_no", "q0"), field("yes_no", "q1")]
    fields += [field("yes_no", f"q{n}", show_if=hangs_on(n)) for n in range(2, 100)]
    more = [field("yes_no", f"q{n}", show_if=hangs_on(n)) for n in range(100, 200)]
    asked = parse(sections(one=fields, two=more))
    assert len(open_fields(asked, {})) == 198


def test_the_page_of_a_section_has_what_is_left_to_decide() -> None:
    asked = form(field("yes_no", "q"), field("text", "a", show_if={"field": "q", "in": ["yes"]}), field("text", "b"))
    groups = asked.sections[0].groups_for({"q": False})
    assert [(when is None, [f.key for f in fields]) for when, fields in groups] == [
        (True, ["q"]),
        (False, ["a"]),
        (True, ["b"]),
    ]


def stopping(when: dict[str, Any]) -> Any:
    """A form of three sections with one reason to stop of the whole form."""
    kinds = ("one_of", "integer", "text")
    fields = {name: [field(kind, name)] for name, kind in zip(("kind", "age", "more"), kinds, strict=True)}
    return parse({**sections(**fields), "stops": [{"when": when, "text": {"vi": "Không cần.", "en": "Not needed."}}]})


def said_after(form: Any, answers: dict[str, Any]) -> list[str]:
    """The sections after which one is told to stop, by who answers all of them in their order."""
    found: list[str] = []
    known: dict[str, Any] = {}
    for name in ("kind", "age", "more"):
        known |= {name: answers[name]} if name in answers else {}
        found += [name] if form.stop_after(name, known) else []
    return found


def test_a_reason_to_stop_of_the_whole_form_is_said_once_after_the_section_that_brings_it() -> None:
    answers = {"kind": "a", "age": 18, "more": "x"}
    assert said_after(stopping({"field": "kind", "in": ["a"]}), answers) == ["kind"]
    both = {"all_of": [{"field": "kind", "in": ["a"]}, {"field": "age", "at_least": 18}]}
    assert said_after(stopping(both), answers) == ["age"]
    assert said_after(stopping({"field": "age", "given": False}), {"kind": "a", "more": "x"}) == ["age"]
    assert stopping(both).stop_after("kind", answers), "whoever goes back and answers it so is told there"
    assert stopping(both).stop_after("more", answers) is None
