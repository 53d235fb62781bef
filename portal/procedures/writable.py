"""What may be kept as a manuscript's content: any data of JSON within bounds, complete or not. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from portal.errors import Invalid
from portal.procedures.instants import OF_THE_PUBLICATION

MOST_BYTES = 1024 * 1024
DEEPEST = 40
CODE = re.compile(r"[0-9]\.[0-9]{6}(?:\.000\.00\.00\.[A-Z][0-9]{2})?", re.ASCII)
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # which PostgreSQL's JSON cannot hold
LARGEST_KEY = 2**63 - 1


def is_code(code: str) -> bool:
    return CODE.fullmatch(code) is not None


def is_key(id: int) -> bool:
    return 0 < id <= LARGEST_KEY


def is_readable(words: str) -> bool:
    """Whether the database can hold it."""
    return "\x00" not in words and not any("\ud800" <= character <= "\udfff" for character in words)


def kept(content: Mapping[str, Any], *, code: str) -> dict[str, Any]:
    """The content as it rests: under its own code, without what only publishing adds.

    Invalid("content_unreadable" | "content_too_large", maximum=).
    """
    if not isinstance(content, Mapping) or _too_deep(content, DEEPEST):
        raise Invalid(code="content_unreadable")
    said = {"code": code} | {key: value for key, value in content.items() if key not in (*OF_THE_PUBLICATION, "code")}
    try:
        written = json.dumps(said, ensure_ascii=False, allow_nan=False)
        size = len(written.encode())
    except (TypeError, ValueError) as error:
        raise Invalid(code="content_unreadable") from error
    if size > MOST_BYTES:
        raise Invalid(code="content_too_large", maximum=MOST_BYTES)
    if NUL.search(written):
        raise Invalid(code="content_unreadable")
    rested: dict[str, Any] = json.loads(written)
    return rested


def _too_deep(value: object, left: int) -> bool:
    if isinstance(value, Mapping):
        return left == 0 or any(_too_deep(item, left - 1) for item in value.values())
    if isinstance(value, list | tuple):
        return left == 0 or any(_too_deep(item, left - 1) for item in value)
    return False
