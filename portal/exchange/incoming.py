"""A file that was read, held against the catalogue and the register: what it would make, and what stands in the way."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.exchange import saying
from portal.exchange.problems import Problem
from portal.exchange.sheets import Reading
from portal.procedures import queries
from portal.units import queries as units


def against_the_register(session: Session, reading: Reading) -> Reading:
    """The same with a problem for every agency that the register of units does not know."""
    wanted = {code for said in reading.sayings for code in _agencies(said.members)}
    known = units.names_of(session, wanted)
    found: list[Problem] = []
    for said in reading.sayings:
        missing = [code for code in _agencies(said.members) if code not in known]
        if missing:
            found.append(said.problem("received_by", "unknown_agency", about="; ".join(missing)))
    return replace(reading, problems=(*reading.problems, *found)) if found else reading


def contents(session: Session, reading: Reading, *, at: datetime) -> list[dict[str, Any]]:
    """The whole content of each procedure of the file, over its newest revision where there is one."""
    newest: dict[str, Mapping[str, Any]] = {}
    for code, _number, content in queries.contents(session, codes=[said.code for said in reading.sayings]):
        newest.setdefault(code, content)
    today = clock.local_day(at).isoformat()
    return [saying.content(said, based_on=newest.get(said.code), today=today) for said in reading.sayings]


def _agencies(members: Mapping[str, Any]) -> list[str]:
    found: list[str] = (members.get("received_by") or {}).get("agencies", [])
    return found
