"""Publishing result templates: an approved manuscript becomes a version by decision, or files are loaded."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.procedures import instants, revising
from portal.procedures.publishing import Decision, decision_problems
from portal.procedures.schema import Fault
from portal.procedures.second_person import beginning_problems
from portal.result_templates import manuscripts, queries
from portal.result_templates.manuscripts import REVIEW
from portal.result_templates.models import ResultTemplateVersion
from portal.result_templates.queries import Version
from portal.result_templates.sources import Source


def publish(
    session: Session,
    *,
    id: int,
    version: int,
    decision: Decision,
    begins_at: datetime | None,
    officer_id: int,
    at: datetime,
) -> Version:
    """Make the approved manuscript the next version, in force from `begins_at`, or from now.

    Refused("not_approved"); Stale; Invalid(*Finding, code="template_invalid") lists every problem: a mark that is
    unknown, or that the form in force from then on lacks, is one. Under the catalogue's lock, so that no form changes
    meanwhile.
    """
    revising.lock(session)
    row = REVIEW.to_publish(session, id=id, version=version)
    newest = queries.newest(session, row.code, outcome=row.outcome)
    begins = begins_at or at
    found = [*decision_problems(decision), *beginning_problems(row.base, newest, begins, at)]
    found += manuscripts.check(session, row.title, row.body, code=row.code, at=begins)
    if found:
        raise Invalid(*found, code="template_invalid")
    made = {
        "code": row.code,
        "outcome": row.outcome,
        "number": newest.number + 1 if newest else 1,
        "begins_at": begins,
        "decision": decision.data(),
        "title": row.title,
        "body": row.body,
        "published_at": at,
        "published_by": officer_id,
        "approved_by": row.approved_by,
    }
    returned = insert(ResultTemplateVersion).values(made).returning(ResultTemplateVersion.id)
    version_id = session.execute(returned).scalar_one()
    REVIEW.published(session, id=id, version_id=version_id, officer_id=officer_id, at=at)
    return Version(id=version_id, **made)


def load(session: Session, sources: Sequence[Source], *, at: datetime) -> tuple[int, int]:
    """Publish what files say; how many were new, how many were there already with the same content.

    Invalid(*Fault): nothing is loaded. A published version never changes: another text needs a higher number.
    """
    revising.lock(session)
    new, faults = [], []
    for source in sources:
        history = queries.history(session, source.code, outcome=source.outcome)
        if _is_there(source, history):
            continue
        found = [*_order_faults(source, history[0] if history else None), *_faults(session, source)]
        faults += [replace(fault, file=source.path.name) for fault in found]
        new.append(source)
    if faults:
        raise Invalid(*faults, code="template_invalid")
    for source in new:
        session.execute(insert(ResultTemplateVersion).values(_row(source, at)))
    return len(new), len(sources) - len(new)


def parted(session: Session, sources: Sequence[Source]) -> dict[tuple[str, str], Fault]:
    """By code and outcome, why what a file says can no longer follow what is published: somebody published otherwise
    here. For who keeps what is published and loads the others.
    """
    kept = {}
    for source in sources:
        history = queries.history(session, source.code, outcome=source.outcome)
        if not history or _is_there(source, history):
            continue
        for fault in _order_faults(source, history[0]):
            facts = {"number": history[0].number}
            kept[source.code, source.outcome] = replace(
                fault, code="published_otherwise", facts=facts, file=source.path.name
            )
    return kept


def _is_there(source: Source, history: Sequence[Version]) -> bool:
    found = next((one for one in history if one.number == source.number), None)
    return found is not None and (found.title, found.body) == (source.title, source.body)


def _faults(session: Session, source: Source) -> Iterator[Fault]:
    found = manuscripts.check(session, source.title, source.body, code=source.code, at=source.begins_at)
    return (Fault(one.path, one.code, one.facts) for one in found)


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
        "outcome": source.outcome,
        "number": source.number,
        "begins_at": source.begins_at,
        "decision": source.content["decision"],
        "title": source.title,
        "body": source.body,
        "published_at": at,
    }


def file_of(found: Version) -> dict[str, Any]:
    """A version as a file that `load` takes."""
    return {
        "procedure": found.code,
        "outcome": found.outcome,
        "version": found.number,
        **instants.beginning(found.begins_at),
        "decision": found.decision,
        "title": found.title,
        "body": found.body.split("\n"),
    }
