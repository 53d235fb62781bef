"""Publishing: an approved manuscript becomes a revision, a procedure is withdrawn, a revision to come is recalled.

Each is one transaction: whoever reads afterwards sees it, from its instant on, without any job. What is refused leaves
the manuscript as it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal.errors import Invalid, NotFound, Refused
from portal.procedures import drafting, manuscripts, queries, revising, writable
from portal.procedures.findings import Finding
from portal.procedures.manuscripts import Base
from portal.procedures.models import ManuscriptRow, Revision, WithdrawalRow
from portal.procedures.queries import RevisionRow

LONGEST_NUMBER = 100
LONGEST_SOURCE = 500


@dataclass(frozen=True, slots=True)
class Decision:
    """The paper by which it is published or withdrawn: its number, its day, where it can be read."""

    number: str
    on: date
    source: str | None = None

    def data(self) -> dict[str, Any]:
        return {"number": self.number.strip(), "on": self.on.isoformat(), "source": (self.source or "").strip() or None}


@dataclass(frozen=True, slots=True)
class Published:
    """What came of it."""

    code: str
    number: int
    revision_id: int
    begins_at: datetime


def publish(
    session: Session,
    *,
    id: int,
    version: int,
    decision: Decision,
    begins_at: datetime | None,
    officer_id: int,
    at: datetime,
) -> Published:
    """Make the approved manuscript the next revision, in force from `begins_at`, or from now.

    Refused("not_approved", state=); Overtaken; Invalid(*Finding, code="manuscript_invalid") lists every problem.
    """
    revising.lock(session)
    row = drafting.locked(session, id)
    drafting.check_version(session, row, version)
    if row.state != "approved":
        raise Refused("not_approved", state=row.state)
    newest = manuscripts.newest(session, row.code)
    begins = begins_at or at
    found = [*decision_problems(decision), *_beginning_problems(session, row, newest, begins, at)]
    found += manuscripts.check_content(session, row.content, code=row.code, at=begins).errors
    if found:
        raise Invalid(*found, code="manuscript_invalid")
    number = _next_number(session, row.code)
    content = manuscripts.completed(
        row.content, code=row.code, number=number, begins_at=begins, decision=decision.data()
    )
    revision_id = revising.add(session, [content], at=at)[row.code, number]
    revising.note_change(session, what="published", at=at, officer_id=officer_id, revision_id=revision_id)
    session.execute(
        update(ManuscriptRow).where(ManuscriptRow.id == id).values(state="published", revision_id=revision_id)
    )
    drafting.forget_versions(session, id)
    drafting.note_step(session, id, act="published", version=version, officer_id=officer_id, at=at)
    return Published(row.code, number, revision_id, begins)


def withdraw(
    session: Session,
    *,
    code: str,
    decision: Decision,
    ends_at: datetime | None,
    successor: str | None,
    officer_id: int,
    at: datetime,
) -> None:
    """End the procedure by decision, now or then; running dossiers go on under the revision they keep.

    NotFound; Refused("not_in_force" | "already_withdrawn" | "revision_to_come", number=, begins_at=);
    Invalid(*Finding, code="withdrawal_invalid").
    """
    revising.lock(session)
    history = [row for row in queries.history(session, code) if not row.was_recalled]
    if not history:
        raise NotFound
    ends, last = ends_at or at, history[0]
    if last.withdrawal is not None:
        raise Refused("already_withdrawn", procedure=code)
    if last.begins_at > at:
        raise Refused("revision_to_come", number=last.number, begins_at=last.begins_at)
    if last.ends_at is not None and last.ends_at <= at:
        raise Refused("not_in_force", procedure=code)
    found = [*decision_problems(decision), *_end_problems(last, ends, at)]
    found += _successor_problems(session, code, successor)
    if found:
        raise Invalid(*found, code="withdrawal_invalid")
    row = {"ends_at": ends, "decision": decision.data(), "successor": successor, "at": at, "officer_id": officer_id}
    session.execute(insert(WithdrawalRow).values(revision_id=last.revision_id, **row))
    revising.settle_ends(session, [_procedure_id(session, last)])
    revising.note_change(session, what="withdrawn", at=at, officer_id=officer_id, revision_id=last.revision_id)


def recall(session: Session, *, code: str, number: int, reason: str, officer_id: int, at: datetime) -> None:
    """Take back a revision that has not begun: it stays in the history and never begins.

    NotFound; Refused("already_begun" | "already_recalled" | "not_the_newest"); Invalid("no_reason").
    """
    revising.lock(session)
    history = queries.history(session, code)
    found = next((row for row in history if row.number == number), None)
    if found is None:
        raise NotFound
    if found.was_recalled:
        raise Refused("already_recalled")
    if found.begins_at <= at:
        raise Refused("already_begun", begins_at=found.begins_at)
    if any(row.number > number and not row.was_recalled for row in history):
        raise Refused("not_the_newest")
    words = drafting.checked_reason(reason)
    session.execute(
        update(Revision)
        .where(Revision.id == found.revision_id)
        .values(ends_at=Revision.begins_at, valid_to=Revision.valid_from)
    )
    revising.settle_ends(session, [_procedure_id(session, found)])
    what = {"what": "recalled", "reason": words}
    revising.note_change(session, at=at, officer_id=officer_id, revision_id=found.revision_id, **what)


def decision_problems(decision: Decision) -> Iterator[Finding]:
    """What is missing or too long in the paper by which something is published."""
    number, source = decision.number.strip(), decision.source or ""
    if not number or not writable.is_readable(number):
        yield Finding("decision_number_missing", "decision.number")
    if len(number) > LONGEST_NUMBER:
        yield Finding("too_long", "decision.number", facts={"limit": LONGEST_NUMBER})
    if len(source) > LONGEST_SOURCE or not writable.is_readable(source):
        yield Finding("too_long", "decision.source", facts={"limit": LONGEST_SOURCE})


def _beginning_problems(
    session: Session, row: Any, newest: Base | None, begins: datetime, at: datetime
) -> Iterator[Finding]:
    """Whether it may begin then: not in the past, not before what is to come, not on a base that is gone."""
    if begins < at:
        yield Finding("begins_in_the_past", "begins_at", facts={"now": at})
    if newest is None:
        return
    if newest.revision_id != row.base_id:
        yield Finding("overtaken_by_revision", "", facts={"number": newest.number})
    last = next(found for found in queries.history(session, row.code) if found.number == newest.number)
    if begins <= last.begins_at:
        facts = {"number": last.number, "begins_at": last.begins_at}
        yield Finding("begins_before_another", "begins_at", facts=facts)
    if last.withdrawal is not None and begins < last.withdrawal.ends_at:
        yield Finding("withdrawal_to_come", "begins_at", facts={"ends_at": last.withdrawal.ends_at})


def _end_problems(last: RevisionRow, ends: datetime, at: datetime) -> Iterator[Finding]:
    if ends < at:
        yield Finding("ends_in_the_past", "ends_at", facts={"now": at})
    elif ends <= last.begins_at:
        yield Finding("ends_before_it_begins", "ends_at", facts={"begins_at": last.begins_at})


def _successor_problems(session: Session, code: str, successor: str | None) -> Iterator[Finding]:
    if successor is None:
        return
    if successor == code:
        yield Finding("successor_itself", "successor")
    elif not queries.names_of(session, [successor]):
        yield Finding("successor_unknown", "successor", facts={"code": successor})


def _next_number(session: Session, code: str) -> int:
    """Recalled revisions keep their numbers."""
    history = queries.history(session, code)
    return history[0].number + 1 if history else 1


def _procedure_id(session: Session, row: RevisionRow) -> int:
    return session.execute(select(Revision.procedure_id).where(Revision.id == row.revision_id)).scalar_one()
