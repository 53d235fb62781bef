"""What the check finds, and what would change against the revision that is published."""

from collections.abc import Mapping
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from portal.access import Audience, audience
from portal.blueprints.studio import findings, overview
from portal.blueprints.studio.face import blueprint, opened, whole_number
from portal.difference_words import grouped
from portal.procedures import manuscripts
from portal.procedures.manuscripts import Manuscript
from portal.transaction import current_session


@blueprint.get("/studio/manuscripts/<int:id>/check")
@audience(Audience.EDITOR)
def check(id: int) -> ResponseReturnValue:
    """Everything that stands in the way of publishing, and what would be better, each with the way to its place."""
    found = opened(id)
    checks = findings.checks(found)
    return render_template(
        "studio/check.html",
        manuscript=found,
        name=overview.title(found),
        errors=findings.by_part(found, checks.errors),
        advice=findings.by_part(found, checks.advice),
    )


@blueprint.get("/studio/manuscripts/<int:id>/difference")
@audience(Audience.EDITOR)
def changes(id: int) -> ResponseReturnValue:
    """Against the revision it was begun from, or against an earlier version of it."""
    found = opened(id)
    since = whole_number(request.args["since"]) if "since" in request.args else None
    before = _before(found, since)
    return render_template(
        "studio/difference.html",
        manuscript=found,
        name=overview.title(found),
        since=since,
        groups=grouped(before, found.content) if before is not None else None,
    )


def _before(found: Manuscript, since: int | None) -> Mapping[str, Any] | None:
    """None for a procedure of which nothing is published; 404 for a version that never was or is kept no more."""
    if since is None:
        return found.base.content if found.base else None
    kept = manuscripts.content_at(current_session(), found.id, version=since)
    return abort(404) if kept is None else kept
