"""YAML files are data and nothing else."""

import unicodedata

import pytest

from portal.procedures import json_door, yaml_door
from portal.procedures.yaml_door import CannotRead


def test_a_value_is_what_it_looks_like() -> None:
    written = "{on: 2020-01-01, yes: no, flag: true, number: 12, nothing: null, text: 'có'}"
    assert yaml_door.read(written.encode()) == {
        "on": "2020-01-01",
        "yes": "no",
        "flag": True,
        "number": 12,
        "nothing": None,
        "text": "có",
    }


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "1" * 5000])
def test_json_has_no_number_that_cannot_be_kept(number: str) -> None:
    with pytest.raises(CannotRead) as refused:
        json_door.read(f'{{"a": {number}}}'.encode())
    assert (refused.value.code, refused.value.facts) == ("not_a_json_number", {"value": number[:20]})


@pytest.mark.parametrize("written", [b'{"a": "\\ud800"}', b'{"\\udfff": 1}', b'["\\udc00\\ud800"]'])
def test_json_has_no_half_of_a_character(written: bytes) -> None:
    with pytest.raises(CannotRead) as refused:
        json_door.read(written)
    assert refused.value.code == "file_strange_character"


def test_text_comes_in_nfc() -> None:
    assert yaml_door.read(unicodedata.normalize("NFD", "tên: Đào Thị Ớt").encode()) == {"tên": "Đào Thị Ớt"}


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (b"a: 1\na: 2", ("key_twice_in_file", {"line": 2, "key": "a"})),
        (b"a: &x [1]\nb: *x", ("alias", {"line": 2, "key": "x"})),
        (b"a: !!python/object/apply:os.system ['true']", ("not_plain_data", {"line": 1})),
        (b"a: [1", ("not_yaml", {"line": 2})),
        (b"a: 1\n---\nb: 2", ("not_yaml", {"line": 2})),
        (b"1: a", ("key_not_text", {"line": 1, "key": "1"})),
        (b"\xff\xfe\x00", ("file_not_utf8", {})),
        (b"a: \x07", ("file_strange_character", {})),
        (b"[" * 40 + b"]" * 40, ("file_too_deep", {"limit": 30})),
        (b"[" * 100_000, ("file_too_deep", {"limit": 30})),
        (b"a: " + b"x" * yaml_door.LARGEST_FILE, ("file_too_large", {"limit": yaml_door.LARGEST_FILE})),
        (b"<<: {a: 1}", ("not_plain_data", {"line": 1})),
        (b"a: 1\nb: " + b"1" * 5000, ("not_a_number", {"line": 2, "value": "1" * 20})),
        (b"a: 0x" + b"f" * 5000, ("not_a_number", {"line": 1, "value": "0x" + "f" * 18})),
        (b"a: .nan", ("not_a_number", {"line": 1, "value": ".nan"})),
        (b"a: -.inf", ("not_a_number", {"line": 1, "value": "-.inf"})),
    ],
)
def test_what_is_refused_says_why(written: bytes, why: tuple[str, dict[str, object]]) -> None:
    with pytest.raises(CannotRead) as refused:
        yaml_door.read(written)
    assert (refused.value.code, refused.value.facts) == why


def test_a_file_that_would_blow_up_is_refused_before_it_does() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(CannotRead, match="alias"):
        yaml_door.read("\n".join(lines).encode())
