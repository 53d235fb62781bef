"""How the types of a form's fields and what fills them in are called."""

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.i18n import N_
from portal.procedures.sense import EARLIER

TYPES: Mapping[str, str] = {
    "text": N_("Một dòng chữ"),
    "long_text": N_("Đoạn văn"),
    "integer": N_("Số nguyên"),
    "money": N_("Số tiền"),
    "date": N_("Ngày"),
    "one_of": N_("Chọn một"),
    "any_of": N_("Chọn nhiều"),
    "yes_no": N_("Có hay không"),
    "national_id": N_("Số định danh cá nhân, CMND"),
    "tax_code": N_("Mã số thuế"),
    "phone": N_("Số điện thoại"),
    "email": N_("Thư điện tử"),
    "unit": N_("Đơn vị hành chính"),
    "address": N_("Địa chỉ"),
    "file": N_("Tệp đính kèm"),
    "statement": N_("Lời cam đoan để đánh dấu"),
    "number": N_("Số có phần lẻ"),
    "partial_date": N_("Ngày, có thể thiếu ngày hoặc tháng"),
    "place": N_("Địa chỉ theo danh mục: tỉnh, huyện, xã, rồi số nhà"),
    "table": N_("Bảng nhiều dòng"),
    "calculated": N_("Giá trị tự tính"),
    "map": N_("Vị trí trên bản đồ"),
}
PREFILLS: Mapping[str, str] = {
    "identity.name": N_("Họ tên khi đăng nhập"),
    "identity.national_id": N_("Số định danh khi đăng nhập"),
    "identity.born_on": N_("Ngày sinh khi đăng nhập"),
    "identity.email": N_("Thư điện tử của tài khoản"),
    "identity.phone": N_("Số điện thoại của tài khoản"),
    "identity.address": N_("Địa chỉ của tài khoản"),
    "identity.tax_code": N_("Mã số thuế của tổ chức"),
    "unit.name": N_("Tên đơn vị tiếp nhận"),
    "unit.code": N_("Đơn vị tiếp nhận"),
    EARLIER: N_("Hồ sơ trước của chính người đó"),
}


def type_words(kind: str) -> str:
    """The type of a field."""
    return _(TYPES[kind]) if kind in TYPES else kind


def prefill_words(source: str) -> str:
    """What fills a field in, with the field's key where it is an earlier dossier's."""
    if source.startswith(EARLIER) and source != EARLIER:
        return f"{_(PREFILLS[EARLIER])}: {source.removeprefix(EARLIER)}"
    return _(PREFILLS[source]) if source in PREFILLS else source
