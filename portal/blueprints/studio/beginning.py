"""A manuscript begun: of a procedure that is new, or of the next revision of one that is there."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.studio.face import blueprint, editor_id
from portal.errors import Invalid, Refused
from portal.procedures import drafting
from portal.procedures import queries as catalogue
from portal.transaction import current_session, unit_of_work


@blueprint.get("/studio/new")
@audience(Audience.EDITOR)
def ask_new() -> ResponseReturnValue:
    """Under which code."""
    return _page("", None)


@blueprint.post("/studio/new")
@audience(Audience.EDITOR)
def new() -> ResponseReturnValue:
    code = request.form.get("code", "").strip()
    if catalogue.history(current_session(), code):
        return _page(code, _("Mã này đã có thủ tục. Hãy mở thủ tục đó và soạn bản mới.")), 422
    try:
        return _begin(code)
    except Invalid:
        words = _("Hãy ghi mã thủ tục như 1.001193, hoặc mã của địa phương như 2.000815.000.00.00.H06.")
        return _page(code, words), 422


@blueprint.post("/studio/procedures/<code>/revise")
@audience(Audience.EDITOR)
def revise(code: str) -> ResponseReturnValue:
    """The next revision, begun from the newest."""
    return _begin(code)


def _begin(code: str) -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            made = drafting.begin(session, code=code, officer_id=editor_id(), at=clock.now())
    except Refused as refused:
        if refused.code != "manuscript_open":
            raise
        flash(_("Thủ tục này đang có một bản thảo. Hãy làm tiếp trên bản thảo đó."), "waiting")
        return redirect(url_for("studio.manuscript", id=refused.facts["id"]), 303)
    return redirect(url_for("studio.manuscript", id=made), 303)


def _page(code: str, error: str | None) -> str:
    return render_template("studio/new.html", code=code[:100], error=error)
