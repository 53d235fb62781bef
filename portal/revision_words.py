"""How the parts of a procedure's content and their members are called, in differences and in findings."""

import re
from collections.abc import Callable, Mapping

from flask_babel import gettext

_: Callable[..., str] = gettext
STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[([0-9]+)\])?")


def part_words(part: str) -> str:
    words: Mapping[str, str] = {
        "sheet": _("Tờ thông tin"),
        "field": _("Câu hỏi"),
        "section": _("Phần của biểu mẫu"),
        "option": _("Lựa chọn"),
        "column": _("Cột của bảng"),
        "stop": _("Điều kiện dừng sớm"),
        "case": _("Trường hợp"),
        "component": _("Giấy tờ"),
        "template": _("Tệp mẫu"),
        "channel": _("Cách nộp"),
        "fee": _("Phí, lệ phí"),
        "step": _("Bước thực hiện"),
        "legal_basis": _("Căn cứ pháp lý"),
        "result": _("Kết quả"),
        "offer": _("Quy định riêng của cơ quan"),
        "related": _("Thủ tục liên quan"),
        "keyword": _("Từ khóa"),
        "audience": _("Đối tượng thực hiện"),
        "life_event": _("Việc trong đời"),
        "receiver": _("Nơi tiếp nhận"),
        "item": _("Mục"),
    }
    return words.get(part, part)


def member_words(member: str, part: str = "sheet") -> str:
    """The member's name; its own key where it is a fine point that has no other name."""
    if part == "sheet" and member == "name":
        return _("Tên thủ tục")
    if part == "sheet" and member == "conditions":
        return _("Yêu cầu, điều kiện")
    if part == "field" and member == "value":
        return _("Công thức")
    return {**_of_the_sheet(), **_of_what_is_asked(), **_of_the_form()}.get(member, member)


def place_words(path: str) -> str:
    """Where a path of the content leads: `channels[0].fees[1].text` as "Cách nộp 1 › Phí, lệ phí 2 › Nội dung"."""
    steps = [STEP.fullmatch(step) for step in path.split(".") if step]
    found = [(step[1], step[2]) for step in steps if step is not None]
    parts = [_step_words(member, index) for member, index in found if member not in ("form", "vi", "en")]
    return " › ".join(parts) or (member_words("form") if found else "")


def _step_words(member: str, index: str | None) -> str:
    if index is None:
        return member_words(member)
    words = part_words(SINGLE.get(member, "item"))
    return f"{words} {int(index) + 1}"


SINGLE = {
    "fields": "field",
    "sections": "section",
    "options": "option",
    "columns": "column",
    "stops": "stop",
    "cases": "case",
    "components": "component",
    "templates": "template",
    "channels": "channel",
    "fees": "fee",
    "steps": "step",
    "legal_bases": "legal_basis",
    "results": "result",
    "offers": "offer",
    "related": "related",
    "keywords": "keyword",
    "audience": "audience",
    "life_events": "life_event",
    "kinds": "receiver",
    "agencies": "receiver",
}


def _of_the_sheet() -> Mapping[str, str]:
    return {
        "code": _("Mã thủ tục"),
        "name": _("Tên"),
        "summary": _("Mô tả"),
        "kind": _("Loại thủ tục"),
        "field": _("Lĩnh vực"),
        "level": _("Cấp thực hiện"),
        "service_level": _("Mức độ dịch vụ trực tuyến"),
        "audience": _("Đối tượng thực hiện"),
        "audience_note": _("Mô tả đối tượng"),
        "life_events": _("Việc trong đời"),
        "keywords": _("Từ khóa"),
        "sealed": _("Không nêu tên thủ tục trong sổ công khai"),
        "received_by": _("Nơi tiếp nhận"),
        "kinds": _("Loại đơn vị tiếp nhận"),
        "agencies": _("Cơ quan tiếp nhận"),
        "offers": _("Quy định riêng của cơ quan"),
        "performed_by": _("Cơ quan thực hiện"),
        "competent": _("Cơ quan có thẩm quyền"),
        "authorised": _("Cơ quan được ủy quyền"),
        "coordinating": _("Cơ quan phối hợp"),
        "reception": _("Địa chỉ tiếp nhận"),
    }


def _of_what_is_asked() -> Mapping[str, str]:
    """Steps, papers, terms and fees, results; and the decision."""
    return {
        "steps": _("Trình tự thực hiện"),
        "cases": _("Thành phần hồ sơ"),
        "components": _("Thành phần hồ sơ"),
        "form_name": _("Tên mẫu đơn, tờ khai"),
        "template": _("Mẫu ở nơi khác"),
        "templates": _("Tệp mẫu để tải về"),
        "sha256": _("Nội dung tệp"),
        "originals": _("Số bản chính"),
        "copies": _("Số bản sao"),
        "note": _("Ghi chú"),
        "channels": _("Cách thực hiện"),
        "channel": _("Cách nộp"),
        "term": _("Thời hạn"),
        "number": _("Số"),
        "unit": _("Đơn vị tính"),
        "fees": _("Phí, lệ phí"),
        "amount": _("Số tiền"),
        "text": _("Nội dung"),
        "basis": _("Căn cứ pháp lý của khoản thu"),
        "result": _("Kết quả"),
        "results": _("Các kết quả"),
        "result_code": _("Mã kết quả"),
        "legal_bases": _("Căn cứ pháp lý"),
        "related": _("Thủ tục liên quan"),
        "confidence": _("Mức tin cậy của số liệu"),
        "decision": _("Quyết định công bố"),
        "on": _("Ngày"),
        "source": _("Nguồn"),
        "begins_at": _("Thời điểm bắt đầu áp dụng"),
        "ends_at": _("Thời điểm hết hiệu lực"),
        "successor": _("Thủ tục thay thế"),
        "url": _("Địa chỉ"),
    }


def _of_the_form() -> Mapping[str, str]:
    return {
        "form": _("Biểu mẫu điện tử"),
        "sections": _("Các phần của biểu mẫu"),
        "section": _("Phần của biểu mẫu"),
        "title": _("Tiêu đề"),
        "intro": _("Lời dẫn"),
        "fields": _("Các câu hỏi"),
        "key": _("Mã câu hỏi"),
        "type": _("Kiểu trả lời"),
        "label": _("Câu hỏi"),
        "help": _("Giải thích"),
        "required": _("Bắt buộc"),
        "required_if": _("Bắt buộc khi"),
        "show_if": _("Chỉ hỏi khi"),
        "prefill": _("Điền sẵn từ"),
        "options": _("Các lựa chọn"),
        "hint": _("Gợi ý"),
        "min_length": _("Độ dài ít nhất"),
        "max_length": _("Độ dài nhiều nhất"),
        "minimum": _("Giá trị nhỏ nhất"),
        "maximum": _("Giá trị lớn nhất"),
        "not_before": _("Không sớm hơn ngày"),
        "not_after": _("Không muộn hơn ngày"),
        "pattern": _("Mẫu phải theo"),
        "messages": _("Lời báo lỗi"),
        "component": _("Giấy tờ mà tệp này là"),
        "max_files": _("Số tệp nhiều nhất"),
        "columns": _("Các cột"),
        "value": _("Giá trị"),
        "stops": _("Điều kiện dừng sớm"),
        "when": _("Khi"),
        "procedure": _("Thủ tục"),
    }
