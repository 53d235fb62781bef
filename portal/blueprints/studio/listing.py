"""Every procedure with what is being written on it."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.studio.face import blueprint
from portal.procedures import editable, manuscripts
from portal.transaction import current_session

LONGEST_SEARCH = 100


@blueprint.get("/studio")
@audience(Audience.EDITOR)
def index() -> ResponseReturnValue:
    """Open manuscripts first, then the procedures, found by name or code."""
    session = current_session()
    q = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    after = request.args.get("after") or None
    open_ones = manuscripts.manuscripts(session)
    found = editable.editable(session, q=q, after=after, at=clock.now())
    following = url_for("studio.index", q=q or None, after=found.after) if found.after else None
    return render_template(
        "studio/index.html",
        wide=True,
        q=q,
        first=url_for("studio.index", q=q or None) if after else None,
        open_ones=[] if q or after else open_ones.rows,
        rows=found.rows,
        following=following,
        today=clock.local_day(clock.now()),
    )
