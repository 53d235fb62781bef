"""From a finished text to a published revision: handed in, approved by a second editor or sent back, published."""

from collections.abc import Callable
from datetime import date, datetime, time

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.studio import findings, overview
from portal.blueprints.studio.face import blueprint, editor_id, opened, sent_version
from portal.display import instant
from portal.errors import Invalid, Refused, Stale
from portal.procedures import characters, drafting, formats
from portal.procedures import publishing as acts
from portal.procedures.findings import Finding
from portal.procedures.formats import Refusal
from portal.procedures.manuscripts import Manuscript
from portal.procedures.publishing import Decision
from portal.procedures.reading import DATE_PARTS
from portal.transaction import unit_of_work

_: Callable[..., str] = gettext

ACTS: dict[str, Callable[..., None]] = {
    "hand-in": drafting.hand_in,
    "approve": drafting.approve,
    "discard": drafting.discard,
    "follow": drafting.follow,
}


@blueprint.get("/studio/manuscripts/<int:id>/<any('hand-in', approve, 'send-back', discard, follow):act>")
@audience(Audience.EDITOR)
def ask(id: int, act: str) -> ResponseReturnValue:
    """Say what the act does, and ask for it."""
    return _ask_page(opened(id), act)


@blueprint.post("/studio/manuscripts/<int:id>/<any('hand-in', approve, 'send-back', discard, follow):act>")
@audience(Audience.EDITOR)
def do(id: int, act: str) -> ResponseReturnValue:
    found = opened(id)
    try:
        with unit_of_work() as session:
            if act == "send-back":
                reason = request.form.get("reason", "").strip()
                drafting.send_back(
                    session, id=id, version=sent_version(), reason=reason, officer_id=editor_id(), at=clock.now()
                )
            else:
                ACTS[act](session, id=id, version=sent_version(), officer_id=editor_id(), at=clock.now())
    except Stale:
        return _ask_page(opened(id), act, _met(found)), 409
    except Refused as refused:
        return _ask_page(opened(id), act, _refused(refused)), 409
    except Invalid as invalid:
        return _ask_page(opened(id), act, _invalid(invalid)), 422
    flash(_done(act), "good")
    return redirect(url_for("studio.index") if act == "discard" else url_for("studio.manuscript", id=id), 303)


@blueprint.get("/studio/manuscripts/<int:id>/publish")
@audience(Audience.EDITOR)
def ask_publish(id: int) -> ResponseReturnValue:
    """The decision's number and day, and from when it holds."""
    return _publish_page(opened(id), {})


@blueprint.post("/studio/manuscripts/<int:id>/publish")
@audience(Audience.EDITOR)
def publish(id: int) -> ResponseReturnValue:
    found = opened(id)
    errors: dict[str, str] = {}
    decision, begins_at = decision_typed(errors), instant_typed("begins", errors)
    if decision is None or errors:
        return _publish_page(found, errors), 422
    try:
        with unit_of_work() as session:
            done = acts.publish(
                session,
                id=id,
                version=sent_version(),
                decision=decision,
                begins_at=begins_at,
                officer_id=editor_id(),
                at=clock.now(),
            )
    except Stale:
        return _publish_page(opened(id), {"": _met(found)}), 409
    except Refused as refused:
        return _publish_page(opened(id), {"": _refused(refused)}), 409
    except Invalid as invalid:
        return _publish_page(found, {"": _invalid(invalid)}, invalid), 422
    flash(_("Đã công bố bản %(n)s, có hiệu lực từ %(at)s.", n=done.number, at=instant(done.begins_at)), "good")
    return redirect(url_for("studio.manuscript", id=id), 303)


def decision_typed(errors: dict[str, str]) -> Decision | None:
    """The decision as the form says it; what is missing goes into `errors`."""
    number, source = (line_typed(name, errors)[:200] for name in ("number", "source"))
    if (not number or len(number) > 100) and "number" not in errors:
        errors["number"] = _("Hãy ghi số quyết định, ví dụ 163/QĐ-UBND.")
    day = day_typed("on", _("Hãy ghi ngày của quyết định: một ngày có thật, năm gồm 4 chữ số."), errors)
    return Decision(number, day, source or None) if number and day else None


def line_typed(name: str, errors: dict[str, str]) -> str:
    """One line through the door for typed text; what is refused there is told beside it."""
    try:
        return characters.clean(request.form.get(name, ""))
    except characters.Unreadable:
        errors[name] = _("Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại.")
        return ""


def day_typed(name: str, otherwise: str, errors: dict[str, str]) -> date | None:
    parts = [request.form.get(f"{name}-{part}", "").strip() for part in DATE_PARTS]
    try:
        return formats.day((parts[0], parts[1], parts[2]))
    except Refusal:
        errors[name] = otherwise
        return None


def instant_typed(name: str, errors: dict[str, str]) -> datetime | None:
    """None for at once; else the local day and hour that were typed."""
    if request.form.get(f"{name}-when") != "later":
        return None
    day = day_typed(name, _("Hãy ghi ngày bắt đầu: một ngày có thật, năm gồm 4 chữ số."), errors)
    hour, _colon, minute = (request.form.get(f"{name}-time", "").strip() or "00:00").partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour[:4]) < 24 and int(minute[:4]) < 60):
        errors[f"{name}-time"] = _("Hãy ghi giờ và phút, ví dụ 07:30.")
        return None
    return datetime.combine(day, time(int(hour), int(minute)), clock.LOCAL_ZONE) if day else None


def _publish_page(found: Manuscript, errors: dict[str, str], invalid: Invalid | None = None) -> str:
    typed = {name: request.form.get(name, "") for name in ("number", "source", "begins-when", "begins-time")}
    days = {name: tuple(request.form.get(f"{name}-{part}", "") for part in DATE_PARTS) for name in ("on", "begins")}
    wrong = [one for one in invalid.problems if isinstance(one, Finding)] if invalid else []
    return render_template(
        "studio/publish.html",
        manuscript=found,
        name=overview.title(found),
        typed=typed,
        days=days,
        errors=errors,
        error_list=[(f"f-{name}" if name else "", words) for name, words in errors.items()],
        wrong=findings.by_part(found, wrong),
        standing=overview.standing(found),
    )


def _ask_page(found: Manuscript, act: str, error: str | None = None) -> str:
    checks = findings.checks(found)
    return render_template(
        "studio/act.html",
        manuscript=found,
        name=overview.title(found),
        act=act,
        error=error,
        reason=request.form.get("reason", ""),
        errors=findings.by_part(found, checks.errors) if act in ("hand-in", "approve") else [],
        advice=len(checks.advice),
        standing=overview.standing(found),
        can_do=_can(found, act),
    )


def _can(found: Manuscript, act: str) -> bool:
    now = overview.standing(found)
    allowed = {
        "hand-in": now.can_hand_in,
        "approve": now.can_approve,
        "send-back": now.can_send_back,
        "discard": now.can_discard,
        "follow": now.can_write and found.base is not None,
    }
    return allowed[act]


def _met(found: Manuscript) -> str:
    again = opened(found.id)
    return _(
        "%(who)s vừa thay đổi bản thảo này lúc %(at)s. Hãy xem lại rồi bấm lại.",
        who=again.written_by,
        at=instant(again.written_at),
    )


def _refused(refused: Refused) -> str:
    words = {
        "own_manuscript": _("Bạn đã soạn bản thảo này. Người duyệt phải là một biên tập viên khác."),
        "not_in_writing": _("Bản thảo không còn ở bước soạn."),
        "not_approved": _("Bản thảo chưa được duyệt. Cần một biên tập viên khác duyệt trước khi công bố."),
    }
    return words.get(refused.code) or _("Không làm được ở bước này của bản thảo. Hãy xem lại bản thảo.")


def _invalid(invalid: Invalid) -> str:
    if invalid.code == "no_reason":
        return _("Hãy ghi lý do, để người soạn biết cần sửa gì.")
    return _("Còn lỗi phải sửa trước. Các lỗi được liệt kê bên dưới.")


def _done(act: str) -> str:
    words = {
        "hand-in": _("Đã trình duyệt. Một biên tập viên khác cần xem và duyệt."),
        "approve": _("Đã duyệt. Bản thảo có thể được công bố."),
        "send-back": _("Đã trả lại cho người soạn."),
        "discard": _("Đã bỏ bản thảo."),
        "follow": _("Bản thảo nay dựa trên bản mới nhất."),
    }
    return words[act]
