"""What is said of standing in: how it stands, and why it could not be named."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from portal.display import day, number
from portal.errors import PortalError
from portal.i18n import gettext
from portal.people.stand_ins import Arranged

_: Callable[..., str] = gettext

Facts = Mapping[str, Any]


def state_words(one: Arranged, today: date) -> tuple[str, str]:
    """How it stands on a day, with the tone of its tag."""
    if one.ended_at is not None:
        return _("Kết thúc sớm ngày %(on)s", on=day(one.ended_at)), "neutral"
    if one.last_on < today:
        return _("Đã qua"), "neutral"
    return (_("Đang thay mặt"), "progress") if one.holds(today) else (_("Sắp tới"), "waiting")


def missing_words(name: str) -> str:
    return {
        "absent": _("Hãy chọn người vắng."),
        "officer": _("Hãy chọn người thay mặt."),
        "first": _("Hãy ghi ngày vắng đầu tiên, ví dụ 15 6 2020."),
        "last": _("Hãy ghi ngày vắng cuối cùng, ví dụ 20 6 2020."),
    }[name]


def refusal_words(refusal: PortalError) -> tuple[str, str]:
    """Beside which field, and in which words."""
    name, words = _REFUSALS[refusal.code]
    return name, words(refusal.facts)


_REFUSALS: Mapping[str, tuple[str, Callable[[Facts], str]]] = {
    "not_for_them": (
        "absent",
        lambda _f: _("Chỉ chính người vắng hoặc lãnh đạo đơn vị ghi được. Hãy nhờ lãnh đạo của đơn vị."),
    ),
    "absent_not_there": (
        "absent",
        lambda _f: _(
            "Người này không làm ở bàn làm việc của đơn vị trong cả những ngày đó. Hãy chọn người hoặc ngày khác."
        ),
    ),
    "stands_in_already": (
        "absent",
        lambda _f: _(
            "Đã có người thay mặt trong những ngày này. Hãy kết thúc việc thay mặt đó trước, hoặc chọn ngày khác."
        ),
    ),
    "stands_in_for_self": ("officer", lambda _f: _("Hãy chọn một đồng nghiệp, không phải chính người vắng.")),
    "stand_in_not_there": (
        "officer",
        lambda _f: _(
            "Người này không làm ở bàn làm việc của đơn vị trong cả những ngày đó. Hãy chọn đồng nghiệp khác."
        ),
    ),
    "chain": (
        "officer",
        lambda _f: _(
            "Trong những ngày đó người thay mặt cũng vắng, hoặc người vắng đang thay mặt ai khác. "
            "Hãy chọn đồng nghiệp hoặc ngày khác."
        ),
    ),
    "days_turned": ("last", lambda _f: _("Ngày cuối phải bằng hoặc sau ngày đầu.")),
    "day_past": ("first", lambda _f: _("Hãy ghi từ hôm nay trở đi.")),
    "days_many": (
        "last",
        lambda f: _("Nhiều nhất %(limit)s ngày một lần. Vắng lâu hơn thì ghi tiếp sau.", limit=number(f["limit"])),
    ),
    "day_far": ("last", lambda f: _("Hãy chọn một ngày không muộn hơn %(latest)s.", latest=day(f["latest"]))),
    "no_reason": ("reason", lambda _f: _("Hãy viết lý do, ví dụ: nghỉ phép, đi học.")),
    "long_reason": (
        "reason",
        lambda f: _("Hãy viết ngắn lại, nhiều nhất %(limit)s ký tự.", limit=number(f["limit"])),
    ),
}
