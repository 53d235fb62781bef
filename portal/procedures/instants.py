"""When a revision begins: an instant. A file that names only a day means its first moment in Viet Nam. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from portal.clock import LOCAL_ZONE, local_day
from portal.procedures.schema import Fault

OF_THE_PUBLICATION = (
    *("revision", "valid_from", "valid_to", "begins_at", "decision", "withdrawal"),
    *("$schema", "answers_schema"),
)
"""Members that say when and by what a revision was published, and where; the others are what it says."""


def first_moment(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL_ZONE).astimezone(UTC)


def begins_at(content: Mapping[str, Any]) -> datetime:
    """The instant from which the revision of this content holds."""
    exact = content.get("begins_at")
    return read(exact) if exact else first_moment(date.fromisoformat(content["valid_from"]))


def beginning(at: datetime) -> dict[str, str]:
    """The members of a content that say so; the day alone where it is the day's first moment."""
    day = local_day(at)
    named = {"valid_from": day.isoformat()}
    return named if at == first_moment(day) else {**named, "begins_at": write(at)}


def write(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def faults(content: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with the instant that a content says it begins at, its shape being right."""
    if "begins_at" not in content:
        return []
    try:
        begins = read(content["begins_at"])
    except ValueError:
        return [Fault("begins_at", "not_an_instant")]
    same = beginning(begins)["valid_from"] == content["valid_from"]
    return [] if same else [Fault("begins_at", "begins_on_another_day")]
