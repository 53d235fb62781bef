"""The decision by which something was published or withdrawn, and when that holds, as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal import clock
from portal.display import day, instant
from portal.procedures import instants, queries
from portal.procedures.queries import Text, Withdrawal
from portal.transaction import current_session


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """`href` only where the source is an address; else `source` says where it is."""

    number: str
    on: str
    href: str | None
    source: str | None


def decision_words(decision: Mapping[str, Any] | None) -> DecisionWords | None:
    """None where nothing is known of it."""
    if not decision or not decision.get("number"):
        return None
    on, source = decision.get("on"), decision.get("source")
    is_address = isinstance(source, str) and source.startswith(("https://", "http://"))
    return DecisionWords(
        str(decision["number"]),
        day(date.fromisoformat(on)) if on else "",
        source if is_address else None,
        None if is_address else source,
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """That the procedure was withdrawn, or will be."""

    at: str
    is_past: bool
    decision: DecisionWords
    successor: str | None
    successor_name: Text | None


def ending(found: Withdrawal | None, at: datetime) -> Ending | None:
    """One statement where there is a successor."""
    if found is None:
        return None
    names = queries.names_of(current_session(), [found.successor] if found.successor else [])
    return Ending(
        when(found.ends_at),
        found.ends_at <= at,
        decision_words(found.decision) or DecisionWords("", "", None, None),
        found.successor,
        names.get(found.successor or ""),
    )


def when(at: datetime | None) -> str:
    """The day where it is a day's first moment, else the instant."""
    if at is None:
        return ""
    return day(at) if at == instants.first_moment(clock.local_day(at)) else instant(at)
