"""Spreadsheets for tests: as provinces send them, and as nobody should."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from portal.exchange.layout import SHEETS

Rows = Sequence[Sequence[Any]]
FIRST = ["Mã thủ tục", "Tên thủ tục", "Lĩnh vực", "Cấp thực hiện", "Đối tượng thực hiện", "Kết quả thực hiện"]
BIRTH = ["1.001193", "Đăng ký khai sinh", "Hộ tịch", "Cấp xã", "Công dân", "Giấy khai sinh"]
BIKES = ["9.000001", "Cho thuê xe đạp", "Giao thông vận tải", "Cấp huyện", "Công dân; Tổ chức", "Giấy phép"]

WHOLE: Mapping[str, Rows] = {
    "Thủ tục": [FIRST, BIRTH, BIKES],
    "Thành phần hồ sơ": [
        ["Mã thủ tục", "Tên giấy tờ", "Số bản chính", "Số bản sao", "Bắt buộc"],
        ["9.000001", "Đơn đề nghị", 1, 0, "Có"],
        ["", "Ảnh xe", 0, 2, "Không"],
    ],
    "Cách thức thực hiện": [
        ["Mã thủ tục", "Hình thức nộp", "Thời hạn giải quyết", "Đơn vị thời hạn"],
        ["9.000001", "Trực tiếp", 3, "Ngày làm việc"],
        ["9.000001", "Trực tuyến", 16, "Giờ làm việc"],
    ],
    "Phí, lệ phí": [
        ["Mã thủ tục", "Hình thức nộp", "Mức phí (đồng)", "Mô tả, miễn giảm"],
        ["9.000001", "", 8000, "Miễn phí cho trẻ em"],
        ["9.000001", "Trực tiếp", "", "Theo nghị quyết"],
    ],
    "Căn cứ pháp lý": [["Mã thủ tục", "Số văn bản", "Tên văn bản"], ["9.000001", "01/2020/QH14", "Luật Xe đạp"]],
    "Trình tự": [["Mã thủ tục", "Bước", "Nội dung"], ["9.000001", 2, "Nhận giấy"], ["9.000001", 1, "Nộp đơn"]],
}


def book(sheets: Mapping[str, Rows], *, merged: Sequence[tuple[str, int, int, int, int, str]] = ()) -> bytes:
    """An .xlsx; days become real day cells, text that begins with = a real formula."""
    written = io.BytesIO()
    made = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_urls": False})
    day = made.add_format({"num_format": "dd/mm/yyyy"})
    pages = {}
    for name, rows in sheets.items():
        pages[name] = made.add_worksheet(name)
        for number, row in enumerate(rows):
            for index, value in enumerate(row):
                if isinstance(value, date):
                    pages[name].write_datetime(number, index, value, day)
                elif value is not None:
                    pages[name].write(number, index, value)
    for name, *place, text in merged:
        pages[name].merge_range(*place, text)
    made.close()
    return written.getvalue()


def changed(data: bytes, member: str, content: bytes) -> bytes:
    """The same .xlsx with one member replaced or added."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != member:
                new.writestr(info, old.read(info))
        new.writestr(member, content)
    return written.getvalue()


def first_sheet(*rows: Sequence[Any], headings: Sequence[str] = FIRST) -> bytes:
    return book({"Thủ tục": [list(headings), *rows]})


assert {sheet.title for sheet in SHEETS} == set(WHOLE)
