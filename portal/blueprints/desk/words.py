"""What an officer is told: what is to be done next and until when, and why there is nothing to do."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.access import register_day
from portal.calendars import queries as calendars
from portal.deadlines import Term, current_calendar, due, moment_with
from portal.display import duration, instant
from portal.dossiers.life import FINAL, Act, Party, Proposal, State
from portal.dossiers.views import Dossier
from portal.dossiers.warning import APOLOGY_HOURS
from portal.i18n import language
from portal.procedures.procedure import Procedure
from portal.timelines import next_words, outcome_words, who_acted

_: Callable[..., str] = gettext

ANSWER_WITHIN = Term(8, "hours")  # Decree 45/2020/NĐ-CP: an application online is answered in 8 working hours


def next_for_desk(dossier: Dossier, *, at: datetime) -> tuple[str, bool]:
    """What is next, for the officers; and whether it should have been done by now."""
    if dossier.state is State.FILED:
        return _to_answer(dossier, at)
    if dossier.state is State.IN_PROGRESS and dossier.due_at is not None:
        return _to_decide(dossier, dossier.due_at, at)
    if dossier.state is State.RESOLVED:
        unit = dossier.unit.in_(language())
        return _("Đã có kết quả. Bộ phận Một cửa của %(unit)s trả cho người nộp.", unit=unit), False
    return next_words(dossier, person=False, at=at), dossier.late(at)


def due_if_received(dossier: Dossier, procedure: Procedure, session: Session, *, at: datetime) -> datetime | None:
    """When the result would be due if the dossier were received now."""
    channel = procedure.channel(dossier.channel)
    if channel is None:
        return None
    calendar = calendars.of_unit(session, dossier.unit_id, on=register_day())
    return due(at, Term(channel.term.number, channel.term.unit), calendar).at


def why_nothing_to_do(dossier: Dossier, *, units: Collection[int]) -> str:
    """Why the page offers this officer no act."""
    if dossier.state in FINAL:
        return _("Hồ sơ đã xong, không còn việc nào phải làm.")
    if dossier.holder_unit_id not in units:
        unit = dossier.holder.in_(language())
        return _("Hồ sơ đang ở %(unit)s. Đơn vị đó làm việc tiếp theo.", unit=unit)
    if dossier.state is State.AWAITING_DUTY:
        return _("Đang chờ người nộp thực hiện nghĩa vụ tài chính; cán bộ của đơn vị ghi nhận khi đã nộp.")
    if dossier.awaited is Party.PERSON:
        return _("Đang chờ người nộp bổ sung. Khi có bổ sung, hồ sơ trở lại danh sách của đơn vị.")
    if dossier.awaited is Party.RECEIVING_DESK:
        return _("Việc tiếp theo thuộc cán bộ tiếp nhận (Bộ phận Một cửa) của đơn vị.")
    return _("Việc tiếp theo thuộc cán bộ chuyên môn hoặc lãnh đạo của đơn vị.")


def proposal_words(dossier: Dossier, names: Mapping[int, str]) -> str | None:
    """What was proposed, by whom, and whether a leader has agreed."""
    made = next((step for step in reversed(dossier.steps) if step.act is Act.PROPOSED), None)
    if dossier.proposal is None or made is None:
        return None
    who, outcome = who_acted(made, names) or _("một cán bộ"), outcome_words(made.outcome)
    if dossier.proposal is Proposal.MADE:
        return _("%(who)s đề xuất “%(outcome)s”, chờ lãnh đạo duyệt.", who=who, outcome=outcome)
    return _("Lãnh đạo đã duyệt đề xuất “%(outcome)s” của %(who)s: hãy ghi kết quả.", who=who, outcome=outcome)


def _to_answer(dossier: Dossier, at: datetime) -> tuple[str, bool]:
    """Counted from the filing, or from the supplement that was asked for before the receipt."""
    since = next(step.at for step in reversed(dossier.steps) if step.act in (Act.FILED, Act.SUPPLEMENT_GIVEN))
    until = due(since, ANSWER_WITHIN, current_calendar()).at
    if until < at:
        return _("Chờ tiếp nhận. Lẽ ra đã phải trả lời người nộp trước %(until)s.", until=instant(until)), True
    words = _(
        "Chờ tiếp nhận. Hãy trả lời người nộp trước %(until)s (8 giờ làm việc): "
        "tiếp nhận, yêu cầu bổ sung hoặc từ chối.",
        until=instant(until),
    )
    return words, False


def _to_decide(dossier: Dossier, due_at: datetime, at: datetime) -> tuple[str, bool]:
    if not dossier.late(at):
        words = _(
            "Đang giải quyết, hẹn trả kết quả lúc %(due)s, còn %(left)s.",
            due=instant(due_at),
            left=duration(due_at - at),
        )
        if dossier.extended or due_at >= moment_with(APOLOGY_HOURS * 60, at, current_calendar()):
            return words, False
        demand = _("Nếu không kịp, lãnh đạo phải xin lỗi người nộp và hẹn lại ngày trước khi hết hạn.")
        return f"{words} {demand}", False
    time = duration(at - due_at)
    if dossier.extended:
        return _("Đã quá hạn %(time)s (hẹn %(due)s) và không gia hạn được nữa.", time=time, due=instant(due_at)), True
    words = _(
        "Đã quá hạn %(time)s (hẹn %(due)s). Lãnh đạo cần xin lỗi người nộp và hẹn lại ngày.",
        time=time,
        due=instant(due_at),
    )
    return words, True
