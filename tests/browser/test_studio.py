"""A procedure published by its editors in a real browser, filed by a citizen, and changed while they fill it in."""

import itertools
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import editors_at_work as editors
from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.people_at_work import AN, BINH, HAI, Citizen
from tests.browser.pictures import keep
from tests.browser.window import Journey, Window
from tests.dossiers.corpus import office

REFERENCE = re.compile(r"\bH06\.31\.01-\d{6}-\d{4}\b")
TEMPLATE, DECLARATION = "Tờ khai xác nhận nơi ở.docx", office()
codes = itertools.count(1)


@pytest.mark.parametrize(
    ("name", "look", "citizen"),
    [
        ("studio-desktop", WIDE, AN),
        ("studio-phone", NARROW, BINH),
        ("studio-no-js", {**WIDE, "java_script": False}, HAI),
    ],
)
def test_from_an_empty_manuscript_to_a_dossier_and_on_to_the_next_revision(
    open_page: Open, name: str, look: dict[str, Any], citizen: Citizen
) -> None:
    journey = Journey(name, open_page, look)
    journey.clear()
    code = f"9.1000{next(codes):02}"
    writer, approver, person = journey.window(), journey.window(), journey.window()
    editors.open_studio(writer, editors.WRITER)
    editors.open_studio(approver, editors.APPROVER)
    address = _write_first(writer, code)
    editors.approve_and_publish(approver, address, "163/QĐ-UBND")
    reference = _file(person, code, citizen)
    assert REFERENCE.fullmatch(reference)
    draft = _begin_another(person, code)
    second = _write_second(writer, code)
    editors.approve_and_publish(approver, second, "164/QĐ-UBND")
    _finish(person, draft)


def _write_first(window: Window, code: str) -> str:
    """Two sections, a choice, a condition, a paper; back on the manuscript's page, handed in."""
    editors.begin(window, code)
    address = window.page.url
    editors.write_sheet(window, "Xác nhận nơi ở", "Confirmation of residence")
    window.follow("Thành phần hồ sơ")
    window.see("studio-papers")
    window.page.get_by_role("button", name="Thêm giấy tờ").click()
    editors.write_both(window, "Tên giấy tờ", "Tờ khai", "Declaration")
    window.click("Thêm")
    window.see("studio-paper")
    editors.upload_template(window, TEMPLATE, DECLARATION)
    editors.save(window)
    window.page.goto(address)
    window.follow("Mẫu để điền")
    window.see("studio-form-empty")
    editors.add_section(window, "Người nộp", "Applicant")
    editors.add_field(window, "Họ và tên", "Full name", "Một dòng chữ")
    editors.unfold(window, "Giới hạn, lời báo, điền sẵn")
    window.page.get_by_label("Điền sẵn từ").select_option(label="Họ tên khi đăng nhập")
    editors.save(window)
    editors.add_field(window, "Bạn ở đâu?", "Where do you live?", "Chọn một")
    editors.write_option(window, 0, "Nhà riêng", "Own house")
    editors.write_option(window, 1, "Nhà thuê", "Rented house")
    editors.save(window)
    editors.add_field(window, "Tên chủ nhà", "Landlord", "Một dòng chữ")
    editors.ask_only_if(window, "Bạn ở đâu?", "Nhà thuê")
    editors.save(window)
    editors.add_field(window, "Ghi chú", "Remarks", "Đoạn văn", required=False)
    editors.unfold(window, "Giới hạn, lời báo, điền sẵn")
    window.page.get_by_label("Điền sẵn từ").select_option(label="Hồ sơ trước của chính người đó")
    editors.save(window)
    _write_stops(window)
    window.see("studio-form")
    keep(window.page, "studio-form")
    _try_out(window)
    window.page.goto(address)
    editors.hand_in(window)
    return address


def _write_stops(window: Window) -> None:
    """Two early stops of the whole form change places, one goes again."""
    editors.add_stop(window, "Viết nhầm.", "A mistake.", "Bạn ở đâu?", "Nhà thuê")
    editors.add_stop(window, "Nhà riêng thì không cần.", "Not needed for an own house.", "Bạn ở đâu?", "Nhà riêng")
    stops = window.page.locator("#at-form-stops li .studio-line__title")
    window.page.get_by_role("button", name="Lên (Nhà riêng thì không cần.)").click()
    expect(stops).to_have_text(["Nhà riêng thì không cần.", "Viết nhầm."])
    window.see("studio-stops")
    window.page.get_by_role("link", name="Bỏ (Viết nhầm.)").click()
    window.click("Bỏ")
    expect(stops).to_have_text(["Nhà riêng thì không cần."])


def _try_out(window: Window) -> None:
    """The citizen's pages in their frame, in both languages; nothing is kept of what is typed there."""
    address = window.page.url.partition("/lists/")[0]
    _read_sheet(window, address, number=1)
    window.page.goto(f"{address}/preview")
    window.follow("Người nộp")
    window.see("studio-preview")
    frame = window.page.frame_locator("iframe")
    frame.get_by_label("Họ và tên").fill("Thử")
    frame.get_by_label("Nhà riêng").check()
    frame.get_by_role("button", name="Lưu và tiếp tục").click()
    frame.get_by_text("Nhà riêng thì không cần.").wait_for()
    window.see("studio-preview-stop")
    frame.get_by_role("button", name="Quay lại sửa câu trả lời").click()
    expect(frame.get_by_label("Họ và tên")).to_have_value("Thử")
    frame.get_by_label("Họ và tên").fill("")
    frame.get_by_role("button", name="Lưu và tiếp tục").click()
    frame.get_by_text("Có chỗ cần sửa").wait_for()
    keep(window.page, "studio-preview")
    window.follow("Bằng tiếng Anh")
    frame.get_by_label("Full name").wait_for()
    window.see("studio-preview-english")
    window.follow("Máy tính")
    frame.get_by_label("Full name").wait_for()
    window.see("studio-preview-wide")


def _read_sheet(window: Window, address: str, *, number: int) -> None:
    """The procedure's page as it will be: in the frame, narrow and wide, then by itself, where it is checked too."""
    window.page.goto(address)
    window.follow("Xem như người dân thấy")
    frame = window.page.frame_locator("iframe")
    frame.get_by_text(f"Bản {number}, từ").wait_for()
    window.see("studio-preview-sheet")
    keep(window.page, "studio-preview-sheet")
    window.follow("Máy tính")
    frame.get_by_text(f"Bản {number}, từ").wait_for()
    window.see("studio-preview-sheet-wide")
    frame.get_by_role("button", name="Nộp hồ sơ trực tuyến").click()
    frame.get_by_label("Họ và tên").wait_for()
    window.open(f"{address}/preview/vi", "studio-preview-sheet-itself")


def _go_back_and_forth(window: Window, address: str) -> None:
    """The first version restored, then the newest of the others: the text is as it was."""
    window.page.goto(address)
    window.follow("Ai đã làm gì với bản thảo")
    window.see("studio-trail")
    keep(window.page, "studio-trail")
    window.page.get_by_role("link", name="Khác gì so với bây giờ (Bản lưu 1)").click()
    window.see("studio-difference-since")
    window.page.go_back()
    window.page.get_by_role("button", name="Lấy lại bản này (Bản lưu 1)").click()
    window.shows("Đã lấy lại bản lưu 1.")
    window.see("studio-restored")
    window.page.get_by_role("button", name="Lấy lại bản này").first.click()
    window.shows("Lấy lại bản đã lưu trước")
    expect(window.page.get_by_role("button", name="Lấy lại bản này").first).to_be_visible()


def _begin(person: Window, code: str) -> None:
    person.page.get_by_role("button", name=re.compile("^Bắt đầu")).click()
    person.follow("Chọn nơi nộp hồ sơ")
    person.page.get_by_label("Cơ quan tiếp nhận").select_option(label="Phường 1")
    person.click("Lưu và tiếp tục")


def _fill(person: Window, citizen: Citizen | None = None) -> None:
    if citizen:
        assert person.page.get_by_label("Họ và tên").input_value() == citizen.name
    person.choose("Bạn ở đâu?", "Nhà thuê")
    person.fill("Tên chủ nhà", "Trần Thị Mẫu Chủ Nhà")
    person.page.get_by_label("Ghi chú").fill("Ở từ năm 2019.")
    person.see("studio-citizen-section")
    person.click("Lưu và tiếp tục")
    person.see("studio-citizen-review")


def _file(person: Window, code: str, citizen: Citizen) -> str:
    person.page.goto(f"/procedures/{code}")
    person.see("studio-citizen-procedure")
    assert person.download(re.compile(TEMPLATE)) == DECLARATION, "the file that the editor sent is the citizen's"
    person.press("Nộp hồ sơ trực tuyến")
    work.sign_in(person, citizen.name)
    _begin(person, code)
    _fill(person, citizen)
    person.click("Nộp hồ sơ")
    person.see("studio-citizen-filed")
    found = REFERENCE.search(person.text())
    assert found, person.text()
    return found[0]


def _begin_another(person: Window, code: str) -> str:
    """A draft that is filled in and not filed; its review page."""
    person.page.goto(f"/procedures/{code}/apply")
    _begin(person, code)
    assert person.page.get_by_label("Ghi chú").input_value() == "Ở từ năm 2019.", "as in the earlier dossier"
    _fill(person)
    return person.page.url


def _write_second(window: Window, code: str) -> str:
    """The next revision: one question goes, a required one comes; handed in."""
    window.page.goto(f"/studio?q={code}")
    window.page.get_by_role("button", name=re.compile("^Soạn bản mới")).click()
    window.page.wait_for_load_state()
    address = window.page.url
    window.follow("Mẫu để điền")
    window.page.get_by_role("link", name="Bỏ (Ghi chú)").click()
    window.see("studio-remove")
    window.click("Bỏ")
    editors.add_field(window, "Có mấy người ở cùng?", "How many live with you?", "Số nguyên")
    editors.save(window)
    _read_sheet(window, address, number=2)
    _go_back_and_forth(window, address)
    window.page.goto(address)
    window.follow("Khác gì so với bản đã công bố")
    window.see("studio-difference")
    for words in ("Ghi chú", "Có mấy người ở cùng?"):
        window.shows(words)
    keep(window.page, "studio-difference")
    window.page.goto(address)
    editors.hand_in(window)
    return address


def _finish(person: Window, draft: str) -> None:
    """What changed is shown first; what was typed is there under the new revision, only the new question is asked."""
    person.page.goto(draft)
    person.see("studio-citizen-changed")
    for words in ("Có mấy người ở cùng?", "Ghi chú", "Ở từ năm 2019."):
        person.shows(words)
    person.click("Làm tiếp theo mẫu mới")
    person.follow("Người nộp")
    assert person.page.get_by_label("Tên chủ nhà").input_value() == "Trần Thị Mẫu Chủ Nhà"
    person.fill("Có mấy người ở cùng?", "3")
    person.click("Lưu và tiếp tục")
    person.see("studio-citizen-review-again")
    for words in ("Trần Thị Mẫu Chủ Nhà", "Nhà thuê", "Có mấy người ở cùng?"):
        person.shows(words)
    person.click("Nộp hồ sơ")
    person.see("studio-citizen-filed-again")
