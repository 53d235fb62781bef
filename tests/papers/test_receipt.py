"""The receipt as PDF: what it says, that it says nothing else, and that it is the same twice."""

import dataclasses
import io
import threading
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
import segno
import typst

from portal.papers import Component, ReceiptFacts, receipt, rendering
from portal.papers.rendering import FontsMissing, qr_code
from tests.papers.pictures import rows_of

FACTS = ReceiptFacts(
    reference="H06.31.01-200615-0007",
    agency="Ủy ban nhân dân Phường 1",
    superior="Ủy ban nhân dân thành phố Vũng Tàu",
    place="Vũng Tàu",
    procedure_code="1.001193",
    procedure="Đăng ký khai sinh",
    applicant="Nguyễn Thị Thanh Hằng",
    identity="077190000123",
    address="12 Trưng Trắc, Phường 1, thành phố Vũng Tàu",
    phone="0901234567",
    email="hang@example.test",
    components=(Component("Tờ khai đăng ký khai sinh", "electronic", 1), Component("Giấy chứng sinh", "original", 2)),
    channel="online",
    filed_at=datetime(2020, 6, 15, 1, 30, tzinfo=UTC),
    received_at=datetime(2020, 6, 15, 2, 0, tzinfo=UTC),
    due_at=datetime(2020, 6, 15, 10, 0, tzinfo=UTC),
    look_up_address="https://portal.example/track?reference=H06.31.01-200615-0007",
    term="Trong ngày làm việc",
    fees=("Miễn lệ phí khai sinh đúng hạn",),
    secret="7KQ2M-0XH4R",
    officer="Trần Văn Bình",
    contact="0254 300 0000",
)
FILED = dataclasses.replace(FACTS, received_at=None, due_at=None, officer=None)


def changed(**values: object) -> ReceiptFacts:
    return dataclasses.replace(FACTS, **values)  # type: ignore[arg-type]


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf), strict=True)


def words(pdf: bytes) -> str:
    """All text, with every space and line break as one space."""
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


@pytest.mark.parametrize(
    "said",
    [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN THÀNH PHỐ VŨNG TÀU",
        "ỦY BAN NHÂN DÂN PHƯỜNG 1",
        "Số: H06.31.01-200615-0007/TNHS",
        "Vũng Tàu, ngày 15 tháng 06 năm 2020",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Mã hồ sơ: H06.31.01-200615-0007",
        "Mã tra cứu: 7KQ2M-0XH4R",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Thanh Hằng",
        "Số CCCD/CMND hoặc mã số thuế: 077190000123",
        "Địa chỉ: 12 Trưng Trắc, Phường 1, thành phố Vũng Tàu",
        "Số điện thoại: 0901234567",
        "Thư điện tử: hang@example.test",
        "Nội dung yêu cầu giải quyết: Đăng ký khai sinh (1.001193)",
        "Hình thức nộp: Trực tuyến",
        "STT Tên giấy tờ Loại Số lượng",
        "1 Tờ khai đăng ký khai sinh Bản điện tử 1",
        "2 Giấy chứng sinh Bản chính 2",
        "Số lượng hồ sơ: 1 bộ",
        "Thời gian giải quyết hồ sơ theo quy định: Trong ngày làm việc",
        "Thời gian nộp hồ sơ: 08 giờ 30 phút, ngày 15 tháng 06 năm 2020",
        "Thời gian nhận hồ sơ: 09 giờ 00 phút, ngày 15 tháng 06 năm 2020",
        "Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 15 tháng 06 năm 2020",
        "Nhận kết quả tại: Bộ phận tiếp nhận và trả kết quả nêu trên",
        "Phí, lệ phí: Miễn lệ phí khai sinh đúng hạn",
        "Vào Sổ theo dõi hồ sơ điện tử, số thứ tự: 0007",
        "Điện thoại liên hệ: 0254 300 0000",
        "NGƯỜI NỘP HỒ SƠ (Ký và ghi rõ họ tên) Nguyễn Thị Thanh Hằng",
        "NGƯỜI TIẾP NHẬN HỒ SƠ (Ký và ghi rõ họ tên) Trần Văn Bình",
        "Trang 1/1",
    ],
)
def test_form_01_says(said: str) -> None:
    assert said in words(receipt(FACTS, lang="vi"))


def test_it_is_a4_on_one_page_with_its_title_and_language() -> None:
    pdf = read(receipt(FACTS, lang="vi"))
    assert len(pdf.pages) == 1
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ H06.31.01-200615-0007"
    assert str(pdf.root_object["/Lang"]).startswith("vi")


def test_it_declares_itself_pdf_a_2b_with_every_font_embedded() -> None:
    made = receipt(FACTS, lang="vi")
    pdf = read(made)
    metadata = bytes(pdf.root_object["/Metadata"].get_data())  # type: ignore[attr-defined]
    assert b"<pdfaid:part>2</pdfaid:part>" in metadata
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    fonts = [font.get_object() for font in pdf.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    names = {str(font["/BaseFont"]).partition("+")[2] for font in fonts}
    assert names == {
        "BeVietnamPro-Regular",
        "BeVietnamPro-Bold",
        "BeVietnamPro-SemiBold",
        "BeVietnamPro-Italic",
    }
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in descriptors)


def test_the_same_facts_give_the_same_bytes_and_others_do_not() -> None:
    once = receipt(FACTS, lang="vi")
    receipt(changed(applicant="Người khác"), lang="vi")
    assert receipt(FACTS, lang="vi") == once
    assert receipt(changed(applicant="Người khác"), lang="vi") != once


def test_before_the_desk_received_it_only_the_filing_is_confirmed() -> None:
    said = words(receipt(FILED, lang="vi"))
    assert "XÁC NHẬN ĐÃ NỘP HỒ SƠ" in said
    assert "Người nộp hồ sơ: Nguyễn Thị Thanh Hằng" in said
    assert "Thời gian nộp hồ sơ: 08 giờ 30 phút, ngày 15 tháng 06 năm 2020" in said
    assert "Thời gian giải quyết bắt đầu tính khi cơ quan tiếp nhận hồ sơ đầy đủ, hợp lệ" in said
    for promised in ("GIẤY TIẾP NHẬN", "TNHS", "Thời gian nhận hồ sơ", "Thời gian trả kết quả", "Ký và ghi rõ họ tên"):
        assert promised not in said


def test_in_english() -> None:
    said = words(receipt(changed(agency="People's Committee of Ward 1", procedure="Birth registration"), lang="en"))
    for english in (
        "SOCIALIST REPUBLIC OF VIET NAM",
        "RECEIPT OF A DOSSIER AND APPOINTMENT FOR ITS RESULT",
        "Dossier received from: Nguyễn Thị Thanh Hằng",
        "Request: Birth registration (1.001193)",
        "Received at: 09:00, 15 June 2020",
        "Result due at: 17:00, 15 June 2020",
        "1 Tờ khai đăng ký khai sinh Electronic 1",
    ):
        assert english in said
    assert "CONFIRMATION THAT A DOSSIER WAS FILED" in words(receipt(FILED, lang="en"))


def test_what_is_not_known_leaves_no_empty_line() -> None:
    bare = changed(
        superior=None, place=None, identity=None, address=None, phone=None, email=None, term=None, fees=(), secret=None
    )
    said = words(receipt(dataclasses.replace(bare, officer=None, contact=None, components=()), lang="vi"))
    for label in ("Số CCCD", "Địa chỉ", "Số điện thoại", "Thư điện tử", "theo quy định", "Phí, lệ phí", "Mã tra cứu"):
        assert label not in said
    assert "Ngày 15 tháng 06 năm 2020" in said
    assert "Thành phần hồ sơ nộp gồm: Không có giấy tờ kèm theo" in said
    assert "None" not in said


@pytest.mark.parametrize(
    "hostile",
    [
        '#import "@preview/x:1.0.0": *',
        '#panic() #read("/etc/passwd")',
        "] *đậm* _nghiêng_ = Tiêu đề",
        "$x^2$ <nhãn> @nhãn `mã` // ghi chú /* chú */ ~ --- \\ \\u{41}",
        '"; facts.secret = "',
        "<script>alert(1)</script> &amp; {{ 7 * 7 }}",
    ],
)
def test_hostile_text_is_printed_as_it_is(hostile: str) -> None:
    said = words(receipt(changed(applicant=hostile, components=(Component(hostile, "copy", 1),)), lang="vi"))
    assert said.count(hostile) == 3  # name, table, signature


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        (unicodedata.normalize("NFD", "Nguyễn Đặng Thùy Trâm"), "Nguyễn Đặng Thùy Trâm"),
        ("Lê\u202eyửH\u202c\u200b\u2066", "LêyửH"),
        ("Trần\tVăn\r\nBình\0\x07", "Trần Văn Bình"),
        ("李 Ελένη Иван", "? Ελένη Иван"),
        ("Hoa 😀👨‍👩‍👧", "Hoa ????"),
        ("Tên\ufffd\U0010ffff\ue000", "Tên\ufffd?"),
    ],
)
def test_letters_that_cannot_be_printed_do_not_stop_the_paper(written: str, printed: str) -> None:
    said = words(receipt(changed(applicant=written), lang="vi"))
    assert f"Tiếp nhận hồ sơ của: {printed} Số CCCD" in said


def test_very_long_words_stay_on_the_page_and_long_tables_go_on_with_their_head() -> None:
    email = "x" * 120 + "@" + "y" * 60 + ".example"
    components = tuple(Component(f"Giấy tờ số {number}", "copy", 1) for number in range(1, 61))
    pdf = read(receipt(changed(email=email, components=components), lang="vi"))
    assert len(pdf.pages) == 3
    texts = [page.extract_text() for page in pdf.pages]
    assert all("Tên giấy tờ" in text for text in texts[:2])
    assert "Trang 2/3" in texts[1]
    assert email in texts[0].replace("\u200b", "").replace("\n", "")
    longest = max(len(line.replace("\u200b", "")) for line in texts[0].splitlines())
    assert longest < 90


def test_demo_papers_say_so() -> None:
    assert "DEMO" in words(receipt(changed(demo=True), lang="vi"))
    assert "DEMO" not in words(receipt(FACTS, lang="vi"))


def test_the_qr_code_shows_the_look_up_address() -> None:
    """Rendered to pixels, module by module what the standard's encoder says; four modules quiet around it."""
    wanted = segno.make_qr(FACTS.look_up_address, error="m", mask=4, boost_error=False).matrix
    side = len(wanted) + 8
    source = (
        f"#set page(width: {side * 4}pt, height: {side * 4}pt, margin: 0pt)\n"
        '#image(bytes(sys.inputs.qr), format: "svg", width: 100%)'
    )
    png = typst.compile(source.encode(), format="png", ppi=72, sys_inputs={"qr": qr_code(FACTS.look_up_address)})
    assert isinstance(png, bytes)
    rows, step = rows_of(png)
    seen = [[rows[4 * y + 2][(4 * x + 2) * step] < 128 for x in range(side)] for y in range(side)]
    assert [row[4:-4] for row in seen[4:-4]] == [[bool(module) for module in row] for row in wanted]
    assert not any(any(row) for row in [*seen[:4], *seen[-4:]])
    assert not any(any(row[:4] + row[-4:]) for row in seen)


def test_the_paper_tells_screen_readers_what_its_codes_say() -> None:
    waiting, found = [read(receipt(FACTS, lang="vi")).root_object["/StructTreeRoot"]], []
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, pypdf.generic.ArrayObject):
            waiting += node
        elif isinstance(node, pypdf.generic.DictionaryObject):
            found += [str(node["/Alt"])] if "/Alt" in node else []
            waiting += [node["/K"]] if "/K" in node else []
    assert sorted(found) == [FACTS.reference, FACTS.look_up_address]


def test_many_threads_at_once_get_their_own_papers() -> None:
    made: dict[int, bytes] = {}

    def make(number: int) -> None:
        made[number] = receipt(changed(reference=f"H06.31.01-200615-{number:04}"), lang="vi")

    threads = [threading.Thread(target=make, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == list(range(12))
    for number, pdf in made.items():
        assert f"Mã hồ sơ: H06.31.01-200615-{number:04} Mã tra cứu" in words(pdf)


def test_a_receipt_does_not_wait_while_a_long_paper_of_another_kind_is_typeset() -> None:
    made: list[bytes] = []
    making = threading.Thread(target=lambda: made.append(receipt(FACTS, lang="vi")), daemon=True)
    with rendering.press("result.typ", rendering.FONTS).one_at_a_time:
        making.start()
        making.join(30)
    assert made


def test_without_the_built_typeface_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match="npm run build"):
        receipt(FACTS, lang="vi", fonts=tmp_path)
