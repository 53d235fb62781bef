import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import canonical
from portal.ledger.canonical import NotCanonical

_texts = st.text(st.characters(codec="utf-8")).filter(lambda text: text.isascii())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER) | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_is_read_as_it_was_written(value: object) -> None:
    assert canonical.parse(canonical.render(value)) == value


@given(VALUES, st.integers(0, 3))
def test_another_spelling_of_the_same_value_is_refused(value: object, indent: int) -> None:
    spelt = json.dumps(value, indent=indent).encode()
    if spelt != canonical.render(value):
        with pytest.raises(NotCanonical):
            canonical.parse(spelt)


def test_members_are_sorted_and_text_stays_text() -> None:
    assert canonical.render({"b": "Đăng ký\n\u001f", "a": [1, None, True]}) == (
        '{"a":[1,null,true],"b":"Đăng ký\\n\\u001f"}'.encode()
    )


def test_the_example_of_the_rfc_without_its_fractions() -> None:
    """RFC 8785 section 3.2.2, the `string` and `literals` members."""
    data = b'{"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}'
    expected = '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    assert canonical.render(json.loads(data)) == expected


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":9007199254740992}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"\xc4\x91":1}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\ud800"}',
        b'"e\xcc\x81"',
        b"\xff",
        b"",
        b"{",
        b"[" * 100_000,
        b"[1,]",
        b"\xef\xbb\xbf1",
    ],
)
def test_whatever_is_not_canonical_is_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        canonical.parse(data)


@pytest.mark.parametrize("value", [1.5, b"x", {1: 2}, {"đ": 1}, "e\u0301", "\ud800", 2**53, {1, 2}, object()])
def test_what_has_no_canonical_form_is_not_written(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical.render(value)


def test_what_lies_too_deep_is_refused_before_it_hurts() -> None:
    def nested(depth: int) -> bytes:
        return b"[" * depth + b"]" * depth

    assert canonical.render(canonical.parse(nested(canonical.MAX_DEPTH))) == nested(canonical.MAX_DEPTH)
    for depth in (canonical.MAX_DEPTH + 1, 500, 5_000, 100_000):
        with pytest.raises(NotCanonical):
            canonical.parse(nested(depth))


@pytest.mark.parametrize("digits", [17, 400, 5_000, 100_000])
def test_a_number_of_many_digits_is_refused_before_it_is_read(digits: int) -> None:
    for text in ("9" * digits, "-" + "9" * digits):
        with pytest.raises(NotCanonical):
            canonical.parse(text.encode())
