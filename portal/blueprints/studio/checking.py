"""What the check finds, and what would change against the revision that is published."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.access import Audience, audience
from portal.blueprints.studio import findings, overview
from portal.blueprints.studio.face import blueprint, opened
from portal.difference_words import grouped
from portal.procedures.differing import difference


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
    """Against the revision it was begun from."""
    found = opened(id)
    before = found.base.content if found.base else {}
    return render_template(
        "studio/difference.html",
        manuscript=found,
        name=overview.title(found),
        groups=grouped(difference(before, found.content)) if found.base else None,
    )
