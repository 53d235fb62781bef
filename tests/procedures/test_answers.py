"""Answers as words, and as typed text again."""

from datetime import date

from portal.procedures import definition
from portal.procedures.beforehand import beforehand
from portal.procedures.definition import answers_for_display, prefilled, raw_values, read
from tests.procedures.forms import field, form, sections

ANSWERS = {
    "name": "Nguyễn Thị Đào",
    "about": "một\nhai",
    "born_on": "1990-06-05",
    "count": 1250,
    "price": 1500000,
    "choice": "b",
    "several": ["a", "c"],
    "married": False,
    "place": "H06.01.01",
    "declared": True,
}
DATA = sections(
    first=[
        field("text", "name"),
        field("long_text", "about"),
        field("date", "born_on"),
        field("integer", "count"),
        field("money", "price"),
    ],
    second=[
        field("one_of", "choice"),
        field("any_of", "several"),
        field("yes_no", "married"),
        field("unit", "place"),
        field("statement", "declared"),
        field("file", "paper"),
    ],
    third=[field("text", "unanswered")],
)
UNITS = {"commune": ["H06.01.01"]}


def test_answers_read_as_words() -> None:
    shown = answers_for_display(definition.parse(DATA), ANSWERS, "vi", units={"H06.01.01": "Phường 1"})
    assert shown == [
        (
            "first",
            [
                ("Mục name", "Nguyễn Thị Đào"),
                ("Mục about", "một\nhai"),
                ("Mục born_on", "05/06/1990"),
                ("Mục count", "1.250"),
                ("Mục price", "1.500.000 đ"),
            ],
        ),
        (
            "second",
            [
                ("Mục choice", "B"),
                ("Mục several", "A; C"),
                ("Mục married", "Không"),
                ("Mục place", "Phường 1"),
                ("Mục declared", "Đã cam đoan"),
            ],
        ),
    ]


def test_answers_read_as_words_in_english() -> None:
    shown = dict(answers_for_display(definition.parse(DATA), ANSWERS, "en"))
    assert ("Mục married (en)", "No") in shown["second (en)"]
    assert ("Mục choice (en)", "B (en)") in shown["second (en)"]
    assert ("Mục declared (en)", "Declared") in shown["second (en)"]
    assert ("Mục place (en)", "H06.01.01") in shown["second (en)"]


def test_answers_of_another_revision_are_left_out_or_shown_as_they_are() -> None:
    asked = form(field("one_of", "choice"))
    assert answers_for_display(asked, {"choice": "gone", "unknown": "x"}, "vi") == [("only", [("Mục choice", "gone")])]


def test_kept_answers_fill_the_form_so_that_it_reads_the_same() -> None:
    asked = definition.parse(DATA)
    raw = raw_values(asked, ANSWERS)
    assert raw["born_on-day"] == ["05"]
    assert raw["price"] == ["1.500.000"]
    assert read(asked, raw, on=date(2020, 6, 15), units=UNITS).answers == ANSWERS


def test_what_the_portal_knows_of_the_person_is_filled_in() -> None:
    asked = form(
        field("text", "name", prefill="identity.name"),
        field("date", "born_on", prefill="identity.born_on"),
        field("email", "email", prefill="identity.email"),
        field("text", "other"),
        field("phone", "phone", prefill="identity.phone"),
    )
    sources = {"identity.name": "Nguyễn An", "identity.born_on": "1990-06-05", "identity.phone": ""}
    known = beforehand(asked.fields, sources, on=date(2020, 6, 15), units={}, places={})
    assert prefilled(asked, known) == {
        "name": ["Nguyễn An"],
        "born_on-day": ["05"],
        "born_on-month": ["06"],
        "born_on-year": ["1990"],
    }


def test_what_does_not_hold_for_the_field_is_not_filled_in() -> None:
    asked = form(field("text", "name", prefill="identity.name", max_length=3), field("date", prefill="earlier.it"))
    sources = {"identity.name": "Nguyễn An", "earlier.it": "1990"}
    asked_of = asked.fields[:1]
    assert beforehand(asked_of, sources, on=date(2020, 6, 15), units={}, places={}) == {}


def test_a_field_that_is_not_yet_asked_for_is_not_filled_in() -> None:
    hidden = field("text", "name", prefill="identity.name", show_if={"field": "q", "in": ["yes"]})
    asked = form(field("yes_no", "q"), hidden)
    assert prefilled(asked, {"name": "Nguyễn An"}) == {}
    assert prefilled(asked, {"name": "Nguyễn An"}, answers={"q": True}) == {"name": ["Nguyễn An"]}


REASONED = form(field("text", "name", prefill="identity.name", correctable="with_reason"))


def test_a_change_of_what_was_filled_in_is_kept_with_its_reason() -> None:
    was = {"name": "Nguyễn An"}
    on = date(2020, 6, 15)
    assert read(REASONED, {"name": ["Nguyễn An"]}, on=on, filled=was) == definition.Reading(was, ())
    changed = {"name": ["Nguyễn Ân"], "name-reason": ["  Thẻ ghi sai dấu "]}
    reading = read(REASONED, changed, on=on, filled=was)
    assert reading.answers == {"name": "Nguyễn Ân", "name-reason": {"was": "Nguyễn An", "reason": "Thẻ ghi sai dấu"}}
    assert read(REASONED, raw_values(REASONED, reading.answers), on=on, filled=was) == reading
    ((_title, lines),) = answers_for_display(REASONED, reading.answers, "vi")
    label = "Mục name (đã sửa so với dữ liệu có sẵn)"
    assert lines == [("Mục name", "Nguyễn Ân"), (label, "Có sẵn: Nguyễn An\nLý do sửa: Thẻ ghi sai dấu")]


def test_without_a_reason_a_change_is_a_problem_of_its_own_box() -> None:
    for raw in ({"name": ["Khác"]}, {"name": ["Khác"], "name-reason": [" "]}, {"name-reason": [""]}):
        (problem,) = read(REASONED, raw, on=date(2020, 6, 15), filled={"name": "Nguyễn An"}).problems
        assert (problem.code, problem.input) == ("no_reason", "name-reason")
    assert read(REASONED, {"name": ["Khác"]}, on=date(2020, 6, 15)).problems == ()  # nothing was filled in
