"""From what a browser sent to answers."""

import unicodedata
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procedures import definition
from portal.procedures.areas import Area, Areas
from portal.procedures.definition import CODES, Problem, missing_files, read
from portal.procedures.form import FieldType, undecided
from portal.procedures.parsing import parse
from tests.procedures.forms import field, form, sections

TODAY = date(2020, 6, 15)
UNITS = {"commune": {"H06.01.01", "H06.01.02"}, "district": {"H06.01"}}
PLACES = {
    "today": Areas(
        TODAY,
        {
            "H06.01.01": Area(
                {"commune": "H06.01.01", "district": "H06.01", "province": "H06"}, ("Phường 1", "Vũng Tàu")
            )
        },
    )
}


def answer(data: dict[str, Any], *typed: str) -> Any:
    """The answer that the one field of the form reads, or the code of what is wrong."""
    raw = {"it": list(typed)}
    if data["type"] in ("date", "partial_date"):
        raw = {f"it-{part}": [value] for part, value in zip(("day", "month", "year"), typed, strict=True)}
    if data["type"] == "place":
        raw = {name: [value] for name, value in zip(("it", "it-street"), typed, strict=True)}
    reading = read(form(data), raw, on=TODAY, units=UNITS, places=PLACES)
    if reading.problems:
        assert reading.answers == {}
        assert [problem.field for problem in reading.problems] == ["it"]
        assert reading.problems[0].code in CODES
        return reading.problems[0].code
    return reading.answers.get("it")


KEPT = [
    (field("text"), ["  Nguyễn  An "], "Nguyễn An"),
    (field("text"), [unicodedata.normalize("NFD", "Nguyễn Đào")], "Nguyễn Đào"),
    (field("text", max_length=1), ["👨‍👩‍👧‍👦"], "👨‍👩‍👧‍👦"),
    (field("text"), ["<script>alert(1)</script>"], "<script>alert(1)</script>"),
    (field("long_text"), ["một\r\nhai"], "một\nhai"),
    (field("address"), ["12 Lê Lợi\nPhường 1, \r\nVũng Tàu"], "12 Lê Lợi, Phường 1, Vũng Tàu"),
    (field("address"), [" ,\n12 Lê Lợi ;,\n;"], "12 Lê Lợi"),
    (field("integer"), ["1.250"], 1250),
    (field("integer"), ["0"], 0),
    (field("money"), ["1.500.000 đ"], 1500000),
    (field("date"), ["5", "6", "2020"], "2020-06-05"),
    (field("date", not_after="today"), ["15", "6", "2020"], "2020-06-15"),
    (field("date", not_before="2020-01-01", not_after="2020-12-31"), ["31", "12", "2020"], "2020-12-31"),
    (field("one_of"), ["b"], "b"),
    (field("any_of"), ["c", "a", "c"], ["a", "c"]),
    (field("yes_no"), ["yes"], True),
    (field("yes_no"), ["no"], False),
    (field("national_id"), ["077 095 001234"], "077095001234"),
    (field("tax_code"), ["0312345678001"], "0312345678-001"),
    (field("phone"), ["+84 912 345 678"], "0912345678"),
    (field("email"), ["an@Vidu.VN"], "an@vidu.vn"),
    (field("unit"), ["H06.01.02"], "H06.01.02"),
    (field("unit", level="district"), ["H06.01"], "H06.01"),
    (field("statement"), ["yes"], True),
    (field("text"), ["", "thứ hai"], None),
    (field("text", pattern="[A-Z]{2}\\d{3}"), ["AB123"], "AB123"),
    (field("number"), ["1.250,50"], "1250.5"),
    (field("number"), ["-0,0"], "0"),
    (field("number", minimum="0.5", maximum=2), ["0,5"], "0.5"),
    (field("number"), ["12.5"], "12.5"),
    (field("national_id", twelve_only=True), ["077 095 001234"], "077095001234"),
    (field("partial_date"), ["", "", "1960"], "1960"),
    (field("partial_date"), ["", "5", "1960"], "1960-05"),
    (field("partial_date"), ["17", "5", "1960"], "1960-05-17"),
    (field("partial_date", not_before="1960-05-17"), ["", "", "1960"], "1960"),
    (
        field("place"),
        ["H06.01.01", "12 Lê Lợi\nTổ 3"],
        {
            "commune": "H06.01.01",
            "district": "H06.01",
            "province": "H06",
            "on": "2020-06-15",
            "street": "12 Lê Lợi, Tổ 3",
            "words": "12 Lê Lợi, Tổ 3, Phường 1, Vũng Tàu",
        },
    ),
    (
        field("place", elsewhere=True),
        ["elsewhere", "1 Phố, Hà Nội"],
        {"street": "1 Phố, Hà Nội", "words": "1 Phố, Hà Nội"},
    ),
    (field("map", shape="point"), ["10,346 107,084"], {"type": "Point", "coordinates": [107.084, 10.346]}),
]

REFUSED = [
    (field("text", max_length=3), ["bốn ký"], "too_long"),
    (field("text", min_length=3), ["ab"], "too_short"),
    (field("text"), ["x" * 201], "too_long"),
    (field("text"), ["x" * 1_000_000], "too_long"),
    (field("long_text"), ["x" * 2001], "too_long"),
    (field("address"), ["x" * 301], "too_long"),
    (field("text"), ["a\x00b"], "control_characters"),
    (field("text"), ["một\nhai"], "control_characters"),
    (field("long_text"), ["a\u202eb"], "control_characters"),
    (field("integer"), ["mười"], "not_a_number"),
    (field("integer"), ["👍"], "not_a_number"),
    (field("integer", minimum=1), ["0"], "out_of_range"),
    (field("integer", maximum=10), ["11"], "out_of_range"),
    (field("money"), ["-1"], "out_of_range"),
    (field("date"), ["31", "2", "2020"], "not_a_date"),
    (field("date"), ["", "2", ""], "not_a_date"),
    (field("date"), ["1\x00", "2", "2020"], "control_characters"),
    (field("date", not_after="today"), ["16", "6", "2020"], "date_out_of_range"),
    (field("date", not_before="today"), ["14", "6", "2020"], "date_out_of_range"),
    (field("one_of"), ["d"], "not_an_option"),
    (field("one_of"), ["A"], "not_an_option"),
    (field("any_of"), ["a", "d"], "not_an_option"),
    (field("yes_no"), ["maybe"], "not_an_option"),
    (field("national_id"), ["123"], "not_an_id"),
    (field("tax_code"), ["123"], "not_a_tax_code"),
    (field("phone"), ["123"], "not_a_phone"),
    (field("email"), ["an"], "not_an_email"),
    (field("unit"), ["H06.01"], "not_an_option"),
    (field("unit"), ["H99"], "not_an_option"),
    (field("statement", required=True), [""], "not_accepted"),
    (field("statement", required=True), ["no"], "not_accepted"),
    (field("text", pattern="[A-Z]{2}\\d{3}"), ["AB12"], "pattern"),
    (field("number"), ["0.125"], "too_many_decimals"),
    (field("number"), ["mười"], "not_a_decimal"),
    (field("number"), ["1,234,5"], "not_a_decimal"),
    (field("number", decimals=1), ["1,25"], "too_many_decimals"),
    (field("number", minimum="0.5"), ["0,4"], "out_of_range"),
    (field("number"), ["9" * 30], "out_of_range"),
    (field("national_id", twelve_only=True), ["123456789"], "not_a_citizen_id"),
    (field("partial_date"), ["17", "", "1960"], "not_a_partial_date"),
    (field("partial_date"), ["", "13", "1960"], "not_a_partial_date"),
    (field("partial_date"), ["31", "2", "1960"], "not_a_date"),
    (field("partial_date", precision="month"), ["", "", "1960"], "not_a_partial_date"),
    (field("partial_date", not_before="1961-01-01"), ["", "", "1960"], "date_out_of_range"),
    (field("partial_date", not_after="today"), ["", "7", "2020"], "date_out_of_range"),
    (field("place"), ["H06.01.01", ""], "no_street"),
    (field("place"), ["", "12 Lê Lợi"], "no_commune"),
    (field("place"), ["H06.01.99", "12 Lê Lợi"], "not_an_option"),
    (field("place"), ["elsewhere", "12 Lê Lợi"], "not_an_option"),
    (field("map", shape="point"), ["ở nhà"], "not_coordinates"),
    (field("map", shape="point"), ["48,85 2,35"], "outside_viet_nam"),
    (field("map", shape="point"), ["10,3 107\n10,3 107,1"], "one_point_wanted"),
    (field("map", shape="area"), ["10,3 107\n10,3 107,1"], "too_few_points"),
    (field("map", shape="area"), ["10 107\n11 108\n10 108\n11 107"], "crossing_lines"),
    (field("map", shape="area", max_points=3), ["10 107\n11 108\n10 108\n11 107"], "too_many_points"),
]


@pytest.mark.parametrize(("data", "typed", "kept"), KEPT, ids=lambda value: str(value)[:40])
def test_what_is_kept(data: dict[str, Any], typed: list[str], kept: object) -> None:
    assert answer(data, *typed) == kept


@pytest.mark.parametrize(("data", "typed", "code"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_is_refused(data: dict[str, Any], typed: list[str], code: str) -> None:
    assert answer(data, *typed) == code


TYPES = [data["type"] for data, _typed, _kept in KEPT]


@pytest.mark.parametrize("kind", sorted(set(TYPES) - {"statement"}))
def test_nothing_typed_is_missing_only_where_it_is_required(kind: str) -> None:
    for raw in (
        {},
        {"it": [""]},
        {"it": ["  \u200b "]},
        {"it-day": [""], "it-month": [" "], "it-year": [""]},
        {"it-street": [" "]},
    ):
        assert read(form(field(kind, required=True)), raw, on=TODAY).problems == (Problem("it", "missing"),)
        assert read(form(field(kind)), raw, on=TODAY) == definition.Reading({}, ())


def test_an_address_of_commas_is_no_address() -> None:
    asked = form(field("address", required=True))
    assert read(asked, {"it": [" ,\n; ,"]}, on=TODAY).problems == (Problem("it", "missing"),)


def test_every_type_of_one_answer_is_tried_here() -> None:
    assert {*TYPES, "file", "table", "calculated"} == set(get_args(FieldType))


def test_a_unit_is_no_option_unless_the_units_are_named() -> None:
    assert read(form(field("unit")), {"it": ["H06.01.01"]}, on=TODAY).problems[0].code == "not_an_option"


def test_all_problems_come_at_once_and_what_holds_is_kept() -> None:
    asked = form(field("text", "name", required=True), field("integer", "age"), field("email", "mail"))
    reading = read(asked, {"age": ["x"], "mail": ["an@vidu.vn"], "unknown": ["1"]}, on=TODAY)
    assert [(problem.field, problem.code) for problem in reading.problems] == [
        ("name", "missing"),
        ("age", "not_a_number"),
    ]
    assert reading.answers == {"mail": "an@vidu.vn"}


def test_problems_carry_what_their_words_need() -> None:
    asked = form(field("text", max_length=3))
    assert read(asked, {"it": ["abcde"]}, on=TODAY).problems[0].facts == {"length": 5, "maximum": 3}
    ranged = form(field("date", not_before="2020-01-01", not_after="today"))
    raw = {"it-day": ["1"], "it-month": ["1"], "it-year": ["2021"]}
    facts = read(ranged, raw, on=TODAY).problems[0].facts
    assert facts == {"not_before": date(2020, 1, 1), "not_after": TODAY, "today": TODAY}


CONDITIONS = sections(
    first=[field("yes_no", "has_father"), field("one_of", "kind"), field("any_of", "several")],
    second=[
        field("text", "father", required=True, show_if={"field": "has_father", "in": ["yes"]}),
        field("text", "no_father", show_if={"field": "has_father", "in": [False]}),
        field("one_of", "detail", required=True, show_if={"field": "kind", "in": ["a", "b"]}),
        field("text", "deep", required=True, show_if={"field": "detail", "in": ["c"]}),
        field("text", "any", show_if={"field": "several", "in": ["b"]}),
        field("file", "paper", required=True, show_if={"field": "kind", "in": ["c"]}),
    ],
)


def test_a_hidden_field_is_neither_missed_nor_kept() -> None:
    asked = parse(CONDITIONS)
    reading = read(asked, {"has_father": ["no"], "father": ["Nguyễn Văn A"], "no_father": ["x"]}, on=TODAY)
    assert reading.problems == ()
    assert reading.answers == {"has_father": False, "no_father": "x"}


def test_a_field_that_the_answers_call_for_is_asked() -> None:
    asked = parse(CONDITIONS)
    reading = read(asked, {"has_father": ["yes"], "kind": ["b"], "several": ["a", "b"], "any": ["y"]}, on=TODAY)
    assert [problem.field for problem in reading.problems] == ["father", "detail"]
    assert reading.answers["any"] == "y"


def test_a_field_below_a_hidden_one_is_hidden_too() -> None:
    raw = {"kind": ["c"], "detail": ["c"], "deep": ["x"]}
    assert read(parse(CONDITIONS), raw, on=TODAY).answers == {"kind": "c"}


def test_a_wrong_answer_decides_nothing() -> None:
    reading = read(parse(CONDITIONS), {"has_father": ["nonsense"]}, on=TODAY)
    assert [problem.field for problem in reading.problems] == ["has_father"]


def test_one_section_is_read_with_the_answers_of_the_others() -> None:
    asked = parse(CONDITIONS)
    raw = {"father": ["Nguyễn Văn A"], "has_father": ["no"], "kind": ["a"]}
    reading = read(asked, raw, on=TODAY, section="second", known={"has_father": True, "father": "cũ"})
    assert reading == definition.Reading({"father": "Nguyễn Văn A"}, ())


def test_required_files_are_missed_only_where_they_are_asked_for() -> None:
    asked = parse(CONDITIONS)
    assert missing_files(asked, {"kind": "c"}, attached=()) == (Problem("paper", "missing"),)
    assert missing_files(asked, {"kind": "c"}, attached=("paper",)) == ()
    assert missing_files(asked, {"kind": "a"}, attached=()) == ()


EVERYTHING = form(
    *(field(kind, f"f_{kind}") for kind in sorted(set(TYPES))),
    field("text", "when_yes", show_if={"field": "f_yes_no", "in": ["yes"]}, required=True),
)
NAMES = [f.key for f in EVERYTHING.fields] + ["f_date-day", "f_date-month", "f_date-year", "f_place-street"]
TYPED = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "yes",
            "no",
            "a",
            "b",
            "H06.01.01",
            "12",
            "1.200",
            "1,5",
            "10,5 107,5",
            "2020",
            "077095001234",
            "0912345678",
            "an@vidu.vn",
        ]
    ),
)


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(TYPED, max_size=3)))
def test_whatever_is_typed_gives_answers_that_read_the_same_again(raw: dict[str, list[str]]) -> None:
    reading = read(EVERYTHING, raw, on=TODAY, units=UNITS, places=PLACES)
    wrong = {problem.field for problem in reading.problems}
    assert not wrong & set(reading.answers)
    again = read(EVERYTHING, definition.raw_values(EVERYTHING, reading.answers), on=TODAY, units=UNITS, places=PLACES)
    assert again.answers == reading.answers


def test_a_field_is_undecided_until_the_question_it_hangs_on_is_answered() -> None:
    """Through a chain: papers hang on the marriage, the marriage on the father."""
    made = form(
        field("yes_no", "father"),
        field("yes_no", "married", show_if={"field": "father", "in": ["yes"]}),
        field("file", "paper", show_if={"field": "married", "in": ["yes"]}),
    )
    father, married, paper = made.fields
    assert [undecided(made, one, {}) for one in (father, married, paper)] == [False, True, True]
    assert [undecided(made, one, {"father": True}) for one in (married, paper)] == [False, True]
    assert [undecided(made, one, {"father": False}) for one in (married, paper)] == [False, False]
    assert not undecided(made, paper, {"father": True, "married": False})
