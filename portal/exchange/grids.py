"""From a file somebody hands in to sheets of cells: .xlsx and .csv, bounded before anything is unpacked.

An .xlsx is unpacked by us, member by member, within bounds of number, size and ratio, and packed anew for the reader:
what its directory says of sizes is believed by nobody. No cell may lie so far out that the rectangle around all cells
would not fit into memory. A formula is what the program last showed for it; nothing is ever computed here.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import PurePath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from portal.exchange import extents
from portal.exchange.extents import Extent
from portal.exchange.problems import Unreadable

Value = str | float | int | bool | date | datetime | time | timedelta | None

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 96 * 1024 * 1024
HIGHEST_RATIO = 100
SMALL_MEMBER = 1024 * 1024  # below this a ratio says nothing
MOST_MEMBERS = 500
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000
MOST_ELEMENTS = 3 * MOST_CELLS
MOST_TEXT = 2 * LARGEST_UNPACKED  # bytes, told anew by each cell that names a shared text
MOST_SHEETS = 40
CHUNK = 256 * 1024
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and any office file under a password
READ_MEMBERS = re.compile(
    r"(?:\[Content_Types\]\.xml|_rels/.*|xl/(?!media/|drawings/|embeddings/).*\.(?:xml|rels))", re.IGNORECASE
)

csv.field_size_limit(LARGEST_FILE)


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet: its name and its rows of values, the first row being `first`."""

    name: str
    rows: list[list[Value]]
    first: int = 1


def read(name: str, data: bytes) -> list[Grid]:
    """The sheets of the file called `name`, by its content and not its name; raises Unreadable."""
    if not data:
        raise Unreadable("empty")
    if len(data) > LARGEST_FILE:
        raise Unreadable("too_large", f"{LARGEST_FILE // (1024 * 1024)}\u00a0MB")
    if data.startswith(OLD_OFFICE):
        raise Unreadable("old_or_locked")
    if data.startswith(b"PK"):
        return _workbook(_repacked(data))
    return [_csv(PurePath(name).stem, data)]


def _workbook(data: bytes) -> list[Grid]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        if len(names) > MOST_SHEETS:
            raise Unreadable("too_many_sheets", str(MOST_SHEETS))
        return [_sheet(book, name) for name in names]
    except (CalamineError, OSError, ValueError, KeyError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("broken") from error


def _sheet(book: CalamineWorkbook, name: str) -> Grid:
    sheet = book.get_sheet_by_name(name)
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    return Grid(name, rows)


def _repacked(data: bytes) -> bytes:
    """The members that a reader needs, unpacked within bounds and stored as they are."""
    packed = io.BytesIO()
    left, reach = LARGEST_UNPACKED, _Extents()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
            members = [member for member in source.infolist() if READ_MEMBERS.fullmatch(member.filename)]
            if len(source.infolist()) > MOST_MEMBERS:
                raise Unreadable("bomb")
            if not any(member.filename.lower() == "xl/workbook.xml" for member in members):
                raise Unreadable("not_a_spreadsheet")
            for member in members:
                unpacked = _unpacked(source, member, left)
                left -= len(unpacked)
                reach.add(unpacked)
                target.writestr(member.filename, unpacked)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Unreadable("broken") from error
    if reach.text() > MOST_TEXT:
        raise Unreadable("bomb")
    return packed.getvalue()


def _unpacked(source: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    most = min(left, max(SMALL_MEMBER, HIGHEST_RATIO * member.compress_size))
    found = bytearray()
    with source.open(member) as content:
        while chunk := content.read(CHUNK):
            found += chunk
            if len(found) > most:
                raise Unreadable("bomb")
    if b"<!DOCTYPE" in found or b"\x00" in found:
        raise Unreadable("broken")
    return bytes(found)


class _Extents:
    """Of the members so far, within bounds: the reader makes room for each rectangle, written or not."""

    def __init__(self) -> None:
        self._area = 0
        self._found: list[Extent] = []

    def add(self, xml: bytes) -> None:
        left = MOST_ELEMENTS - sum(extent.elements for extent in self._found)
        found = extents.of_member(xml, most_elements=left)
        self._found.append(found)
        self._area += found.rows * found.columns
        if found.rows > MOST_ROWS or found.columns > MOST_COLUMNS or self._area > MOST_CELLS:
            raise Unreadable("too_many_rows", str(MOST_ROWS))

    def text(self) -> int:
        return extents.text(self._found)


def _csv(name: str, data: bytes) -> Grid:
    text = _decoded(data)
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    rows = list(_rows(text, delimiter))
    return Grid(name, [list(row) for row in rows])


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False), 1):
            if number > MOST_ROWS:
                raise Unreadable("too_many_rows", str(MOST_ROWS))
            yield row[:MOST_COLUMNS]
    except csv.Error as error:
        raise Unreadable("not_a_spreadsheet") from error


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("not_utf8") from error
    if "\x00" in text or "%PDF-" in text[:10] or not text.strip():
        raise Unreadable("not_a_spreadsheet")
    return text
