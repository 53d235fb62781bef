"""What editors do in the studio, each step as they do it: by labels, links and buttons, looking at every page."""

from typing import Any

from playwright.sync_api import expect

from tests.browser import people_at_work as work
from tests.browser.pictures import keep
from tests.browser.window import Window

WRITER = "Lâm Thị Mẫu Trang"
APPROVER = "Nguyễn Đức Mẫu Thịnh"


def open_studio(window: Window, name: str) -> None:
    window.page.goto("/studio")
    work.sign_in(window, name, officer=True)
    window.see("studio")


def begin(window: Window, code: str) -> None:
    window.press("Soạn thủ tục mới")
    window.see("studio-new")
    window.fill("Mã thủ tục", code)
    window.click("Bắt đầu soạn")
    window.see("studio-empty")
    keep(window.page, "studio-manuscript")


def write_both(window: Window, legend: str, vi: str, en: str) -> None:
    """One text in both languages."""
    group = window.page.get_by_role("group", name=legend, exact=False).first
    group.get_by_label("Tiếng Việt", exact=True).fill(vi)
    group.get_by_label("Tiếng Anh", exact=True).fill(en)


def write_sheet(window: Window, name: str, english: str) -> None:
    window.follow("Tên, lĩnh vực, từ khóa")
    window.see("studio-names")
    write_both(window, "Tên thủ tục", name, english)
    write_both(window, "Tóm tắt", f"{name} cho người dân.", f"{english} for residents.")
    window.page.get_by_label("Lĩnh vực").select_option(label="Hộ tịch")
    keep(window.page, "studio-names")
    window.click("Lưu")
    window.follow("Ai làm, nộp ở đâu")
    window.see("studio-who")
    write_both(window, "Cơ quan thực hiện", "Ủy ban nhân dân cấp xã", "People's Committee of the commune")
    window.click("Lưu")
    window.follow("Trình tự thực hiện")
    window.see("studio-steps")
    window.page.get_by_label("Tiếng Việt").first.fill("Điền tờ khai và nộp.")
    window.page.get_by_label("Tiếng Anh").first.fill("Fill in the form and send it.")
    window.click("Lưu")
    window.follow("Kết quả, điều kiện")
    window.see("studio-result")
    write_both(window, "Kết quả", "Giấy xác nhận", "A certificate")
    window.click("Lưu")


def upload_template(window: Window, name: str, data: bytes) -> None:
    """A file that people download, on the page of the paper that is open."""
    chosen: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    window.page.get_by_label("Thêm một tệp mẫu").set_input_files(chosen)
    window.click("Tải tệp lên và lưu")
    window.see("studio-paper-with-file")
    expect(window.page.get_by_role("link", name=name)).to_be_visible()
    keep(window.page, "studio-template")


def add_section(window: Window, title: str, english: str) -> None:
    window.press("Thêm phần")
    window.see("studio-add-section")
    write_both(window, "Tên phần", title, english)
    window.click("Thêm")
    window.see("studio-section")
    window.click("Lưu")


def add_field(window: Window, label: str, english: str, kind: str, *, required: bool = True) -> None:
    """At the end of the last section; its own page stays open."""
    window.page.get_by_role("button", name="Thêm mục").last.click()
    window.see("studio-add-field")
    write_both(window, "Câu hỏi", label, english)
    window.choose("Loại câu trả lời", kind)
    window.click("Thêm")
    window.see("studio-field")
    if required:
        window.page.get_by_label("Bắt buộc trả lời").check()


def write_option(window: Window, number: int, words: str, english: str) -> None:
    window.page.locator(f"#f-options-{number}-label-vi").fill(words)
    window.page.locator(f"#f-options-{number}-label-en").fill(english)


def add_stop(window: Window, words: str, english: str, decider: str, answer: str) -> None:
    """An early stop of the whole form."""
    window.page.get_by_role("button", name="Thêm chỗ dừng sớm (cả mẫu)").click()
    window.see("studio-add-stop")
    write_both(window, "Lời báo", words, english)
    window.click("Thêm")
    window.see("studio-stop")
    ask_only_if(window, decider, answer, about="when", picture="studio-stop")
    save(window)


def ask_only_if(
    window: Window, decider: str, answer: str, *, about: str = "show_if", picture: str = "studio-field"
) -> None:
    """Choose the earlier question, then its answer."""
    box = window.page.locator("fieldset", has=window.page.locator(f"#f-{about}")).first
    box.get_by_label("Tùy câu trả lời của mục đứng trước").select_option(label=decider)
    box.get_by_role("button", name="Chọn mục này").click()
    window.see("studio-condition")
    window.page.get_by_role("group", name="Một trong các câu trả lời này").get_by_label(answer, exact=True).check()
    keep(window.page, picture, tallest=2000)


def unfold(window: Window, words: str) -> None:
    window.page.locator("summary", has_text=words).click()


def save(window: Window) -> None:
    window.click("Lưu")
    window.page.wait_for_load_state()


def hand_in(window: Window) -> None:
    window.follow("Kiểm tra")
    window.see("studio-check")
    window.shows("Không còn lỗi nào ngăn việc công bố.")
    keep(window.page, "studio-check")
    window.follow("Về bản thảo")
    window.press("Trình duyệt")
    window.see("studio-hand-in")
    window.click("Trình duyệt")
    window.see("studio-handed-in")


def approve_and_publish(window: Window, address: str, number: str) -> None:
    window.page.goto(address)
    window.see("studio-to-review")
    window.press("Duyệt")
    window.see("studio-approve")
    keep(window.page, "studio-approve")
    window.click("Duyệt")
    window.see("studio-approved")
    window.press("Công bố")
    window.see("studio-publish")
    window.fill("Số quyết định", number)
    window.fill_date("Ngày quyết định", "1", "6", "2026")
    keep(window.page, "studio-publish")
    window.click("Công bố")
    window.see("studio-published")
    window.shows("Đã công bố thành bản")
