"""Whether a Word, Excel or OpenDocument text may harm (all are zips): every member is listed and inflated, bounded.

Refused: macros, embedded programs and controls, templates or objects fetched from elsewhere, encrypted members,
paths that climb, more than 2,000 members, more than 200 MB inflated or a member blown up over 200 times.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator

from portal.files import odt_files
from portal.files.file_refusals import FileRefused

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAIN_PART = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
CONTENT_TYPES = "[Content_Types].xml"

MOST_MEMBERS = 2_000
MOST_INFLATED = 200 * 1024 * 1024
MOST_RATIO = 200
SMALL = 1024 * 1024  # the ratio of what is smaller inflated does not matter
LONGEST_PART = 4 * 1024 * 1024  # of the parts that are read as text
PIECE = 1024 * 1024
Reader = Callable[[str, Iterator[bytes]], None]

MACROS = re.compile(
    r"^(basic|scripts)/.|(^|/)(vba[^/]*\.(bin|xml)|macrosheets/.*|activex/.*|.*\.(vba|vbs|js|exe|dll|ole))$",
    re.IGNORECASE,
)
EMBEDDED = re.compile(r"(^|/)embeddings/|\.bin$", re.IGNORECASE)
PRINTER = re.compile(r"(^|/)printerSettings/[^/]*\.bin$", re.IGNORECASE)
MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|ms-office\.activeX|ms-excel\.(?:intl)?macrosheet", re.IGNORECASE)
FROM_ELSEWHERE = re.compile(
    rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)"
    rb"(?=[^>]*Type\s*=\s*[\"'][^\"']*/(?:attachedTemplate|oleObject|frame|subDocument|externalLinkPath))",
    re.IGNORECASE,
)


def kind(data: bytes) -> str:
    """DOCX or XLSX by the main part, ODT by the kind it states; refuses every other zip."""
    with _opened(data) as archive:
        names = archive.namelist()
        if odt_files.is_odt(data, names):
            return odt_files.ODT
    found = {MAIN_PART[name] for name in names if name in MAIN_PART}
    if len(found) != 1 or CONTENT_TYPES not in names:
        raise FileRefused("file_type_unknown")
    return found.pop()


def check(data: bytes) -> None:
    """Raise FileRefused if a member is dangerous, too big or damaged."""
    with _opened(data) as archive:
        members = archive.infolist()
        _check_list(members, len(data))
        read = odt_files.read if odt_files.is_odt(data, archive.namelist()) else _read
        budget = MOST_INFLATED
        try:
            for member in members:
                budget = _check_member(archive, member, budget, read)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError):
            raise FileRefused("file_damaged") from None


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OverflowError):
        raise FileRefused("file_damaged") from None


def _check_list(members: list[zipfile.ZipInfo], size: int) -> None:
    """What the directory alone tells."""
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_INFLATED:
        raise FileRefused("file_bomb")
    if sum(member.compress_size for member in members) > size:
        raise FileRefused("file_bomb")  # members that overlap
    if len({name.lower() for name in names}) != len(names) or any(map(_climbs, names)):
        raise FileRefused("file_damaged")
    for member in members:
        if member.flag_bits & 0x1:
            raise FileRefused("file_encrypted")
        if member.file_size > SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            raise FileRefused("file_bomb")
        if MACROS.search(member.filename):
            raise FileRefused("file_macros")
        if EMBEDDED.search(member.filename) and not PRINTER.search(member.filename):
            raise FileRefused("file_active_content")


def _climbs(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name or "\\" in name


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: int, read: Reader) -> int:
    """Inflate it whole (the archive checks its sum) under the eyes of `read`; what is left of the budget."""
    pieces = _Counted(archive, member, budget)
    read(member.filename, pieces)
    for _unread in pieces:
        pass
    return pieces.budget


class _Counted:
    """The member piece by piece, as long as the budget lasts."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: int) -> None:
        self.budget = budget
        self._pieces = _pieces(archive, member)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        self.budget -= len(piece)
        if self.budget < 0:
            raise FileRefused("file_bomb")
        return piece


def _read(name: str, pieces: Iterator[bytes]) -> None:
    """Search it if it is a list of types or relations."""
    if name != CONTENT_TYPES and not name.lower().endswith(".rels"):
        return
    text = b""
    for piece in pieces:
        text += piece
        if len(text) > LONGEST_PART:
            raise FileRefused("file_bomb")
    _check_text(text)


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while piece := stream.read(PIECE):
            yield piece


def _check_text(text: bytes) -> None:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefused("file_active_content")  # these parts have no use for entities, nor for UTF-16
    if MACRO_TYPES.search(text):
        raise FileRefused("file_macros")
    if FROM_ELSEWHERE.search(text):
        raise FileRefused("file_active_content")
