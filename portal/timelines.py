"""A dossier's life as a list that one reads at a glance: what happened, what is awaited, until when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from portal.display import act_words, acted_by, duration, instant, taken_back_words
from portal.dossiers import taking_back
from portal.dossiers.life import Act, Outcome, State
from portal.dossiers.tracked import TrackedStep
from portal.dossiers.views import Place, Step
from portal.i18n import gettext
from portal.way_words import by_which_way

_: Callable[..., str] = gettext

Names = Mapping[int, str]
AT_THE_DESK = ("counter", "post")
NOBODY_NAMED: Names = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the timeline; `state`: done, undone (taken back), current, late or future; `at` None: yet to come."""

    title: str
    at: datetime | None
    state: str
    unit: str | None = None
    note: str | None = None


class Living(Protocol):
    """What a timeline needs of a dossier, whoever looks at it."""

    @property
    def state(self) -> State: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def outcome(self) -> Outcome | None: ...
    @property
    def holder(self) -> Place: ...
    @property
    def unit(self) -> Place: ...
    @property
    def channel(self) -> str: ...
    @property
    def steps(self) -> Sequence[Step | TrackedStep]: ...
    def late(self, at: datetime) -> bool: ...


def timeline(dossier: Living, *, lang: str, at: datetime, names: Names = NOBODY_NAMED) -> list[Item]:
    """Every act in order, then what comes next. `names`: of officers by id, for those who may read them."""
    pairs = taking_back.taken_back(dossier.steps)
    gone, named = {step.n: by.at for step, by in pairs}, {by.n: step.act for step, by in pairs}
    done = [_marked(_done(step, lang, names), gone.get(step.n), named.get(step.n)) for step in dossier.steps]
    if dossier.channel in AT_THE_DESK:
        done[0] = replace(done[0], unit=_entered(dossier, lang, names))
    return done + _to_come(dossier, lang, at)


def next_words(dossier: Living, *, person: bool, at: datetime) -> str:
    """One or two sentences: who has to do what now, until when. `person`: said to the applicant."""
    match dossier.state:
        case State.FILED:
            return _(
                "Bộ phận Một cửa xem hồ sơ và trả lời trong 8 giờ làm việc: tiếp nhận, hoặc nói rõ cần bổ sung gì."
            )
        case State.IN_PROGRESS:
            return _working_words(dossier, at)
        case State.AWAITING_SUPPLEMENT:
            return _awaiting_words(paused=dossier.due_at is not None, person=person)
        case State.AWAITING_DUTY:
            return _duty_words(person=person)
        case State.RESOLVED:
            return _resolved_words(refused=dossier.outcome is Outcome.REFUSED, person=person)
    return _final_words(dossier.state, person)


def outcome_words(outcome: Outcome | None) -> str:
    """The decision in words."""
    if outcome is None:
        return ""
    return _("Đồng ý giải quyết") if outcome is Outcome.GRANTED else _("Từ chối giải quyết")


def _working_words(dossier: Living, at: datetime) -> str:
    due = instant(dossier.due_at)
    if dossier.late(at):
        return _("Hồ sơ đã quá hạn trả kết quả lúc %(due)s và vẫn đang được giải quyết.", due=due)
    return _("Hồ sơ đang được giải quyết, hẹn trả kết quả lúc %(due)s.", due=due)


def _awaiting_words(*, paused: bool, person: bool) -> str:
    if person and paused:
        return _("Hãy bổ sung theo yêu cầu. Thời hạn giải quyết tạm dừng cho đến khi bạn gửi bổ sung.")
    if person:
        return _("Hãy bổ sung theo yêu cầu. Khi bạn gửi bổ sung, Bộ phận Một cửa xem lại để tiếp nhận.")
    if paused:
        return _("Đang chờ người nộp bổ sung. Thời hạn giải quyết tạm dừng.")
    return _("Đang chờ người nộp bổ sung để được tiếp nhận. Thời hạn giải quyết chưa bắt đầu tính.")


def _duty_words(*, person: bool) -> str:
    if person:
        return _(
            "Hãy thực hiện nghĩa vụ tài chính theo thông báo. "
            "Thời hạn giải quyết tạm dừng cho đến khi cơ quan ghi nhận."
        )
    return _("Đang chờ người nộp thực hiện nghĩa vụ tài chính. Thời hạn giải quyết tạm dừng.")


def _resolved_words(*, refused: bool, person: bool) -> str:
    if refused and person:
        return _("Cơ quan từ chối giải quyết hồ sơ. Hãy xem lý do trong quá trình giải quyết.")
    if refused:
        return _("Cơ quan từ chối giải quyết hồ sơ và đang trả lời người nộp.")
    if person:
        return _("Đã có kết quả. Hãy tải kết quả tại đây, hoặc nhận ở Bộ phận Một cửa nơi bạn nộp.")
    return _("Đã có kết quả, chờ trả cho người nộp.")


def _final_words(state: State, person: bool) -> str:
    if state is State.RETURNED:
        return _("Đã trả kết quả. Hồ sơ đã xong.")
    if state is State.WITHDRAWN and person:
        return _("Bạn đã rút hồ sơ. Không cần làm gì thêm.")
    if state is State.WITHDRAWN:
        return _("Người nộp đã rút hồ sơ. Không cần làm gì thêm.")
    if state is State.STOPPED:
        return _stopped_words(person)
    if person:
        return _("Hồ sơ không được tiếp nhận. Hãy xem lý do; sửa xong, bạn có thể nộp hồ sơ mới.")
    return _("Hồ sơ không được tiếp nhận.")


def _stopped_words(person: bool) -> str:
    if person:
        return _("Cơ quan đã dừng giải quyết hồ sơ. Hãy xem lý do; khi đủ điều kiện, bạn có thể nộp hồ sơ mới.")
    return _("Cơ quan đã dừng giải quyết hồ sơ.")


def _done(step: Step | TrackedStep, lang: str, names: Names) -> Item:
    title = act_words(step.act)
    if step.act in (Act.RESOLVED, Act.PROPOSED):
        title = f"{title}: {outcome_words(step.outcome)}"
    late = step.act is Act.RESOLVED and step.due_at is not None and step.due_at < step.at
    return Item(title, step.at, "late" if late else "done", _where(step, lang, names), _note(step, late=late))


def _marked(item: Item, gone_at: datetime | None, takes_back: Act | None) -> Item:
    """An act that was taken back says so; one that takes back says which."""
    if takes_back is not None:
        return replace(item, title=taken_back_words(takes_back))
    if gone_at is None:
        return item
    gone = _("Đã thu hồi lúc %(at)s.", at=instant(gone_at))
    return replace(item, state="undone", note=f"{item.note}\n{gone}" if item.note else gone)


def _where(step: Step | TrackedStep, lang: str, names: Names) -> str:
    """The unit, with the officer where we may say who; a dossier that moves shows from where to where."""
    unit = step.unit.in_(lang)
    if step.to is not None:
        unit = f"{unit} → {step.to.in_(lang)}"
    by_agent = isinstance(step, Step) and step.by_agent
    if by_agent and step.act is Act.WITHDRAWN:
        return _("Người được ủy quyền rút hồ sơ, %(unit)s", unit=unit)
    if by_agent:
        return _("Người được ủy quyền gửi %(unit)s", unit=unit)
    if step.act in (Act.FILED, Act.SUPPLEMENT_GIVEN):
        return _("Người nộp gửi %(unit)s", unit=unit)
    if not isinstance(step, Step):
        return unit
    who, colleague = who_acted(step, names), names.get(step.to_officer_id or 0)
    if who and colleague:
        who = f"{who} → {colleague}"
    return f"{who}, {unit}" if who else unit


def who_acted(step: Step, names: Names) -> str | None:
    """The officer, and the absent colleague in whose place they acted; None where we do not say."""
    who, absent = names.get(step.officer_id or 0), names.get(step.for_officer_id or 0)
    return acted_by(who, absent)


def _entered(dossier: Living, lang: str, names: Names) -> str:
    """How a dossier came that an officer entered, and who did where we may say it."""
    step, unit = dossier.steps[0], dossier.steps[0].unit.in_(lang)
    who = names.get(step.officer_id or 0) if isinstance(step, Step) else None
    by_post = dossier.channel == "post"
    if who and by_post:
        return _("Gửi qua bưu chính, %(who)s nhập, %(unit)s", who=who, unit=unit)
    if who:
        return _("Nộp tại quầy, %(who)s nhập, %(unit)s", who=who, unit=unit)
    return _("Gửi qua bưu chính đến %(unit)s", unit=unit) if by_post else _("Nộp tại quầy, %(unit)s", unit=unit)


def _note(step: Step | TrackedStep, *, late: bool) -> str | None:
    """When the result is due where the act says so, by how much it was late, how it was returned, what was written."""
    said, way = (step.note, _way(step)) if isinstance(step, Step) else (None, None)
    lines = [_lateness(step) if late else _due(step), way, said]
    return "\n".join(line for line in lines if line) or None


def _due(step: Step | TrackedStep) -> str | None:
    says = (Act.RECEIVED, Act.EXTENDED, Act.RECOUNTED, Act.SUPPLEMENT_GIVEN, Act.DUTY_DONE)
    if step.due_at and step.act in says:
        return _("Hẹn trả kết quả: %(due)s", due=instant(step.due_at))
    return None


def _way(step: Step) -> str | None:
    return None if step.way is None else by_which_way(step.way, step.postal_number)


def _lateness(step: Step | TrackedStep) -> str | None:
    if step.due_at is None:
        return None
    return _("Trễ %(time)s so với hẹn %(due)s", time=duration(step.at - step.due_at), due=instant(step.due_at))


def _to_come(dossier: Living, lang: str, at: datetime) -> list[Item]:
    """What is awaited now, and what follows; nothing once a dossier is done with."""
    result = Item(_("Trả kết quả"), None, "future")
    match dossier.state:
        case State.FILED:
            return [Item(_("Chờ tiếp nhận"), None, "current", dossier.holder.in_(lang)), result]
        case State.AWAITING_SUPPLEMENT:
            received = dossier.due_at is not None
            following = _("Giải quyết tiếp") if received else _("Tiếp nhận hồ sơ")
            return [Item(_("Chờ người nộp bổ sung"), None, "current"), Item(following, None, "future"), result]
        case State.AWAITING_DUTY:
            current = Item(_("Chờ thực hiện nghĩa vụ tài chính"), None, "current")
            return [current, Item(_("Giải quyết tiếp"), None, "future"), result]
        case State.IN_PROGRESS:
            state = "late" if dossier.late(at) else "current"
            until = _("Hẹn trả kết quả: %(due)s", due=instant(dossier.due_at)) if dossier.due_at else None
            return [Item(_("Đang giải quyết"), None, state, dossier.holder.in_(lang), until), result]
        case State.RESOLVED:
            return [Item(_("Chờ trả kết quả"), None, "current", dossier.holder.in_(lang))]
    return []
