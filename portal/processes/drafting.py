"""Writing a process: begun, saved, handed in, approved by a second person or sent back, thrown away.

The rules are those of procedures' manuscripts: one is open at most, each act names the version it was decided on, who
wrote never approves, and what was handed in is fixed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.errors import Invalid, Refused
from portal.procedures import queries as procedures
from portal.processes import manuscripts, queries
from portal.processes.definition import shape_faults
from portal.processes.manuscripts import REVIEW
from portal.processes.models import ProcessManuscript

MOST_STEPS = 20
Steps = Sequence[dict[str, Any]]


def begin(session: Session, *, code: str, agency: str, officer_id: int, at: datetime, on: date) -> int:
    """Begin the next version, from the newest one, an inherited one, the one for all, or nothing; the manuscript's id.

    Invalid("procedure_unknown" | "agency_unknown"); Refused("manuscript_open", id=) where one is being written.
    """
    if not procedures.names_of(session, [code]):
        raise Invalid(code="procedure_unknown")
    if agency and agency not in manuscripts.receiving_agencies(session, code, at=at, on=on):
        raise Invalid(code="agency_unknown")
    newest = queries.newest(session, code, agency=agency)
    copied = newest or queries.in_force(session, code, agency=agency, at=at, on=on)
    copied = copied or queries.newest(session, code, agency=queries.EVERYWHERE)
    row = {
        "code": code,
        "agency": agency,
        "state": "writing",
        "version": 1,
        "steps": copied.content if copied else [],
        "base": newest.number if newest else 0,
        "written_by": officer_id,
        "written_at": at,
    }
    made = upsert(ProcessManuscript).values(row).on_conflict_do_nothing().returning(ProcessManuscript.id)
    begun = session.execute(made).scalar()
    if begun is None:
        raise Refused("manuscript_open", id=manuscripts.open_of(session, code, agency=agency))
    REVIEW.note(session, begun, act="begun", officer_id=officer_id, at=at)
    return begun


def save(session: Session, *, id: int, version: int, steps: Steps, officer_id: int, at: datetime) -> int:
    """Keep these steps, whatever is still wrong with where they lead; the new version.

    Stale where somebody saved since; Refused("not_in_writing"); Invalid(*Fault) where a step is no step at all.
    """
    if len(steps) > MOST_STEPS:
        raise Invalid(code="too_many_steps", limit=MOST_STEPS)
    found = [
        replace(fault, path=f"steps[{n}].{fault.path}")
        for n, step in enumerate(steps)
        for fault in shape_faults(step, definition="kept_step")
    ]
    if found:
        raise Invalid(*found, code="step_invalid")
    return REVIEW.save(session, id=id, version=version, content={"steps": list(steps)}, officer_id=officer_id, at=at)


hand_in, send_back, discard = REVIEW.hand_in, REVIEW.send_back, REVIEW.discard


def approve(session: Session, *, id: int, version: int, officer_id: int, at: datetime, on: date) -> None:
    """A second person finds it right. Refused("own_manuscript"); Invalid(*Fault) lists everything that is wrong."""
    row = REVIEW.to_approve(session, id=id, version=version, officer_id=officer_id)
    found = manuscripts.check(session, row.steps, code=row.code, agency=row.agency, at=at, on=on)
    if found:
        raise Invalid(*found, code="process_invalid")
    REVIEW.approve(session, id=id, officer_id=officer_id, at=at)
