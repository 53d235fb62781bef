"""The empty spreadsheet to fill in: the very columns that are read; .xlsx, or .csv of one sheet."""

import csv
import io
from collections.abc import Mapping

import xlsxwriter

from portal.exchange.choices import WORDS, allowed
from portal.exchange.layout import SHEETS, Column, Sheet

WIDTHS = {"code": 14, "number": 12, "day": 14, "money": 14, "yes_no": 10, "choice": 20}
WIDE, ROWS_WITH_LISTS = 36, 2000


def workbook() -> bytes:
    """As .xlsx: headings, hints beside them, lists to choose from; text everywhere, so that a code stays a code."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(written, options)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E6EEF1", "border": 1})
    plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for sheet in SHEETS:
        page = book.add_worksheet(sheet.title)
        page.freeze_panes(1, 1)
        for index, (column, english, heading) in enumerate(sheet.headings()):
            page.set_column(index, index, WIDTHS.get(column.kind, WIDE), plain)
            page.write_string(0, index, heading + (" *" if column.required and not english else ""), bold)
            _explain(page, index, column, english)
    book.close()
    return written.getvalue()


def _explain(page: "xlsxwriter.worksheet.Worksheet", index: int, column: Column, english: bool) -> None:
    example = f"Ví dụ: {column.example}" if column.example else ""
    if not english and (column.hint or example):
        page.write_comment(0, index, "\n".join(part for part in (column.hint, example) if part))
    if column.kind == "choice" and column.key in WORDS:
        options = {"validate": "list", "source": allowed(column.key).split("; "), "error_type": "warning"}
        page.data_validation(1, index, ROWS_WITH_LISTS, index, options)


def comma_separated(sheet: Sheet) -> bytes:
    """One sheet as .csv for Excel in Vietnam: UTF-8 with its mark, parted by semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([heading for _column, _english, heading in sheet.headings()])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def sheet_called(key: str) -> Sheet | None:
    found: Mapping[str, Sheet] = {sheet.key: sheet for sheet in SHEETS}
    return found.get(key)
