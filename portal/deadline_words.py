"""The working of a due instant in words, line by line, for citizen, officer and public alike."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale

from portal.deadlines import DayOff, Line
from portal.i18n import N_, ngettext, spoken
from portal.i18n import gettext as _

WEEKDAYS = (N_("thứ Hai"), N_("thứ Ba"), N_("thứ Tư"), N_("thứ Năm"), N_("thứ Sáu"), N_("thứ Bảy"), N_("Chủ nhật"))


def explain(line: Line, language: str) -> str:
    """One sentence, or two where days off were passed over."""
    if language == spoken():
        return _explained(line, language)
    with force_locale(language):
        return _explained(line, language)


def _explained(line: Line, language: str) -> str:
    sentence = SENTENCES[line.code](line.facts)
    skipped = line.facts.get("skipped", ())
    if not isinstance(skipped, tuple) or not skipped:
        return sentence
    days = ", ".join(_day_off(day, language) for day in skipped)
    not_counted = _("Không tính: %(days)s.", days=days)
    return f"{sentence} {not_counted}"


def _day_off(off: DayOff, language: str) -> str:
    if off.reason is None:
        return f"{_weekday(off.day)} {off.day:%d/%m}"
    return f"{off.day:%d/%m} ({off.reason.in_(language)})"


def _when(at: datetime) -> str:
    words = _("%(time)s %(weekday)s %(day)s", time=f"{at:%H:%M}", weekday=_weekday(at.date()), day=f"{at:%d/%m/%Y}")
    return str(words)


def _weekday(day: date) -> str:
    return _(WEEKDAYS[day.weekday()])


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [
        ngettext("%(num)d giờ", "%(num)d giờ", hours) if hours or not rest else "",
        ngettext("%(num)d phút", "%(num)d phút", rest) if rest else "",
    ]
    return " ".join(part for part in parts if part)


def _received(facts: Mapping[str, Any]) -> str:
    return str(_("Tiếp nhận lúc %(when)s.", when=_when(facts["at"])))


def _begins(facts: Mapping[str, Any]) -> str:
    return str(_("Đó là ngoài giờ làm việc, nên bắt đầu tính từ %(when)s.", when=_when(facts["at"])))


def _working_day(facts: Mapping[str, Any]) -> str:
    return str(_("Ngày làm việc thứ %(number)s: đến %(when)s.", number=facts["number"], when=_when(facts["until"])))


def _hours(facts: Mapping[str, Any]) -> str:
    words = _(
        "Ngày %(day)s (%(weekday)s): %(minutes)s làm việc, tính đến lúc này là %(so_far)s.",
        day=f"{facts['day']:%d/%m/%Y}",
        weekday=_weekday(facts["day"]),
        minutes=_length(facts["minutes"]),
        so_far=_length(facts["so_far"]),
    )
    return str(words)


def _days(facts: Mapping[str, Any]) -> str:
    return str(_("Cộng %(number)s ngày theo lịch: %(when)s.", number=facts["number"], when=_when(facts["until"])))


def _moved(facts: Mapping[str, Any]) -> str:
    words = _(
        "Ngày đó là ngày nghỉ, nên chuyển sang cùng giờ của ngày làm việc tiếp theo: %(when)s.",
        when=_when(facts["until"]),
    )
    return str(words)


def _outside_hours(facts: Mapping[str, Any]) -> str:
    return str(_("Đó là ngoài giờ làm việc, nên chuyển sang %(when)s.", when=_when(facts["until"])))


def _before_cut_off(facts: Mapping[str, Any]) -> str:
    words = _(
        "Không sau %(cut_off)s, nên giải quyết trong ngày: đến hết giờ làm việc, %(when)s.",
        cut_off=f"{facts['cut_off']:%H:%M}",
        when=_when(facts["until"]),
    )
    return str(words)


def _after_cut_off(facts: Mapping[str, Any]) -> str:
    words = _(
        "Sau %(cut_off)s, nên giải quyết trong ngày làm việc tiếp theo: đến hết giờ làm việc, %(when)s.",
        cut_off=f"{facts['cut_off']:%H:%M}",
        when=_when(facts["until"]),
    )
    return str(words)


def _paused(facts: Mapping[str, Any]) -> str:
    words = _(
        "Tạm dừng từ %(when)s, khi còn %(left)s làm việc.", when=_when(facts["at"]), left=_length(facts["minutes"])
    )
    return str(words)


def _resumed(facts: Mapping[str, Any]) -> str:
    words = _(
        "Tiếp tục từ %(when)s, tính tiếp %(left)s làm việc còn lại.",
        when=_when(facts["at"]),
        left=_length(facts["minutes"]),
    )
    return str(words)


def _late_before_pause(facts: Mapping[str, Any]) -> str:
    return str(_("Hồ sơ đã quá hạn trước khi tạm dừng; hạn vẫn là %(when)s.", when=_when(facts["at"])))


def _provisional(facts: Mapping[str, Any]) -> str:
    words = _(
        "Ngày nghỉ năm %(year)s được tính trước, Nhà nước chưa thông báo; hạn có thể thay đổi theo thông báo.",
        year=facts["year"],
    )
    return str(words)


def _unknown(facts: Mapping[str, Any]) -> str:
    words = _(
        "Chưa có lịch nghỉ năm %(year)s; hạn mới chỉ trừ ngày nghỉ cuối tuần và có thể thay đổi.", year=facts["year"]
    )
    return str(words)


def _decided(facts: Mapping[str, Any]) -> str:
    return str(_("Hẹn lại theo quyết định: %(when)s.", when=_when(facts["at"])))


def _closed_that_day(facts: Mapping[str, Any]) -> str:
    words = _(
        "Ngày đó nay là ngày nghỉ, nên chuyển đến hết ngày làm việc tiếp theo: %(when)s.", when=_when(facts["until"])
    )
    return str(words)


def _due(facts: Mapping[str, Any]) -> str:
    return str(_("Hạn trả kết quả: %(when)s.", when=_when(facts["at"])))


SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "received": _received,
    "begins": _begins,
    "working_day": _working_day,
    "hours": _hours,
    "days": _days,
    "moved": _moved,
    "outside_hours": _outside_hours,
    "before_cut_off": _before_cut_off,
    "after_cut_off": _after_cut_off,
    "paused": _paused,
    "resumed": _resumed,
    "late_before_pause": _late_before_pause,
    "decided": _decided,
    "closed_that_day": _closed_that_day,
    "provisional": _provisional,
    "unknown": _unknown,
    "due": _due,
}
