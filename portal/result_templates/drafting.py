"""Writing a result template: begun, saved, handed in, approved by a second person or sent back, thrown away."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.errors import Invalid, Refused
from portal.procedures import characters
from portal.procedures import queries as procedures
from portal.procedures.findings import Finding
from portal.result_templates import faults, manuscripts, queries
from portal.result_templates.manuscripts import REVIEW
from portal.result_templates.models import ResultTemplateManuscript


def begin(session: Session, *, code: str, outcome: str, officer_id: int, at: datetime) -> int:
    """Begin the next version, from the newest one or from nothing; the manuscript's id.

    Invalid("procedure_unknown" | "outcome_unknown"); Refused("manuscript_open", id=) where one is being written.
    """
    if procedures.published(session, code, at=at) is None:
        raise Invalid(code="procedure_unknown")
    if outcome not in queries.OUTCOMES:
        raise Invalid(code="outcome_unknown")
    newest = queries.newest(session, code, outcome=outcome)
    row = {
        "code": code,
        "outcome": outcome,
        "state": "writing",
        "version": 1,
        "title": newest.title if newest else "",
        "body": newest.body if newest else "",
        "base": newest.number if newest else 0,
        "written_by": officer_id,
        "written_at": at,
    }
    made = upsert(ResultTemplateManuscript).values(row).on_conflict_do_nothing().returning(ResultTemplateManuscript.id)
    begun = session.execute(made).scalar()
    if begun is None:
        raise Refused("manuscript_open", id=manuscripts.open_of(session, code, outcome=outcome))
    REVIEW.note(session, begun, act="begun", officer_id=officer_id, at=at)
    return begun


def save(session: Session, *, id: int, version: int, title: str, body: str, officer_id: int, at: datetime) -> int:
    """Keep this text, whatever is still wrong with it, without what nobody would see in it; the new version.

    Stale where somebody saved since; Refused("not_in_writing"); Invalid(*Finding) for what cannot be kept.
    """
    found = [
        Finding("too_long", name, facts={"limit": limit})
        for name, text, limit in (("title", title, faults.LONGEST_TITLE), ("body", body, faults.LONGEST_BODY))
        if len(text) > limit
    ]
    content: dict[str, str] = {}
    for name, text in (("title", title), ("body", body)):
        try:
            content[name] = characters.clean(text, lines=name == "body")
        except characters.Unreadable:
            found.append(Finding("bad_shape", name))
    if found:
        raise Invalid(*found, code="template_invalid")
    return REVIEW.save(session, id=id, version=version, content=content, officer_id=officer_id, at=at)


hand_in, send_back, discard = REVIEW.hand_in, REVIEW.send_back, REVIEW.discard


def approve(session: Session, *, id: int, version: int, officer_id: int, at: datetime) -> None:
    """A second person finds it right. Refused("own_manuscript"); Invalid(*Finding) lists everything that is wrong."""
    row = REVIEW.to_approve(session, id=id, version=version, officer_id=officer_id)
    found = manuscripts.check(session, row.title, row.body, code=row.code, at=at)
    if found:
        raise Invalid(*found, code="template_invalid")
    REVIEW.approve(session, id=id, officer_id=officer_id, at=at)
