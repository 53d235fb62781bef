"""Writing a process: begun, saved, handed in, approved by a second person or sent back, thrown away.

The rules are those of procedures' manuscripts: one is open at most, each act names the version it was decided on, who
wrote never approves, and what was handed in is fixed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.errors import Invalid, NotFound, Refused, Stale
from portal.procedures import queries as procedures
from portal.procedures import writable
from portal.procedures.drafting import checked_reason
from portal.processes import manuscripts, queries
from portal.processes.definition import shape_faults
from portal.processes.manuscripts import OPEN, WROTE
from portal.processes.models import ProcessManuscript, ProcessTrail

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
    note(session, begun, act="begun", officer_id=officer_id, at=at)
    return begun


def save(session: Session, *, id: int, version: int, steps: Steps, officer_id: int, at: datetime) -> int:
    """Keep these steps, whatever is still wrong with where they lead; the new version.

    Stale where somebody saved since; Refused("not_in_writing"); Invalid(*Fault) where a step is no step at all.
    """
    row = _in_state(session, id, version, "writing", refusal="not_in_writing")
    if len(steps) > MOST_STEPS:
        raise Invalid(code="too_many_steps", limit=MOST_STEPS)
    found = [fault for step in steps for fault in shape_faults(step, definition="kept_step")]
    if found:
        raise Invalid(*found, code="step_invalid")
    if list(steps) == row.steps:
        return int(row.version)
    _change(session, id, steps=list(steps), version=version + 1, written_by=officer_id, written_at=at)
    note(session, id, act="saved", officer_id=officer_id, at=at)
    return version + 1


def hand_in(session: Session, *, id: int, version: int, officer_id: int, at: datetime) -> None:
    """Give it to a second person; from now on it is fixed."""
    _in_state(session, id, version, "writing", refusal="not_in_writing")
    _change(session, id, state="in_review")
    note(session, id, act="handed_in", officer_id=officer_id, at=at)


def send_back(session: Session, *, id: int, version: int, reason: str, officer_id: int, at: datetime) -> None:
    """Back to writing, also after the approval, which is then void. Invalid("no_reason" | "reason_too_long")."""
    _in_state(session, id, version, "in_review", "approved", refusal="not_in_review")
    words = checked_reason(reason)
    _change(session, id, state="writing", approved_by=None)
    note(session, id, act="sent_back", officer_id=officer_id, at=at, reason=words)


def approve(session: Session, *, id: int, version: int, officer_id: int, at: datetime, on: date) -> None:
    """A second person finds it right. Refused("own_manuscript"); Invalid(*Fault) lists everything that is wrong."""
    row = _in_state(session, id, version, "in_review", refusal="not_in_review")
    wrote = select(ProcessTrail.n).where(
        ProcessTrail.manuscript_id == id, ProcessTrail.officer_id == officer_id, ProcessTrail.act.in_(WROTE)
    )
    if session.scalar(select(wrote.exists())):
        raise Refused("own_manuscript")
    found = manuscripts.check(session, row.steps, code=row.code, agency=row.agency, at=at, on=on)
    if found:
        raise Invalid(*found, code="process_invalid")
    _change(session, id, state="approved", approved_by=officer_id)
    note(session, id, act="approved", officer_id=officer_id, at=at)


def discard(session: Session, *, id: int, version: int, officer_id: int, at: datetime) -> None:
    """Throw it away; its trail stays."""
    _in_state(session, id, version, *OPEN, refusal="manuscript_closed")
    _change(session, id, state="discarded", approved_by=None)
    note(session, id, act="discarded", officer_id=officer_id, at=at)


def locked(session: Session, id: int) -> ProcessManuscript:
    """The manuscript's row, locked. NotFound."""
    row = (
        session.get(ProcessManuscript, id, with_for_update=True, populate_existing=True)
        if writable.is_key(id)
        else None
    )
    if row is None:
        raise NotFound
    return row


def note(session: Session, id: int, *, act: str, officer_id: int, at: datetime, reason: str | None = None) -> None:
    """One more line of the trail; the caller holds the manuscript's row."""
    n = select(func.count()).where(ProcessTrail.manuscript_id == id).scalar_subquery()
    values = {"act": act, "at": at, "officer_id": officer_id, "reason": reason}
    session.execute(insert(ProcessTrail).values(manuscript_id=id, n=n, **values))


def _in_state(session: Session, id: int, version: int, *states: str, refusal: str) -> ProcessManuscript:
    row = locked(session, id)
    if row.state not in states:
        raise Refused(refusal, state=row.state)
    if row.version != version:
        raise Stale(version=row.version)
    return row


def _change(session: Session, id: int, **values: Any) -> None:
    session.execute(update(ProcessManuscript).where(ProcessManuscript.id == id).values(**values))
