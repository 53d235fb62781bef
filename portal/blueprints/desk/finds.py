"""Finding dossiers by whom they are of. What was typed stays out of every address: see searching-people.md."""

import re
from collections.abc import Callable
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.desk.face import actor, blueprint, desk_units, officer_id
from portal.blueprints.desk.lines import lines_of
from portal.blueprints.desk.wishes import Wish
from portal.dossiers import finding, queries, references, sought
from portal.i18n import gettext
from portal.people import queries as people
from portal.queues import searches
from portal.transaction import current_session, unit_of_work

_: Callable[..., str] = gettext

OF_A_REFERENCE = re.compile(r"[0-9.-]{1,7}|[A-Z][0-9]{2}(?:[.-][0-9A-Z.-]*)?", re.ASCII)


@blueprint.post("/desk/find")
@audience(Audience.OFFICER)
def find() -> ResponseReturnValue:
    """Lead to what was looked for: a dossier, the part of a list, or a page of its own for names and numbers."""
    q = request.form.get("q", "").strip()[: sought.LONGEST_ASKED]
    tidy = references.tidy(q)
    if references.parse(q) and queries.for_desk(current_session(), q, unit_ids=desk_units(), by=actor()) is not None:
        return redirect(url_for("desk.dossier", reference=tidy), 303)
    if not q or OF_A_REFERENCE.fullmatch(tidy):
        return redirect(Wish.asked(request.form).address(q=q or None), 303)
    with unit_of_work() as session:
        token = searches.remember(session, q, officer_id=officer_id(), at=clock.now())
    return redirect(url_for("desk.found", token=token), 303)


@blueprint.get("/desk/found/<uuid:token>")
@audience(Audience.OFFICER)
def found(token: UUID) -> ResponseReturnValue:
    """Dossiers that the officer's units reach, in any state, by what the officer looked for."""
    session, now, units = current_session(), clock.now(), desk_units()
    q = searches.words_of(session, token, officer_id=officer_id(), at=now) or abort(404)
    after = request.args.get("after")
    page = finding.found(session, q, unit_ids=units, after=after)
    names = people.officer_names(session, {row.keeper_id for row in page.rows if row.keeper_id})
    return render_template(
        "desk/found.html",
        wide=True,
        q=q,
        lines=lines_of(page.rows, at=now, show_holder=True, names=names, ticks=False),
        following=url_for("desk.found", token=token, after=page.after) if page.after else None,
        first=url_for("desk.found", token=token) if after else None,
    )
