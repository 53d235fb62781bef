"""JSON of one revision: the data of the YAML file, bounded alike. `$schema`, which only names the shape, is dropped."""

import json
from typing import Any

from portal.procedures import yaml_door
from portal.procedures.yaml_door import DEEPEST, LARGEST_FILE, CannotRead

LARGEST_JSON = 2 * LARGEST_FILE  # the same data take more room than as YAML


def read(data: bytes) -> Any:
    """The document, its text in NFC; raises CannotRead. A key twice is refused."""
    if len(data) > LARGEST_JSON:
        raise CannotRead(f"the file has {len(data)} bytes; at most {LARGEST_JSON} are read")
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_key_twice, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise CannotRead(f"the file is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise CannotRead(f"more than {DEEPEST} levels deep") from error
    except json.JSONDecodeError as error:
        raise CannotRead(str(error)) from error
    if isinstance(found, dict):
        found.pop("$schema", None)
    return yaml_door.normal(found)


def write(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise CannotRead(f"'{twice}' is there twice")
    return found


def _refuse(constant: str) -> None:
    raise CannotRead(f"{constant} is no number of JSON")
