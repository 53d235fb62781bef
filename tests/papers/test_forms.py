"""The statutory forms: which set holds when, what each paper says, and that what people wrote stays text."""

import io
import re
import subprocess
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pypdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.papers import HandOver, Item, NoticeFacts, NoticeKind, SlipFacts, control_slip, form_sets, notice
from portal.papers.code128 import bar_code, bars
from tests.signatures.authority import qpdf

AT = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)
DUE = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
REFERENCE = "H06.31.01-261123-0001"
FACTS = NoticeFacts(
    kind="supplement",
    form=form_sets.form("supplement", on=date(2026, 11, 23)),
    reference=REFERENCE,
    copy=1,
    at=AT,
    agency="Ủy ban nhân dân Phường 1",
    superior="Ủy ban nhân dân thành phố Vũng Tàu",
    place="Vũng Tàu",
    applicant="Nguyễn Thị Mẫu An",
    address="12 Trưng Trắc, Phường 1",
    phone="0901234567",
    email="an@example.test",
    procedure_code="1.001193",
    procedure="Đăng ký khai sinh",
    filed_at=AT,
    received_at=AT,
    due_before=DUE,
    due_after=None,
    items=(),
    reason=("Giấy chứng sinh bị mờ.",),
    officer="Lê Thị Mẫu Hoa",
    contact="0254 300 0000",
    look_up_address=f"https://portal.example/track?reference={REFERENCE}",
)
ROWS = (
    HandOver("Phường 1", AT, "Nguyễn Thị Mẫu An", "Lê Thị Mẫu Hoa", "", "Tiếp nhận"),
    HandOver("Phường 1 → Sở Tư pháp", AT, "Lê Thị Mẫu Hoa", "", "before", "Chuyển"),
    HandOver("Sở Tư pháp", DUE, "Đỗ Văn Mẫu Khánh", "", "on", "Giải quyết"),
    HandOver("Phường 1", LATER, "Lê Thị Mẫu Hoa", "Nguyễn Thị Mẫu An", "after", "Trả kết quả"),
)
SLIP = SlipFacts(
    form=form_sets.form("control", on=date(2026, 11, 23)),
    reference=REFERENCE,
    at=LATER,
    agency=FACTS.agency,
    superior=FACTS.superior,
    place="Vũng Tàu",
    applicant=FACTS.applicant,
    phone=FACTS.phone,
    procedure_code="1.001193",
    procedure="Đăng ký khai sinh",
    received_at=AT,
    due_at=DUE,
    rows=ROWS,
    look_up_address=FACTS.look_up_address,
)


def of_kind(kind: NoticeKind, *, on: date = date(2026, 11, 23)) -> NoticeFacts:
    return replace(FACTS, kind=kind, form=form_sets.form(kind, on=on), due_after=LATER if kind == "apology" else None)


def words(pdf: bytes) -> str:
    """All text as Poppler finds it, each space or line break as one space."""
    command = ["pdftotext", "-raw", "-", "-"]
    return " ".join(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode().split())


def seen_codes(pdf: bytes) -> set[str]:
    """What a reader of codes sees on the first page."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=300 / 72, grayscale=True)
    rows = memoryview(picture.buffer).cast("B")
    dense = b"".join(rows[y * picture.stride : y * picture.stride + picture.width] for y in range(picture.height))
    shape = memoryview(dense).cast("B", (picture.height, picture.width))
    return {found.text for found in zxingcpp.read_barcodes(shape)}


def test_each_set_holds_from_its_day() -> None:
    assert form_sets.in_force(date(2018, 6, 21)).name == "2018", "before the first one, the first"
    assert form_sets.in_force(date(2025, 9, 14)).name == "2018"
    assert form_sets.in_force(date(2025, 9, 15)).name == "2025"


def test_the_sets_number_their_forms_each_in_its_own_way() -> None:
    old, new = ({name: form.number for name, form in one.forms.items() if form.number} for one in form_sets.all_sets())
    assert old == {
        "receipt": "01",
        "supplement": "02",
        "refusal": "03",
        "apology": "04",
        "control": "05",
        "register": "06",
    }
    assert new == old | {"stop": "05", "control": "06", "register": "07"}
    assert set(form_sets.in_force(date(2020, 1, 1)).forms) == set(form_sets.in_force(date(2026, 1, 1)).forms)


@pytest.mark.parametrize("kind", get_args(NoticeKind))
def test_every_notice_has_the_head_the_applicant_and_the_reason(kind: NoticeKind) -> None:
    facts = of_kind(kind)
    said = words(notice(facts, lang="vi"))
    for expected in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN THÀNH PHỐ VŨNG TÀU",
        "ỦY BAN NHÂN DÂN PHƯỜNG 1",
        "Vũng Tàu, ngày 23 tháng 11 năm 2026",
        f"Số: {REFERENCE}",
        facts.form.vi.upper(),
        f"Mã hồ sơ: {REFERENCE}",
        "Nguyễn Thị Mẫu An",
        "Địa chỉ: 12 Trưng Trắc, Phường 1",
        "Số điện thoại: 0901234567",
        "Thư điện tử: an@example.test",
        "Nội dung yêu cầu giải quyết: Đăng ký khai sinh (1.001193)",
        "Giấy chứng sinh bị mờ.",
        "Lê Thị Mẫu Hoa",
        "Trang 1/1",
    ):
        assert expected in said


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            "supplement",
            ("Mẫu số 02 – Thông tư số 03/2025/TT-VPCP", f"{REFERENCE}/HDHS", "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ"),
        ),
        ("supplement", ("Nội dung và lý do cần bổ sung, hoàn thiện", "số điện thoại 0254 300 0000", "NGƯỜI HƯỚNG DẪN")),
        ("refusal", ("Mẫu số 03", "Lý do: Giấy chứng sinh", "NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ")),
        ("denial", ("Kính gửi: Nguyễn Thị Mẫu An", "quyền khiếu nại", "THỦ TRƯỞNG CƠ QUAN", "Nơi nhận")),
        (
            "apology",
            (
                "Mẫu số 04",
                "xin lỗi",
                "đã ghi trên giấy tiếp nhận: 17 giờ 00 phút, ngày 24 tháng 11 năm 2026",
                "hẹn lại trả kết quả: 17 giờ 00 phút, ngày 01 tháng 12 năm 2026",
                "Ngày tiếp nhận hồ sơ: 10 giờ 05 phút, ngày 23 tháng 11 năm 2026",
                "THỦ TRƯỞNG CƠ QUAN",
            ),
        ),
        ("stop", ("Mẫu số 05", "dừng giải quyết hồ sơ", "THỦ TRƯỞNG CƠ QUAN")),
    ],
)
def test_each_notice_has_the_fields_of_its_form(kind: NoticeKind, said: tuple[str, ...]) -> None:
    found = words(notice(of_kind(kind), lang="vi"))
    assert [one for one in said if one not in found] == []


def test_what_a_set_has_no_form_for_names_none() -> None:
    old = words(notice(of_kind("stop", on=date(2020, 6, 1)), lang="vi"))
    assert "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ" in old
    assert "Mẫu số" not in old
    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in words(
        notice(of_kind("apology", on=date(2020, 6, 1)), lang="vi")
    )


def test_what_has_to_be_completed_stands_in_a_table() -> None:
    items = (Item("Giấy chứng sinh", "bản chính"), Item("Tờ khai"))
    said = words(notice(replace(FACTS, items=items), lang="vi"))
    assert (
        "TT Thành phần, nội dung cần bổ sung Bản chính / chứng thực / sao 1 Giấy chứng sinh bản chính 2 Tờ khai" in said
    )
    assert "Lý do: Giấy chứng sinh bị mờ." in said


def test_a_second_paper_of_the_kind_has_a_number_of_its_own() -> None:
    assert f"{REFERENCE}/HDHS-2" in words(notice(replace(FACTS, copy=2), lang="vi"))


@pytest.mark.parametrize("kind", get_args(NoticeKind))
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_each_is_a4_and_pdf_a_with_sound_structure_and_the_same_twice(
    kind: NoticeKind, lang: str, tmp_path: Path
) -> None:
    made = notice(of_kind(kind), lang=lang)
    assert made == notice(of_kind(kind), lang=lang)
    assert_sound(made, tmp_path)


def assert_sound(made: bytes, folder: Path) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(made), strict=True)
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] in ([595, 842], [842, 595])
    metadata = bytes(pdf.root_object["/Metadata"].get_data())  # type: ignore[attr-defined]
    assert b"<pdfaid:part>2</pdfaid:part>" in metadata
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    fonts = [font.get_object() for font in pdf.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert all("+" in str(font["/BaseFont"]) for font in fonts), "every typeface is embedded"
    assert qpdf(made, folder) == 0


def test_bar_code_and_qr_code_are_read_from_paper() -> None:
    assert seen_codes(notice(FACTS, lang="vi")) == {REFERENCE, FACTS.look_up_address}
    assert seen_codes(control_slip(SLIP, lang="vi")) == {REFERENCE, FACTS.look_up_address}


def test_a_bar_code_holds_printable_ascii_alone() -> None:
    assert len(bars("A")) == 3 * 6 + 7
    for text in ("", "Đ", "\n"):
        with pytest.raises(ValueError, match="printable ASCII"):
            bar_code(text)


def test_the_control_slip_has_every_hand_over_with_its_persons_and_room_to_sign(tmp_path: Path) -> None:
    made = control_slip(SLIP, lang="vi")
    said = words(made)
    for expected in (
        "Mẫu số 06 – Thông tư số 03/2025/TT-VPCP",
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "Tên cơ quan Thời gian giao, nhận hồ sơ Kết quả giải quyết hồ sơ Ghi chú",
        "10 giờ 05 phút, ngày 23 tháng 11 năm 2026",
        "Phường 1 → Sở Tư pháp",
        "Trước hạn",
        "Đúng hạn",
        "Quá hạn",
        "Đỗ Văn Mẫu Khánh",
    ):
        assert expected in said
    assert said.count("Người giao") == said.count("Người nhận") == len(ROWS)
    assert made == control_slip(SLIP, lang="vi")
    assert_sound(made, tmp_path)


def test_a_long_slip_runs_over_pages_with_its_head_on_each() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(control_slip(replace(SLIP, rows=ROWS * 8), lang="vi")))
    assert len(pdf.pages) > 2
    assert all("Tên cơ quan" in page.extract_text() for page in pdf.pages)


def test_no_row_of_a_slip_is_torn_between_two_pages() -> None:
    rows = tuple(replace(ROWS[0], giver=f"Người số {n}", note=f"Lần {n}") for n in range(11, 31))
    for page in pypdf.PdfReader(io.BytesIO(control_slip(replace(SLIP, rows=rows), lang="vi"))).pages:
        said = page.extract_text()
        assert re.findall(r"Lần (\d+)", said) == re.findall(r"Người số (\d+)", said)


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_whatever_was_written_is_shown_and_never_read(text: str) -> None:
    hostile = f"#panic() ${text}$ *x* <a> `y` @z \\u{{41}}"
    said = words(notice(replace(FACTS, reason=(hostile,), applicant=hostile, items=(Item(hostile),)), lang="vi"))
    assert said.count("#panic()") >= 3
    assert "*x* <a> `y` @z" in said


def test_every_vietnamese_letter_is_read_back_in_each_style() -> None:
    marked = "aăâeêioôơuưy"
    letters = {
        unicodedata.normalize("NFC", f"{base}{tone}")
        for base in marked
        for tone in ("", *"\u0300\u0301\u0303\u0309\u0323")
    }
    line = " ".join(sorted(letters | {letter.upper() for letter in letters} | {"đ", "Đ"}))
    regular, bold, italic = (f"{style} {line} z" for style in ("Thường", "Đậm", "Nghiêng"))
    said = words(notice(replace(FACTS, reason=(regular,), applicant=bold, place=italic), lang="vi"))
    assert [one for one in (regular, bold, italic) if one not in said] == []
