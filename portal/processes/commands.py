"""Publishing processes: an approved manuscript becomes a version, or files are loaded; all or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.procedures import instants, revising
from portal.procedures.publishing import Decision, decision_problems
from portal.procedures.schema import Fault
from portal.procedures.second_person import beginning_problems
from portal.processes import manuscripts, queries
from portal.processes.manuscripts import REVIEW
from portal.processes.models import ProcessVersion
from portal.processes.queries import Version
from portal.processes.sources import Source


def publish(
    session: Session,
    *,
    id: int,
    version: int,
    decision: Decision,
    begins_at: datetime | None,
    officer_id: int,
    at: datetime,
    on: date,
) -> Version:
    """Make the approved manuscript the next version, in force from `begins_at`, or from now; dossiers received then
    follow it, those received before keep theirs.

    Refused("not_approved"); Stale; Invalid(*Fault or *Finding, code="process_invalid") lists every problem.
    """
    revising.lock(session)
    row = REVIEW.to_publish(session, id=id, version=version)
    newest = queries.newest(session, row.code, agency=row.agency)
    begins = begins_at or at
    found: list[object] = [*decision_problems(decision), *beginning_problems(row.base, newest, begins, at)]
    found += manuscripts.check(session, row.steps, code=row.code, agency=row.agency, at=begins, on=on)
    if found:
        raise Invalid(*found, code="process_invalid")
    number = newest.number + 1 if newest else 1
    made = {"number": number, "begins_at": begins, "decision": decision.data(), "steps": row.steps}
    made |= {"code": row.code, "agency": row.agency, "approved_by": row.approved_by}
    made |= {"published_at": at, "published_by": officer_id}
    version_id = _add(session, made, at=at, officer_id=officer_id)
    REVIEW.published(session, id=id, version_id=version_id, officer_id=officer_id, at=at)
    return _found(session, version_id)


def load(session: Session, sources: Sequence[Source], *, at: datetime, on: date) -> tuple[int, int]:
    """Publish what files say; how many were new, how many were there already with the same content.

    What has a later version by now is there already, too. Invalid(*Fault): nothing is loaded. A published version never
    changes: other content needs a higher number.
    """
    revising.lock(session)
    new, faults = [], []
    for source in sources:
        known = {one.number: one for one in queries.of_procedure(session, source.code) if one.agency == source.agency}
        if source.number in known and known[source.number].content == source.steps:
            continue
        newest = known[max(known)] if known else None
        found = [*_order_faults(source, newest), *_faults(session, source, on=on)]
        faults += [replace(fault, file=source.path.name) for fault in found]
        new.append(source)
    if faults:
        raise Invalid(*faults, code="process_invalid")
    for source in new:
        _add(session, _row(source, at), at=at, officer_id=None)
    return len(new), len(sources) - len(new)


def parted(session: Session, sources: Sequence[Source]) -> dict[tuple[str, str], Fault]:
    """By code and agency, why what a file says can no longer follow what is published: somebody published otherwise
    here. For who keeps what is published and loads the others.
    """
    kept = {}
    for source in sources:
        known = {one.number: one for one in queries.of_procedure(session, source.code) if one.agency == source.agency}
        if not known or (source.number in known and known[source.number].content == source.steps):
            continue
        newest = known[max(known)]
        for fault in _order_faults(source, newest):
            facts = {"number": newest.number}
            kept[source.code, source.agency] = replace(
                fault, code="published_otherwise", facts=facts, file=source.path.name
            )
    return kept


def _faults(session: Session, source: Source, *, on: date) -> list[Fault]:
    begins = source.begins_at
    found = manuscripts.check(session, source.steps, code=source.code, agency=source.agency, at=begins, on=on)
    receivers = manuscripts.receiving_agencies(session, source.code, at=begins, on=on)
    if not receivers:
        found.append(Fault("procedure", "procedure_unknown", {"value": source.code}))
    elif source.agency and source.agency not in receivers:
        found.append(Fault("agency", "agency_not_receiving", {"value": source.agency}))
    return found


def _order_faults(source: Source, newest: Version | None) -> Iterator[Fault]:
    if newest is None:
        return
    if source.number <= newest.number:
        yield Fault("version", "version_published", {"number": source.number, "next": newest.number + 1})
    elif source.begins_at <= newest.begins_at:
        yield Fault("valid_from", "begins_before_another", {"begins_at": newest.begins_at, "number": newest.number})


def _row(source: Source, at: datetime) -> dict[str, Any]:
    return {
        "code": source.code,
        "agency": source.agency,
        "number": source.number,
        "begins_at": source.begins_at,
        "decision": source.content["decision"],
        "steps": source.steps,
        "published_at": at,
    }


def _add(session: Session, row: dict[str, Any], *, at: datetime, officer_id: int | None) -> int:
    made = session.execute(insert(ProcessVersion).values(row).returning(ProcessVersion.id)).scalar_one()
    revising.note_change(session, what="process_published", at=at, officer_id=officer_id)
    return int(made)


def _found(session: Session, version_id: int) -> Version:
    found = queries.version(session, version_id)
    if found is None:
        raise LookupError(f"process version {version_id} is gone")
    return found


def file_of(found: Version) -> dict[str, Any]:
    """A version as a file that `load` takes."""
    return {
        "procedure": found.code,
        "agency": found.agency or None,
        "version": found.number,
        **instants.beginning(found.begins_at),
        "decision": found.decision,
        "steps": found.content,
    }
