"""What the scripts add. The server holds each line too: a page without scripts loses comfort, nothing else."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.design.conftest import Open

pytestmark = pytest.mark.browser


@pytest.fixture
def page(window: Open) -> Page:
    page = window()
    page.goto("/test/gallery")
    return page


def test_the_summary_is_read_first_and_its_lines_lead_into_the_fields(page: Page) -> None:
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Ngày sinh phải là một ngày có thật.").click()
    expect(page.locator("#f-ngay-day")).to_be_focused()
    page.get_by_role("link", name="Hãy chọn giới tính.").click()
    expect(page.locator("#f-gioi")).to_be_focused()


# Clicks, and says of each sending whether it was stopped; none really leaves the page.
CLICKS = """names => {
    const stopped = [];
    window.addEventListener("submit", event => { stopped.push(event.defaultPrevented); event.preventDefault(); });
    const named = name => [...document.querySelectorAll("button")].find(one => one.textContent.trim() === name);
    for (const name of names) named(name).click();
    return stopped;
}"""


def test_a_second_click_sends_nothing(page: Page) -> None:
    assert page.evaluate(CLICKS, ["Nộp hồ sơ"] * 3) == [False, True, True]
    expect(page.get_by_role("button", name="Nộp hồ sơ", exact=True)).to_have_attribute("aria-disabled", "true")


def test_another_button_of_the_same_form_still_works(page: Page) -> None:
    assert page.evaluate(CLICKS, ["Nộp hồ sơ", "Lưu bản nháp", "Lưu bản nháp"]) == [False, False, True]


def test_a_file_too_large_is_named_beside_the_field_and_not_sent(page: Page, plain_app: Flask, tmp_path: Path) -> None:
    limit = plain_app.config["SETTINGS"].max_file_bytes
    large, small = tmp_path / "ảnh.jpg", tmp_path / "giấy.pdf"
    with large.open("wb") as file:
        file.truncate(limit + 1)
    small.write_bytes(b"%PDF-1.7")
    field = page.locator("#f-tep")
    field.set_input_files([large, small])
    message = page.locator("#f-tep-too-big")
    expect(message).to_contain_text("ảnh.jpg")
    expect(message).to_contain_text("20 MB")
    expect(message).not_to_contain_text("giấy.pdf")
    expect(field).to_have_attribute("aria-describedby", re.compile("f-tep-too-big"))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    page.get_by_role("button", name="Nộp hồ sơ", exact=True).click()
    expect(field).to_be_focused()
    assert sent == []
    field.set_input_files([small])
    expect(message).to_have_count(0)
    expect(page.locator(".file-input__chosen li").first).to_contain_text("giấy.pdf")
    expect(field).to_have_attribute("aria-describedby", "f-tep-hint")


def test_a_file_dropped_on_the_box_is_chosen(page: Page) -> None:
    page.locator("[data-file-input]").first.evaluate(
        """box => {
            const data = new DataTransfer();
            data.items.add(new File(["xin chào"], "thả.pdf"));
            box.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    assert page.locator("#f-tep").evaluate("field => [...field.files].map(file => file.name)") == ["thả.pdf"]


def test_what_is_left_to_write_is_counted_as_the_server_counts(page: Page) -> None:
    field, words = page.locator("#f-ghi"), page.locator("#f-ghi-count")
    field.fill("e\u0323\u0302😀")  # ệ decomposed, and one emoji: two characters
    expect(words).to_have_text("Còn được viết 198 ký tự.")
    field.fill("a" * 203)
    expect(words).to_have_text("Dài quá 3 ký tự. Hãy viết ngắn lại.")


def test_a_code_is_copied(page: Page) -> None:
    page.get_by_role("button", name="Chép mã").click()
    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "H06.50.05-200615-0007"
