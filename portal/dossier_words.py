"""Why a dossier's page could not do what was asked, in sentences that say what to do next."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from portal.display import day, file_size, instant, number, text
from portal.errors import PortalError
from portal.files.file_refusals import FileRefused
from portal.i18n import gettext as _
from portal.procedures.reading import Problem

Facts = Mapping[str, Any]
Sentence = Callable[[Facts], str]


def error_words(error: PortalError) -> str:
    """A refusal as a whole: above the page, or as its message."""
    problems = getattr(error, "problems", ())
    if problems and error.code not in ERRORS:
        return problem_words(problems[0])
    return _say(ERRORS, error.code, error.facts)


def problem_words(problem: Problem) -> str:
    """What is wrong with one field of an act's form; fields of the procedure's form have `portal.problem_words`."""
    special = FIELDS.get((problem.field, problem.code))
    return special(problem.facts) if special else _say(PROBLEMS, problem.code, problem.facts)


def file_words(error: FileRefused) -> str:
    """Why a file was not taken."""
    return _say(FILES, error.code, error.facts)


def _say(sentences: Mapping[str, Sentence], code: str, facts: Facts) -> str:
    sentence = sentences.get(code)
    return sentence(facts) if sentence else _("Việc này chưa làm được. Hãy tải lại trang rồi thử lại.")


def _when(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value)
    return day(value) if isinstance(value, date) else ""


ERRORS: Mapping[str, Sentence] = {
    "stale": lambda _f: _("Hồ sơ đã thay đổi trong lúc bạn xem. Hãy xem lại rồi làm tiếp; những gì bạn viết vẫn còn."),
    "wrong_state": lambda _f: _("Hồ sơ không còn ở bước làm được việc này. Hãy xem quá trình giải quyết bên dưới."),
    "already_extended": lambda _f: _("Hồ sơ đã gia hạn một lần. Mỗi hồ sơ chỉ được gia hạn một lần."),
    "clock_went_back": lambda _f: _(
        "Đồng hồ của máy chủ đang sai nên chưa ghi được. Hãy báo quản trị rồi thử lại sau."
    ),
    "already_kept": lambda _f: _("Đã có người xử lý hồ sơ này. Hãy giao cho người khác nếu cần."),
    "not_kept": lambda _f: _("Chưa có ai nhận xử lý hồ sơ này, nên không có gì để trả lại."),
    "already_proposed": lambda _f: _("Đã có đề xuất chờ lãnh đạo duyệt. Hãy chờ lãnh đạo trả lời."),
    "nothing_proposed": lambda _f: _("Không còn đề xuất nào chờ duyệt. Hãy xem quá trình giải quyết bên dưới."),
    "nowhere_to_return": lambda _f: _(
        "Không có đơn vị nào đang hoạt động đã chuyển hồ sơ này đến đây. Hãy chuyển hồ sơ đến một đơn vị khác."
    ),
    "nothing_to_undo": lambda _f: _("Việc vừa ghi không hoàn tác được. Hãy làm việc tiếp theo để sửa."),
    "nothing_to_take_back": lambda _f: _(
        "Việc này không còn thu hồi được: sau đó đã có việc khác, hoặc đó là việc không thu hồi. "
        "Hãy làm việc tiếp theo để sửa."
    ),
    "not_the_teller": lambda _f: _("Chỉ người đã ghi việc này hoặc lãnh đạo của đơn vị đó mới thu hồi được."),
    "four_eyes": lambda _f: _(
        "Người đề xuất không tự duyệt được, người thay mặt họ cũng không. Hãy nhờ một lãnh đạo khác của đơn vị."
    ),
    "already_asked": lambda _f: _("Đơn vị này đang được hỏi ý kiến về hồ sơ rồi. Hãy chờ họ trả lời."),
    "same_keeper": lambda _f: _("Người này đang xử lý hồ sơ rồi. Hãy chọn đồng nghiệp khác."),
    "unknown_colleague": lambda _f: _("Người này không còn làm việc ở đơn vị. Hãy chọn đồng nghiệp khác."),
    "not_with_the_unit": lambda _f: _("Hồ sơ không còn ở đơn vị bàn giao."),
    "same_unit": lambda _f: _("Hồ sơ đang ở chính đơn vị này. Hãy chọn đơn vị khác."),
    "unknown_unit": lambda _f: _("Đơn vị này không có trong danh bạ hiện nay. Hãy chọn đơn vị khác."),
    "not_the_holder": lambda _f: _("Hồ sơ đang ở đơn vị khác, nên chỉ cán bộ của đơn vị đó làm được việc này."),
    "not_your_role": lambda _f: _("Việc này thuộc vai trò khác trong đơn vị. Hãy nhờ đồng nghiệp phụ trách."),
    "not_in_this_step": lambda f: _(
        "Theo quy trình nội bộ, hồ sơ đang ở bước %(n)s, “%(step)s”, và việc này không thuộc bước đó. "
        "Hãy làm việc của bước này trước; các bước nằm ở trang của hồ sơ.",
        n=number(f.get("number")),
        step=text(f),
    ),
    "not_the_steps_role": lambda f: _(
        "Theo quy trình nội bộ, bước %(n)s, “%(step)s”, do vai trò khác trong đơn vị làm. "
        "Hãy nhờ đồng nghiệp phụ trách bước này hoặc lãnh đạo.",
        n=number(f.get("number")),
        step=text(f),
    ),
    "not_the_next_unit": lambda f: _(
        "Theo quy trình nội bộ, bước tiếp theo ở %(unit)s. Hãy chọn đơn vị đó.", unit=text(f)
    ),
    "not_witnessed": lambda f: _(
        "Từ %(since)s chưa đủ nhân chứng độc lập của sổ công khai, nên lúc này chưa ghi quyết định được. "
        "Những gì bạn viết vẫn còn; hãy thử lại sau, và báo quản trị nếu lâu chưa xong. Các việc khác vẫn làm được.",
        since=_when(f.get("since")),
    ),
    "not_online": lambda _f: _("Thủ tục này chưa nộp trực tuyến được. Hãy xem cách nộp khác trên trang thủ tục."),
    "too_many_drafts": lambda f: _(
        "Bạn đã có %(limit)s bản nháp. Hãy nộp hoặc xóa bớt một bản nháp rồi bắt đầu lại.", limit=number(f.get("limit"))
    ),
    "too_many_uploads": lambda f: _(
        "Đang có %(limit)s tệp tải dở. Hãy đợi các tệp đó tải xong rồi chọn thêm.", limit=number(f.get("limit"))
    ),
    "already_submitted": lambda _f: _("Bản nháp này đã được nộp. Hãy mở hồ sơ trong “Hồ sơ của tôi”."),
    "mandate_over": lambda _f: _(
        "Ủy quyền này không còn hiệu lực, hoặc không dành cho thủ tục này. Hãy chọn nộp cho chính mình."
    ),
    "too_many_wishes": lambda f: _(
        "Cách nhận kết quả của hồ sơ này đã đổi %(limit)s lần, không đổi thêm ở đây được. "
        "Hãy báo cho bộ phận một cửa của nơi nhận hồ sơ.",
        limit=number(f.get("limit")),
    ),
    "procedure_changed": lambda _f: _("Thủ tục vừa thay đổi. Hãy xem lại hồ sơ theo mẫu mới rồi nộp."),
}

PROBLEMS: Mapping[str, Sentence] = {
    "missing": lambda _f: _("Hãy điền mục này."),
    "too_long": lambda f: _(
        "Hãy viết ngắn lại, nhiều nhất %(maximum)s ký tự (bạn đã viết %(length)s).",
        maximum=number(f.get("maximum")),
        length=number(f.get("length")) or "?",
    ),
    "control_characters": lambda _f: _("Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại."),
    "not_an_option": lambda _f: _("Hãy chọn một trong các mục có sẵn."),
    "too_many_files": lambda f: _("Hãy gửi nhiều nhất %(limit)s tệp.", limit=number(f.get("limit"))),
    "files_too_large": lambda f: _(
        "Các tệp cộng lại quá nặng, nhiều nhất %(limit)s. Hãy bỏ bớt hoặc dùng tệp nhẹ hơn.",
        limit=file_size(f.get("limit")),
    ),
    "not_a_file_field": lambda _f: _("Mục này không nhận tệp. Hãy tải lại trang rồi thử lại."),
    "not_a_date": lambda _f: _("Hãy ghi một ngày có thật, ví dụ 15 6 2020."),
    "too_early": lambda f: _("Hãy chọn một ngày sau hạn hiện nay (%(due)s).", due=_when(f.get("due"))),
    "too_late": lambda f: _("Hãy chọn một ngày không muộn hơn %(latest)s.", latest=_when(f.get("latest"))),
    "not_a_working_day": lambda _f: _("Ngày này không làm việc. Hãy chọn một ngày làm việc."),
}

FIELDS: Mapping[tuple[str, str], Sentence] = {
    ("reason", "missing"): lambda _f: _("Hãy viết lý do để người nộp hiểu và biết cần làm gì."),
    ("message", "missing"): lambda _f: _("Hãy viết câu trả lời, hoặc đính kèm ít nhất một tệp."),
    ("file", "missing"): lambda _f: _("Hãy đính kèm tệp kết quả."),
    ("outcome", "missing"): lambda _f: _("Hãy chọn giải quyết hay từ chối."),
    ("question", "missing"): lambda _f: _("Hãy viết câu hỏi để đơn vị kia trả lời được."),
    ("answer", "missing"): lambda _f: _("Hãy viết ý kiến của đơn vị bạn."),
    ("hours", "missing"): lambda _f: _("Hãy ghi số giờ làm việc để trả lời."),
    ("hours", "hours"): lambda f: _("Hãy ghi từ 1 đến %(longest)s giờ làm việc.", longest=number(f.get("longest"))),
    ("to_officer", "missing"): lambda _f: _("Hãy chọn người nhận hồ sơ."),
    ("to_unit", "missing"): lambda _f: _("Hãy chọn đơn vị nhận hồ sơ."),
    ("way", "missing"): lambda _f: _("Hãy chọn cách trả kết quả."),
    ("postal_number", "postal_number"): lambda f: _(
        "Hãy ghi số hiệu in trên bưu gửi: chữ cái không dấu và chữ số, nhiều nhất %(longest)s ký tự.",
        longest=number(f.get("longest")),
    ),
    ("postal_number", "not_by_post"): lambda _f: _(
        "Chỉ kết quả gửi qua bưu chính mới có số hiệu bưu gửi. Hãy chọn bưu chính, hoặc xóa số hiệu."
    ),
    ("wished_way", "missing"): lambda _f: _("Hãy chọn cách nhận kết quả."),
    ("delivery_address", "missing"): lambda _f: _("Hãy ghi địa chỉ để bưu chính giao kết quả."),
    ("delivery_address", "no_address"): lambda _f: _(
        "Hãy ghi đủ địa chỉ: số nhà và đường (hoặc thôn, khu phố), xã hoặc phường, tỉnh hoặc thành phố."
    ),
    ("until", "missing"): lambda _f: _("Hãy ghi ngày hẹn mới."),
    ("unit", "missing"): lambda _f: _("Hãy chọn nơi nộp hồ sơ."),
}

FILES: Mapping[str, Sentence] = {
    "file_empty": lambda _f: _("Tệp này không có nội dung. Hãy chọn tệp khác."),
    "file_too_large": lambda f: _(
        "Tệp quá nặng, nhiều nhất %(limit)s. Hãy chụp lại ở độ phân giải thấp hơn hoặc chia thành nhiều tệp.",
        limit=file_size(f.get("limit")),
    ),
    "file_name": lambda _f: _("Tên tệp không đọc được. Hãy đổi tên tệp rồi tải lên lại."),
    "file_type_unknown": lambda _f: _(
        "Loại tệp này chưa dùng được. Hãy gửi PDF, ảnh (JPEG, PNG, HEIC), Word (DOCX), Excel (XLSX) hoặc ODT."
    ),
    "file_type_mismatch": lambda _f: _(
        "Nội dung tệp không đúng với đuôi tên tệp. Hãy mở tệp, lưu lại đúng loại rồi tải lên lại."
    ),
    "file_encrypted": lambda _f: _("Tệp này có mật khẩu nên cơ quan không mở được. Hãy bỏ mật khẩu rồi tải lên lại."),
    "file_active_content": lambda _f: _(
        "Tệp này chứa nội dung tự chạy nên không nhận được. Hãy in tệp ra PDF mới hoặc chụp ảnh rồi tải lên."
    ),
    "file_macros": lambda _f: _(
        "Tệp này chứa macro nên không nhận được. Hãy lưu thành DOCX, XLSX, ODT thường hoặc PDF."
    ),
    "file_bomb": lambda _f: _(
        "Tệp này nén quá mức hoặc quá phức tạp nên không nhận được. Hãy lưu lại thành tệp PDF thường."
    ),
    "file_malware": lambda _f: _(
        "Tệp này có mã độc nên không được nhận. Hãy quét máy hoặc điện thoại của bạn, rồi gửi tệp khác, "
        "ví dụ ảnh chụp lại giấy tờ."
    ),
    "file_not_scanned": lambda _f: _("Chương trình quét mã độc chưa trả lời. Hãy chờ ít phút rồi tải tệp lên lại."),
    "file_no_template": lambda _f: _("Tệp mẫu phải là PDF, Word (DOCX), Excel (XLSX) hoặc ODT. Hãy lưu lại đúng loại."),
    "file_damaged": lambda _f: _("Tệp này bị hỏng, không đọc được. Hãy chọn bản khác hoặc lưu lại rồi tải lên."),
}
