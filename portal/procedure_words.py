"""How the catalogue's own values are called: levels, channels, terms, fees, life events."""

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.deadlines import Term
from portal.display import money
from portal.procedures.procedure import Fee


def level_words() -> Mapping[str, str]:
    return {"commune": _("Cấp xã"), "district": _("Cấp huyện"), "province": _("Cấp tỉnh")}


def online_level_words() -> Mapping[str, str]:
    return {
        "full": _("Toàn trình: nộp và nhận kết quả qua mạng"),
        "partial": _("Một phần: nộp qua mạng, có bước phải đến nơi"),
        "information": _("Cung cấp thông tin: nộp trực tiếp"),
    }


def audience_words() -> Mapping[str, str]:
    return {"citizen": _("Công dân"), "organisation": _("Tổ chức, doanh nghiệp")}


def life_event_words() -> Mapping[str, str]:
    return {
        "birth": _("Sinh con"),
        "marriage": _("Kết hôn"),
        "death": _("Có người qua đời"),
        "home": _("Nhà ở, xây dựng"),
        "business": _("Kinh doanh"),
        "work": _("Việc làm, hành nghề"),
        "health": _("Sức khỏe, trợ giúp xã hội"),
        "documents": _("Giấy tờ"),
        "land": _("Đất đai"),
        "study": _("Học tập"),
        "travel": _("Đi lại, du lịch"),
        "justice": _("Tư pháp"),
    }


def channel_words() -> Mapping[str, str]:
    return {"online": _("Trực tuyến"), "counter": _("Trực tiếp"), "post": _("Qua bưu chính công ích")}


def receiver_words(kinds: Collection[str]) -> str:
    """The kinds of unit that receive, as the place where one files."""
    committees = {
        "province": _("tỉnh"),
        "district": _("huyện"),
        "city": _("thành phố"),
        "town": _("thị xã"),
        "commune": _("xã"),
        "ward": _("phường"),
        "township": _("thị trấn"),
        "special_zone": _("đặc khu"),
    }
    others = {"government": _("Chính phủ"), "department": _("Các sở, ban, ngành của tỉnh")}
    parts = [words for kind, words in others.items() if kind in kinds]
    places = ", ".join(words for kind, words in committees.items() if kind in kinds)
    if places:
        parts.append(_("Ủy ban nhân dân %(places)s", places=places))
    return "; ".join(parts)


def term_words(term: Term) -> str:
    """A term as people say it: "3 ngày làm việc"."""
    words: str
    if term.unit == "same_day":
        words = _("Trong ngày làm việc")
    elif term.unit == "hours":
        words = ngettext("%(num)d giờ làm việc", "%(num)d giờ làm việc", term.number)
    elif term.unit == "working_days":
        words = ngettext("%(num)d ngày làm việc", "%(num)d ngày làm việc", term.number)
    else:
        words = ngettext("%(num)d ngày", "%(num)d ngày", term.number)
    return words


def fee_words(fee: Fee) -> str:
    """The amount; empty where the text says how much."""
    if fee.amount is None:
        return ""
    free: str = _("Miễn phí")
    return money(fee.amount) if fee.amount else free
