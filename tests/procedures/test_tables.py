"""Repeating rows and what is calculated from them."""

from datetime import date
from typing import Any

import pytest

from portal.procedures import expressions, tables
from portal.procedures.answers import answers_for_display
from portal.procedures.definition import Problem, raw_values, read
from tests.procedures.forms import field, form, words

ON = date(2020, 6, 15)


def column(kind: str, key: str, **members: Any) -> dict[str, Any]:
    return {**field(kind, key), "label": words(key), **members}


COLUMNS = [
    column("text", "name", required=True),
    column("integer", "count"),
    column("money", "price"),
    column("date", "bought"),
]
LINE = {"product": [{"column": "count"}, {"column": "price"}]}
GOODS = form(
    field("table", "goods", columns=COLUMNS, max_rows=4),
    field("calculated", "lines", value={"count": "goods"}),
    field("calculated", "all", value={"total": "goods", "of": LINE}, money=True),
    field("calculated", "tax", value={"product": [{"field": "all"}, {"constant": "0.08"}]}, decimals=1),
)
TABLE = GOODS.fields[0]


def typed(**cells: str) -> dict[str, list[str]]:
    return {name.replace("__", "-"): [value] for name, value in cells.items()}


TWO = typed(goods__0__name="Gạo", goods__0__count="3", goods__0__price="20.000", goods__2__name="Muối")


def test_rows_are_kept_in_their_order_and_empty_ones_are_none() -> None:
    reading = read(GOODS, {**TWO, "goods-1-name": ["  "]}, on=ON)
    assert reading.problems == ()
    assert reading.answers["goods"] == [{"name": "Gạo", "count": 3, "price": 20000}, {"name": "Muối"}]


def test_what_is_calculated_comes_from_the_server_alone() -> None:
    sent = {**TWO, "all": ["1"], "lines": ["99"]}
    assert {"lines": "2", "all": "60000", "tax": "4800"}.items() <= read(GOODS, sent, on=ON).answers.items()
    assert read(GOODS, {}, on=ON).answers == {"lines": "0", "all": "0", "tax": "0"}


def test_each_cell_has_its_own_problem_and_the_column_it_is_in() -> None:
    (missing, wrong) = read(GOODS, typed(goods__1__count="x"), on=ON).problems
    assert (missing.field, missing.code, missing.at) == ("goods", "missing", "goods-1-name")
    assert (wrong.input, wrong.facts["row"]) == ("goods-1-count", 2)


def test_days_in_rows_have_their_three_boxes() -> None:
    cells = typed(
        goods__0__name="a", goods__0__bought__day="1", goods__0__bought__month="2", goods__0__bought__year="2020"
    )
    assert read(GOODS, cells, on=ON).answers["goods"] == [{"name": "a", "bought": "2020-02-01"}]


@pytest.mark.parametrize(
    ("members", "rows", "fewest"),
    [
        ({"required": True}, 0, 1),
        ({"min_rows": 2}, 1, 2),
        ({"required": True, "min_rows": 3}, 2, 3),
        ({"min_rows": 2}, 0, None),
        ({}, 0, None),
        ({"min_rows": 2}, 2, None),
    ],
)
def test_how_few_rows_are_too_few(members: dict[str, Any], rows: int, fewest: int | None) -> None:
    asked = form(field("table", "t", columns=[column("text", "a")], **members))
    problems = read(asked, {f"t-{n}-a": ["x"] for n in range(rows)}, on=ON).problems
    assert problems == (() if fewest is None else (Problem("t", "too_few_rows", {"minimum": fewest}),))


def test_rows_beyond_the_last_are_not_even_looked_at() -> None:
    assert "goods" not in read(GOODS, typed(goods__4__name="x", goods__99__name="x", goods__x__name="x"), on=ON).answers


def test_a_row_is_added_and_taken_out_without_losing_another() -> None:
    more = tables.with_row(TABLE, TWO)
    assert tables.rows_shown(TABLE, more) == 4
    assert tables.rows_shown(TABLE, tables.with_row(TABLE, more)) == 4  # no more than the table takes
    fewer = tables.without_row(TABLE, {**TWO, "other": ["1"]}, 0)
    assert fewer == {"goods-1-name": ["Muối"], "other": ["1"]}
    assert tables.rows_shown(TABLE, {}) == 1


def test_kept_rows_fill_the_form_again_and_read_as_words() -> None:
    answers = read(GOODS, TWO, on=ON).answers
    assert read(GOODS, raw_values(GOODS, answers), on=ON).answers == answers
    ((_title, lines),) = answers_for_display(GOODS, answers, "vi")
    assert lines[0][1] == "1. name: Gạo; count: 3; price: 20.000 đ\n2. name: Muối"
    assert lines[2][1] == "60.000 đ"


def calculated(value: Any, answers: dict[str, Any], decimals: int = 2) -> str | None:
    return expressions.value(expressions.build(value), answers, decimals=decimals)


def test_a_sum_leaves_out_what_is_missing_and_a_product_does_not() -> None:
    both = [{"field": "a"}, {"field": "b"}]
    assert calculated({"sum": both}, {"a": "0.1", "b": "0.2"}) == "0.3"
    assert calculated({"sum": both}, {"a": 5}) == "5"
    assert calculated({"sum": both}, {}) is None
    assert calculated({"product": both}, {"a": 5}) is None
    assert calculated({"difference": both}, {"a": 5, "b": "7.25"}) == "-2.25"
    assert calculated({"product": both}, {"a": "0.5", "b": "0.01"}) == "0.01"  # half away from nothing
    assert calculated({"difference": both}, {"a": 1, "b": "1.004"}) == "0"
