"""What is wrong with a form field, in a sentence that says what to do."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.display import day, number
from portal.i18n import language
from portal.procedures.answers import notation
from portal.procedures.reading import Problem
from portal.procedures.text import Text

Facts = Mapping[str, Any]
Words = Callable[[str, Facts], str]


def problem_message(problem: Problem, label: str, lang: str) -> str:
    """The sentence beside the field called `label`, in `lang`; the definition's own where it has one for this."""
    own = problem.facts.get("message")
    if isinstance(own, Text):
        return own.in_(lang)
    if lang == language():
        return _sentence(problem, label)
    with force_locale(lang):
        return _sentence(problem, label)


def _sentence(problem: Problem, label: str) -> str:
    column = problem.facts.get("column")
    if isinstance(column, Text):
        name = column.in_(language())
        label = _("%(label)s, dòng %(row)s, %(column)s", label=label, row=problem.facts["row"], column=name)
    return SENTENCES.get(problem.code, _other)(label, problem.facts)


def _other(label: str, _facts: Facts) -> str:
    words: str = _("%(label)s: hãy xem lại mục này.", label=label)
    return words


def _too_long(label: str, facts: Facts) -> str:
    words: str = _(
        "%(label)s: hãy viết ngắn lại, nhiều nhất %(maximum)s ký tự (bạn đã viết %(length)s).",
        label=label,
        maximum=number(facts.get("maximum")),
        length=number(facts.get("length")),
    )
    return words


def _out_of_range(label: str, facts: Facts) -> str:
    low, high = facts.get("minimum"), facts.get("maximum")
    words: str
    if low is not None and high is not None:
        words = _("%(label)s: hãy ghi một số từ %(low)s đến %(high)s.", label=label, low=_limit(low), high=_limit(high))
    elif low is not None:
        words = _("%(label)s: hãy ghi một số từ %(low)s trở lên.", label=label, low=_limit(low))
    else:
        words = _("%(label)s: hãy ghi một số không lớn hơn %(high)s.", label=label, high=_limit(high))
    return words


def _limit(limit: object) -> str:
    return notation(str(limit))


def _not_a_date(label: str, facts: Facts) -> str:
    names = {"day": _("ngày"), "month": _("tháng"), "year": _("năm gồm 4 chữ số")}
    parts = ", ".join(names[part] for part in facts.get("parts", ()))
    words: str = _("%(label)s: hãy ghi một ngày có thật, xem lại %(parts)s.", label=label, parts=parts)
    return words


def _not_a_partial_date(label: str, facts: Facts) -> str:
    names = {"day": _("ngày"), "month": _("tháng"), "year": _("năm gồm 4 chữ số")}
    parts = ", ".join(names[part] for part in facts.get("parts", ()))
    words: str = _(
        "%(label)s: hãy ghi năm, hoặc tháng và năm, hoặc đủ ngày; xem lại %(parts)s.", label=label, parts=parts
    )
    return words


def _date_out_of_range(label: str, facts: Facts) -> str:
    low, high, today = facts.get("not_before"), facts.get("not_after"), facts.get("today")
    words: str
    if low is not None and high is not None:
        words = _("%(label)s: hãy ghi một ngày từ %(low)s đến %(high)s.", label=label, low=day(low), high=day(high))
    elif low is not None and low == today:
        words = _("%(label)s: hãy ghi hôm nay hoặc một ngày sau hôm nay.", label=label)
    elif low is not None:
        words = _("%(label)s: hãy ghi một ngày từ %(low)s trở đi.", label=label, low=day(low))
    elif high == today:
        words = _("%(label)s: hãy ghi hôm nay hoặc một ngày trước hôm nay.", label=label)
    else:
        words = _("%(label)s: hãy ghi một ngày không sau %(high)s.", label=label, high=day(high))
    return words


SENTENCES: Mapping[str, Words] = {
    "missing": lambda label, _facts: _("%(label)s: hãy điền mục này.", label=label),
    "too_long": _too_long,
    "too_short": lambda label, facts: _(
        "%(label)s: hãy viết ít nhất %(minimum)s ký tự.", label=label, minimum=number(facts.get("minimum"))
    ),
    "not_a_number": lambda label, _facts: _("%(label)s: hãy ghi một số nguyên, ví dụ 12 hoặc 1.500.000.", label=label),
    "out_of_range": _out_of_range,
    "not_a_date": _not_a_date,
    "date_out_of_range": _date_out_of_range,
    "not_an_option": lambda label, _facts: _("%(label)s: hãy chọn một trong các mục có sẵn.", label=label),
    "not_an_id": lambda label, _facts: _(
        "%(label)s: hãy ghi đủ 12 chữ số (căn cước công dân) hoặc 9 chữ số (chứng minh nhân dân).", label=label
    ),
    "not_a_tax_code": lambda label, _facts: _(
        "%(label)s: hãy ghi mã số thuế gồm 10 chữ số, chi nhánh thêm 3 chữ số, ví dụ 0312345678-001.", label=label
    ),
    "not_a_phone": lambda label, _facts: _(
        "%(label)s: hãy ghi số điện thoại ở Việt Nam, ví dụ 0912 345 678 hoặc 0254 3852 123.", label=label
    ),
    "not_an_email": lambda label, _facts: _("%(label)s: hãy ghi địa chỉ thư điện tử, ví dụ ten@vidu.vn.", label=label),
    "not_accepted": lambda _label, _facts: _("Hãy đánh dấu vào ô cam đoan để tiếp tục."),
    "control_characters": lambda label, _facts: _(
        "%(label)s: có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại mục này.", label=label
    ),
    "pattern": lambda label, _facts: _("%(label)s: nội dung chưa đúng mẫu. Hãy xem lại cách ghi.", label=label),
    "not_a_citizen_id": lambda label, _facts: _("%(label)s: hãy ghi đủ 12 chữ số trên thẻ căn cước.", label=label),
    "not_a_decimal": lambda label, _facts: _("%(label)s: hãy ghi một số, ví dụ 12,5 hoặc 1.250.", label=label),
    "too_many_decimals": lambda label, facts: _(
        "%(label)s: hãy ghi nhiều nhất %(n)s chữ số sau dấu phẩy.", label=label, n=facts.get("decimals")
    ),
    "not_a_partial_date": _not_a_partial_date,
    "no_commune": lambda label, _facts: _("%(label)s: hãy chọn xã, phường hoặc thị trấn.", label=label),
    "no_street": lambda label, _facts: _("%(label)s: hãy ghi số nhà, đường, thôn hoặc khu phố.", label=label),
    "too_few_rows": lambda label, facts: _(
        "%(label)s: hãy điền ít nhất %(minimum)s dòng.", label=label, minimum=facts.get("minimum")
    ),
    "one_point_wanted": lambda label, _facts: _("%(label)s: hãy ghi tọa độ của một điểm, trên một dòng.", label=label),
    "too_many_points": lambda label, facts: _(
        "%(label)s: hãy ghi nhiều nhất %(maximum)s góc.", label=label, maximum=facts.get("maximum")
    ),
    "too_few_points": lambda label, _facts: _(
        "%(label)s: hãy ghi ít nhất ba góc không nằm trên một đường thẳng.", label=label
    ),
    "crossing_lines": lambda label, _facts: _(
        "%(label)s: các cạnh cắt nhau. Hãy ghi các góc lần lượt theo ranh giới, mỗi góc một lần.", label=label
    ),
    "not_coordinates": lambda label, facts: _(
        "%(label)s: dòng %(line)s chưa phải tọa độ. Hãy ghi vĩ độ rồi kinh độ, ví dụ 10,346 107,084.",
        label=label,
        line=facts.get("line"),
    ),
    "outside_viet_nam": lambda label, facts: _(
        "%(label)s: điểm ở dòng %(line)s nằm ngoài Việt Nam. Hãy xem lại vĩ độ và kinh độ.",
        label=label,
        line=facts.get("line"),
    ),
    "too_large": lambda label, _facts: _("%(label)s: kết quả quá lớn. Hãy xem lại các số đã ghi.", label=label),
    "no_reason": lambda label, _facts: _(
        "%(label)s: bạn đã sửa nội dung điền sẵn. Hãy ghi lý do, hoặc ghi lại như cũ.", label=label
    ),
}
