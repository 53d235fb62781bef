"""By which way an applicant wishes to be given the result, and where to it is posted. Pure.

It is said while the application is written, and may be said anew until the result is returned; what was said before is
kept with who said it and when. It is a wish: by which way the result was returned, the desk says (`ways`). It rests
sealed with the dossier's content and goes with it, and neither an entry of the ledger nor a commitment knows of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.dossiers import ways
from portal.dossiers.life import Way
from portal.errors import Invalid
from portal.procedures import characters
from portal.procedures.definition import Problem

LONGEST, SHORTEST = 300, 8  # characters of an address
WAY, ADDRESS = "wished_way", "delivery_address"  # the fields of problems


@dataclass(frozen=True, slots=True)
class WishedWay:
    """A way, with the address where the result goes by post; no other way has one."""

    way: Way
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A wish as it was said: by a person, for themself or for somebody else, or written down by an officer."""

    way: Way
    address: str | None
    at: datetime
    person_id: int | None
    officer_id: int | None

    @property
    def wished(self) -> WishedWay:
        return WishedWay(self.way, self.address)


def read(way: Way | None, address: str) -> WishedWay:
    """The wish as it will be kept; an address that was filled in beside another way than the post is not kept.

    Invalid(Problem("wished_way" | "delivery_address", code)).
    """
    if way is None:
        raise Invalid(Problem(WAY, "missing"))
    return WishedWay(way, _address(address) if way is Way.POST else None)


def meant(chosen: WishedWay | None, *, channel: str, address: str | None) -> WishedWay | None:
    """What an applicant wishes who chose nothing: the way by which they file, by post to where they live.

    None where that is not known: then the desk is not told more than how the dossier came.
    """
    if chosen is not None:
        return chosen
    usual = ways.usual(channel)
    if usual is not Way.POST:
        return WishedWay(usual)
    return WishedWay(usual, address) if address else None


def first(
    wished: WishedWay | None, *, at: datetime, person_id: int | None, officer_id: int | None
) -> dict[str, Any] | None:
    """What a dossier keeps from its filing on."""
    if wished is None:
        return None
    return _added([], wished, at=at, person_id=person_id, officer_id=officer_id)


def said_anew(kept: Mapping[str, Any] | None, wished: WishedWay, *, at: datetime, person_id: int) -> dict[str, Any]:
    """What was kept, with a wish that a person says now."""
    before = list(kept["said"]) if kept else []
    return _added(before, wished, at=at, person_id=person_id, officer_id=None)


def of_dossier(kept: Mapping[str, Any] | None) -> tuple[Said, ...]:
    """Every wish in the order in which they were said; the last one holds."""
    rows = kept["said"] if kept else []
    return tuple(
        Said(Way(row["way"]), row["address"], datetime.fromisoformat(row["at"]), row["person"], row["officer"])
        for row in rows
    )


def to_json(wished: WishedWay) -> dict[str, Any]:
    return {"way": wished.way.value, "address": wished.address}


def of_json(kept: Mapping[str, Any] | None) -> WishedWay | None:
    return None if kept is None else WishedWay(Way(kept["way"]), kept["address"])


def _added(
    before: list[Any], wished: WishedWay, *, at: datetime, person_id: int | None, officer_id: int | None
) -> dict[str, Any]:
    who = {"at": at.isoformat(), "person": person_id, "officer": officer_id}
    return {"said": [*before, to_json(wished) | who]}


def _address(typed: str) -> str:
    """In one line, as it is written on an envelope."""
    try:
        address = " ".join(characters.clean(typed[: 10 * LONGEST], lines=True).split())
    except characters.Unreadable:
        raise Invalid(Problem(ADDRESS, "control_characters")) from None
    length = characters.length(address)
    if not address:
        raise Invalid(Problem(ADDRESS, "missing"))
    if length > LONGEST:
        raise Invalid(Problem(ADDRESS, "too_long", {"length": length, "maximum": LONGEST}))
    if length < SHORTEST or not any(one.isalpha() for one in address):
        raise Invalid(Problem(ADDRESS, "no_address"))
    return address
