"""The manuscript on one page: its parts as a list of tasks, where it stands, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access import Audience, audience
from portal.blueprints.studio import findings, parts
from portal.blueprints.studio.face import blueprint, editor_id, opened
from portal.display import text
from portal.i18n import N_
from portal.procedures.manuscripts import Manuscript

STATES: Mapping[str, tuple[str, str]] = {
    "writing": (N_("Đang soạn"), "progress"),
    "in_review": (N_("Chờ duyệt"), "waiting"),
    "approved": (N_("Đã duyệt, chưa công bố"), "good"),
    "published": (N_("Đã công bố"), "good"),
    "discarded": (N_("Đã bỏ"), "neutral"),
}
ACTS: Mapping[str, str] = {
    "begun": N_("Bắt đầu bản thảo"),
    "saved": N_("Đã lưu"),
    "handed_in": N_("Đã trình duyệt"),
    "sent_back": N_("Đã trả lại để sửa"),
    "approved": N_("Đã duyệt"),
    "discarded": N_("Đã bỏ bản thảo"),
    "followed": N_("Lấy bản mới công bố làm gốc"),
    "restored": N_("Lấy lại bản đã lưu trước"),
    "published": N_("Đã công bố"),
    "recalled": N_("Thu hồi bản chưa có hiệu lực"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Who may do what with the manuscript now."""

    can_write: bool
    can_hand_in: bool
    can_send_back: bool
    can_approve: bool
    own: bool  # waits for somebody else, because this editor wrote on it
    can_publish: bool
    can_discard: bool


def standing(manuscript: Manuscript) -> Standing:
    state, may = manuscript.state, manuscript.may_approve(editor_id())
    return Standing(
        can_write=state == "writing",
        can_hand_in=state == "writing",
        can_send_back=state in ("in_review", "approved"),
        can_approve=state == "in_review" and may,
        own=state == "in_review" and not may,
        can_publish=state == "approved",
        can_discard=state in ("writing", "in_review", "approved"),
    )


def state_words(state: str) -> tuple[str, str]:
    """The manuscript's state as people read it, and the tone of its tag."""
    words, tone = STATES[state]
    return _(words), tone


def act_words(act: str) -> str:
    """What was done, as the trail says it."""
    return str(_(ACTS.get(act, act)))


@blueprint.get("/studio/manuscripts/<int:id>")
@audience(Audience.EDITOR)
def manuscript(id: int) -> ResponseReturnValue:
    """The task list."""
    found = opened(id)
    checks = findings.checks(found)
    errors, advice = [one.path for one in checks.errors], [one.path for one in checks.advice]
    return render_template(
        "studio/manuscript.html",
        manuscript=found,
        name=title(found),
        state=state_words(found.state),
        parts=parts.all_parts(found.id, found.content, errors, advice),
        errors=len(errors),
        advice=len(advice),
        standing=standing(found),
    )


def title(found: Manuscript) -> str:
    """The procedure's name as it is in the manuscript."""
    return text(found.content.get("name")) or _("Thủ tục chưa có tên")
