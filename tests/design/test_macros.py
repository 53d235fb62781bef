"""The macros' markup: what a screen reader, a label and a test may rely on."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from flask import Flask, get_template_attribute

from tests.design.conftest import Make


class Tree(HTMLParser):
    """Every element with its attributes, in order, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def one(self, tag: str) -> dict[str, str | None]:
        (found,) = self.all(tag)
        return found


class Macros:
    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, macro: str, *values: object, **named: object) -> Tree:
        file = "content" if macro in ("timeline", "tag", "summary_list", "pagination", "notice", "stat") else "form"
        with self.app.test_request_context("/?lang=vi"):
            return Tree(str(get_template_attribute(f"macros/{file}.html", macro)(*values, **named)))


@pytest.fixture(scope="module")
def macros(plain_app: Flask) -> Macros:
    return Macros(plain_app)


EVIL = "\"'><script>alert(1)</script>"


def test_a_field_is_named_described_and_kept(macros: Macros) -> None:
    tree = macros(
        "text_input", "ten", "Họ tên", "Bé Tí", hint="Đủ dấu", error="Hãy nhập", autocomplete="name", width=20
    )
    field = tree.one("input")
    assert (field["id"], field["name"], field["value"]) == ("f-ten", "ten", "Bé Tí")
    assert tree.one("label")["for"] == "f-ten"
    assert field["aria-describedby"] == "f-ten-hint f-ten-error"
    assert field["aria-invalid"] == "true"
    assert {"f-ten-hint", "f-ten-error"} <= {attributes.get("id") for _, attributes in tree.elements}
    assert "Lỗi:" in tree.words
    assert "không bắt buộc" not in tree.words


def test_an_optional_field_says_so_in_its_label(macros: Macros) -> None:
    assert "(không bắt buộc)" in macros("text_input", "a", "A", required=False).words
    assert "(không bắt buộc)" in macros("radios", "a", "A", [("1", "Một")], required=False).words


def test_a_field_without_a_value_is_empty(macros: Macros) -> None:
    assert macros("text_input", "a", "A", None).one("input")["value"] == ""
    assert "None" not in macros("textarea", "a", "A", None).words


@pytest.mark.parametrize(
    ("macro", "values"),
    [
        ("text_input", ("a", EVIL, EVIL, EVIL, EVIL)),
        ("textarea", ("a", EVIL, EVIL, EVIL, EVIL)),
        ("radios", ("a", EVIL, [(EVIL, EVIL, EVIL)], EVIL, EVIL, EVIL)),
        ("checkboxes", ("a", EVIL, [(EVIL, EVIL, EVIL)], [EVIL], EVIL, EVIL)),
        ("select", ("a", EVIL, [(EVIL, [(EVIL, EVIL)])], EVIL, EVIL, EVIL)),
        ("date_input", ("a", EVIL, (EVIL, EVIL, EVIL), EVIL, EVIL)),
        ("file_input", ("a", EVIL, EVIL, EVIL, EVIL)),
        ("error_summary", ([("f-a", EVIL)],)),
        ("timeline", ([{"title": EVIL, "state": "done", "at": None, "note": EVIL, "unit": EVIL}],)),
        ("summary_list", ([(EVIL, EVIL, EVIL, EVIL)],)),
        ("tag", (EVIL,)),
        ("notice", (EVIL, "neutral", EVIL)),
    ],
)
def test_nothing_that_was_typed_becomes_markup(macros: Macros, macro: str, values: tuple[object, ...]) -> None:
    tree = macros(macro, *values)
    assert tree.all("script") == []
    assert "alert(1)" in tree.words + str(tree.elements)


def test_choices_remember_what_was_chosen(macros: Macros) -> None:
    tree = macros("radios", "a", "A", [(1, "Một"), (2, "Hai", "Giải thích")], 2, error="Hãy chọn")
    first, second = tree.all("input")
    assert ("checked" in first, "checked" in second) == (False, True)
    assert (first["id"], second["id"]) == ("f-a", "f-a-2")
    assert second["aria-describedby"] == "f-a-2-hint"
    assert tree.one("fieldset")["aria-describedby"] == "f-a-error"
    boxes = macros("checkboxes", "a", "A", [("x", "X"), ("y", "Y")], ["y"]).all("input")
    assert ["checked" in box for box in boxes] == [False, True]


def test_an_answer_is_not_chosen_by_a_part_of_its_name(macros: Macros) -> None:
    boxes = macros("radios", "a", "A", [("1", "Một"), ("11", "Mười một")], "11").all("input")
    assert ["checked" in box for box in boxes] == [False, True]


def test_a_list_to_choose_from_may_have_headings(macros: Macros) -> None:
    tree = macros("select", "xa", "Xã", [("Vũng Tàu", [("1", "Phường 1")]), ("Côn Đảo", [("2", "Côn Đảo")])], "2")
    assert [group["label"] for group in tree.all("optgroup")] == ["Vũng Tàu", "Côn Đảo"]
    assert [option["value"] for option in tree.all("option")] == ["", "1", "2"]
    assert ["selected" in option for option in tree.all("option")] == [False, False, True]


def test_options_are_escaped_and_mixed_with_groups_in_their_order(macros: Macros) -> None:
    options = [("1", "Một <b>"), ('"nhóm" & hai', [("2", "Hai"), ('3" x', "Ba & bốn")]), ("5", "Năm")]
    tree = macros("select", "don-vi", "Đơn vị", options, value='3" x')
    assert [one["value"] for one in tree.all("option")] == ["", "1", "2", '3" x', "5"]
    assert tree.all("b") == []
    assert all(words in tree.words for words in ("Một <b>", "Ba & bốn", "Năm"))
    assert [one["value"] for one in tree.all("option") if "selected" in one] == ['3" x']
    assert tree.one("optgroup")["label"] == '"nhóm" & hai'


def test_a_list_with_an_empty_answer_of_its_own_gets_no_second(macros: Macros) -> None:
    assert len(macros("select", "a", "A", [("", "Tất cả"), ("1", "Một")]).all("option")) == 2


def test_a_date_has_three_fields_and_one_place_to_land(macros: Macros) -> None:
    tree = macros("date_input", "ngay", "Ngày", ("1", "2", "2020"), error="Sai")
    assert [(field["name"], field["id"], field["value"]) for field in tree.all("input")] == [
        ("ngay-day", "f-ngay-day", "1"),
        ("ngay-month", "f-ngay-month", "2"),
        ("ngay-year", "f-ngay-year", "2020"),
    ]
    landing = next(attributes for _, attributes in tree.elements if attributes.get("id") == "f-ngay")
    assert landing["tabindex"] == "-1"


def test_a_file_field_knows_the_limit(make_app: Make) -> None:
    tree = Macros(make_app(max_file_bytes=3 * 1024 * 1024))("file_input", "tep", "Tệp", accept=".pdf", multiple=True)
    box = next(attributes for _, attributes in tree.elements if "data-max-bytes" in attributes)
    assert box["data-max-bytes"] == str(3 * 1024 * 1024)
    assert "3\u00a0MB" in str(box["data-too-big"])
    assert "{name}" in str(box["data-too-big"])
    assert "multiple" in tree.one("input")


def test_the_summary_leads_to_each_field(macros: Macros) -> None:
    tree = macros("error_summary", [("f-ten", "Hãy nhập tên."), ("", "Hồ sơ chưa đủ.")])
    assert tree.one("a")["href"] == "#f-ten"
    assert "Hồ sơ chưa đủ." in tree.words
    assert macros("error_summary", []).elements == []


def test_the_instants_of_a_timeline_are_such_as_html_knows(macros: Macros) -> None:
    """Of a second a fraction of six digits is none there."""
    at = datetime(2020, 6, 15, 3, 4, 5, 678901, tzinfo=UTC)
    tree = macros("timeline", [{"title": "Tiếp nhận", "state": "done", "at": at}])
    assert tree.one("time")["datetime"] == "2020-06-15T03:04:05+00:00"


def test_a_timeline_says_its_states_in_words(macros: Macros) -> None:
    states = ("done", "undone", "late", "current", "future")
    tree = macros("timeline", [{"title": f"bước {state}", "state": state, "at": None} for state in states])
    for words in ("Đã xong", "Đã thu hồi", "Trễ hạn", "Đang ở bước này", "Chưa tới"):
        assert words in tree.words
    assert [item.get("aria-current") for item in tree.all("li")] == [None, None, None, "step", None]


def test_there_are_no_pages_where_there_is_only_one(macros: Macros) -> None:
    assert macros("pagination", None, None).elements == []
    assert macros("pagination", None, "?after=x").one("a")["rel"] == "next"
