"""Patterns of editors: a small syntax, the same as everybody's, that no text makes slow."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procedures import patterns
from portal.procedures.patterns import BadPattern

MATCHING = [
    ("[A-Z]{2}-\\d{3,5}", ["AB-123", "XY-12345"], ["AB-12", "AB-123456", "ab-123", "AB-123\n", "xAB-123"]),
    ("\\d+(/\\d{4})?", ["1", "12/2020"], ["", "/2020", "1/20"]),
    ("(Số|No)\\. ?[0-9]*", ["Số. 12", "No."], ["Số 12", "no. 1"]),
    (".", ["ễ", "."], ["", "ab"]),
    ("[^0-9 ]+", ["abc"], ["a1", "a b"]),
    ("[\\d-]{0,2}", ["", "1-", "--"], ["123"]),
    ("\\(\\w+\\)", ["(ab_1)"], ["ab", "()"]),
    ("a|", ["a", ""], ["b"]),
]


@pytest.mark.parametrize(("pattern", "yes", "no"), MATCHING, ids=lambda value: str(value)[:20])
def test_the_whole_text_must_match(pattern: str, yes: list[str], no: list[str]) -> None:
    for text in yes:
        assert patterns.matches(pattern, text), text
        assert re.fullmatch(patterns.ecma(pattern)[1:-1], text), text
    for text in no:
        assert not patterns.matches(pattern, text), text
        assert not re.fullmatch(patterns.ecma(pattern)[1:-1], text), text


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a+)+$", "(a+)+", "(a*)*", "(a|a)*", "(ab){2}", "a**", "a+?", "a{2}{3}", "(?=a)", "(?:a)", "(a)\\1", "\\b"),
        *("a{3,1}", "a{999}", "a{1,}", "[z-a]", "[", "[]", "(", ")", "*a", "^a", "a$", "a{", "x" * 201, "\\", "[[a]]"),
        *("[a-\\d]", "((((((((a))))))))", ".{200}.{200}.{200}.{200}.{200}.{200}"),
    ],
)
def test_what_explodes_or_means_different_things_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        patterns.check(pattern)


def test_no_text_makes_a_pattern_slow() -> None:
    """What takes a backtracking engine for ever: many ways to read the same letters, and none that fits."""
    start = time.process_time()
    assert not patterns.matches("a*a*a*a*a*a*a*a*a*a*a*a*b", "a" * 500)
    assert not patterns.matches(".{0,200}.{0,200}.{0,200}!", "a" * 500)
    assert time.process_time() - start < 5


PIECES = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\d", "\\.", "\\-", "[\\w-]"])
REPEATS = st.sampled_from(["", "?", "*", "+", "{2}", "{0,2}"])
PLAIN = st.lists(st.tuples(PIECES, REPEATS).map("".join), max_size=4).map("".join)
PATTERNS = st.lists(st.one_of(PLAIN, PLAIN.map(lambda inside: f"({inside}|b)?")), max_size=3).map("".join)


@given(PATTERNS, st.text("ab1.- _", max_size=6))
def test_a_pattern_means_what_it_means_to_everybody(pattern: str, text: str) -> None:
    assert patterns.matches(pattern, text) == bool(re.search(patterns.ecma(pattern), text))
