"""The door for typed text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procedures import characters
from portal.procedures.characters import Unreadable, clean, hidden, length

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn An"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Đào"), "Nguyễn Thị Đào"),
        ("  hai  đầu\u00a0trống \t", "hai đầu trống"),
        ("Ngu\u200byễn\ufeff", "Nguyễn"),
        ("a\u00adb\u2060c\u200ed\u200fe", "abcde"),
        ("Ngu\u200dyễn \u200can", "Nguyễn an"),
        (f"gia đình {FAMILY}", f"gia đình {FAMILY}"),
        ("👍🏽", "👍🏽"),
        ("cuối dòng\r\n", "cuối dòng"),
        ("٣ chữ số", "٣ chữ số"),
    ],
)
def test_what_is_kept_of_one_line(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "a\x00b",
        "a\x07b",
        "\x1b[31mđỏ",
        "a\x7fb",
        "a\x9bb",
        "a\u202eb",
        "a\u202ab",
        "a\u2066b\u2069",
        "a\ud800b",
        "a\ufffeb",
        "a\U0010ffffb",
    ],
)
def test_control_characters_and_direction_overrides_are_refused(typed: str) -> None:
    for lines in (False, True):
        with pytest.raises(Unreadable):
            clean(typed, lines=lines)


def test_line_breaks_stand_only_where_lines_are_asked_for() -> None:
    assert clean("một \r\nhai\u2028  ba\r\rbốn", lines=True) == "một\nhai\nba\n\nbốn"
    with pytest.raises(Unreadable):
        clean("một\nhai")


@given(st.text(), st.booleans())
def test_clean_text_stays_as_it_is(typed: str, lines: bool) -> None:
    try:
        kept = clean(typed, lines=lines)
    except Unreadable:
        return
    assert clean(kept, lines=lines) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert not characters.REFUSED.search(kept)
    assert kept.encode().decode() == kept


@pytest.mark.parametrize(
    ("text", "characters_counted"),
    [
        ("", 0),
        ("Nguyễn", 6),
        (unicodedata.normalize("NFD", "Nguyễn"), 6),
        ("👍", 1),
        ("👍🏽", 1),
        (FAMILY, 1),
        ("🇻🇳🇻🇳", 2),
        ("a👍b", 3),
        ("❤️", 1),
    ],
)
def test_characters_are_counted_as_people_count(text: str, characters_counted: int) -> None:
    assert length(text) == characters_counted


def test_a_letter_buried_in_marks_does_not_pass_for_one_character() -> None:
    assert length("a" + "\u0301" * 8000) >= 1000


@given(st.text())
def test_there_are_never_more_characters_than_code_points(text: str) -> None:
    assert length(text) <= len(text)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("đọc \u202engược", "\u202e"),
        ("a\u2066b", "\u2066"),
        ("Ngu\u200byễn", "\u200b"),
        ("a\u00adb", "\u00ad"),
        ("a\u200eb", "\u200e"),
        ("\ufeffđầu", "\ufeff"),
        ("tên\U000e0041\U000e0042", "\U000e0041"),
        ("a\u200db", "\u200d"),
        ("a\x07b", "\x07"),
        ("một\u2028hai", "\u2028"),
    ],
)
def test_what_nobody_sees_is_found_in_a_text_that_nobody_typed(text: str, mark: str) -> None:
    assert hidden(text) == mark


@pytest.mark.parametrize("text", ["Nguyễn Văn An", "một\nhai", f"nhà {FAMILY}", "👍🏽", "5\u00a0đồng", "🇻🇳", ""])
def test_what_people_see_hides_nothing(text: str) -> None:
    assert hidden(text) is None


@given(st.text())
def test_what_hides_nothing_loses_nothing_but_blanks_at_the_door(text: str) -> None:
    if hidden(text) is None:
        kept = clean(text, lines=True)
        assert "".join(kept.split()) == "".join(unicodedata.normalize("NFC", text).split())
        assert hidden(kept) is None
