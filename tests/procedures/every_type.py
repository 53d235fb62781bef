"""A form that asks for everything a form can ask for: a made-up licence for a stall at a night market."""

from typing import Any

from tests.procedures.files import content

CODE = "9.000022"
YES = ["yes"]


def _words(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


def _field(key: str, kind: str, vi: str, en: str, **members: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": _words(vi, en), **members}


def _section(key: str, vi: str, en: str, *fields: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"key": key, "title": _words(vi, en), "fields": list(fields), **members}


PERSON = _section(
    "person",
    "Người nộp",
    "Applicant",
    _field("name", "text", "Họ và tên", "Name", required=True, prefill="identity.name", correctable="with_reason"),
    _field("national_id", "national_id", "Số căn cước", "ID number", required=True, twelve_only=True),
    _field("born", "partial_date", "Sinh năm nào", "Year of birth", required=True, not_after="today"),
    _field("phone", "phone", "Điện thoại", "Phone", prefill="identity.phone"),
    _field("email", "email", "Thư điện tử", "E-mail", prefill="identity.email"),
    _field("age", "integer", "Tuổi", "Age", suffix=_words("tuổi", "years"), minimum=15, maximum=120, required=True),
    _field(
        "guardian",
        "text",
        "Người giám hộ",
        "Guardian",
        show_if={"field": "age", "less_than": 18},
        required_if={"field": "age", "less_than": 18},
    ),
    _field("home", "place", "Nơi ở", "Home", required=True, elsewhere=True),
)
STALL = _section(
    "stall",
    "Gian hàng",
    "Stall",
    _field(
        "kind",
        "one_of",
        "Bạn bán gì?",
        "What do you sell?",
        required=True,
        options=[
            {"value": "food", "label": _words("Món ăn", "Food")},
            {"value": "goods", "label": _words("Hàng hóa", "Goods")},
            {"value": "books", "label": _words("Sách báo miễn phí", "Free books")},
        ],
    ),
    _field(
        "days",
        "any_of",
        "Các buổi",
        "Days",
        options=[
            {"value": "fri", "label": _words("Thứ sáu", "Friday")},
            {"value": "sat", "label": _words("Thứ bảy", "Saturday")},
        ],
    ),
    _field(
        "gas", "yes_no", "Có dùng bếp ga không?", "Do you cook with gas?", show_if={"field": "kind", "in": ["food"]}
    ),
    _field(
        "gas_check",
        "date",
        "Ngày kiểm tra bình ga",
        "Day of the gas check",
        not_after="today",
        show_if={"all_of": [{"field": "kind", "in": ["food"]}, {"field": "gas", "in": YES}]},
        required_if={"field": "gas", "in": YES},
    ),
    _field("area", "number", "Diện tích", "Area", required=True, suffix=_words("m²", "m²"), minimum="0.5", maximum=40),
    _field("registration", "tax_code", "Mã số thuế", "Tax code"),
    _field(
        "plate",
        "text",
        "Biển số xe đẩy",
        "Number of the cart",
        pattern="\\d{2}-[A-Z]{1,2}\\d{4,5}",
        messages={"pattern": _words("Biển số: ghi như 72-A12345.", "Number: write it as 72-A12345.")},
    ),
    stops=[
        {
            "when": {"all_of": [{"field": "kind", "in": ["books"]}, {"field": "area", "less_than": 2}]},
            "text": _words(
                "Sạp sách miễn phí dưới 2 m² không cần giấy phép.", "A free book stall below 2 m² needs no licence."
            ),
            "procedure": "1.001193",
        }
    ],
)
GOODS = _section(
    "goods",
    "Hàng bán",
    "What is sold",
    _field(
        "goods",
        "table",
        "Các mặt hàng",
        "Goods",
        required=True,
        max_rows=5,
        columns=[
            _field("name", "text", "Tên hàng", "Name", required=True),
            _field("count", "integer", "Số lượng", "Count", required=True, minimum=1),
            _field("price", "money", "Đơn giá", "Price", required=True),
        ],
    ),
    _field(
        "total",
        "calculated",
        "Tổng giá trị",
        "Total value",
        money=True,
        value={"total": "goods", "of": {"product": [{"column": "count"}, {"column": "price"}]}},
    ),
    _field(
        "deposit",
        "money",
        "Tiền ký quỹ",
        "Deposit",
        show_if={"field": "total", "at_least": 1000000},
        required_if={"field": "total", "at_least": 1000000},
    ),
    _field("about", "long_text", "Ghi chú", "Notes"),
)
PLACE = _section(
    "place",
    "Vị trí",
    "Place",
    _field("spot", "map", "Điểm đặt xe", "Where the cart stands", shape="point", required=True),
    _field("ground", "map", "Khu đất sử dụng", "Ground used", shape="area"),
    _field("ward", "unit", "Phường", "Ward", level="commune", required=True),
    _field("post", "address", "Địa chỉ nhận kết quả", "Postal address", prefill="identity.address"),
    _field("paper", "file", "Giấy tờ khác", "Other papers"),
    _field("true", "statement", "Tôi cam đoan khai đúng.", "I declare that this is true.", required=True),
)
FORM = {"sections": [PERSON, STALL, GOODS, PLACE]}


def procedure(**changes: Any) -> dict[str, Any]:
    """The whole procedure file, offered by the units of the exemplar."""
    name = _words("Cấp phép gian hàng chợ đêm (mẫu)", "Night market stall licence (sample)")
    return content(CODE, **{"name": name, "keywords": ["cho dem"], "form": FORM, **changes})


def with_member(key: str, *, form: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """The form with members of one field changed."""
    parts = (form or FORM)["sections"]
    changed = [
        {**part, "fields": [{**one, **members} if one["key"] == key else one for one in part["fields"]]}
        for part in parts
    ]
    return {**(form or FORM), "sections": changed}
