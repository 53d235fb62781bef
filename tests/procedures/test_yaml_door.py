"""YAML files are data and nothing else."""

import unicodedata

import pytest

from portal.procedures import yaml_door
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


def test_text_comes_in_nfc() -> None:
    assert yaml_door.read(unicodedata.normalize("NFD", "tên: Đào Thị Ớt").encode()) == {"tên": "Đào Thị Ớt"}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (b"a: 1\na: 2", "line 2: 'a' is there twice"),
        (b"a: &x [1]\nb: *x", "line 2: aliases (*x) are not allowed"),
        (b"a: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
        (b"a: [1", "while parsing"),
        (b"a: 1\n---\nb: 2", "expected a single document"),
        (b"1: a", "line 1: the key 1 is not text"),
        (b"\xff\xfe\x00", "the file is not UTF-8"),
        (b"a: \x07", "control characters are not allowed"),
        (b"[" * 40 + b"]" * 40, "more than 30 levels deep"),
        (b"[" * 100_000, "more than 30 levels deep"),
        (b"a: " + b"x" * yaml_door.LARGEST_FILE, "at most"),
        (b"<<: {a: 1}", "could not determine a constructor"),
    ],
)
def test_what_is_refused_says_why(written: bytes, message: str) -> None:
    with pytest.raises(CannotRead) as refused:
        yaml_door.read(written)
    assert message in str(refused.value)


def test_a_file_that_would_blow_up_is_refused_before_it_does() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(CannotRead, match="aliases"):
        yaml_door.read("\n".join(lines).encode())
