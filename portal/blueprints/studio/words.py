"""How the studio calls what an editor fills in: the label and the hint of each member, the name of each choice."""

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.form_words import PREFILLS, TYPES
from portal.i18n import N_, language
from portal.procedure_words import (
    audience_words,
    channel_words,
    level_words,
    life_event_words,
    online_level_words,
)
from portal.procedures import sectors

Words = tuple[str, str]  # label and hint

SHEET: Mapping[str, Words] = {
    "name": (N_("Tên thủ tục"), ""),
    "summary": (N_("Tóm tắt"), N_("Một câu nói thủ tục này để làm gì.")),
    "field": (N_("Lĩnh vực"), ""),
    "kind": (N_("Loại thủ tục"), ""),
    "level": (N_("Cấp thực hiện"), ""),
    "service_level": (N_("Mức độ dịch vụ trực tuyến"), ""),
    "keywords": (N_("Từ khóa"), N_("Mỗi dòng một cách gọi thường ngày, ví dụ: sổ đỏ, giấy độc thân.")),
    "life_events": (N_("Sự kiện trong đời"), N_("Người dân tìm thấy thủ tục dưới những mục này.")),
    "confidence": (N_("Độ chắc chắn của thời hạn và lệ phí"), ""),
    "sealed": (N_("Không ghi tên thủ tục vào sổ công khai"), ""),
    "audience": (N_("Đối tượng thực hiện"), ""),
    "audience_note": (N_("Mô tả đối tượng"), ""),
    "received_by.kinds": (
        N_("Nơi tiếp nhận: mọi đơn vị loại này"),
        N_("Chọn loại đơn vị, hoặc ghi mã đơn vị ở dưới; không ghi cả hai."),
    ),
    "received_by.agencies": (N_("Nơi tiếp nhận: những đơn vị này"), N_("Mỗi dòng một mã định danh, ví dụ H06.15.")),
    "performed_by": (N_("Cơ quan thực hiện"), ""),
    "competent": (N_("Cơ quan có thẩm quyền"), ""),
    "authorised": (N_("Cơ quan được ủy quyền"), ""),
    "coordinating": (N_("Cơ quan phối hợp"), ""),
    "reception": (N_("Địa chỉ tiếp nhận"), ""),
    "steps": (
        N_("Các bước"),
        N_("Theo thứ tự người dân sẽ trải qua. Muốn bỏ một bước, hãy xóa trống các ô của bước đó."),
    ),
    "result": (N_("Kết quả"), N_("Người dân nhận được gì.")),
    "result_code": (N_("Mã kết quả"), N_("Ví dụ KQ.G15.000032.")),
    "results": (N_("Từng kết quả, nếu có nhiều"), ""),
    "conditions": (N_("Yêu cầu, điều kiện"), ""),
    "legal_bases": (N_("Căn cứ pháp lý"), ""),
    "related": (N_("Thủ tục liên quan"), N_("Mỗi dòng một mã thủ tục.")),
}
THINGS: Mapping[str, Mapping[str, Words]] = {
    "step": {"": (N_("Bước"), "")},
    "case": {"name": (N_("Tên trường hợp"), N_("Để trống nếu thủ tục chỉ có một trường hợp."))},
    "component": {
        "name": (N_("Tên giấy tờ"), ""),
        "form_name": (N_("Tên mẫu đơn, tờ khai"), ""),
        "templates": (
            N_("Tệp mẫu để người dân tải về"),
            N_(
                "PDF, Word (DOCX), Excel (XLSX) hoặc ODT, nhiều nhất 10\u00a0MB. "
                "Chỉ công khai khi bản này được công bố."
            ),
        ),
        "template.name": (N_("Mẫu ở trang khác: tên"), N_("Khi tệp nằm ở trang khác. Ví dụ: Mẫu số 01.docx.")),
        "template.url": (N_("Mẫu ở trang khác: địa chỉ"), N_("Địa chỉ bắt đầu bằng https://.")),
        "originals": (N_("Số bản chính"), ""),
        "copies": (N_("Số bản sao"), ""),
        "required": (N_("Bắt buộc phải có"), ""),
        "note": (N_("Ghi chú"), ""),
        "key": (N_("Mã của giấy tờ"), N_("Chữ thường không dấu, số và gạch dưới. Mẫu điền dùng mã này.")),
    },
    "channel": {
        "channel": (N_("Cách nộp"), ""),
        "term.number": (N_("Thời hạn"), N_("Chỉ ghi số, ví dụ 5.")),
        "term.unit": (N_("Đơn vị của thời hạn"), ""),
        "term.text": (N_("Lời giải thích thời hạn"), ""),
        "fees": (N_("Phí, lệ phí"), N_("Mỗi mức một dòng. Ghi nguyên văn trường hợp được miễn, giảm.")),
    },
    "fee": {
        "amount": (N_("Số tiền (đồng)"), N_("Để trống nếu không phải một số tiền; ghi 0 nếu miễn phí.")),
        "text": (N_("Nguyên văn"), ""),
        "basis": (N_("Số văn bản quy định mức này"), ""),
    },
    "offer": {
        "agencies": (N_("Các đơn vị"), N_("Mỗi dòng một mã định danh, ví dụ H06.31.")),
        "kinds": (N_("Hoặc mọi đơn vị loại này"), ""),
        "note": (N_("Ghi chú"), ""),
        "steps": (N_("Các bước riêng"), N_("Để trống nếu trình tự như quy định chung.")),
    },
    "result": {"name": (N_("Kết quả"), ""), "code": (N_("Mã kết quả"), "")},
    "stop": {
        "text": (N_("Lời báo"), N_("Vì sao người này không cần làm thủ tục, và nên làm gì.")),
        "when": (N_("Khi nào báo"), N_("Chọn câu trả lời dẫn tới đây.")),
        "procedure": (N_("Mã thủ tục nên làm thay"), ""),
    },
    "legal_basis": {"number": (N_("Số văn bản"), ""), "name": (N_("Tên văn bản"), "")},
    "section": {
        "title": (N_("Tên phần"), N_("Mỗi phần là một trang.")),
        "intro": (N_("Lời dẫn"), ""),
        "stops": (N_("Dừng sớm"), ""),
        "key": (N_("Mã của phần"), N_("Chữ thường không dấu, số và gạch dưới.")),
    },
    "option": {"label": (N_("Lựa chọn"), ""), "hint": (N_("Lời chỉ dẫn"), "")},
    "field": {
        "label": (N_("Câu hỏi"), N_("Người dân đọc câu này, ví dụ: Ngày sinh của mẹ.")),
        "help": (N_("Lời chỉ dẫn"), N_("Một câu bên dưới câu hỏi.")),
        "type": (N_("Loại câu trả lời"), N_("Đổi loại rồi bấm lưu để thấy các ô của loại mới.")),
        "required": (N_("Bắt buộc trả lời"), ""),
        "options": (N_("Các lựa chọn"), N_("Muốn bỏ một lựa chọn, hãy bấm bỏ hoặc xóa trống các ô của nó.")),
        "level": (N_("Cấp của đơn vị"), ""),
        "component": (N_("Là giấy tờ nào trong thành phần hồ sơ"), ""),
        "max_files": (N_("Nhiều nhất bao nhiêu tệp"), N_("Để trống: 5.")),
        "min_length": (N_("Ít nhất bao nhiêu ký tự"), ""),
        "max_length": (N_("Nhiều nhất bao nhiêu ký tự"), ""),
        "minimum": (N_("Nhỏ nhất"), ""),
        "maximum": (N_("Lớn nhất"), ""),
        "not_before": (N_("Không trước ngày"), ""),
        "not_after": (N_("Không sau ngày"), ""),
        "prefill": (N_("Điền sẵn từ"), N_("Người dân vẫn sửa được.")),
        "correctable": (N_("Khi người dân sửa điều đã điền sẵn"), ""),
        "show_if": (N_("Chỉ hỏi khi"), N_("Không chọn gì: luôn hỏi.")),
        "required_if": (N_("Bắt buộc khi"), N_("Ngoài lúc này thì không bắt buộc.")),
        "value": (
            N_("Công thức"),
            N_("Mã các mục đứng trước với + - * và ngoặc; dem(bang) đếm dòng, tong(bang, .cot) cộng một cột của bảng."),
        ),
        "money": (N_("Là số tiền"), ""),
        "shape": (N_("Đánh dấu gì trên bản đồ"), ""),
        "max_points": (N_("Nhiều nhất bao nhiêu điểm"), ""),
        "precision": (N_("Cần biết đến đâu"), ""),
        "twelve_only": (N_("Chỉ nhận số định danh 12 số"), ""),
        "as_of": (N_("Theo danh mục đơn vị của ngày"), N_("Để trống: ngày người dân điền.")),
        "elsewhere": (N_("Cho ghi địa chỉ ngoài danh mục đơn vị"), ""),
        "min_rows": (N_("Ít nhất bao nhiêu dòng"), ""),
        "max_rows": (N_("Nhiều nhất bao nhiêu dòng"), ""),
        "pattern": (
            N_("Phải viết theo mẫu"),
            N_("Cho người biết biểu thức chính quy: chữ, [A-Z0-9], \\d, ?, *, +, {n,m}. Ví dụ [A-Z]{2}-\\d{4}."),
        ),
        "messages.length": (N_("Lời báo khi quá ngắn hoặc quá dài"), ""),
        "messages.pattern": (N_("Lời báo khi không theo mẫu"), ""),
        "messages.range": (N_("Lời báo khi ngoài giới hạn"), ""),
        "decimals": (N_("Số chữ số sau dấu phẩy"), ""),
        "suffix": (N_("Đơn vị đo"), N_("Ví dụ m².")),
        "key": (
            N_("Mã của mục"),
            N_("Câu trả lời được giữ dưới mã này. Đổi mã thì bản nháp đang soạn của người dân không còn khớp mục này."),
        ),
    },
}
UNIT_KINDS: Mapping[str, str] = {
    "government": N_("Chính phủ"),
    "province": N_("Tỉnh"),
    "department": N_("Sở, ban, ngành"),
    "district": N_("Huyện"),
    "city": N_("Thành phố"),
    "town": N_("Thị xã"),
    "commune": N_("Xã"),
    "ward": N_("Phường"),
    "township": N_("Thị trấn"),
    "special_zone": N_("Đặc khu"),
}
TERM_UNITS: Mapping[str, str] = {
    "hours": N_("giờ làm việc"),
    "working_days": N_("ngày làm việc"),
    "days": N_("ngày"),
    "same_day": N_("trong ngày làm việc (thời hạn ghi 1)"),
}
CONFIDENCE: Mapping[str, str] = {
    "S": N_("Chắc chắn: đúng văn bản công bố"),
    "s": N_("Khá chắc: chép từ nguồn khác"),
    "M": N_("Chưa kiểm tra lại"),
    "U": N_("Không chắc"),
}
OTHERS: Mapping[str, Mapping[str, str]] = {
    "shape": {"point": N_("Một điểm"), "area": N_("Một khu vực")},
    "precision": {"year": N_("Năm là đủ"), "month": N_("Ít nhất tháng và năm")},
    "correctable": {"freely": N_("Sửa tự do"), "with_reason": N_("Phải ghi lý do")},
}
OPERATORS: Mapping[str, str] = {
    "in": N_("là một trong"),
    "not_in": N_("không là"),
    "given": N_("đã được trả lời"),
    "not_given": N_("chưa được trả lời"),
    "at_least": N_("từ … trở lên"),
    "more_than": N_("lớn hơn"),
    "at_most": N_("không quá"),
    "less_than": N_("nhỏ hơn"),
}
SNAGS: Mapping[str, str] = {
    "not_a_formula": N_("Không đọc được công thức. Hãy xem lại mã các mục, dấu và ngoặc."),
    "key_taken": N_("Mã này đã có mục khác dùng. Hãy ghi mã khác."),
    "key_shape": N_("Mã gồm chữ thường không dấu, số và gạch dưới, bắt đầu bằng chữ. Hãy ghi lại."),
    "gone": N_("Phần này không còn trong bản thảo."),
    "full": N_("Danh sách đã đầy, không thêm được nữa."),
    "first": N_("Đã ở trên cùng."),
    "last": N_("Đã ở dưới cùng."),
}


def member_words(kind: str, name: str) -> Words:
    """The label and the hint of a member; its own name where nobody wrote words for it."""
    table = SHEET if kind == "sheet" else THINGS.get("field" if kind == "column" else kind, {})
    label, hint = table.get(name, (name, ""))
    return _(label), _(hint) if hint else ""


def choice_words(name: str) -> Mapping[str, str]:
    """How the values of a member that is chosen are called."""
    tables: Mapping[str, Mapping[str, str]] = {
        "type": TYPES,
        "prefill": PREFILLS,
        "received_by.kinds": UNIT_KINDS,
        "kinds": UNIT_KINDS,
        **OTHERS,
        "term.unit": TERM_UNITS,
        "confidence": CONFIDENCE,
    }
    if name in tables:
        return {value: _(words) for value, words in tables[name].items()}
    if name == "field":
        return {key: sector.name.in_(language()) for key, sector in sectors.sectors().items()}
    known = {
        "level": level_words,
        "service_level": online_level_words,
        "audience": audience_words,
        "life_events": life_event_words,
        "channel": channel_words,
    }
    return known[name]() if name in known else {}


def operator_words(operator: str) -> str:
    return str(_(OPERATORS[operator]))


def snag_words(code: str) -> str | None:
    """Why a change was not possible; None for a code that is none of these."""
    return _(SNAGS[code]) if code in SNAGS else None
