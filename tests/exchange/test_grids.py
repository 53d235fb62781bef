"""Files that are not what they seem: each is refused with a reason, none is unpacked or computed beyond its bounds."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange import grids, sheets
from portal.exchange.problems import Unreadable
from tests.exchange.books import BIRTH, FIRST, WHOLE, book, changed, first_sheet

GOOD = book(WHOLE)
ONE = book({"Thủ tục": [["a"]]})
SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def archive(**members: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"x" * (grids.LARGEST_FILE + 1), "too_large"),
        (grids.OLD_OFFICE + b"\x00" * 600, "old_or_locked"),
        (b"%PDF-1.7 \n", "not_a_spreadsheet"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "not_utf8"),
        (b"a\x00b", "not_a_spreadsheet"),
        ("Mã thủ tục".encode("cp1258", "replace") + b"\xd0\xe2", "not_utf8"),
        (b"PK\x03\x04 and no more", "broken"),
        (archive(**{"word/document.xml": b"<w/>"}), "not_a_spreadsheet"),
        (archive(**{f"xl/{n}.xml": b"" for n in range(grids.MOST_MEMBERS + 1)}), "bomb"),
        (changed(GOOD, "xl/sharedStrings.xml", b"<sst>" + b" " * 60_000_000 + b"</sst>"), "bomb"),
        (changed(GOOD, SHEET, HEAD + b'<row r="1"><c r="XFD1048576"><v>1</v></c></row>' + TAIL), "too_many_rows"),
        (changed(GOOD, SHEET, HEAD + b"<row r='99999'><c r = 'A99999'><v>1</v></c></row>" + TAIL), "too_many_rows"),
        (changed(GOOD, SHEET, HEAD + b'<row r="30000"><c><v>1</v></c></row>' + TAIL), "too_many_rows"),
        (changed(GOOD, SHEET, HEAD + b'<x:row r="1">' + b"<x:c/>" * 300 + b"</x:row>" + TAIL), "too_many_rows"),
        (changed(GOOD, SHEET, HEAD + b'<row r="1"><c r="AAAA2"/></row>' + TAIL), "broken"),
        (changed(GOOD, SHEET, HEAD + b'<row r="1"><c r="B0000000030"/></row>' + TAIL), "broken"),
        (changed(GOOD, SHEET, HEAD + b'<row r="0"><c/></row>' + TAIL), "broken"),
        (changed(GOOD, SHEET, HEAD + b"<row>" + b"<d/>" * grids.MOST_CELLS * 3 + b"</row>" + TAIL), "bomb"),
        (changed(GOOD, SHEET, b'<!DOCTYPE a [<!ENTITY b "c">]>' + HEAD + TAIL), "broken"),
        (changed(GOOD, SHEET, b"<worksheet><sheetData><row"), "broken"),
        (changed(GOOD, SHEET, b'<?xml version="1.0" encoding="no-such"?><worksheet/>'), "broken"),
        (GOOD[: len(GOOD) // 2], "broken"),
        (b"\xff\xfe" + b"\x00\xd8", "not_utf8"),
    ],
)
def test_a_hostile_file_is_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        grids.read("tep.xlsx", data)
    assert refused.value.code == code


def test_a_text_that_thousands_of_cells_name_is_counted_in_each() -> None:
    text = b"<sst><si><t>" + b"x" * 60_000 + b"</t></si></sst>"
    cells = b'<row><c t="s"><v>0</v></c></row>'
    few, many = (
        changed(changed(ONE, "xl/sharedStrings.xml", text), SHEET, HEAD + cells * number + TAIL)
        for number in (10, 4000)
    )
    assert [len(row[0]) for row in grids.read("tep.xlsx", few)[0].rows if isinstance(row[0], str)] == [60_000] * 10
    with pytest.raises(Unreadable) as refused:
        grids.read("tep.xlsx", many)
    assert refused.value.code == "bomb"


@pytest.mark.parametrize("inside", [b"<x/>", b"<!-- -->", b"<?x?>", b"<![CDATA[]]>", b" "])
def test_the_number_of_a_shared_text_has_nothing_in_it(inside: bytes) -> None:
    written = HEAD + b'<row><c t="s"><v>0' + inside + b"0</v></c></row>" + TAIL
    with pytest.raises(Unreadable) as refused:
        grids.read("tep.xlsx", changed(ONE, SHEET, written))
    assert refused.value.code == "broken"


def test_cells_without_a_place_follow_one_another() -> None:
    written = (
        HEAD + b'<row><c><v>1</v></c><c r="D1"><v>2</v></c><c><v>3</v></c></row><row r="3"><c><v>4</v></c></row>' + TAIL
    )
    rows = grids.read("tep.xlsx", changed(ONE, SHEET, written))[0].rows
    assert [[cell or None for cell in row] for row in rows] == [
        [1, None, None, 2, 3],
        [None] * 5,
        [4, None, None, None, None],
    ]


def test_a_file_is_what_its_content_says_whatever_it_is_called() -> None:
    assert [grid.name for grid in grids.read("x.csv", GOOD)] == list(WHOLE)
    assert grids.read("x.xlsx", b"a,b\n1,2\n")[0].rows == [["a", "b"], ["1", "2"]]


def test_a_directory_that_lies_about_sizes_is_not_believed() -> None:
    data = bytearray(changed(GOOD, "xl/sharedStrings.xml", b"<sst>" + b"x" * 3_000_000 + b"</sst>"))
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/sharedStrings.xml"))
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        grids.read("tep.xlsx", bytes(data))


def test_a_cell_of_ten_megabytes_is_a_problem_of_that_cell() -> None:
    huge = "x" * (9 * 1024 * 1024)
    data = "\n".join(",".join(row) for row in (FIRST, [BIRTH[0], huge, *BIRTH[2:]])).encode()
    problem = sheets.read([("a.csv", data)]).errors[0]
    assert (problem.code, problem.row, problem.letter) == ("too_long", 2, "B")
    assert len(problem.value) < 100


def test_names_in_decomposed_letters_are_the_same_names() -> None:
    decomposed = book({"Thu\u0309 tu\u0323c": [FIRST, BIRTH]})
    assert sheets.read([("a.xlsx", decomposed)]).sayings[0].members["name"]["vi"] == "Đăng ký khai sinh"


@given(data=st.binary(max_size=300), start=st.sampled_from([b"", b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe"]))
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    try:
        reading = sheets.read([("a.xlsx", start + data)])
    except Unreadable as error:
        assert error.code
    else:
        assert reading.problems


@given(at=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255))
def test_a_damaged_file_is_read_or_refused(at: int, byte: int) -> None:
    damaged = bytearray(GOOD)
    damaged[at] = byte
    try:
        sheets.read([("a.xlsx", bytes(damaged))])
    except Unreadable as error:
        assert error.code


def test_nothing_of_it_is_a_formula_when_we_write() -> None:
    reading = sheets.read([("a.xlsx", first_sheet([*BIRTH[:5], "@SUM(A1)"]))])
    assert reading.sayings[0].members["result"]["vi"] == "@SUM(A1)"
