"""The one verb of the exchange: what a file says becomes manuscripts, all of them or none."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.errors import Invalid, Refused
from portal.exchange import incoming
from portal.exchange.problems import Problem
from portal.exchange.sheets import Reading
from portal.procedures import drafting


@dataclass(frozen=True, slots=True)
class Begun:
    """A manuscript that an import began."""

    manuscript_id: int
    code: str


def begin(session: Session, reading: Reading, *, officer_id: int, at: datetime) -> tuple[Begun, ...]:
    """A manuscript of each procedure, over its newest revision; Invalid with every Problem, and then none of them.

    A procedure somebody is already writing on is a problem: the file does not overwrite what an editor wrote.
    """
    problems: list[Problem] = list(reading.errors)
    begun: list[Begun] = []
    for said, content in zip(reading.sayings, incoming.contents(session, reading, at=at), strict=True):
        try:
            made = drafting.begin(session, code=said.code, officer_id=officer_id, at=at, content=content)
        except Refused:
            problems.append(said.problem("code" if said.row else "MATTHC", "manuscript_open", value=said.code))
        else:
            begun.append(Begun(made, said.code))
    if problems:
        raise Invalid(*problems, code="import_invalid")
    return tuple(begun)
