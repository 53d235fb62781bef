"""One procedure for its editors: every revision, the manuscript that is open, and what can be done."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.studio.face import blueprint, editor_id
from portal.errors import Invalid, NotFound, Refused
from portal.procedures import manuscripts
from portal.procedures import publishing as acts
from portal.procedures import queries as catalogue
from portal.procedures.procedure import RevisionRow
from portal.transaction import current_session, unit_of_work


@blueprint.get("/studio/procedures/<code>")
@audience(Audience.EDITOR)
def procedure(code: str) -> ResponseReturnValue:
    """Its revisions, newest first."""
    session, at = current_session(), clock.now()
    rows = catalogue.history(session, code) or abort(404)
    return render_template(
        "studio/procedure.html",
        code=code,
        rows=rows,
        at=at,
        manuscript=manuscripts.open_of(session, code),
        withdrawn=any(row.withdrawal for row in rows),
    )


@blueprint.get("/studio/procedures/<code>/revisions/<int(max=99999):number>/recall")
@audience(Audience.EDITOR)
def ask_recall(code: str, number: int) -> ResponseReturnValue:
    """Whether a revision that is to come shall never begin, and why."""
    return _page(_row(code, number), code, None)


@blueprint.post("/studio/procedures/<code>/revisions/<int(max=99999):number>/recall")
@audience(Audience.EDITOR)
def recall(code: str, number: int) -> ResponseReturnValue:
    row, reason = _row(code, number), request.form.get("reason", "")
    try:
        with unit_of_work() as session:
            acts.recall(session, code=code, number=number, reason=reason, officer_id=editor_id(), at=clock.now())
    except NotFound:
        abort(404)
    except Invalid:
        return _page(row, code, _("Hãy ghi lý do thu hồi, nhiều nhất 2.000 ký tự.")), 422
    except Refused:
        words = _("Chỉ thu hồi được bản mới nhất, khi nó chưa có hiệu lực. Hãy xem lại các bản của thủ tục.")
        return _page(row, code, words), 409
    flash(_("Đã thu hồi bản %(n)s.", n=number), "good")
    return redirect(url_for("studio.procedure", code=code), 303)


def _row(code: str, number: int) -> RevisionRow:
    rows = catalogue.history(current_session(), code)
    return next((row for row in rows if row.number == number), None) or abort(404)


def _page(row: RevisionRow, code: str, error: str | None) -> str:
    reason = request.form.get("reason", "")
    return render_template("studio/recall.html", code=code, row=row, reason=reason, error=error)
