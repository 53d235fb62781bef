"""What each table has in its columns: the one list behind headers, schemas, Parquet types and the page. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from portal.procedures.text import Text

Kind = Literal["integer", "text", "boolean", "instant", "day", "hash", "address"]


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: Kind
    about: Text
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is offered: `key` names its rows, `monthly` has files by month, `archived` finished ones."""

    name: str
    title: Text
    about: Text
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    formats: tuple[str, ...]
    monthly: bool = False
    archived: bool = False

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _column(name: str, kind: Kind, vi: str, en: str, *, required: bool = False) -> Column:
    return Column(name, kind, Text(vi, en), required)


BULK = ("csv", "jsonl", "parquet")
SMALL = ("csv", "json")

LEDGER = Table(
    name="ledger",
    title=Text("Các mục của sổ công khai", "Entries of the public ledger"),
    about=Text(
        "Mỗi dòng là một mục của sổ: một việc đã làm với một hồ sơ. Theo thứ tự của sổ, không bao giờ đổi.",
        "One row an entry: one act on one dossier. In the order of the log, which never changes.",
    ),
    key=("index",),
    formats=BULK,
    monthly=True,
    archived=True,
    columns=(
        _column("index", "integer", "vị trí trong sổ, từ 0", "position in the log, from 0", required=True),
        _column("leaf_hash", "hash", "mã băm của mục trong cây", "hash of the entry in the tree", required=True),
        _column(
            "kind",
            "text",
            "act: một việc; sealed: niêm phong, chỉ có ngày; key: về khóa ký của sổ",
            "act; sealed: shows only its day; key: about the log's own keys",
            required=True,
        ),
        _column("n", "integer", "việc thứ mấy của hồ sơ, từ 0", "ordinal of the act in its dossier, from 0"),
        _column("previous", "hash", "mã băm mục trước của hồ sơ", "leaf hash of the dossier's previous entry"),
        _column("act", "text", "việc đã làm", "what was done"),
        _column("at", "instant", "lúc làm", "instant of the act"),
        _column("reference", "text", "mã hồ sơ", "code of the dossier"),
        _column("procedure", "text", "mã thủ tục", "code of the procedure"),
        _column("revision", "integer", "phiên bản thủ tục", "revision of the procedure"),
        _column("unit", "text", "mã đơn vị đã làm", "code of the acting unit"),
        _column("to", "text", "mã đơn vị nhận", "code of the receiving unit"),
        _column("channel", "text", "cách nộp", "how it was filed: online, counter, post, national"),
        _column("due", "instant", "hẹn trả, như sau việc này", "due instant as it stands after the act"),
        _column("rule", "text", "quy tắc và lịch đã tính ra hẹn trả", "deadline rule and calendar that gave it"),
        _column(
            "outcome",
            "text",
            "kết quả; ở corrected là việc được thu hồi; còn lại là mã lý do",
            "granted or refused on resolved; on corrected what is taken back; else a code of a reason",
        ),
        _column("commitment", "hash", "mã cam kết phần riêng tư", "commitment over what is private"),
        _column("on", "day", "ngày của mục niêm phong", "local day of a sealed entry"),
    ),
)
DOSSIERS = Table(
    name="dossiers",
    title=Text("Các hồ sơ", "Dossiers"),
    about=Text(
        "Mỗi dòng là một hồ sơ, như các mục của sổ cho biết. Tình trạng đổi theo từng việc mới.",
        "One row a dossier, as the entries of the ledger leave it. It changes with every new act.",
    ),
    key=("reference",),
    formats=BULK,
    monthly=True,
    columns=(
        _column("reference", "text", "mã hồ sơ", "code of the dossier", required=True),
        _column("first_index", "integer", "vị trí mục đầu tiên", "position of its first entry", required=True),
        _column("entries", "integer", "số mục", "how many entries it has", required=True),
        _column("sealed", "boolean", "thuộc thủ tục niêm phong", "filed under a sealed procedure", required=True),
        _column("procedure", "text", "mã thủ tục; trống nếu niêm phong", "code of the procedure; none where sealed"),
        _column("unit", "text", "mã đơn vị tiếp nhận", "code of the unit that it was filed with", required=True),
        _column("holder", "text", "mã đơn vị đang giữ", "code of the unit that holds it", required=True),
        _column("channel", "text", "cách nộp", "how it was filed", required=True),
        _column("state", "text", "tình trạng", "state", required=True),
        _column("filed_at", "instant", "nộp lúc", "when it was filed", required=True),
        _column("received_at", "instant", "tiếp nhận lúc", "when it was received"),
        _column("due_at", "instant", "hẹn trả lúc", "when it is due"),
        _column("resolved_at", "instant", "có kết quả lúc", "when it was resolved"),
        _column("returned_at", "instant", "trả kết quả lúc", "when the result was handed over"),
        _column("outcome", "text", "kết quả", "granted or refused"),
        _column(
            "late",
            "boolean",
            "có kết quả sau hẹn; trống nếu chưa có kết quả hoặc không có hẹn",
            "resolved after it was due; none while it is not resolved, or had no due instant",
        ),
    ),
)
PROCEDURES = Table(
    name="procedures",
    title=Text("Các thủ tục, mọi phiên bản", "Procedures, every revision"),
    about=Text(
        "Mỗi dòng là một phiên bản của một thủ tục: cột procedure và revision của sổ dẫn tới đây.",
        "One row a revision of a procedure: the columns procedure and revision of the ledger lead here.",
    ),
    key=("code", "revision"),
    formats=SMALL,
    columns=(
        _column("code", "text", "mã thủ tục", "code", required=True),
        _column("revision", "integer", "phiên bản, từ 1", "revision, from 1", required=True),
        _column("name_vi", "text", "tên", "name in Vietnamese", required=True),
        _column("name_en", "text", "tên bằng tiếng Anh", "name in English", required=True),
        _column("field", "text", "lĩnh vực", "field", required=True),
        _column("level", "text", "cấp thực hiện", "level: commune, district, province", required=True),
        _column("service_level", "text", "mức dịch vụ", "full, partial or information", required=True),
        _column("valid_from", "day", "ngày bắt đầu áp dụng", "first day on which it holds", required=True),
        _column("valid_to", "day", "ngày đầu tiên thôi áp dụng", "first day on which it no longer holds"),
        _column("url", "address", "trang của phiên bản", "its page", required=True),
    ),
)
UNITS = Table(
    name="units",
    title=Text("Các đơn vị, theo thời gian", "Units, as dated facts"),
    about=Text(
        "Mỗi dòng là một đơn vị trong một khoảng thời gian: đổi tên, đổi cấp trên là một dòng mới.",
        "One row is a unit between two days: a new name or a new parent is a new row.",
    ),
    key=("agency_code", "valid_from"),
    formats=SMALL,
    columns=(
        _column("agency_code", "text", "mã định danh, như trong sổ", "agency code, as in the ledger", required=True),
        _column("code", "text", "mã thống kê", "statistical code"),
        _column("name_vi", "text", "tên", "name in Vietnamese", required=True),
        _column("name_en", "text", "tên bằng tiếng Anh", "name in English", required=True),
        _column("kind", "text", "loại", "kind", required=True),
        _column("level", "text", "cấp", "level", required=True),
        _column("parent", "text", "mã đơn vị cấp trên khi đó", "agency code of its parent on its first day"),
        _column("valid_from", "day", "từ ngày", "first day", required=True),
        _column("valid_to", "day", "ngày đầu tiên thôi có hiệu lực", "first day on which it no longer holds"),
        _column(
            "successors", "text", "mã đơn vị kế tục, cách nhau bằng dấu cách", "who took over, separated by blanks"
        ),
    ),
)
TABLES: Mapping[str, Table] = {table.name: table for table in (LEDGER, DOSSIERS, PROCEDURES, UNITS)}
