"""The way of a result template to its publication: handed in, approved by a second editor, published by decision."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.studio import results
from portal.blueprints.studio.face import blueprint, editor_id, sent_version
from portal.blueprints.studio.publishing import decision_typed, instant_typed
from portal.blueprints.studio.second_person import publish_inputs, refused_words
from portal.display import instant
from portal.errors import Invalid, Refused, Stale
from portal.result_templates import commands, drafting
from portal.result_templates.manuscripts import Manuscript
from portal.result_words import finding_lines
from portal.transaction import unit_of_work

_: Callable[..., str] = gettext


@blueprint.post("/studio/results/<int:id>/<any('hand-in', approve, 'send-back', discard):act>")
@audience(Audience.EDITOR)
def do_result(id: int, act: str) -> ResponseReturnValue:
    """Hand in, approve, send back with a reason, or throw away."""
    results.opened_result(id)
    command, words = _acts(id)[act]
    try:
        with unit_of_work() as session:
            command(session)
    except (Refused, Stale) as refused:
        return results.page(results.opened_result(id), error=refused_words(refused)), 409
    except Invalid as invalid:
        return results.page(results.opened_result(id), error=_invalid(invalid), wrong=invalid.problems), 422
    flash(words, "good")
    return redirect(url_for("studio.results") if act == "discard" else url_for("studio.result", id=id), 303)


@blueprint.get("/studio/results/<int:id>/publish")
@audience(Audience.EDITOR)
def ask_publish_result(id: int) -> ResponseReturnValue:
    """The decision's number and day, and from when it holds."""
    return _publish_page(results.opened_result(id), {})


@blueprint.post("/studio/results/<int:id>/publish")
@audience(Audience.EDITOR)
def publish_result(id: int) -> ResponseReturnValue:
    found = results.opened_result(id)
    errors: dict[str, str] = {}
    decision, begins_at = decision_typed(errors), instant_typed("begins", errors)
    if decision is None or errors:
        return _publish_page(found, errors), 422
    try:
        with unit_of_work() as session:
            done = commands.publish(
                session,
                id=id,
                version=sent_version(),
                decision=decision,
                begins_at=begins_at,
                officer_id=editor_id(),
                at=clock.now(),
            )
    except (Refused, Stale) as refused:
        return _publish_page(results.opened_result(id), {"": refused_words(refused)}), 409
    except Invalid as invalid:
        return _publish_page(found, {"": " ".join(finding_lines(invalid.problems))}), 422
    flash(_("Đã công bố bản %(n)s, có hiệu lực từ %(at)s.", n=done.number, at=instant(done.begins_at)), "good")
    return redirect(url_for("studio.result", id=id), 303)


def _acts(id: int) -> dict[str, tuple[Callable[[Session], None], str]]:
    who: dict[str, Any] = {"id": id, "version": sent_version(), "officer_id": editor_id(), "at": clock.now()}
    return {
        "hand-in": (
            lambda session: drafting.hand_in(session, **who),
            _("Đã trình duyệt. Một biên tập viên khác cần xem và duyệt."),
        ),
        "approve": (
            lambda session: drafting.approve(session, **who),
            _("Đã duyệt. Bản thảo có thể được công bố."),
        ),
        "send-back": (
            lambda session: drafting.send_back(session, reason=request.form.get("reason", ""), **who),
            _("Đã trả lại cho người soạn."),
        ),
        "discard": (lambda session: drafting.discard(session, **who), _("Đã bỏ bản thảo.")),
    }


def _publish_page(found: Manuscript, errors: dict[str, str]) -> str:
    return render_template("studio/result_publish.html", manuscript=found, **publish_inputs(errors))


def _invalid(invalid: Invalid) -> str:
    words = {
        "no_reason": _("Hãy ghi lý do, để người soạn biết cần sửa gì."),
        "reason_too_long": _("Hãy viết lý do ngắn lại, nhiều nhất 2.000 ký tự."),
    }
    return words.get(invalid.code) or _("Còn lỗi phải sửa trước. Các lỗi được liệt kê bên dưới.")
