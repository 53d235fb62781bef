"""The spreadsheet that provinces exchange: sheets and columns, one table for the reader, the template and the page.

A heading is known by its words, without marks, case, blanks or signs; `also` holds other headings in use. A column of
text that people read has a twin for English, `<heading> (tiếng Anh)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from portal.procedures.text import words

Kind = Literal["code", "codes", "text", "words", "choice", "choices", "number", "money", "day", "yes_no", "plain"]
ENGLISH = " (tiếng Anh)"


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is how it is read: `text` has a twin for English, `plain` has none, `words` and `codes` are parted by ;"""

    key: str
    heading: str
    kind: Kind = "text"
    required: bool = False
    also: tuple[str, ...] = ()
    hint: str = ""
    example: str = ""

    @property
    def has_english(self) -> bool:
        return self.kind == "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    key: str
    title: str
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()

    def headings(self) -> Iterator[tuple[Column, bool, str]]:
        """Every heading as written in the template: (column, whether its English twin, heading)."""
        for column in self.columns:
            yield column, False, column.heading
            if column.has_english:
                yield column, True, column.heading + ENGLISH

    def known(self) -> dict[str, tuple[Column, bool]]:
        """Folded heading to column, with the other headings in use."""
        found = {}
        for column in self.columns:
            for heading in (column.heading, *column.also):
                found[folded(heading)] = (column, False)
                if column.has_english:
                    for ending in (ENGLISH, " tiếng Anh", " (en)", " English"):
                        found[folded(heading + ending)] = (column, True)
        return found


def folded(heading: str) -> str:
    return " ".join(words(heading))


CODE = Column("code", "Mã thủ tục", "code", True, ("Mã TTHC", "Mã số TTHC", "Mã"), example="1.001193")
PROCEDURES = Sheet(
    "procedures",
    "Thủ tục",
    (
        CODE,
        Column(
            "name",
            "Tên thủ tục",
            required=True,
            also=("Tên TTHC", "Tên thủ tục hành chính"),
            example="Đăng ký khai sinh",
        ),
        Column("summary", "Mô tả", also=("Tóm tắt", "Mô tả thủ tục"), hint="Một câu nói thủ tục dùng để làm gì."),
        Column("field", "Lĩnh vực", "choice", True, ("Tên lĩnh vực", "Mã lĩnh vực"), example="Hộ tịch"),
        Column("level", "Cấp thực hiện", "choice", True, ("Cấp",), "Cấp xã, Cấp huyện hoặc Cấp tỉnh.", "Cấp xã"),
        Column(
            "service_level",
            "Mức độ dịch vụ công trực tuyến",
            "choice",
            False,
            ("Mức độ", "Mức độ dịch vụ"),
            "Toàn trình, Một phần hoặc Cung cấp thông tin.",
            "Toàn trình",
        ),
        Column("audience", "Đối tượng thực hiện", "choices", True, ("Đối tượng",), "Công dân; Tổ chức", "Công dân"),
        Column("audience_note", "Mô tả đối tượng thực hiện", also=("Mô tả đối tượng",)),
        Column("kind", "Loại thủ tục", also=("Loại TTHC",)),
        Column("decision_number", "Số quyết định", "plain", also=("Số quyết định công bố",), example="01/QĐ-UBND"),
        Column("decision_on", "Ngày quyết định", "day", also=("Ngày ban hành quyết định",), example="02/01/2020"),
        Column("decision_source", "Nguồn", "plain"),
        Column("valid_from", "Ngày hiệu lực", "day", also=("Ngày có hiệu lực",), example="01/02/2020"),
        Column(
            "received_by",
            "Nơi tiếp nhận hồ sơ",
            "choices",
            also=("Nơi tiếp nhận",),
            hint="Mã định danh cơ quan, ví dụ H06.05; bỏ trống nếu mọi đơn vị của cấp thực hiện đều nhận.",
        ),
        Column("performed_by", "Cơ quan thực hiện"),
        Column("competent", "Cơ quan có thẩm quyền", also=("Cơ quan có thẩm quyền quyết định",)),
        Column("reception", "Địa chỉ tiếp nhận", also=("Địa chỉ tiếp nhận hồ sơ",)),
        Column("authorised", "Cơ quan được ủy quyền"),
        Column("coordinating", "Cơ quan phối hợp"),
        Column("result", "Kết quả thực hiện", required=True, also=("Kết quả",), example="Giấy khai sinh"),
        Column("result_code", "Mã kết quả", "plain", example="KQ.G15.000032"),
        Column("conditions", "Yêu cầu, điều kiện thực hiện", also=("Yêu cầu, điều kiện", "Yêu cầu điều kiện")),
        Column("keywords", "Từ khóa", "words", hint="Nhiều từ khóa cách nhau bằng dấu chấm phẩy."),
        Column("life_events", "Việc trong đời", "choices"),
        Column("related", "Thủ tục liên quan", "codes", also=("TTHC liên quan",)),
    ),
    also=("Danh sách thủ tục", "TTHC", "Thủ tục hành chính", "Danh mục thủ tục", "Danh mục TTHC", "Sheet1"),
)
CHANNEL = Column(
    "channel",
    "Hình thức nộp",
    "choice",
    True,
    ("Cách thức", "Kênh", "Hình thức"),
    "Trực tiếp, Trực tuyến hoặc Dịch vụ bưu chính.",
    "Trực tiếp",
)
COMPONENTS = Sheet(
    "components",
    "Thành phần hồ sơ",
    (
        CODE,
        Column("case", "Trường hợp", hint="Bỏ trống nếu chỉ có một trường hợp."),
        Column(
            "name",
            "Tên giấy tờ",
            required=True,
            also=("Giấy tờ", "Tên thành phần hồ sơ", "Thành phần hồ sơ"),
            example="Giấy chứng sinh",
        ),
        Column("form_name", "Mẫu đơn, tờ khai", also=("Tên mẫu đơn", "Mẫu đơn tờ khai")),
        Column("originals", "Số bản chính", "number", also=("Bản chính",), example="1"),
        Column("copies", "Số bản sao", "number", also=("Bản sao",), example="0"),
        Column("required", "Bắt buộc", "yes_no", hint="Có hoặc Không; bỏ trống là Có.", example="Có"),
        Column("note", "Ghi chú"),
    ),
)
CHANNELS = Sheet(
    "channels",
    "Cách thức thực hiện",
    (
        CODE,
        CHANNEL,
        Column("number", "Thời hạn giải quyết", "number", True, ("Thời hạn", "Thời gian giải quyết"), example="3"),
        Column(
            "unit",
            "Đơn vị thời hạn",
            "choice",
            True,
            ("Đơn vị tính", "Đơn vị"),
            "Giờ làm việc, Ngày làm việc, Ngày hoặc Trong ngày.",
            "Ngày làm việc",
        ),
        Column("text", "Mô tả thời hạn", also=("Mô tả",)),
    ),
)
FEES = Sheet(
    "fees",
    "Phí, lệ phí",
    (
        CODE,
        Column("channel", "Hình thức nộp", "choice", False, CHANNEL.also, "Bỏ trống nếu áp dụng cho mọi hình thức."),
        Column(
            "amount",
            "Mức phí (đồng)",
            "money",
            also=("Mức phí", "Số tiền", "Mức thu"),
            example="8000",
            hint="Bỏ trống nếu không phải một con số; khi đó ghi mô tả.",
        ),
        Column("text", "Mô tả, miễn giảm", also=("Mô tả", "Miễn giảm", "Đối tượng miễn giảm")),
    ),
)
LEGAL_BASES = Sheet(
    "legal_bases",
    "Căn cứ pháp lý",
    (
        CODE,
        Column("number", "Số văn bản", "plain", True, ("Số ký hiệu", "Số, ký hiệu"), example="60/2014/QH13"),
        Column("name", "Tên văn bản", required=True, also=("Trích yếu",), example="Luật Hộ tịch"),
    ),
)
STEPS = Sheet(
    "steps",
    "Trình tự",
    (
        CODE,
        Column("order", "Bước", "number", also=("Thứ tự", "STT")),
        Column(
            "text",
            "Nội dung",
            required=True,
            also=("Nội dung thực hiện", "Tên trình tự"),
            example="Nộp tờ khai và giấy chứng sinh.",
        ),
    ),
    also=("Trình tự thực hiện",),
)
SHEETS = (PROCEDURES, COMPONENTS, CHANNELS, FEES, LEGAL_BASES, STEPS)
