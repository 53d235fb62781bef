"""JSON of one revision: the data of the YAML file, bounded alike. `$schema`, which only names the shape, is dropped."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from portal.procedures import yaml_door
from portal.procedures.yaml_door import DEEPEST, LARGEST_FILE, LONGEST_NUMBER, LONGEST_QUOTE, CannotRead

LARGEST_JSON = 2 * LARGEST_FILE  # the same data take more room than as YAML


def read(data: bytes) -> Any:
    """The document, its text in NFC; raises CannotRead. A key twice is refused."""
    if len(data) > LARGEST_JSON:
        raise CannotRead("file_too_large", limit=LARGEST_JSON)
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_key_twice, **NUMBERS)
    except UnicodeDecodeError as error:
        raise CannotRead("file_not_utf8") from error
    except RecursionError as error:
        raise CannotRead("file_too_deep", limit=DEEPEST) from error
    except json.JSONDecodeError as error:
        raise CannotRead("not_json", line=error.lineno) from error
    _refuse_halves(found)
    if isinstance(found, dict):
        found.pop("$schema", None)
    return yaml_door.normal(found)


def write(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _refuse_halves(found: Any) -> None:
    """JSON can write half a character (`\\ud800`), which no database keeps and nobody can be shown."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise CannotRead("file_strange_character") from error


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise CannotRead("key_twice", key=twice)
    return found


def _refuse(constant: str) -> None:
    raise CannotRead("not_a_json_number", value=constant[:LONGEST_QUOTE])


def _finite(digits: str) -> float:
    found = float(digits)
    if not isfinite(found):
        _refuse(digits)
    return found


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        _refuse(digits)
    return int(digits)


NUMBERS: Mapping[str, Any] = {"parse_constant": _refuse, "parse_float": _finite, "parse_int": _whole}
