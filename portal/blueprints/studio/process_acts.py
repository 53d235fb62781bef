"""What is done to a process being written: its steps, its file, and the way to its publication."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience, register_day
from portal.blueprints.studio import process_typed, processes
from portal.blueprints.studio.face import blueprint, editor_id, sent_version
from portal.blueprints.studio.process_typed import Typed
from portal.blueprints.studio.publishing import decision_typed, instant_typed
from portal.blueprints.studio.second_person import publish_inputs, refused_words
from portal.display import instant
from portal.errors import Invalid, Refused, Stale
from portal.finding_words import finding_words
from portal.i18n import language
from portal.procedures import json_door
from portal.procedures.findings import Finding
from portal.procedures.schema import Fault
from portal.procedures.yaml_door import CannotRead
from portal.process_words import fault_line
from portal.processes import commands, drafting, editing
from portal.processes.definition import shape_faults
from portal.processes.manuscripts import Manuscript
from portal.transaction import unit_of_work

_: Callable[..., str] = gettext
MOST_BYTES = 256 * 1024


@blueprint.get("/studio/processes/<int:id>/steps/<key>")
@audience(Audience.EDITOR)
def step_of_process(id: int, key: str) -> ResponseReturnValue:
    """The form of one step; of a new one under `new`, which no step is called."""
    found = processes.opened_process(id)
    return _step_page(found, key, process_typed.of_step(_step(found, key)))


@blueprint.post("/studio/processes/<int:id>/steps/<key>")
@audience(Audience.EDITOR)
def save_process_step(id: int, key: str) -> ResponseReturnValue:
    """Keep it; back to the process, where what is wrong is said."""
    found, form = processes.opened_process(id), process_typed.typed()
    own = _step(found, key)
    step = process_typed.read(form, key=own["key"] if own else None, steps=found.steps)
    if step is None:
        return _step_page(found, key, form), 422
    try:
        _save(id, editing.put(found.steps, step))
    except Invalid:
        form.errors["agency"] = _("Hãy ghi mã đơn vị, ví dụ H06.15.")
        return _step_page(found, key, form), 422
    except (Refused, Stale) as refused:
        return _step_page(processes.opened_process(id), key, form, error=refused_words(refused)), 409
    flash(_("Đã lưu bước “%(name)s”.", name=step["name"][language()]), "good")
    return redirect(url_for("studio.process", id=id, _anchor="steps"), 303)


@blueprint.post("/studio/processes/<int:id>/steps/<key>/<any(up, down, remove):act>")
@audience(Audience.EDITOR)
def arrange_process_step(id: int, key: str, act: str) -> ResponseReturnValue:
    """One place up or down, or away."""
    found = processes.opened_process(id)
    if act == "remove":
        steps = editing.without(found.steps, key)
    else:
        steps = editing.moved(found.steps, key, -1 if act == "up" else 1)
    return _done(found, lambda: _save(id, steps), _("Đã lưu."), anchor="steps")


@blueprint.post("/studio/processes/<int:id>/import")
@audience(Audience.EDITOR)
def import_process(id: int) -> ResponseReturnValue:
    """The steps of a file in the place of these."""
    found = processes.opened_process(id)
    sent = request.files.get("file")
    data = sent.stream.read(MOST_BYTES + 1) if sent and sent.filename else b""
    try:
        content = json_door.read(data) if data else None
    except CannotRead as error:
        return processes.page(found, error=_not_a_file(), wrong=[Fault("", error.code, error.facts)]), 422
    if not isinstance(content, dict) or shape_faults(content):
        wrong = shape_faults(content) if isinstance(content, dict) else []
        return processes.page(found, error=_not_a_file(), wrong=wrong), 422
    return _done(found, lambda: _save(id, content["steps"]), _("Đã lấy các bước từ tệp."), anchor="steps")


@blueprint.post("/studio/processes/<int:id>/<any('hand-in', approve, 'send-back', discard):act>")
@audience(Audience.EDITOR)
def do_process(id: int, act: str) -> ResponseReturnValue:
    """Hand in, approve, send back with a reason, or throw away."""
    found = processes.opened_process(id)
    who: dict[str, Any] = {"id": id, "version": sent_version(), "officer_id": editor_id(), "at": clock.now()}
    acts: dict[str, tuple[Callable[[Session], None], str]] = {
        "hand-in": (
            lambda session: drafting.hand_in(session, **who),
            _("Đã trình duyệt. Một biên tập viên khác cần xem và duyệt."),
        ),
        "approve": (
            lambda session: drafting.approve(session, on=register_day(), **who),
            _("Đã duyệt. Bản thảo có thể được công bố."),
        ),
        "send-back": (
            lambda session: drafting.send_back(session, reason=request.form.get("reason", ""), **who),
            _("Đã trả lại cho người soạn."),
        ),
        "discard": (lambda session: drafting.discard(session, **who), _("Đã bỏ bản thảo.")),
    }
    command, words = acts[act]

    def in_a_unit_of_work() -> None:
        with unit_of_work() as session:
            command(session)

    return _done(found, in_a_unit_of_work, words, to="studio.processes" if act == "discard" else None)


@blueprint.get("/studio/processes/<int:id>/publish")
@audience(Audience.EDITOR)
def ask_publish_process(id: int) -> ResponseReturnValue:
    """The decision's number and day, and from when it holds."""
    return _publish_page(processes.opened_process(id), {})


@blueprint.post("/studio/processes/<int:id>/publish")
@audience(Audience.EDITOR)
def publish_process(id: int) -> ResponseReturnValue:
    found = processes.opened_process(id)
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
                on=register_day(),
            )
    except (Refused, Stale) as refused:
        return _publish_page(processes.opened_process(id), {"": refused_words(refused)}), 409
    except Invalid as invalid:
        lines = [finding_words(one) for one in invalid.problems if isinstance(one, Finding)]
        lines += [line for one in invalid.problems if isinstance(one, Fault) for line in fault_line(one)]
        return _publish_page(found, {"": " ".join(lines)}), 422
    flash(_("Đã công bố bản %(n)s, có hiệu lực từ %(at)s.", n=done.number, at=instant(done.begins_at)), "good")
    return redirect(url_for("studio.process", id=id), 303)


def _step(found: Manuscript, key: str) -> dict[str, Any] | None:
    step = next((one for one in found.steps if one["key"] == key), None)
    return step if step is not None or key == "new" else abort(404)


def _save(id: int, steps: list[dict[str, Any]]) -> None:
    with unit_of_work() as session:
        drafting.save(session, id=id, version=sent_version(), steps=steps, officer_id=editor_id(), at=clock.now())


def _done(
    found: Manuscript, command: Callable[[], object], words: str, *, to: str | None = None, anchor: str | None = None
) -> ResponseReturnValue:
    """Do it and come back to the process, or say there what stood in the way."""
    try:
        command()
    except (Refused, Stale) as refused:
        return processes.page(processes.opened_process(found.id), error=refused_words(refused)), 409
    except Invalid as invalid:
        again = processes.opened_process(found.id)
        return processes.page(again, error=_invalid(invalid), wrong=invalid.problems), 422
    flash(words, "good")
    return redirect(url_for(to) if to else url_for("studio.process", id=found.id, _anchor=anchor), 303)


def _step_page(found: Manuscript, key: str, form: Typed, *, error: str | None = None) -> str:
    errors = [(f"f-{name}", words) for name, words in form.errors.items()]
    return render_template(
        "studio/process_step.html",
        manuscript=found,
        key=key,
        form=form,
        choices=process_typed.choices(found.steps, language()),
        error_list=[("", error), *errors] if error else errors,
    )


def _publish_page(found: Manuscript, errors: dict[str, str]) -> str:
    return render_template("studio/process_publish.html", manuscript=found, **publish_inputs(errors))


def _not_a_file() -> str:
    return _("Tệp này không phải một quy trình. Hãy chọn tệp JSON đã xuất từ cổng, hoặc sửa các chỗ ghi dưới đây.")


def _invalid(invalid: Invalid) -> str:
    words = {
        "no_reason": _("Hãy ghi lý do, để người soạn biết cần sửa gì."),
        "reason_too_long": _("Hãy viết lý do ngắn lại, nhiều nhất 2.000 ký tự."),
        "too_many_steps": _("Một quy trình có nhiều nhất %(most)s bước.", most=drafting.MOST_STEPS),
    }
    return words.get(invalid.code) or _("Còn lỗi phải sửa trước. Các lỗi được liệt kê bên dưới.")
