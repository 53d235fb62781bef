"""Canonical JSON: RFC 8785 restricted to what the log needs.

Objects with ASCII member names, arrays, strings in Unicode normal form C, integers within +-(2^53 - 1), true, false,
null; no fractions; at most 32 arrays and objects one inside the other. UTF-8, no blanks, members sorted by name. In
this subset the output of the encoder below is byte for byte that of the RFC. The reader refuses every other spelling,
duplicate members among them.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

_SURROGATE = re.compile("[\ud800-\udfff]")

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32

Value = Any
"""None, bool, int, str, a sequence of values, or a mapping from ASCII names to values."""


class NotCanonical(ValueError):
    """The bytes, or the value, are not canonical JSON in the subset."""


def render(value: Value) -> bytes:
    return _dumps(_checked(value))


def parse(data: bytes) -> Value:
    """The value; raises `NotCanonical` unless `render(value)` gives these very bytes."""
    try:
        value = _DECODER.decode(data.decode())
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotCanonical("not JSON") from error
    if render(value) != data:
        raise NotCanonical("JSON, but not in canonical form")
    return value


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _dumps(value: Value) -> bytes:
    return _ENCODER.encode(value).encode()


def _checked(value: Value, depth: int = 0) -> Value:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical("an integer beyond 2^53 - 1")
        return value
    if isinstance(value, str):
        return _checked_text(value)
    if depth >= MAX_DEPTH:
        raise NotCanonical("too deep")
    if isinstance(value, Mapping):
        return {_checked_name(name): _checked(member, depth + 1) for name, member in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_checked(item, depth + 1) for item in value]
    raise NotCanonical(f"no place for a {type(value).__name__}")


def _checked_text(value: str) -> str:
    if value.isascii():
        return value
    if not unicodedata.is_normalized("NFC", value):
        raise NotCanonical("a string that is not in normal form C")
    if _SURROGATE.search(value):
        raise NotCanonical("a lone surrogate")
    return value


def _checked_name(name: object) -> str:
    if not isinstance(name, str) or not name.isascii():
        raise NotCanonical("a member name that is not ASCII")
    return name


def _without_duplicates(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotCanonical("a member twice")
    return members


def _integer(text: str) -> int:
    if len(text) > len("-9007199254740991"):
        raise NotCanonical("an integer beyond 2^53 - 1")
    return int(text)


def _no_fraction(text: str) -> NoReturn:
    raise NotCanonical(f"a number that is no integer: {text[:20]}")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_duplicates, parse_int=_integer, parse_float=_no_fraction, parse_constant=_no_fraction
)
