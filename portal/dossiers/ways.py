"""By which way a result is given to the applicant: what may be said of it, and which is the usual one. Pure."""

import re
from collections.abc import Mapping

from portal.dossiers.life import Way
from portal.procedures.definition import Problem

LONGEST = 30
POSTAL_NUMBER = re.compile(rf"[A-Z0-9](?:[A-Z0-9.-]{{0,{LONGEST - 2}}}[A-Z0-9])?")
_USUAL: Mapping[str, Way] = {"counter": Way.COUNTER, "post": Way.POST}


def usual(channel: str) -> Way:
    """The way that is meant until the desk says otherwise: that by which the dossier came."""
    return _USUAL.get(channel, Way.ONLINE)


def tidy(postal_number: str) -> str | None:
    """A postal item's number as it is kept: capitals, no blanks; None where nothing was typed."""
    return "".join(postal_number.upper().split()) or None


def problems(way: Way | None, postal_number: str | None) -> list[Problem]:
    """What is missing or wrong; the number is as `tidy` leaves it."""
    found = [Problem("way", "missing")] if way is None else []
    if postal_number is None:
        return found
    if not POSTAL_NUMBER.fullmatch(postal_number):
        return [*found, Problem("postal_number", "postal_number", {"longest": LONGEST})]
    return [*found, Problem("postal_number", "not_by_post")] if way not in (None, Way.POST) else found
