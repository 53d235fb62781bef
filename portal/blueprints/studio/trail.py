"""Who did what with a manuscript, and an earlier version of it taken again."""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.studio import keeping, overview
from portal.blueprints.studio.face import blueprint, editor_id, opened, sent_version, whole_number
from portal.errors import NotFound, Refused, Stale
from portal.procedures import drafting
from portal.procedures.manuscripts import Manuscript, TrailStep
from portal.transaction import unit_of_work

MADE_A_VERSION = ("begun", "saved", "restored")


@dataclass(frozen=True, slots=True)
class Line:
    """One step in words; `earlier` is the version that it made, where that is not the present one."""

    step: TrailStep
    words: str
    earlier: int | None


@blueprint.get("/studio/manuscripts/<int:id>/trail")
@audience(Audience.EDITOR)
def trail(id: int) -> ResponseReturnValue:
    """Who did what with it, the newest first."""
    found = opened(id)
    return render_template(
        "studio/trail.html",
        manuscript=found,
        name=overview.title(found),
        lines=[_line(found, step) for step in reversed(found.trail)],
        can_restore=found.state == "writing",
    )


@blueprint.post("/studio/manuscripts/<int:id>/restore")
@audience(Audience.EDITOR)
def restore(id: int) -> ResponseReturnValue:
    """What an earlier version said becomes the newest version; on an old page nothing happens."""
    to = whole_number(request.form.get("to"))
    try:
        with unit_of_work() as session:
            drafting.restore(
                session, id=id, version=sent_version(), to_version=to, officer_id=editor_id(), at=clock.now()
            )
    except NotFound:
        abort(404)
    except Stale:
        flash(keeping.words("overtaken", opened(id).written_by), "waiting")
    except Refused:
        flash(keeping.words("closed", ""), "waiting")
    else:
        flash(_("Đã lấy lại bản lưu %(n)s. Bản bị thay vẫn còn trong danh sách dưới đây.", n=to), "good")
    return redirect(url_for("studio.trail", id=id), 303)


def _line(found: Manuscript, step: TrailStep) -> Line:
    is_earlier = step.act in MADE_A_VERSION and step.version < found.version and found.is_open
    return Line(step, overview.act_words(step.act), step.version if is_earlier else None)
