"""Reading what is being written: manuscripts of processes, and what stands against them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people import queries as people
from portal.procedures import queries as procedures
from portal.procedures import writable
from portal.procedures.procedure import Procedure, receiving_units
from portal.procedures.schema import Fault
from portal.procedures.second_person import OPEN, Line, Review
from portal.processes import faults, units_meant
from portal.processes.definition import UNITS, parse, shape_faults
from portal.processes.faults import Known
from portal.processes.models import ProcessManuscript as Row
from portal.processes.models import ProcessTrail
from portal.units import queries as units
from portal.units.queries import Unit

REVIEW = Review(Row, ProcessTrail)
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A version being written. `base` is the number of the one that it continues, 0 for none."""

    id: int
    code: str
    agency: str
    state: str
    version: int
    steps: list[dict[str, Any]]
    base: int
    written_by: str
    written_at: datetime
    writers: frozenset[int]
    trail: tuple[Line, ...]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def may_approve(self, officer_id: int) -> bool:
        return self.state == "in_review" and officer_id not in self.writers


@dataclass(frozen=True, slots=True)
class ManuscriptRow:
    """A line of the list."""

    id: int
    code: str
    agency: str
    state: str
    written_by: str
    written_at: datetime


def open_ones(session: Session) -> tuple[ManuscriptRow, ...]:
    """Those being written, last written first."""
    columns = (Row.id, Row.code, Row.agency, Row.state, Row.written_by, Row.written_at)
    found = session.execute(
        select(*columns).where(Row.state.in_(OPEN)).order_by(Row.written_at.desc(), Row.id.desc()).limit(MOST_ROWS)
    ).all()
    names = people.officer_names(session, {row.written_by for row in found})
    return tuple(ManuscriptRow(*row[:4], names.get(row.written_by, ""), row.written_at) for row in found)


def open_of(session: Session, code: str, *, agency: str) -> int | None:
    """The manuscript in which this process is being written."""
    return session.scalar(select(Row.id).where(Row.code == code, Row.agency == agency, Row.state.in_(OPEN)))


def manuscript(session: Session, id: int) -> Manuscript | None:
    """One with its steps and its trail; open or not."""
    row = session.get(Row, id, populate_existing=True) if writable.is_key(id) else None
    if row is None:
        return None
    trail = REVIEW.trail_of(session, row.id, written_by=row.written_by)
    return Manuscript(
        id=row.id,
        code=row.code,
        agency=row.agency,
        state=row.state,
        version=row.version,
        steps=list(row.steps),
        base=row.base,
        written_by=trail.written_by,
        written_at=row.written_at,
        writers=trail.writers,
        trail=trail.lines,
    )


def receiving_agencies(session: Session, code: str, *, at: datetime, on: date) -> dict[str, Unit]:
    """The units that receive the procedure, by agency code; empty where none does."""
    procedure = procedures.latest(session, code, at=at)
    if procedure is None:
        return {}
    return {unit.agency_code: unit for unit in receiving_units(procedure, units.units_on(session, on=on))}


def check(
    session: Session, steps: Sequence[dict[str, Any]], *, code: str, agency: str, at: datetime, on: date
) -> list[Fault]:
    """Everything that is wrong with it, against the procedure and the register of that day."""
    shaped = not shape_faults({"steps": list(steps)}, definition="content")
    known = _known(session, steps, code=code, agency=agency, at=at, on=on) if shaped else None
    return faults.faults(list(steps), known)


def _known(
    session: Session, steps: Sequence[dict[str, Any]], *, code: str, agency: str, at: datetime, on: date
) -> Known | None:
    procedure = procedures.latest(session, code, at=at)
    if procedure is None:
        return None
    receivers = receiving_units(procedure, units.units_on(session, on=on))
    if agency:
        receivers = tuple(unit for unit in receivers if unit.agency_code == agency)
    named = {step["unit"] for step in steps} - set(UNITS)
    process = parse(steps)
    return Known(
        terms=_terms(procedure, receivers if agency else ()),
        agencies=frozenset(units.names_of(session, named)),
        units=units_meant.everywhere(session, process, receivers, on=on),
    )


def _terms(procedure: Procedure, of_agency: Sequence[Unit]) -> list[tuple[str, int]]:
    """The promised terms, shortest first: of the agency's own offer, or of all offers."""
    offered = [procedure.offered_by(unit) for unit in of_agency] or [procedure]
    channels = [channel for one in offered for channel in one.channels]
    if not of_agency:
        channels += [channel for offer in procedure.offers for channel in offer.channels]
    found = {(one.channel, faults.term_minutes(one.term.number, one.term.unit)) for one in channels}
    return sorted(((str(name), minutes) for name, minutes in found), key=lambda one: one[1])
