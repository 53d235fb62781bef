"""What figures need of an entry, read with the standard library alone: an outsider's reader, not the publisher's.

An entry is one line of canonical JSON (docs/decisions/ledger-bytes.md). Of a sealed one only its day can be told; an
entry of another kind, as of a key, is no act and counts for nothing.
"""

import json
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from portal import clock

MEMBERS = {
    "act",
    "at",
    "channel",
    "commitment",
    "due",
    "n",
    "outcome",
    "previous",
    "procedure",
    "reference",
    "revision",
    "rule",
    "to",
    "unit",
    "v",
}


class Unreadable(ValueError):
    """Not an entry of this log."""


class Seen(NamedTuple):
    """An act on a dossier; `on` is its day in Viet Nam, `previous` the leaf hash it continues from, in base64."""

    reference: str
    n: int
    previous: str | None
    act: str
    at: datetime
    on: date
    unit: str
    procedure: str
    channel: str
    due: datetime | None
    outcome: str | None


def read(data: bytes) -> Seen | date | None:
    """The act; the day alone where the entry is sealed; None where it is no act. Raises `Unreadable`."""
    try:
        value = json.loads(data)
        if not isinstance(value, dict) or _written(value) != data:
            raise Unreadable("not canonical JSON")
        if "kind" in value and "act" not in value:
            return date.fromisoformat(value["on"]) if value["kind"] == "sealed" else None
        if value.keys() != MEMBERS:
            raise Unreadable("not the members of an entry")
        return _seen(value)
    except (ValueError, TypeError) as error:
        raise Unreadable(str(error)) from error


@lru_cache(maxsize=8192)
def day(at: datetime) -> date:
    return clock.local_day(at)


def _seen(value: dict[str, object]) -> Seen:
    at = _instant(str(value["at"]))
    return Seen(
        reference=str(value["reference"]),
        n=int(str(value["n"])),
        previous=None if value["previous"] is None else str(value["previous"]),
        act=str(value["act"]),
        at=at,
        on=day(at),
        unit=str(value["unit"]),
        procedure=str(value["procedure"]),
        channel=str(value["channel"]),
        due=None if value["due"] is None else _instant(str(value["due"])),
        outcome=None if value["outcome"] is None else str(value["outcome"]),
    )


@lru_cache(maxsize=8192)
def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _written(value: dict[str, object]) -> bytes:
    return _ENCODER.encode(value).encode()
