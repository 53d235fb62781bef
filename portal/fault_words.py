"""What is wrong with a procedure file or a manuscript, in a sentence that says what to do; the place is said before.

Codes are those of `portal.procedures`: faults of a definition, of a file, of a pattern. A test finds every code that
the sources name and asks for its words.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import get_locale, gettext

from portal.display import day, instant
from portal.form_words import type_words
from portal.procedure_words import channel_words
from portal.procedures.text import Text

_: Callable[..., str] = gettext
Words = Mapping[str, str]


def sentence(code: str, facts: Mapping[str, Any], more: Words | None = None) -> str:
    """The words of the code with its facts, `more` being those that only the caller knows."""
    if code in ("too_long", "too_many", "out_of_range") and "limit" not in facts:
        code = "out_of_range_unknown"
    known = {**_of_shape(), **_of_sheet(), **_of_fields(), **_of_conditions(), **_of_patterns(), **_of_files()}
    found = known.get(code) or (more or {}).get(code) or _("chưa đúng, hãy xem lại.")
    return found % defaultdict(str, {name: _shown(name, value) for name, value in facts.items()})


def _shown(name: str, value: object) -> str:
    if isinstance(value, Text):
        return value.in_(str(get_locale()))
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if name == "type":
        return type_words(str(value))
    return channel_words().get(str(value), str(value)) if name == "channel" else str(value)


def _of_shape() -> Words:
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
        "treacherous_characters": _("có ký tự ẩn hoặc ký tự đảo chiều chữ (%(mark)s). Hãy xóa đi và gõ lại."),
    }


def _of_sheet() -> Words:
    return {
        "unknown_sector": _("danh mục không có lĩnh vực “%(value)s”, hãy chọn lại."),
        "valid_to_too_early": _("ngày hết hiệu lực phải sau ngày bắt đầu, hãy sửa."),
        "related_itself": _("là chính thủ tục này, hãy bỏ."),
        "channel_twice": _("cách nộp “%(channel)s” có hai lần, hãy bỏ một."),
        "key_twice": _("mã “%(key)s” có hai lần, hãy đổi một."),
        "online_without_form": _("nộp trực tuyến thì phải có biểu mẫu. Hãy thêm câu hỏi, hoặc bỏ cách nộp trực tuyến."),
        "not_an_instant": _("không phải một thời điểm. Hãy ghi như 2020-06-15T08:00+07:00."),
        "begins_on_another_day": _("không rơi vào ngày bắt đầu hiệu lực theo giờ Việt Nam. Hãy sửa một trong hai."),
        "template_twice": _("tệp mẫu “%(name)s” có hai lần, hãy đổi tên một tệp."),
        "template_name": _("không phải tên một tệp PDF, DOCX, XLSX hoặc ODT. Hãy ghi tên tệp có đuôi."),
        "component_unknown": _("thành phần hồ sơ không có giấy tờ mang mã “%(key)s”. Hãy chọn lại giấy tờ."),
    }


def _of_fields() -> Words:
    return {
        "too_many_fields": _("có %(count)s câu hỏi, nhiều nhất được %(limit)s. Hãy bớt câu hỏi."),
        "form_too_large": _("lớn quá: nhiều nhất %(limit)s ký tự, sâu nhất %(depth)s tầng."),
        "section_twice": _("hai phần có cùng mã “%(key)s”, hãy đổi một."),
        "key_reserved": _("mã “%(key)s” dành riêng cho trang, hãy đặt mã khác."),
        "member_of_another_type": _("không dùng được với kiểu trả lời “%(type)s”. Hãy bỏ, hoặc đổi kiểu trả lời."),
        "option_twice": _("hai lựa chọn có cùng giá trị, hãy đổi một."),
        "message_without_rule": _(
            "là lời báo cho một quy định mà câu hỏi không có. Hãy bỏ lời báo, hoặc thêm quy định."
        ),
        "calculated_required": _("giá trị tự tính không ai điền nên không thể bắt buộc. Hãy bỏ."),
        "statement_on_condition": _("lời cam đoan hoặc bắt buộc, hoặc không; không theo điều kiện. Hãy bỏ điều kiện."),
        "money_with_decimals": _("tiền đồng không có số lẻ và không có đơn vị khác. Hãy bỏ."),
        "nothing_to_correct": _("câu hỏi không điền sẵn gì để sửa. Hãy chọn nguồn điền sẵn, hoặc bỏ mục này."),
        "prefill_of_another_type": _("không điền sẵn được vào kiểu trả lời “%(type)s”. Hãy chọn nguồn khác."),
        "limits_not_whole": _("giới hạn của kiểu trả lời “%(type)s” phải là số nguyên, hãy ghi lại."),
        "limits_crossed": _(
            "giới hạn dưới lớn hơn giới hạn trên nên không câu trả lời nào đúng. Hãy sửa một trong hai."
        ),
        "days_crossed": _("không có ngày nào nằm giữa hai giới hạn. Hãy sửa một trong hai."),
        "point_is_one": _("đánh dấu một điểm thì chỉ có một điểm. Hãy bỏ, hoặc chọn khu vực."),
        "area_needs_three": _("một khu vực có ít nhất ba góc, hãy ghi từ 3 trở lên."),
        "too_long_for_pattern": _("câu hỏi có mẫu phải theo thì dài nhất %(limit)s ký tự, hãy giảm."),
    }


def _of_conditions() -> Words:
    """And of formulas, which look at earlier answers too."""
    return {
        "too_many_tests": _("điều kiện có quá nhiều vế, nhiều nhất %(limit)s. Hãy bớt vế."),
        "condition_too_deep": _("điều kiện lồng nhau quá sâu, hãy viết đơn giản lại."),
        "field_not_before": _(
            "không có câu hỏi nào mang mã “%(key)s” đứng trước. Hãy chọn câu hỏi khác, hoặc chuyển chỗ."
        ),
        "never_given": _(
            "không xét được “%(label)s” có được điền hay không, vì kiểu trả lời là “%(type)s”. Hãy bỏ vế này."
        ),
        "no_fixed_answers": _(
            "“%(label)s” có kiểu trả lời “%(type)s”, không có lựa chọn để so. Hãy xét là đã điền hay chưa, "
            "hoặc chọn câu hỏi khác."
        ),
        "never_answers": _("“%(label)s” không có lựa chọn “%(value)s”, hãy chọn lại."),
        "compared_with_day": _("“%(label)s” phải so với một ngày có thật, ví dụ 15/06/2020. Hãy ghi lại."),
        "compared_with_number": _("“%(label)s” phải so với một số, ví dụ 18 hoặc 0,5. Hãy ghi lại."),
        "not_more_or_less": _(
            "“%(label)s” có kiểu trả lời “%(type)s”, không so được lớn hay nhỏ. Hãy chọn câu hỏi khác."
        ),
        "too_many_parts": _("công thức có quá nhiều phần, nhiều nhất %(limit)s. Hãy tách ra hai giá trị tự tính."),
        "expression_too_deep": _("công thức lồng nhau quá sâu, hãy viết đơn giản lại."),
        "column_unknown": _("bảng không có cột mang mã “%(key)s”, hãy sửa công thức."),
        "not_a_number_field": _(
            "“%(label)s” có kiểu trả lời “%(type)s”, không phải số nên không tính được. Hãy chọn mục khác."
        ),
        "table_not_before": _("không có bảng nào mang mã “%(key)s” đứng trước. Hãy sửa công thức, hoặc chuyển chỗ."),
    }


def _of_patterns() -> Words:
    return {
        "pattern_too_large": _("mẫu cho phép quá nhiều ký tự. Hãy giảm số lần lặp."),
        "pattern_too_long": _("mẫu dài quá, nhiều nhất %(limit)s ký tự."),
        "pattern_not_opened": _("ở ký tự %(at)s có dấu “)” mà trước đó không có “(”."),
        "pattern_unfinished": _("mẫu dừng giữa chừng ở ký tự %(at)s. Hãy viết cho đủ."),
        "pattern_too_deep": _("quá nhiều nhóm lồng nhau ở ký tự %(at)s, hãy viết đơn giản lại."),
        "pattern_strange_group": _("“(?” ở ký tự %(at)s không dùng được. Hãy viết nhóm thường: (…)."),
        "pattern_not_closed": _("có dấu “(” mà không có “)” ở ký tự %(at)s. Hãy đóng nhóm lại."),
        "pattern_group_repeated": _(
            "ở ký tự %(at)s: cả nhóm không lặp được, chỉ có thể thêm “?” để có cũng được, không cũng được."
        ),
        "pattern_count": _("sau “{” ở ký tự %(at)s phải là một hoặc hai số, ví dụ {2} hoặc {1,6}."),
        "pattern_count_range": _("ở ký tự %(at)s: số lần lặp đi từ ít đến nhiều, nhiều nhất %(limit)s."),
        "pattern_repeated_twice": _("ở ký tự %(at)s: đã lặp thì không lặp lần nữa, hãy bỏ một dấu."),
        "pattern_sign": _("ở ký tự %(at)s: muốn chính dấu “%(character)s” thì phải viết “\\” trước nó."),
        "pattern_unknown_escape": _("“\\%(character)s” ở ký tự %(at)s không có nghĩa ở đây, hãy bỏ."),
        "pattern_empty_class": _("“[]” ở ký tự %(at)s không có ký tự nào, hãy điền vào giữa."),
        "pattern_backwards": _("ở ký tự %(at)s: khoảng phải đi từ ký tự nhỏ đến ký tự lớn, ví dụ a-z."),
        "pattern_bracket": _("dấu “[” ở giữa “[…]”, ký tự %(at)s, phải có “\\” trước nó."),
    }


def _of_files() -> Words:
    return {
        "cannot_open": _("không mở được tệp (%(why)s)."),
        "file_too_large": _("tệp lớn quá, nhiều nhất %(limit)s byte."),
        "file_not_utf8": _("tệp không ở bảng mã UTF-8. Hãy lưu lại thành UTF-8."),
        "file_strange_character": _("tệp có ký tự điều khiển không dùng được. Hãy xóa đi."),
        "file_too_deep": _("tệp lồng nhau quá %(limit)s tầng."),
        "not_yaml": _("dòng %(line)s không đúng cú pháp YAML. Hãy xem lại cách thụt dòng, dấu ngoặc và dấu hai chấm."),
        "not_json": _("dòng %(line)s không đúng cú pháp JSON. Hãy xem lại dấu ngoặc, dấu phẩy và dấu nháy."),
        "not_plain_data": _("dòng %(line)s không phải dữ liệu thường (chữ, số, danh sách). Hãy bỏ dấu “!” hoặc “<<”."),
        "key_not_text": _("dòng %(line)s: tên mục “%(key)s” không phải chữ. Hãy đặt trong dấu nháy."),
        "key_twice_in_file": _("dòng %(line)s: mục “%(key)s” có hai lần, hãy bỏ một."),
        "alias": _("dòng %(line)s: không dùng được bí danh “*%(key)s”. Hãy viết đủ nội dung."),
        "not_a_number": _("dòng %(line)s: “%(value)s” không phải số dùng được, hãy ghi một số thường."),
        "not_a_json_number": _("“%(value)s” không phải số của JSON, hãy ghi một số thường."),
        "not_a_procedure": _("tệp không chứa một thủ tục. Hãy chọn tệp khác."),
        "file_name": _("tên tệp phải là <mã>.yaml hoặc <mã>.json; bản cũ hơn là <mã>-r<số bản>.yaml."),
        "file_says_otherwise": _("ghi “%(value)s” nhưng tên tệp ghi “%(name)s”. Hãy sửa một trong hai."),
        "revision_twice": _("bản này có cả trong tệp %(name)s, hãy bỏ một."),
        "revision_published": _(
            "bản %(number)s đã công bố nên không sửa được nữa. Hãy ghi thành bản %(next)s, hiệu lực từ ngày sau đó."
        ),
        "published_otherwise": _("cổng đã công bố bản %(number)s khác với tệp, tệp không được nạp. Hãy soạn bản mới."),
        "revision_older": _("bản %(number)s cũ hơn bản đã công bố (%(newest)s). Hãy ghi số lớn hơn."),
        "template_not_given": _("cổng chưa có tệp mẫu “%(name)s”. Hãy đặt tệp đó vào thư mục templates/ bên cạnh."),
        "template_not_beside": _(
            "tệp mẫu “%(name)s” không nằm trong thư mục templates/ bên cạnh; chỉ nạp được nếu cổng đã có tệp đó."
        ),
        "template_refused": _(
            "tệp mẫu “%(name)s” không nhận được (%(why)s). Tệp phải là PDF, DOCX, XLSX hoặc ODT thường, "
            "không macro, nhiều nhất 10\u00a0MB."
        ),
        "not_a_list_of_groups": _("tệp phải là một danh sách các nhóm từ đồng nghĩa."),
        "not_a_group": _("mỗi nhóm phải có “phrases”, và “finds” (các mã) hoặc “means” (chữ), hoặc cả hai."),
        "not_codes_or_text": _("“finds” là danh sách mã trong dấu nháy, “means” là chữ."),
        "means_nothing": _("nhóm không nói tìm thấy gì (“finds”) hay nghĩa là gì (“means”)."),
        "phrase_twice": _("“%(value)s” trống hoặc có hai lần, hãy bỏ."),
    }
