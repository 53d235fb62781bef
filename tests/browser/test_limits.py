"""What is too large is refused early, with a page that says so in the browser that sent it."""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.pages import axe, check, shot

FORM = """() => {
    const form = document.createElement("form");
    Object.assign(form, {method: "post", enctype: "multipart/form-data", action: location.pathname});
    form.innerHTML = '<input type="file" name="file" id="file" aria-label="file"><button id="send">Send</button>';
    document.body.append(form);
}"""


def test_an_upload_of_200_mb_is_cut_off_with_a_message(phone: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    phone.goto("/track")
    phone.evaluate(FORM)
    phone.set_input_files("#file", large)
    with phone.expect_navigation() as sent:
        phone.click("#send")
    assert sent.value.status == 413
    check(phone, sent.value)
    axe(phone)
    shot(phone, "too-large")
