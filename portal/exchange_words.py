"""Words for what is wrong with a file that somebody hands in: what it is, and what to do."""

from collections.abc import Callable, Mapping

from flask_babel import gettext

from portal import fault_words
from portal.exchange.problems import Problem, Unreadable

_: Callable[..., str] = gettext


def problem_words(problem: Problem) -> str:
    """One sentence; the place is said beside it."""
    if problem.code == "does_not_fit":
        why = fault_words.sentence(problem.about, problem.facts)
        return _("Không đúng khuôn của danh mục: %(about)s", about=why)
    words = _words(problem.about)[problem.code]
    if not problem.value:
        return words
    standing = _("Đang ghi: “%(value)s”.", value=problem.value)
    return f"{words} {standing}"


def place_words(problem: Problem) -> str:
    """Where to look: sheet, row, column; or the path of the member."""
    if problem.path:
        return problem.path
    parts = [_("Trang “%(sheet)s”", sheet=problem.sheet)]
    if problem.row is not None:
        parts.append(_("hàng %(row)s", row=problem.row))
    if problem.column:
        column = f"{problem.letter} ({problem.column})" if problem.letter else problem.column
        parts.append(_("cột %(column)s", column=column))
    return ", ".join(parts)


def unreadable_words(error: Unreadable) -> str:
    found: Mapping[str, str] = {
        "empty": _("Tệp rỗng. Hãy chọn lại tệp."),
        "too_large": _("Tệp quá lớn, nhiều nhất %(most)s. Hãy chia thành nhiều tệp.", most=error.about),
        "old_or_locked": _("Tệp là Excel đời cũ (.xls) hoặc có mật khẩu. Hãy bỏ mật khẩu và lưu lại thành .xlsx."),
        "too_many_sheets": _("Tệp có quá nhiều trang tính, nhiều nhất %(most)s.", most=error.about),
        "too_many_rows": _(
            "Có ô nằm quá xa, sau hàng %(most)s hoặc quá nhiều cột. Hãy xóa các hàng, cột trống ở cuối trang tính.",
            most=error.about,
        ),
        "broken": _("Không đọc được tệp. Hãy mở bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx."),
        "bomb": _("Tệp nén bất thường nên không được mở. Hãy lưu lại thành .xlsx bằng Excel hoặc LibreOffice."),
        "not_a_spreadsheet": _("Đây không phải bảng tính .xlsx hoặc .csv. Hãy chọn lại tệp."),
        "not_utf8": _("Tệp .csv phải ở bảng mã UTF-8. Trong Excel, hãy lưu thành “CSV UTF-8”."),
        "not_json": _("Dòng %(line)s không đúng cú pháp JSON. Hãy chọn lại tệp.", line=error.about),
        "too_deep": _("JSON lồng quá nhiều tầng. Hãy chọn lại tệp."),
        "nothing": _("Tệp không có thủ tục nào."),
    }
    return found[error.code]


def _words(about: str) -> Mapping[str, str]:
    return {**_cell_words(about), **_table_words(about), **_whole_words(about)}


def _cell_words(about: str) -> Mapping[str, str]:
    return {
        "missing": _("Còn trống mà phải có. Hãy điền."),
        "too_long": _("Dài quá %(most)s ký tự. Hãy viết ngắn lại.", most=about),
        "unreadable": _("Có ký tự ẩn không dùng được. Hãy xóa ô và gõ lại."),
        "not_a_code": _("Không phải mã thủ tục. Mã có dạng %(example)s.", example="1.001193"),
        "not_a_number": _("Không phải số nguyên. Hãy ghi số, ví dụ 3 hoặc 8000."),
        "out_of_range": _("Ngoài khoảng cho phép (%(about)s).", about=about),
        "not_a_day": _("Không phải một ngày có thật. Hãy ghi như 02/01/2020."),
        "not_a_choice": _("Không phải một trong các giá trị: %(about)s.", about=about),
        "not_yes_or_no": _("Hãy ghi Có hoặc Không."),
        "not_text": _("Chỗ này phải là chữ hoặc số."),
        "not_a_list": _("Chỗ này phải là một danh sách [...]."),
        "not_an_object": _("Chỗ này phải là một đối tượng {...}."),
        "unknown_term_unit": _("Không hiểu đơn vị thời hạn. Hãy dùng: %(about)s.", about=about),
        "unknown_field": _("Danh mục không có lĩnh vực này. Hãy chọn lĩnh vực trong bản thảo."),
    }


def _table_words(about: str) -> Mapping[str, str]:
    return {
        "duplicate": _("Đã có ở “%(about)s”. Hãy bỏ một trong hai.", about=about) if about else _("Bị ghi hai lần."),
        "duplicate_channel": _("Hình thức nộp này của thủ tục đã có ở một hàng trên. Hãy gộp lại."),
        "unknown_channel": _("Thủ tục không có hình thức nộp này ở trang “Cách thức thực hiện”. Hãy thêm ở đó."),
        "unknown_procedure": _("Trang “Thủ tục” không có mã này. Hãy thêm thủ tục hoặc sửa mã."),
        "unknown_agency": _("Danh sách đơn vị không có mã định danh này (%(about)s).", about=about),
        "unknown_column": _("Không biết cột này nên bỏ qua."),
        "unknown_sheet": _("Không biết trang tính này nên bỏ qua."),
        "no_sheet": _("Thiếu trang tính này. Hãy dùng tệp mẫu."),
        "no_header": _("Không thấy hàng tiêu đề. Hàng tiêu đề phải có: %(about)s.", about=about),
        "too_many": _("Quá nhiều, nhiều nhất %(most)s.", most=about),
    }


def _whole_words(about: str) -> Mapping[str, str]:
    return {
        "missing_english": _(
            "Còn %(number)s chỗ chưa có tiếng Anh. Có thể nhập; hãy bổ sung trong bản thảo.", number=about
        ),
        "missing_advised": _(
            "Chưa có “%(name)s”. Có thể nhập; hãy bổ sung trong bản thảo trước khi công bố.", name=about
        ),
        "not_public": _("Hệ thống gửi tệp cho biết thủ tục này chưa công khai."),
        "manuscript_open": _("Thủ tục đang có một bản thảo khác chưa xong. Hãy hoàn thành hoặc bỏ bản thảo đó trước."),
    }
