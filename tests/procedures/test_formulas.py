"""Formulas as lines: what is written reads the same, and no line does harm."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procedures import formulas

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    NAMES.map(lambda name: {"field": name}),
    st.from_regex(r"[0-9]{1,6}(\.[0-9]{1,4})?", fullmatch=True).map(lambda number: {"constant": number}),
    NAMES.map(lambda name: {"count": name}),
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: {"sum": parts}),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: {"product": parts}),
        st.lists(inner, min_size=2, max_size=2).map(lambda parts: {"difference": parts}),
        st.tuples(NAMES, inner).map(lambda pair: {"total": pair[0], "of": pair[1]}),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_what_is_written_reads_the_same(expression: dict[str, Any]) -> None:
    line = formulas.write(expression)
    assert line is not None
    assert formulas.read(line) == expression


@given(st.text(max_size=200))
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        expression = formulas.read(line)
    except formulas.CannotRead as refused:
        assert 0 <= refused.at <= len(line)
    else:
        assert formulas.write(expression) is not None


@pytest.mark.parametrize(
    ("line", "expression"),
    [
        ("a + b * 2", {"sum": [{"field": "a"}, {"product": [{"field": "b"}, {"constant": "2"}]}]}),
        ("a - b - c", {"difference": [{"difference": [{"field": "a"}, {"field": "b"}]}, {"field": "c"}]}),
        ("(a + b) × 0,5", {"product": [{"sum": [{"field": "a"}, {"field": "b"}]}, {"constant": "0.5"}]}),
        (
            "tong(dat, .dai * .rong) + dem(dat)",
            {"sum": [{"total": "dat", "of": {"product": [{"column": "dai"}, {"column": "rong"}]}}, {"count": "dat"}]},
        ),
    ],
)
def test_a_formula_reads_as_people_mean_it(line: str, expression: dict[str, Any]) -> None:
    assert formulas.read(line) == expression


@pytest.mark.parametrize(
    "line", ["", "a +", "(a", "a b", "1 / 2", "dem()", "tong(a)", "A", "(" * 100 + "a" + ")" * 100]
)
def test_no_formula_is_refused(line: str) -> None:
    with pytest.raises(formulas.CannotRead):
        formulas.read(line)


@pytest.mark.parametrize(
    "data", [{}, {"sum": []}, {"sum": [{"field": "a"}]}, {"power": [1]}, {"total": "a"}, {"sum": 3}]
)
def test_what_no_line_can_say_is_not_written(data: dict[str, Any]) -> None:
    assert formulas.write(data) is None
