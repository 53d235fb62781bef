"""The national catalogue's LayThuTuc: read with patience, exact in its problems, and the same after a round trip."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange import national_reading, national_writing
from portal.exchange.problems import Unreadable
from portal.exchange.saying import content
from portal.exchange.sheets import Reading
from portal.procedures import schema, sources, yaml_door

ANSWER: dict[str, Any] = {
    "error_code": "0",
    "message": "",
    "result": [
        {
            "MATTHC": "1.001193",
            "TENTTHC": "Đăng ký khai sinh",
            "MACOQUANCONGBO": "G15",
            "LINHVUCTHUCHIEN": [{"MALINHVUC": "G15-HT02", "TENLINHVUC": "Hộ tịch"}],
            "TRINHTUTHUCHIEN": [
                {"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": "Nộp tờ khai."}, {"TENTRINHTU": "Nhận giấy."}]}
            ],
            "CACHTHUCTHUCHIEN": [
                {
                    "KENH": "1",
                    "THOIGIAN": [
                        {
                            "THOIGIANGIAIQUYET": "5",
                            "DONVITINH": "Ngày làm việc",
                            "MOTA": "Không quá 5 ngày.",
                            "PHILEPHI": [
                                {"MAPHILEPHI": "P1", "SOTIEN": "8000", "DONVI": "Đồng", "MOTA": "Miễn cho hộ nghèo."}
                            ],
                        }
                    ],
                },
                {"KENH": 2, "THOIGIAN": [{"THOIGIANGIAIQUYET": 3, "DONVITINH": "Ngày", "PHILEPHI": []}]},
            ],
            "THANHPHANHOSO": [
                {
                    "TRUONGHOP": "Trẻ sinh tại cơ sở y tế",
                    "GIAYTO": [
                        {
                            "MAGIAYTO": "G1",
                            "TENGIAYTO": "Giấy chứng sinh",
                            "TENMAUDON": "",
                            "URL": "",
                            "SOBANCHINH": "1",
                            "SOBANSAO": "0",
                        }
                    ],
                },
                {"TRUONGHOP": "Trường hợp khác", "GIAYTO": [{"TENGIAYTO": "Văn bản làm chứng"}]},
            ],
            "DOITUONGTHUCHIEN": [{"TENDOITUONG": "Công dân Việt Nam"}],
            "MOTADOITUONGTHUCHIEN": "Không có thông tin",
            "COQUANTHUCHIEN": [{"MADONVI": "H06.01.01", "TENDONVI": "Ủy ban nhân dân cấp xã"}],
            "KETQUATHUCHIEN": [{"MAKETQUA": "KQ.G15.000030", "TENKETQUA": "Giấy khai sinh"}],
            "CANCUPHAPLY": [{"SOVANBAN": "60/2014/QH13", "TENVANBAN": "Luật Hộ tịch"}],
            "YEUCAU": None,
            "TRANGTHAI": "1",
        }
    ],
}


def read(document: Any) -> Reading:
    return national_reading.read(json.dumps(document).encode())


def with_change(**changes: Any) -> dict[str, Any]:
    return {**ANSWER, "result": [{**ANSWER["result"][0], **changes}]}


def test_an_answer_is_understood() -> None:
    reading = read(ANSWER)
    assert reading.errors == ()
    found = dict(reading.sayings[0].members)
    assert found["name"] == {"vi": "Đăng ký khai sinh", "en": ""}
    assert [case["name"]["vi"] for case in found["cases"]] == ["Trẻ sinh tại cơ sở y tế", "Trường hợp khác"]
    assert found["channels"][0]["fees"] == [{"amount": 8000, "text": {"vi": "Miễn cho hộ nghèo.", "en": ""}}]
    assert [channel["channel"] for channel in found["channels"]] == ["counter", "online"]
    assert (found["field"], found["audience"], found["result_code"]) == ("ho-tich", ["citizen"], "KQ.G15.000030")
    assert "audience_note" not in found
    assert "conditions" not in found


@pytest.mark.parametrize(
    "shape", [lambda it: it["result"], lambda it: it["result"][0], lambda it: {"Result": it["result"][0]}]
)
def test_the_answer_may_come_bare(shape: Any) -> None:
    assert [saying.code for saying in read(shape(ANSWER)).sayings] == ["1.001193"]


def test_names_of_members_may_be_in_any_case() -> None:
    lower = json.loads(json.dumps(ANSWER), object_pairs_hook=lambda pairs: {key.lower(): value for key, value in pairs})
    assert read(lower).sayings[0].members == read(ANSWER).sayings[0].members


def test_a_link_to_the_blank_form_is_kept_and_never_followed() -> None:
    paper = ANSWER["result"][0]["THANHPHANHOSO"][0]["GIAYTO"][0]
    links = {
        "https://example.test/mau/TK%2001.doc": "https://example.test/mau/TK%2001.doc",
        "javascript:alert(1)": None,
        "/templates/x": None,
        "https://example.test/" + "a" * 1000: None,
        "": None,
    }
    for link, kept in links.items():
        document = {"result": [{**ANSWER["result"][0], "THANHPHANHOSO": [{"GIAYTO": [{**paper, "URL": link}]}]}]}
        found = read(document)
        component = found.sayings[0].members["cases"][0]["components"][0]
        assert (component.get("template") or {}).get("url") == kept
        told = [problem for problem in found.problems if problem.path.endswith(".URL")]
        assert [problem.severity for problem in told] == (["advice"] if link and kept is None else [])


def test_english_is_advice() -> None:
    assert "missing_english" in {it.code for it in read(ANSWER).problems if it.severity == "advice"}


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"MATTHC": "khai sinh"}, "not_a_code", "result[0].MATTHC"),
        ({"MATTHC": None}, "not_a_code", "result[0].MATTHC"),
        ({"TENTTHC": ""}, "missing", "result[0].TENTTHC"),
        ({"TENTTHC": ["a"]}, "not_text", "result[0].TENTTHC"),
        ({"TENTTHC": "a\u202eb"}, "unreadable", "result[0].TENTTHC"),
        ({"CACHTHUCTHUCHIEN": "x"}, "not_a_list", "result[0].CACHTHUCTHUCHIEN"),
        ({"CACHTHUCTHUCHIEN": [{"KENH": "9"}]}, "not_a_choice", "result[0].CACHTHUCTHUCHIEN[0].KENH"),
        (
            {"CACHTHUCTHUCHIEN": [{"KENH": "1", "THOIGIAN": [{"THOIGIANGIAIQUYET": "ba", "DONVITINH": "Ngày"}]}]},
            "not_a_number",
            "result[0].CACHTHUCTHUCHIEN[0].THOIGIAN[0].THOIGIANGIAIQUYET",
        ),
        (
            {"CACHTHUCTHUCHIEN": [{"KENH": "1", "THOIGIAN": [{"THOIGIANGIAIQUYET": "2", "DONVITINH": "Tháng"}]}]},
            "unknown_term_unit",
            "result[0].CACHTHUCTHUCHIEN[0].THOIGIAN[0].DONVITINH",
        ),
        ({"THANHPHANHOSO": [{"GIAYTO": [7]}]}, "not_an_object", "result[0].THANHPHANHOSO[0].GIAYTO[0]"),
        ({"CANCUPHAPLY": [{"SOVANBAN": "1"}]}, "missing", "result[0].CANCUPHAPLY[0].TENVANBAN"),
    ],
)
def test_a_problem_is_at_its_path(changes: dict[str, Any], code: str, path: str) -> None:
    assert (code, path) in {(it.code, it.path) for it in read(with_change(**changes)).errors}


def test_the_same_procedure_twice_is_an_error() -> None:
    twice = {"result": ANSWER["result"] * 2}
    assert [(it.code, it.path, it.about) for it in read(twice).errors] == [("duplicate", "result[1]", "result[0]")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"[]", "nothing"),
        (b"null", "nothing"),
        (b"\xff", "not_utf8"),
        (b"[" * 50_000, "too_deep"),
        (b" " * (national_reading.LARGEST_FILE + 1), "too_large"),
    ],
)
def test_what_is_no_answer_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        national_reading.read(data)
    assert refused.value.code == code


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*ANSWER["result"][0], "KENH", "THOIGIAN", "GIAYTO"]), inner, max_size=6)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("text", ["\\ud800", "\\udfff\\ud800", "\\u0000"])
def test_half_a_character_is_a_problem_that_can_be_shown(text: str) -> None:
    for written in (f'{{"MATTHC": "{text}", "TENTTHC": "x"}}', f'{{"MATTHC": "9.000001", "TENTTHC": "{text}"}}'):
        problems = national_reading.read(written.encode()).problems
        assert problems
        assert [problem.value.encode() for problem in problems]


@given(document=JSON)
def test_any_json_gives_problems_and_no_accident(document: Any) -> None:
    try:
        reading = read(document)
    except Unreadable as error:
        assert error.code == "nothing"
    else:
        assert reading.problems or reading.sayings


@pytest.mark.parametrize("file", sources.find([sources.CATALOGUE]), ids=lambda file: file.stem)
def test_our_own_catalogue_survives_the_round_trip(file: Any) -> None:
    ours = yaml_door.read(file.read_bytes())
    reading = read(national_writing.answer([ours]))
    assert reading.errors == ()
    merged = content(reading.sayings[0], based_on=ours, today=ours["valid_from"])
    assert {**merged, "revision": ours["revision"]} == comparable(ours, merged)


def comparable(ours: dict[str, Any], merged: dict[str, Any]) -> dict[str, Any]:
    """What the national shape cannot say: whether a paper is required, notes of papers, days of validity."""
    found = {**ours, "valid_from": merged["valid_from"], "cases": merged["cases"]}
    found.pop("valid_to", None)
    pairs = [
        (old, new)
        for old_case, new_case in zip(ours["cases"], merged["cases"], strict=True)
        for old, new in zip(old_case["components"], new_case["components"], strict=True)
    ]
    for old, new in pairs:
        assert {**new, "required": None, "note": None} == {"form_name": None, **old, "required": None, "note": None}
    return schema.in_order(found)


NAMES = st.text(st.characters(categories=["L"]), min_size=1, max_size=20).map(
    lambda name: unicodedata.normalize("NFC", name)
)
TEXTS = NAMES.map(lambda name: {"vi": name, "en": ""})
SOME = st.none() | TEXTS
TERMS = st.one_of(
    st.builds(
        lambda number, unit, text: {"number": number, "unit": unit, "text": text},
        st.integers(1, 3650),
        st.sampled_from(["hours", "working_days", "days"]),
        SOME,
    ),
    st.builds(lambda text: {"number": 1, "unit": "same_day", "text": text}, SOME),
)
FEES = st.builds(lambda amount, text: {"amount": amount, "text": text}, st.integers(0, 10**12), SOME) | st.builds(
    lambda text: {"amount": None, "text": text}, TEXTS
)
PAPERS = st.builds(
    lambda name, form, originals, copies: {
        "name": name,
        "form_name": form,
        "originals": originals,
        "copies": copies,
        "required": True,
        "note": None,
    },
    TEXTS,
    SOME,
    st.integers(0, 99),
    st.integers(0, 99),
)


@st.composite
def sayable(draw: st.DrawFn) -> dict[str, Any]:
    """What both sides can say of a procedure."""
    channels = draw(st.lists(st.sampled_from(["online", "counter", "post"]), unique=True, min_size=1))
    cases = draw(
        st.lists(
            st.builds(lambda name, papers: {"name": name, "components": papers}, SOME, st.lists(PAPERS, max_size=3)),
            min_size=1,
            max_size=3,
        )
    )
    papers = [paper for case in cases for paper in case["components"]]
    for number, paper in enumerate(papers, 1):
        paper["key"] = f"giay_to_{number}"
    return {
        "name": draw(TEXTS),
        "field": draw(st.sampled_from(["ho-tich", "dat-dai", "y-te"])),
        "level": draw(st.sampled_from(["commune", "district", "province"])),
        "audience": draw(st.lists(st.sampled_from(["citizen", "organisation"]), unique=True, min_size=1)),
        "steps": draw(st.lists(TEXTS, min_size=1, max_size=4)),
        "cases": cases,
        "channels": [
            {"channel": name, "term": draw(TERMS), "fees": draw(st.lists(FEES, max_size=3))} for name in channels
        ],
        "result": draw(TEXTS),
        "legal_bases": draw(
            st.lists(
                st.builds(lambda number, name: {"number": number, "name": name}, NAMES, TEXTS), min_size=1, max_size=3
            )
        ),
    }


@given(code=st.from_regex(r"[0-9]\.[0-9]{6}", fullmatch=True), members=sayable())
def test_what_both_can_say_comes_back_as_it_went(code: str, members: dict[str, Any]) -> None:
    reading = read(national_writing.answer([{"code": code, **members}]))
    assert reading.errors == ()
    saying = reading.sayings[0]
    assert saying.code == code
    assert dict(saying.members) == members
