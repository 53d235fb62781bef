"""How figures, periods and ways of telling them are called."""

from collections.abc import Callable
from datetime import date

from flask_babel import gettext

from portal import display
from portal.statistics import periods
from portal.statistics.periods import Period

_: Callable[..., str] = gettext

MONTHS_BACK = 12
QUARTERS_BACK = 6
YEARS_BACK = 4


def figure_name(name: str) -> str:
    """What a figure counts, for the heading of its dossiers."""
    return {
        "filed": _("Hồ sơ nộp trong kỳ"),
        "carried": _("Kỳ trước chuyển sang"),
        "received": _("Tiếp nhận trong kỳ"),
        "online": _("Tiếp nhận trực tuyến"),
        "national": _("Tiếp nhận qua Cổng Dịch vụ công quốc gia"),
        "counter": _("Tiếp nhận trực tiếp"),
        "post": _("Tiếp nhận qua bưu chính công ích"),
        "handled": _("Phải giải quyết trong kỳ"),
        "not_received": _("Từ chối tiếp nhận"),
        "withdrawn_early": _("Rút trước khi tiếp nhận"),
        "withdrawn": _("Rút sau khi tiếp nhận"),
        "resolved": _("Đã giải quyết"),
        "early": _("Giải quyết trước hạn"),
        "on_time": _("Giải quyết đúng ngày hẹn"),
        "in_time": _("Giải quyết không trễ hẹn"),
        "late": _("Giải quyết quá hạn"),
        "dated": _("Giải quyết, có ngày hẹn"),
        "timed": _("Giải quyết, có ngày tiếp nhận và ngày hẹn"),
        "undated": _("Giải quyết, không có ngày hẹn"),
        "refused": _("Kết quả là từ chối"),
        "late_plain": _("Giải quyết quá hạn, không xin lỗi, không hẹn lại"),
        "late_extended": _("Giải quyết quá hạn, dù đã xin lỗi và hẹn lại"),
        "kept_extended": _("Kịp ngày hẹn lại, sau ngày hẹn đầu"),
        "returned": _("Đã trả kết quả"),
        "extended": _("Đã xin lỗi và hẹn lại"),
        "extended_after_due": _("Xin lỗi khi đã quá hạn"),
        "waiting": _("Chờ tiếp nhận, vào cuối kỳ"),
        "paused": _("Tạm dừng, vào cuối kỳ"),
        "overdue": _("Đang giải quyết, đã quá hạn"),
        "overdue_plain": _("Đang quá hạn, không xin lỗi, không hẹn lại"),
        "overdue_extended": _("Đang quá hạn, dù đã xin lỗi và hẹn lại"),
        "in_term": _("Đang giải quyết, còn trong hạn"),
        "in_progress": _("Đang giải quyết"),
    }[name]


def column_name(name: str) -> str:
    """The same under a heading that says the rest."""
    return {
        "received": _("Tổng"),
        "online": _("Trực tuyến"),
        "counter": _("Trực tiếp"),
        "post": _("Bưu chính"),
        "resolved": _("Tổng"),
        "early": _("Trước hạn"),
        "on_time": _("Đúng hạn"),
        "late": _("Quá hạn"),
        "undated": _("Không hẹn"),
        "in_term": _("Trong hạn"),
        "overdue": _("Quá hạn"),
        "late_plain": _("Không hẹn lại"),
        "late_extended": _("Có hẹn lại"),
        "overdue_plain": _("Không hẹn lại"),
        "overdue_extended": _("Có hẹn lại"),
        "extended": _("Tổng"),
        "extended_after_due": _("Khi đã trễ"),
        "kept_extended": _("Nhờ đó kịp"),
        "waiting": _("Chờ tiếp nhận"),
        "paused": _("Tạm dừng"),
        "not_received": _("Từ chối tiếp nhận"),
        "withdrawn": _("Rút hồ sơ"),
        "returned": _("Trả kết quả"),
        "carried": _("Kỳ trước chuyển sang"),
    }[name]


def level_name(level: str) -> str:
    names = {"province": _("Cấp tỉnh"), "district": _("Cấp huyện"), "commune": _("Cấp xã")}
    return names.get(level, _("Cấp khác"))


def by_choices() -> list[tuple[str, str]]:
    return [
        ("unit", _("Đơn vị")),
        ("level", _("Cấp")),
        ("field", _("Lĩnh vực")),
        ("procedure", _("Thủ tục")),
    ]


def view_choices() -> list[tuple[str, str]]:
    return [
        ("then", _("Như lúc đó: đơn vị cũ đứng riêng")),
        ("now", _("Như bây giờ: đơn vị cũ tính cho đơn vị kế tục")),
    ]


def level_choices() -> list[tuple[str, str]]:
    return [(level, level_name(level)) for level in ("province", "district", "commune")]


def period_choices(today: date) -> list[tuple[str, str]]:
    """The last years, quarters and months."""
    years = [str(today.year - back) for back in range(YEARS_BACK)]
    quarters = [periods.quarter_of(periods.months_before(today, 3 * back)) for back in range(QUARTERS_BACK)]
    months = [periods.month_of(periods.months_before(today, back)) for back in range(MONTHS_BACK)]
    return [(name, period_name(periods.parse(name))) for name in (*years, *quarters, *months)]


def period_name(period: Period) -> str:
    """The period in words."""
    year, _dash, rest = period.name.partition("-")
    if not period.name:
        return _("%(first)s đến %(last)s", first=display.day(period.first), last=display.day(period.last))
    if rest.startswith("Q"):
        return _("Quý %(number)s năm %(year)s", number=rest[1:], year=year)
    if rest:
        return _("Tháng %(number)s năm %(year)s", number=int(rest), year=year)
    return _("Năm %(year)s", year=year)
