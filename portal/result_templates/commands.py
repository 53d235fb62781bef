"""Publishing a result template: an approved manuscript becomes a version by decision."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.procedures import revising
from portal.procedures.publishing import Decision, decision_problems
from portal.procedures.second_person import beginning_problems
from portal.result_templates import manuscripts, queries
from portal.result_templates.manuscripts import REVIEW
from portal.result_templates.models import ResultTemplateVersion
from portal.result_templates.queries import Version


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
