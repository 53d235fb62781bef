"""The spreadsheet that provinces exchange: what it says, and every problem by sheet, row and column."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange import sheets, templates
from portal.exchange.grids import Grid
from portal.exchange.layout import PROCEDURES, SHEETS
from portal.exchange.problems import Problem
from tests.exchange.books import BIKES, BIRTH, FIRST, WHOLE, book, first_sheet

CODES = st.from_regex(r"[0-9]\.[0-9]{6}", fullmatch=True)


def read(data: bytes, name: str = "thu-tuc.xlsx") -> sheets.Reading:
    return sheets.read([(name, data)])


def members(reading: sheets.Reading, code: str) -> dict[str, Any]:
    return dict(next(saying.members for saying in reading.sayings if saying.code == code))


def errors(data: bytes) -> list[tuple[str, str, int | None, str]]:
    return [(it.code, it.sheet, it.row, it.letter) for it in read(data).errors]


def test_a_whole_spreadsheet_is_understood() -> None:
    reading = read(book(WHOLE))
    assert reading.errors == ()
    found = members(reading, "9.000001")
    assert found["name"] == {"vi": "Cho thuê xe đạp", "en": ""}
    assert (found["field"], found["level"], found["audience"]) == (
        "giao-thong",
        "district",
        ["citizen", "organisation"],
    )
    papers = found["cases"][0]["components"]
    assert [(it["name"]["vi"], it["originals"], it["copies"], it["required"]) for it in papers] == [
        ("Đơn đề nghị", 1, 0, True),
        ("Ảnh xe", 0, 2, False),
    ]
    counter, online = found["channels"]
    assert (counter["term"]["number"], counter["term"]["unit"]) == (3, "working_days")
    assert [fee["amount"] for fee in counter["fees"]] == [8000, None]
    assert [fee["text"]["vi"] for fee in online["fees"]] == ["Miễn phí cho trẻ em"]
    assert found["legal_bases"] == [{"number": "01/2020/QH14", "name": {"vi": "Luật Xe đạp", "en": ""}}]
    assert [step["vi"] for step in found["steps"]] == ["Nộp đơn", "Nhận giấy"]


def test_headings_are_known_in_any_order_case_and_spelling() -> None:
    headings = [
        " TEN   THU TUC ",
        "lĩnh-vực",
        unicodedata.normalize("NFD", "Mã Thủ Tục"),
        "Cap thuc hien",
        "đối tượng",
        "kết quả",
        "STT",
    ]
    row = [BIRTH[1], BIRTH[2], BIRTH[0], BIRTH[3], BIRTH[4], BIRTH[5], 1]
    title = ["DANH MỤC THỦ TỤC HÀNH CHÍNH CẤP XÃ"]
    reading = read(book({"danh muc thu tuc": [title, [], headings, [], row]}))
    assert reading.errors == ()
    assert members(reading, "1.001193")["result"]["vi"] == "Giấy khai sinh"


def test_english_beside_the_vietnamese_is_taken() -> None:
    reading = read(first_sheet([*BIRTH, "Birth registration"], headings=[*FIRST, "Tên thủ tục (tiếng Anh)"]))
    assert members(reading, "1.001193")["name"] == {"vi": "Đăng ký khai sinh", "en": "Birth registration"}


def test_missing_english_is_advice_and_no_error() -> None:
    reading = read(first_sheet(BIRTH))
    assert reading.errors == ()
    assert "missing_english" in {problem.code for problem in reading.problems}


def test_csv_files_are_sheets_by_their_names() -> None:
    files = [
        (f"{name}.csv", "\r\n".join(";".join(str(cell) for cell in row) for row in rows).encode("utf-8-sig"))
        for name, rows in WHOLE.items()
    ]
    reading = sheets.read(files)
    assert reading.errors == ()
    assert len(members(reading, "9.000001")["channels"]) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_lone_csv_may_have_any_name_and_usual_form(delimiter: str, encoding: str) -> None:
    data = "\n".join(delimiter.join(row) for row in (FIRST, BIRTH)).encode(encoding)
    reading = sheets.read([("bang-ke-2020.csv", data)])
    assert (reading.errors, [saying.code for saying in reading.sayings]) == ((), ["1.001193"])


def test_days_come_as_days_as_numbers_and_as_text() -> None:
    headings = [*FIRST, "Ngày hiệu lực"]
    days = [date(2020, 2, 1), 43862, "01/02/2020", "1.2.2020", "2020-02-01"]
    rows = [[f"9.{number:06}", *BIRTH[1:], day] for number, day in enumerate(days)]
    reading = read(first_sheet(*rows, headings=headings))
    assert reading.errors == ()
    assert {saying.members["valid_from"] for saying in reading.sayings} == {"2020-02-01"}


def test_a_code_that_became_a_number_gets_its_zeros_back() -> None:
    reading = read(first_sheet([1.0012, *BIRTH[1:]]))
    assert [saying.code for saying in reading.sayings] == ["1.001200"]


def test_formulas_are_what_was_last_shown_and_never_computed() -> None:
    reading = read(first_sheet([*BIRTH[:5], '=HYPERLINK("http://example.test","x")']))
    assert [problem.code for problem in reading.errors] in ([], ["missing"])
    csv = "\n".join(",".join(row) for row in (FIRST, [*BIRTH[:5], "=1+1"])).encode()
    assert members(sheets.read([("a.csv", csv)]), "1.001193")["result"]["vi"] == "=1+1"


def test_merged_cells_count_for_each_row_of_them() -> None:
    rows = [WHOLE["Thành phần hồ sơ"][0], [None, "Đơn"], [None, "Ảnh"]]
    data = book(
        {"Thủ tục": [FIRST, BIKES], "Thành phần hồ sơ": rows}, merged=[("Thành phần hồ sơ", 1, 0, 2, 0, "9.000001")]
    )
    assert len(members(read(data), "9.000001")["cases"][0]["components"]) == 2


@pytest.mark.parametrize(
    ("index", "value", "code", "letter"),
    [
        (0, "khai sinh", "not_a_code", "A"),
        (0, None, "missing", "A"),
        (1, None, "missing", "B"),
        (1, "   ", "missing", "B"),
        (1, "a\u202eb", "unreadable", "B"),
        (2, "Trồng hoa", "not_a_choice", "C"),
        (3, "Cấp ấp", "not_a_choice", "D"),
        (4, "Công dân; Robot", "not_a_choice", "E"),
    ],
)
def test_a_wrong_cell_is_named_by_sheet_row_and_column(index: int, value: object, code: str, letter: str) -> None:
    row: list[object] = [*BIRTH]
    row[index] = value
    assert errors(first_sheet(BIKES, row)) == [(code, "Thủ tục", 3, letter)]


@pytest.mark.parametrize(
    ("sheet", "row", "found"),
    [
        ("Thành phần hồ sơ", ["9.000001", "Đơn", "một", 0, "Có"], ("not_a_number", 2, "C")),
        ("Thành phần hồ sơ", ["9.000001", "Đơn", 1.5, 0, "Có"], ("not_a_number", 2, "C")),
        ("Thành phần hồ sơ", ["9.000001", "Đơn", 100, 0, "Có"], ("out_of_range", 2, "C")),
        ("Thành phần hồ sơ", ["9.000001", "Đơn", 1, 0, "Hên xui"], ("not_yes_or_no", 2, "E")),
        ("Thành phần hồ sơ", ["9.999999", "Đơn", 1, 0, "Có"], ("unknown_procedure", 2, "A")),
        ("Cách thức thực hiện", ["9.000001", "Bồ câu", 3, "Ngày"], ("not_a_choice", 2, "B")),
        ("Cách thức thực hiện", ["9.000001", "Trực tiếp", 3, None], ("missing", 2, "D")),
        ("Cách thức thực hiện", ["9.000001", "Trực tiếp", 3, "Tháng"], ("not_a_choice", 2, "D")),
        ("Phí, lệ phí", ["9.000001", None, "nhiều", None], ("not_a_number", 2, "C")),
        ("Phí, lệ phí", ["9.000001", "Trực tiếp", 1000, None], ("unknown_channel", 2, "B")),
        ("Căn cứ pháp lý", ["9.000001", "01/2020", None], ("missing", 2, "C")),
    ],
)
def test_a_wrong_cell_of_another_sheet_too(sheet: str, row: list[Any], found: tuple[str, int, str]) -> None:
    data = book({"Thủ tục": [FIRST, BIKES], sheet: [WHOLE[sheet][0], row]})
    assert (found[0], sheet, found[1], found[2]) in errors(data)


def test_a_code_twice_says_where_it_was_first() -> None:
    problem = read(first_sheet(BIRTH, BIKES, BIRTH)).errors[0]
    assert (problem.code, problem.row, problem.value, problem.about) == ("duplicate", 4, "1.001193", "2")


def test_five_hundred_errors_are_five_hundred_lines() -> None:
    rows = [[f"9.{number:06}", f"Thủ tục {number}", "Hộ tịch", "Cấp trời", "Công dân", "Giấy"] for number in range(500)]
    found = read(first_sheet(*rows)).errors
    assert [(problem.row, problem.letter) for problem in found] == [(number + 2, "D") for number in range(500)]


def test_a_missing_heading_or_sheet_or_an_unknown_one_is_said() -> None:
    assert [it.code for it in read(first_sheet(BIRTH[:5], headings=FIRST[:5])).errors] == ["missing"]
    assert [it.code for it in read(book({"Thủ tục": [["Xin", "chào"], [1, 2]]})).errors] == ["no_header"]
    without = read(book({"Trình tự": WHOLE["Trình tự"], "Khác": [["a"]]})).problems
    assert {(it.code, it.sheet) for it in without} >= {("no_sheet", "Thủ tục"), ("unknown_sheet", "Khác")}
    extra = read(first_sheet([*BIRTH, "x", "y"], headings=[*FIRST, "Người yêu", "Tên TTHC"])).problems
    assert Problem("unknown_column", "Thủ tục", 1, "Người yêu", "G", severity="advice") in extra
    assert [it.code for it in extra if it.severity == "error"] == ["duplicate"]


def test_the_template_is_read_without_a_problem() -> None:
    assert read(templates.workbook()).problems == ()
    assert sheets.read([(f"{it.title}.csv", templates.comma_separated(it)) for it in SHEETS]).problems == ()


@given(data=st.data())
def test_what_is_written_in_the_columns_of_the_template_is_read(data: st.DataObject) -> None:
    text = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=40)
    code, name, result = data.draw(CODES), data.draw(text), data.draw(text)
    headings = [heading for _column, _english, heading in PROCEDURES.headings()]
    values = {"Mã thủ tục": code, "Tên thủ tục": name, "Lĩnh vực": "Hộ tịch", "Cấp thực hiện": "Cấp tỉnh"}
    values |= {"Đối tượng thực hiện": "Tổ chức", "Kết quả thực hiện": result}
    order = data.draw(st.permutations(headings))
    reading = sheets.of_grids([Grid("Thủ tục", [list(order), [values.get(heading) for heading in order]])])
    assert reading.errors == ()
    assert reading.sayings[0].code == code
    assert reading.sayings[0].members["name"]["vi"] == unicodedata.normalize("NFC", name)


CELLS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.floats(allow_nan=True),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@given(rows=st.lists(st.lists(CELLS, max_size=10), max_size=10), sheet=st.sampled_from(SHEETS))
def test_anything_in_the_cells_gives_problems_and_no_accident(rows: list[list[Any]], sheet: Any) -> None:
    headings = [heading for _column, _english, heading in sheet.headings()]
    grids = [Grid("Thủ tục", [[*FIRST], [*BIRTH]]), Grid(sheet.title, [headings, *rows])]
    reading = sheets.of_grids(grids if sheet is not PROCEDURES else grids[1:])
    assert all(problem.sheet for problem in reading.problems)
