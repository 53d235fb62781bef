"""How findings about a manuscript, and faults of a file, are told: where, what is wrong, what to do."""

from collections.abc import Callable, Iterator, Mapping

from flask_babel import gettext

from portal import fault_words
from portal.procedures import findings
from portal.procedures.findings import Finding
from portal.procedures.schema import Fault
from portal.revision_words import place_words

_: Callable[..., str] = gettext


def finding_words(finding: Finding) -> str:
    """The whole sentence, the place first where it is one."""
    place = place_words(finding.path)
    words = _what(finding)
    return f"{place}: {words}" if place else words[:1].upper() + words[1:]


def fault_lines(fault: Fault) -> Iterator[str]:
    """For who writes the file: where in which file, by the file's own names, what is wrong and what stands there."""
    for finding in findings.of_fault(fault):
        words = _what(finding)
        if "value" in finding.facts and str(finding.facts["value"]) not in words:
            words = f"{words} {_('Đang ghi: “%(value)s”.', value=finding.facts['value'])}"
        yield ": ".join(part for part in (fault.file, finding.path, words) if part)


def _what(finding: Finding) -> str:
    return fault_words.sentence(finding.code, finding.facts, {**_of_quality(), **_of_publishing()})


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
        "template_missing": _("cổng chưa có tệp mẫu “%(name)s”. Hãy tải tệp đó lên, hoặc bỏ tên tệp này."),
        "template_of_other_kind": _("tệp mẫu “%(name)s” không đúng loại mà tên tệp ghi. Hãy tải lên lại."),
        "related_unknown": _("“%(code)s” không có trên cổng, hãy kiểm tra lại."),
        "link_dead": _("đường dẫn “%(code)s” không tới trang nào của cổng, hãy sửa."),
        "template_loses_granted": _(
            "mẫu kết quả “Giải quyết” (bản %(number)s) in câu trả lời mà biểu mẫu này không còn: %(marks)s. "
            "Hãy giữ mục đó, hoặc công bố mẫu kết quả mới; chưa có thì cán bộ phải tự gõ."
        ),
        "template_loses_refused": _(
            "mẫu kết quả “Từ chối” (bản %(number)s) in câu trả lời mà biểu mẫu này không còn: %(marks)s. "
            "Hãy giữ mục đó, hoặc công bố mẫu kết quả mới; chưa có thì cán bộ phải tự gõ."
        ),
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
