"""What a change of a calendar is called, and what is wrong with one."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.calendars.queries import Entered
from portal.calendars.wishes import LONGEST_REASON, LONGEST_SOURCE, MOST_DAYS, Problem
from portal.deadline_words import WEEKDAYS
from portal.deadlines.calendar import Hours
from portal.display import day
from portal.i18n import gettext, language

_: Callable[..., str] = gettext


@dataclass(frozen=True, slots=True)
class Line:
    """A change in words."""

    id: int
    title: str
    reason: str
    source: str
    unit: str
    entered: str
    decided: str | None
    own: bool  # entered by whoever reads this
    state: str


def kinds() -> list[tuple[str, str]]:
    return [
        ("off", _("Nghỉ một hoặc nhiều ngày")),
        ("swap", _("Hoán đổi: nghỉ một ngày, làm bù ngày khác")),
        ("worked", _("Làm việc vào một ngày đang là ngày nghỉ")),
        ("hours", _("Giờ làm việc riêng của đơn vị")),
        ("announced", _("Lịch nghỉ của năm đã được Nhà nước thông báo")),
    ]


def weekdays() -> list[str]:
    return [_(name) for name in WEEKDAYS]


def title(one: Entered) -> str:
    change = one.change
    first, last = day(change.first), day(change.last)
    match change.kind:
        case "swap":
            return _("Nghỉ %(day)s, làm bù %(other)s", day=first, other=day(change.worked_on))
        case "worked":
            return _("Làm việc ngày %(day)s", day=first)
        case "announced":
            return _("Lịch nghỉ năm %(year)s đã được thông báo", year=change.first.year)
        case "hours":
            span = _("từ %(first)s đến %(last)s", first=first, last=last) if last else _("từ %(first)s", first=first)
            return _("Giờ làm việc riêng %(span)s: %(hours)s", span=span, hours=_week(change.weekly))
    return _("Nghỉ từ %(first)s đến %(last)s", first=first, last=last) if last else _("Nghỉ %(day)s", day=first)


def line(one: Entered, *, unit: str, names: dict[int, str], me: int) -> Line:
    reason = one.change.reason.in_(language())
    entered = _("%(who)s nhập ngày %(day)s", who=names.get(one.entered_by, "–"), day=day(one.entered_at))
    decided = None
    if one.decided_by is not None:
        who, when = names.get(one.decided_by, "–"), day(one.decided_at)
        signed = one.state == "signed"
        decided = _("%(who)s ký ngày %(day)s", who=who, day=when)
        decided = decided if signed else _("%(who)s không ký, ngày %(day)s", who=who, day=when)
    return Line(one.id, title(one), reason, one.source, unit, entered, decided, one.entered_by == me, one.state)


def problem_words(problem: Problem) -> str:
    shown = day(problem.day)
    return {
        "missing": _("Hãy điền phần này."),
        "no_day": _("Không có ngày như vậy. Hãy ghi ngày, tháng, năm, ví dụ 30 11 2026."),
        "too_far": _("Chỉ tính được các năm 2000 đến 2059."),
        "too_long": _(
            "Dài quá. Lý do nhiều nhất %(reason)s ký tự, văn bản nhiều nhất %(source)s.",
            reason=LONGEST_REASON,
            source=LONGEST_SOURCE,
        ),
        "unreadable": _("Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại."),
        "before_the_first": _("Ngày cuối phải sau ngày đầu."),
        "too_many_days": _("Nhiều nhất %(most)s ngày một lần.", most=MOST_DAYS),
        "already_off": _("Ngày %(day)s đã là ngày nghỉ rồi.", day=shown),
        "already_worked": _("Ngày %(day)s đã là ngày làm việc rồi.", day=shown),
        "not_hours": _("Hãy ghi giờ như 07:30-11:30, 13:00-17:00; để trống nếu không làm việc."),
        "no_monday": _("Hãy ghi giờ của thứ Hai: ngày làm bù theo giờ của thứ Hai."),
        "not_a_time": _("Hãy ghi giờ như 15:00."),
    }[problem.code]


def _week(weekly: tuple[Hours, ...]) -> str:
    said = []
    for name, spans in zip(weekdays(), weekly, strict=True):
        if spans:
            times = ", ".join(f"{begin:%H:%M}–{end:%H:%M}" for begin, end in spans)
            said.append(f"{name} {times}")
    return "; ".join(said)
