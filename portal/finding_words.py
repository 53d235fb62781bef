"""How findings about a manuscript are told: where, what is wrong, what to do."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime

from flask_babel import gettext

from portal.display import day, instant
from portal.procedures.findings import Finding
from portal.revision_words import place_words

_: Callable[..., str] = gettext


def finding_words(finding: Finding) -> str:
    """The whole sentence, the place first where it is one."""
    place = place_words(finding.path)
    words = _what(finding)
    return f"{place}: {words}" if place else words[:1].upper() + words[1:]


def _what(finding: Finding) -> str:
    shown = defaultdict(str, {name: _shown(value) for name, value in finding.facts.items()})
    code = finding.code
    if code in ("too_long", "too_many", "out_of_range") and "limit" not in finding.facts:
        code = "out_of_range_unknown"
    found = {**_of_shape(), **_of_quality(), **_of_publishing()}.get(code)
    return found % shown if found else shown["message"] or finding.code


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value)
    return day(value) if isinstance(value, date) else str(value)


def _of_shape() -> Mapping[str, str]:
    return {
        "missing": _("còn thiếu, hãy điền."),
        "empty": _("còn trống, hãy điền."),
        "empty_list": _("cần ít nhất một mục."),
        "missing_english": _("chưa có tiếng Anh, hãy dịch."),
        "missing_vietnamese": _("chưa có tiếng Việt, hãy điền."),
        "term_without_unit": _("thời hạn chưa có đơn vị tính, hãy chọn giờ, ngày hay ngày làm việc."),
        "not_an_option": _("không nằm trong các lựa chọn, hãy chọn lại."),
        "unknown_member": _("là mục không có trong lược đồ, hãy bỏ."),
        "twice": _("có hai lần, hãy bỏ một."),
        "wrong_type": _("không đúng kiểu dữ liệu."),
        "bad_shape": _("không đúng dạng."),
        "too_long": _("dài quá, nhiều nhất %(limit)s ký tự."),
        "too_many": _("nhiều quá, nhiều nhất %(limit)s mục."),
        "out_of_range": _("ngoài khoảng cho phép (giới hạn %(limit)s)."),
        "out_of_range_unknown": _("ngoài khoảng cho phép."),
    }


def _of_quality() -> Mapping[str, str]:
    return {
        "sheet_item_missing": _("là nội dung pháp luật bắt buộc phải có mà chưa ghi (Điều 8 Nghị định 63/2010/NĐ-CP)."),
        "sheet_item_advised": _("chưa ghi; tờ thông tin sẽ hiện “Không có thông tin”."),
        "fee_without_basis": _("khoản thu chưa nêu căn cứ pháp lý. Hãy chọn một văn bản trong danh sách căn cứ."),
        "basis_unknown": _("văn bản %(number)s không có trong danh sách căn cứ pháp lý."),
        "english_is_vietnamese": _("tiếng Anh còn giống hệt tiếng Việt, hãy dịch."),
        "field_unreachable": _("không câu trả lời nào dẫn tới câu hỏi này. Hãy sửa điều kiện hoặc bỏ câu hỏi."),
        "condition_never_true": _("điều kiện không bao giờ đúng vì các vế trái nhau."),
        "component_not_asked": _("giấy tờ bắt buộc này không có câu hỏi nộp tệp nào trong biểu mẫu."),
        "related_unknown": _("“%(code)s” không có trên cổng, hãy kiểm tra lại."),
        "link_dead": _("đường dẫn “%(code)s” không tới trang nào của cổng, hãy sửa."),
        "agency_unknown": _("không có cơ quan nào mang mã %(agency)s."),
        "agency_ended": _("cơ quan %(agency)s không còn từ ngày %(on)s."),
    }


def _of_publishing() -> Mapping[str, str]:
    return {
        "decision_number_missing": _("hãy ghi số quyết định."),
        "begins_in_the_past": _("đã qua. Hãy chọn một thời điểm sau lúc này, hoặc công bố ngay."),
        "begins_before_another": _("phải sau lúc bản %(number)s bắt đầu áp dụng (%(begins_at)s)."),
        "overtaken_by_revision": _(
            "bản %(number)s đã được công bố trong lúc soạn. Hãy xem khác biệt rồi soạn tiếp từ bản đó."
        ),
        "withdrawal_to_come": _("thủ tục có quyết định bãi bỏ từ %(ends_at)s. Hãy chọn thời điểm sau đó."),
        "ends_in_the_past": _("đã qua. Hãy chọn một thời điểm sau lúc này, hoặc bãi bỏ ngay."),
        "ends_before_it_begins": _("phải sau lúc bản đang có bắt đầu áp dụng (%(begins_at)s)."),
        "successor_itself": _("là chính thủ tục này, hãy chọn thủ tục khác."),
        "successor_unknown": _("“%(code)s” không có trên cổng, hãy kiểm tra lại."),
    }
