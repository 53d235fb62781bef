"""Every problem in a sentence, in both languages, that names the field and says what to do."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.problem_words import problem_message
from portal.procedures.definition import CODES, Problem, read
from tests.procedures.forms import field, form, words

TODAY = date(2020, 6, 15)
CASES: list[tuple[dict[str, Any], dict[str, list[str]], str]] = [
    (field("text", required=True), {}, "Mục it: hãy điền mục này."),
    (
        field("text", max_length=3),
        {"it": ["abcde"]},
        "Mục it: hãy viết ngắn lại, nhiều nhất 3 ký tự (bạn đã viết 5).",
    ),
    (field("long_text"), {"it": ["x" * 2345]}, "nhiều nhất 2.000 ký tự (bạn đã viết 2.345)."),
    (field("text", min_length=3), {"it": ["ab"]}, "Mục it: hãy viết ít nhất 3 ký tự."),
    (field("integer"), {"it": ["x"]}, "Mục it: hãy ghi một số nguyên, ví dụ 12 hoặc 1.500.000."),
    (field("integer", minimum=1, maximum=9), {"it": ["10"]}, "Mục it: hãy ghi một số từ 1 đến 9."),
    (field("integer", minimum=1), {"it": ["0"]}, "Mục it: hãy ghi một số từ 1 trở lên."),
    (field("integer", maximum=1000), {"it": ["1001"]}, "Mục it: hãy ghi một số không lớn hơn 1.000."),
    (field("integer"), {"it": ["9" * 30]}, "không lớn hơn 1.000.000.000.000.000."),
    (field("money"), {"it": ["-1"]}, "Mục it: hãy ghi một số từ 0 trở lên."),
    (field("yes_no"), {"it": ["x"]}, "Mục it: hãy chọn một trong các mục có sẵn."),
    (field("national_id"), {"it": ["1"]}, "hãy ghi đủ 12 chữ số (căn cước công dân) hoặc 9 chữ số"),
    (field("tax_code"), {"it": ["1"]}, "hãy ghi mã số thuế gồm 10 chữ số"),
    (field("phone"), {"it": ["1"]}, "hãy ghi số điện thoại ở Việt Nam"),
    (field("email"), {"it": ["1"]}, "hãy ghi địa chỉ thư điện tử"),
    (field("statement", required=True), {}, "Hãy đánh dấu vào ô cam đoan để tiếp tục."),
    (field("text"), {"it": ["a\x00b"]}, "Mục it: có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại mục này."),
]

JUNE = {"it-day": ["16"], "it-month": ["6"], "it-year": ["2020"]}
DATES: list[tuple[dict[str, Any], dict[str, list[str]], str]] = [
    (field("date"), {"it-day": ["31"], "it-month": ["2"], "it-year": ["2020"]}, "có thật, xem lại ngày."),
    (field("date"), {"it-day": ["1"], "it-month": ["13"], "it-year": ["20"]}, "xem lại tháng, năm gồm 4 chữ số."),
    (field("date", not_after="today"), JUNE, "hãy ghi hôm nay hoặc một ngày trước hôm nay."),
    (field("date", not_before="today"), {**JUNE, "it-day": ["14"]}, "hãy ghi hôm nay hoặc một ngày sau hôm nay."),
    (field("date", not_before="2020-07-01"), JUNE, "hãy ghi một ngày từ 01/07/2020 trở đi."),
    (field("date", not_after="2020-05-01"), JUNE, "hãy ghi một ngày không sau 01/05/2020."),
    (field("date", not_before="2020-01-01", not_after="today"), JUNE, "một ngày từ 01/01/2020 đến 15/06/2020."),
]

COLUMN = {"key": "sum", "type": "money", "label": words("Số tiền")}
CORNERS = "10,1 107,1\n10,2 107,2\n10,1 107,2\n10,2 107,1"
TIMES = {"product": [{"constant": 1000000000}, {"constant": 1000000000}]}
STRUCTURED: list[tuple[dict[str, Any], dict[str, list[str]], str]] = [
    (field("text", pattern="[A-Z]+"), {"it": ["a"]}, "Mục it: nội dung chưa đúng mẫu. Hãy xem lại cách ghi."),
    (field("text", pattern="[A-Z]+", messages={"pattern": words("Viết hoa")}), {"it": ["a"]}, "Viết hoa"),
    (field("integer", maximum=1, messages={"range": words("Ít thôi")}), {"it": ["2"]}, "Ít thôi"),
    (field("national_id", twelve_only=True), {"it": ["123456789"]}, "Mục it: hãy ghi đủ 12 chữ số trên thẻ căn cước."),
    (field("number"), {"it": ["x"]}, "Mục it: hãy ghi một số, ví dụ 12,5 hoặc 1.250."),
    (field("number", decimals=1), {"it": ["1,25"]}, "hãy ghi nhiều nhất 1 chữ số sau dấu phẩy."),
    (field("number", minimum="0.5", maximum=9), {"it": ["0,1"]}, "Mục it: hãy ghi một số từ 0,5 đến 9."),
    (field("partial_date"), {"it-day": ["1"], "it-year": ["1960"]}, "hoặc tháng và năm, hoặc đủ ngày; xem lại tháng."),
    (field("place"), {"it-street": ["1 Lê Lợi"]}, "Mục it: hãy chọn xã, phường hoặc thị trấn."),
    (field("place", elsewhere=True), {"it": ["elsewhere"]}, "Mục it: hãy ghi số nhà, đường, thôn hoặc khu phố."),
    (field("table", columns=[COLUMN], required=True), {}, "Mục it: hãy điền ít nhất 1 dòng."),
    (field("table", columns=[COLUMN]), {"it-1-sum": ["x"]}, "Mục it, dòng 2, Số tiền: hãy ghi một số nguyên"),
    (field("map", shape="point"), {"it": ["1\n2"]}, "Mục it: hãy ghi tọa độ của một điểm, trên một dòng."),
    (field("map", shape="point"), {"it": ["ở nhà"]}, "Mục it: dòng 1 chưa phải tọa độ."),
    (field("map", shape="point"), {"it": ["48,8 2,3"]}, "Mục it: điểm ở dòng 1 nằm ngoài Việt Nam."),
    (field("map", max_points=3), {"it": [CORNERS]}, "Mục it: hãy ghi nhiều nhất 3 góc."),
    (field("map"), {"it": ["10 107"]}, "Mục it: hãy ghi ít nhất ba góc không nằm trên một đường thẳng."),
    (field("map"), {"it": [CORNERS]}, "Mục it: các cạnh cắt nhau."),
    (field("calculated", value=TIMES), {}, "Mục it: kết quả quá lớn. Hãy xem lại các số đã ghi."),
    (
        field("text", prefill="identity.name", correctable="with_reason"),
        {"it": ["B"]},
        "Hãy ghi lý do, hoặc ghi lại như cũ.",
    ),
]
ALL = [*CASES, *DATES, *STRUCTURED]


def problem(data: dict[str, Any], raw: dict[str, list[str]]) -> Problem:
    (found,) = read(form(data), raw, on=TODAY, filled={"it": "A"}).problems
    return found


@pytest.mark.parametrize(("data", "raw", "sentence"), ALL, ids=lambda value: str(value)[:30])
def test_a_problem_says_what_to_do(app: Flask, data: dict[str, Any], raw: dict[str, list[str]], sentence: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        assert sentence in problem_message(problem(data, raw), "Mục it", "vi")


def test_every_code_has_a_sentence_of_its_own(app: Flask) -> None:
    said = {problem(data, raw).code for data, raw, _sentence in ALL}
    assert said == set(CODES)
    with app.test_request_context():
        unknown = problem_message(Problem("it", "something_new"), "Mục it", "vi")
    assert unknown == "Mục it: hãy xem lại mục này."


def test_the_language_asked_for_wins_over_that_of_the_page(app: Flask) -> None:
    missing = Problem("it", "missing")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert problem_message(missing, "Mục it", "vi") == "Mục it: hãy điền mục này."


def test_no_sentence_has_a_hole(app: Flask) -> None:
    with app.test_request_context():
        for data, raw, _sentence in ALL:
            assert not re.search(r"None|%\(|\?", problem_message(problem(data, raw), "Mục it", "en"))
