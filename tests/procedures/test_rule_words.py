"""Where a condition or a formula changed, the difference says before and after in sentences with the fields' labels."""

import copy
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.difference_words import ChangeWords, change_words, grouped
from portal.procedures import parsing, reachability
from portal.rule_words import condition_phrase, fields_of, formula_phrase
from tests.procedures.files import content
from tests.procedures.forms import field, sections, words

HOUSE = {**field("one_of", "house"), "label": {"vi": "Loại nhà", "en": "Kind of house"}}
HOUSE["options"] = [
    {"value": "own", "label": {"vi": "Nhà ở riêng lẻ", "en": "Detached house"}},
    {"value": "flat", "label": {"vi": "Chung cư", "en": "Flat"}},
]
AGE = {**field("integer", "age"), "label": {"vi": "Tuổi", "en": "Age"}}
GOODS = {**field("table", "goods"), "label": {"vi": "Hàng", "en": "Goods"}}
GOODS["columns"] = [{**AGE, "key": "n", "label": {"vi": "Số lượng", "en": "Number"}}, {**AGE, "key": "price"}]
OWN, FLAT = {"field": "house", "in": ["own"]}, {"field": "house", "in": ["flat"]}
ADULT = {"field": "age", "at_least": 18}


def asking(*last: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {
        **content(),
        "form": {**sections(a=[copy.deepcopy(part) for part in (HOUSE, AGE, GOODS, *last)]), **members},
    }


def told(app: Flask, before: dict[str, Any], after: dict[str, Any], language: str = "vi") -> list[tuple[str, str, str]]:
    with app.test_request_context("/", headers={"Accept-Language": language}), force_locale(language):
        return [(change.what, change.before, change.after) for change in change_words(before, after)]


def test_a_condition_that_changed_is_a_sentence_on_both_sides(app: Flask) -> None:
    before, after = (asking(field("text", show_if=condition)) for condition in (OWN, {"all_of": [FLAT, ADULT]}))
    assert told(app, before, after) == [
        (
            "Chỉ hỏi khi",
            "Chỉ hỏi khi mục “Loại nhà” là: Nhà ở riêng lẻ.",
            "Chỉ hỏi khi mục “Loại nhà” là: Chung cư, và mục “Tuổi” từ 18 trở lên.",
        )
    ]
    ((_what, was, now),) = told(app, before, after, "en")
    assert was == "Asked only when “Kind of house” is: Detached house."
    assert now == "Asked only when “Kind of house” is: Flat, and “Age” is 18 or more."


def test_what_changed_in_one_language_only_is_shown_in_that_language_to_readers_of_the_other(app: Flask) -> None:
    before, after = content(), content()
    before["summary"] = {"vi": "Cấp giấy cho trẻ.", "en": "Issues a paper."}
    after["summary"] = {"vi": "Cấp giấy cho trẻ em.", "en": "Issues a paper."}
    told_vi, told_en = told(app, before, after), told(app, before, after, "en")
    assert told_vi == [("Mô tả", "Cấp giấy cho trẻ.", "Cấp giấy cho trẻ em.")]
    assert told_en == [("Description (Vietnamese)", "Cấp giấy cho trẻ.", "Cấp giấy cho trẻ em.")]
    after["summary"] = {"vi": "Cấp giấy cho trẻ."}
    assert told(app, before, after) == [("Mô tả (tiếng Anh)", "Issues a paper.", "")]


def test_a_condition_that_came_or_went(app: Flask) -> None:
    before, after = asking(field("text", required_if=ADULT)), asking(field("text", show_if=OWN))
    assert told(app, before, after) == [
        ("Bắt buộc khi", "Bắt buộc khi mục “Tuổi” từ 18 trở lên.", ""),
        ("Chỉ hỏi khi", "Luôn hỏi.", "Chỉ hỏi khi mục “Loại nhà” là: Nhà ở riêng lẻ."),
    ]


BOUNDS = [
    ({"field": "age", "more_than": 20}, "mục “Tuổi” lớn hơn 20"),
    ({"field": "age", "less_than": "1.5"}, "mục “Tuổi” nhỏ hơn 1,5"),
    ({"field": "age", "at_most": 20}, "mục “Tuổi” không quá 20"),
    ({"field": "born", "at_least": "2020-06-15"}, "mục “born” từ ngày 15/06/2020 trở đi"),
    ({"field": "born", "more_than": "2020-06-15"}, "mục “born” sau ngày 15/06/2020"),
    ({"field": "born", "at_most": "2020-06-15"}, "mục “born” không sau ngày 15/06/2020"),
    ({"field": "born", "less_than": "2020-06-15"}, "mục “born” trước ngày 15/06/2020"),
]


@pytest.mark.parametrize(("test", "said"), BOUNDS, ids=[said for _test, said in BOUNDS])
def test_numbers_are_more_or_less_and_days_before_or_after(app: Flask, test: dict[str, Any], said: str) -> None:
    with app.test_request_context("/"):
        assert condition_phrase(test, fields_of(asking())) == said


def test_each_side_has_its_own_labels(app: Flask) -> None:
    before, after = asking(field("text", show_if=OWN)), asking(field("text", show_if=FLAT))
    after["form"]["sections"][0]["fields"][0]["label"] = {"vi": "Kiểu nhà", "en": "House"}
    (_what, was, now) = told(app, before, after)[-1]
    assert was == "Chỉ hỏi khi mục “Loại nhà” là: Nhà ở riêng lẻ."
    assert now == "Chỉ hỏi khi mục “Kiểu nhà” là: Chung cư."


def test_which_or_belongs_to_which_and_is_said(app: Flask) -> None:
    condition = {"any_of": [ADULT, {"all_of": [OWN, {"field": "age", "given": True}]}]}
    with app.test_request_context("/"):
        assert condition_phrase(condition, fields_of(asking())) == (
            "mục “Tuổi” từ 18 trở lên hoặc (mục “Loại nhà” là: Nhà ở riêng lẻ, và mục “Tuổi” được điền)"
        )


def test_an_early_stop_says_when(app: Flask) -> None:
    stop = {"text": words("Không cần"), "when": OWN}
    none, one, other = asking(), asking(stops=[stop]), asking(stops=[{**stop, "when": FLAT}])
    assert told(app, none, one) == [("", "", "Khi mục “Loại nhà” là: Nhà ở riêng lẻ.")]
    assert told(app, one, other) == [
        ("Khi", "Khi mục “Loại nhà” là: Nhà ở riêng lẻ.", "Khi mục “Loại nhà” là: Chung cư.")
    ]


TOTAL = {"total": "goods", "of": {"product": [{"column": "n"}, {"column": "price"}]}}
FORMULAS = [
    ({"field": "age"}, "“Tuổi”"),
    ({"product": [{"field": "age"}, {"constant": "1250.5"}]}, "“Tuổi” × 1.250,5"),
    ({"sum": [TOTAL, {"constant": 5000}]}, "tổng các dòng của “Hàng” (“Số lượng” × “Tuổi”) + 5.000"),
    (
        {"product": [{"difference": [{"count": "goods"}, {"field": "gone"}]}, {"field": "age"}]},
        "(số dòng của “Hàng” − “gone”) × “Tuổi”",
    ),
]


@pytest.mark.parametrize(("formula", "said"), FORMULAS, ids=[said for _formula, said in FORMULAS])
def test_a_formula_is_told_with_labels(app: Flask, formula: dict[str, Any], said: str) -> None:
    with app.test_request_context("/"):
        assert formula_phrase(formula, fields_of(asking())) == said


def test_a_formula_that_changed_is_one_change(app: Flask) -> None:
    before, after = (asking(field("calculated", "c", value=formula)) for formula, _said in FORMULAS[:2])
    assert told(app, before, after) == [("Công thức", "“Tuổi”", "“Tuổi” × 1.250,5")]


def test_types_days_and_what_fills_in_are_told_in_words(app: Flask) -> None:
    before = asking(field("date", not_after="today"))
    after = asking(field("partial_date", not_after="2020-06-15", prefill="identity.born_on"))
    assert told(app, before, after) == [
        ("Kiểu trả lời", "Ngày", "Ngày, có thể thiếu ngày hoặc tháng"),
        ("Không muộn hơn ngày", "Ngày người dân điền", "15/06/2020"),
        ("Điền sẵn từ", "", "Ngày sinh khi đăng nhập"),
    ]


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.sampled_from(["house", "2020-13-40"])),
    lambda inside: st.one_of(
        st.lists(inside, max_size=3),
        st.dictionaries(
            st.sampled_from(["field", "in", "all_of", "any_of", "given", "sum", "total", "of", "key", "label"]), inside
        ),
    ),
    max_leaves=8,
)
MEMBERS = st.sampled_from(["show_if", "required_if", "value", "options", "label", "columns", "type", "not_before"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING, MEMBERS, ANYTHING)
def test_what_an_unfinished_manuscript_holds_can_always_be_told(
    app: Flask, value: Any, member: str, stops: Any
) -> None:
    after = asking({**field("text", "unfinished"), member: value}, stops=stops)
    with app.test_request_context("/"):
        for one, other in ((asking(), after), (after, asking()), (asking(field("text", "unfinished")), after)):
            for group in grouped(one, other):
                assert all(isinstance(change, ChangeWords) for change in group.changes)


def test_what_can_be_told_can_be_built() -> None:
    """The fields that words are made of are those of the form itself."""
    form = parsing.build(asking()["form"])
    assert [part.label for part in form.fields] == [part.label for part in fields_of(asking()).values()]
    assert list(reachability.findings(form, paths={})) == []
