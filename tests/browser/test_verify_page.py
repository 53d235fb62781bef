"""The page on which a person checks a proof: each way in, each answer, each window; and nothing leaves the browser."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from portal.ledger import proof, proof_file, qr_text
from tests.browser import chromium, codes
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.pages import axe, check, shot, visit
from tests.ledger import small_log
from tests.ledger.make_proofs import FOLDER
from tests.live import LiveServer

PLAIN, EVERYTHING = FOLDER / "plain.tlog-proof", FOLDER / "everything.tlog-proof"
KEYS = (FOLDER / "keys.txt").read_text()
PROVEN, NOT_PROVEN, STOPPED = "Đúng: việc này có trong sổ công khai", "Không chứng minh được", "Chưa kiểm tra được"


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("vi-1280", WIDE),
        ("vi-390", NARROW),
        ("vi-320-dark", {"width": 320, "height": 640, "dark": True}),
        ("en-1280", {**WIDE, "locale": "en-GB"}),
        ("en-390-dark", {**NARROW, "locale": "en-GB", "dark": True}),
        ("en-320", {"width": 320, "height": 640, "locale": "en-GB"}),
    ],
)
def test_every_state_holds_in_every_window(open_page: Open, name: str, window: dict[str, Any]) -> None:
    page = opened(open_page(**window))
    look(page, f"empty-{name}")
    for state, file, role in (
        ("proven", EVERYTHING, "status"),
        ("sealed", FOLDER / "sealed.tlog-proof", "status"),
        ("refused", FOLDER / "index-of-the-next-leaf.tlog-proof", "alert"),
    ):
        choose(page, file)
        expect(answered(page)).to_have_attribute("role", role)
        expect(answered(page)).to_be_focused()
        look(page, f"{state}-{name}")
    page.locator("#check-scan").click()
    expect(page.locator("#check-result .notice--waiting")).to_contain_text(re.compile("máy ảnh|camera"))
    look(page, f"no-camera-{name}")


def test_what_was_proven_is_said_step_by_step(desktop: Page) -> None:
    choose(opened(desktop), EVERYTHING)
    result = answered(desktop)
    for words in (
        PROVEN,
        "hai-dang.test/ledger+",
        "witness.test/one, lúc 15/06/2020, 09:31",
        "đây là mục số 2 (đếm từ 0) của cuốn sổ khi có 300 mục",
        "Phần riêng trong tệp thuộc về đúng mục này.",
        "Nguyễn Văn Mẫu",
        "Lời hứa ghi sổ ký lúc 15/06/2020, 09:30",
        "H06.31.01-200615-0002",
        "Điều này không chứng minh",
    ):
        expect(result).to_contain_text(words)
    expect(result).not_to_contain_text(re.compile(r"\{\w+\}|undefined|null\b.*null|NaN"))


def test_each_problem_is_told_in_its_own_sentence(desktop: Page) -> None:
    page, told = opened(desktop), set()
    for problem, file in one_file_a_problem():
        choose(page, file)
        sentence = page.locator("#check-refused").evaluate(
            "(template, problem) => template.content.querySelector(`[data-if=${problem}]`).textContent", problem
        )
        expect(answered(page)).to_contain_text(sentence)
        expect(answered(page).locator("h3")).to_have_text(NOT_PROVEN)
        told.add(sentence)
    assert len(told) == len(proof.PROBLEMS)


def test_pasted_text_counts_without_the_blanks_around_it(desktop: Page) -> None:
    page = opened(desktop)
    page.get_by_text("Dán nội dung thay cho tệp").click()
    for pasted in (f"\n  {PLAIN.read_text()}\n\n", qr_text.render(PLAIN.read_bytes())):
        page.locator("#f-proof_text").fill(pasted)
        page.get_by_role("button", name="Kiểm tra", exact=True).click()
        expect(answered(page).locator("h3")).to_have_text(PROVEN)
        page.locator("#f-proof_text").fill(pasted.replace("A", "B", 1))
        page.get_by_role("button", name="Kiểm tra", exact=True).click()
        expect(answered(page).locator("h3")).to_have_text(NOT_PROVEN)


def test_a_receipt_that_is_only_promised_says_so(desktop: Page) -> None:
    page = opened(desktop)
    receipt = json.loads((FOLDER / "receipts.json").read_text())["promised"]["text"]
    page.locator("#f-proof_file").set_input_files(
        {"name": "a.receipt.json", "mimeType": "application/json", "buffer": receipt.encode()}
    )
    expect(answered(page).locator("h3")).to_have_text("Đã hứa, chưa chứng minh")
    expect(answered(page)).to_contain_text("sẽ có trong sổ trước 16/06/2020, 09:30")
    look(page, "promised")


def test_a_file_replaced_after_it_was_chosen_can_be_chosen_again(desktop: Page, tmp_path: Path) -> None:
    page, file = opened(desktop), tmp_path / "mine.tlog-proof"
    file.write_bytes(PLAIN.read_bytes())
    choose(page, file)
    expect(answered(page).locator("h3")).to_have_text(PROVEN)
    file.write_bytes(EVERYTHING.read_bytes())
    os.utime(file, (1, 1))
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect(answered(page)).to_contain_text("Hãy chọn lại tệp")
    choose(page, file)
    expect(answered(page)).to_contain_text("H06.31.01-200615-0002")


def test_a_picture_of_the_code(desktop: Page) -> None:
    page = opened(desktop)
    good, other = (
        codes.picture(qr_text.render(PLAIN.read_bytes())),
        codes.picture("https://dichvucong.example.vn/track"),
    )
    for picture, title, words in (
        (good, PROVEN, "H06.31.01-200615-0001"),
        (other, STOPPED, "Mã QR này không phải mã chứng minh"),
        (codes.blank(), STOPPED, "Không thấy mã QR nào trong ảnh"),
        (b"no picture", STOPPED, "Trình duyệt không mở được ảnh này"),
    ):
        page.locator("#f-proof_file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture})
        expect(answered(page)).to_contain_text(words)
        expect(answered(page).locator("h3")).to_have_text(title)


def test_the_code_of_a_proof_from_a_log_of_millions_is_read(desktop: Page) -> None:
    """24 hashes, two witnesses and a promise; the hashes lead nowhere, which the answer says."""
    signed = small_log.checkpoint(cosigning=(small_log.FIRST, small_log.SECOND))
    proven = small_log.proof(0, promise=small_log.promised(small_log.FILING), signed=signed)
    path = tuple(sha256(bytes([number])).digest() for number in range(24))
    picture = codes.picture(qr_text.render(proof_file.render(replace(proven, path=path))), scale=3)
    page = opened(desktop)
    page.locator("#f-proof_file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture})
    expect(answered(page)).to_contain_text("Mục trong tệp không nằm trong sổ")


@pytest.fixture
def with_camera(browser: Browser, live_server: LiveServer, tmp_path: Path) -> Iterator[Page]:
    """A page in a browser whose camera looks at the QR code of a good proof."""
    film = codes.film(qr_text.render(PLAIN.read_bytes()), tmp_path / "code.y4m")
    arguments = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}", "--no-sandbox"]
    seeing = browser.browser_type.launch(executable_path=chromium.find(), args=arguments)
    context = seeing.new_context(base_url=live_server.url, locale="vi-VN")
    yield context.new_page()
    seeing.close()


def test_the_camera_reads_the_code_and_is_turned_off(with_camera: Page) -> None:
    with_camera.context.grant_permissions(["camera"])
    page = opened(with_camera)
    page.evaluate(REMEMBER_TRACKS)
    page.get_by_role("button", name="Quét mã QR bằng máy ảnh").click()
    expect(answered(page).locator("h3")).to_have_text(PROVEN)
    expect(page.locator("#check-camera")).to_be_hidden()
    page.wait_for_function("window.tracks.every((track) => track.readyState === 'ended')")
    assert page.evaluate("window.tracks.length") == 1


def test_a_camera_that_may_not_be_used(with_camera: Page) -> None:
    page = opened(with_camera)
    page.get_by_role("button", name="Quét mã QR bằng máy ảnh").click()
    expect(answered(page)).to_contain_text("Trình duyệt chưa được phép dùng máy ảnh")


def test_by_keys_alone(desktop: Page) -> None:
    page = opened(desktop)
    for wanted in ("check-scan", "check-now"):
        for _press in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == wanted:
                break
        assert page.evaluate("document.activeElement.id") == wanted
    page.keyboard.press("Enter")
    expect(answered(page)).to_contain_text("Chưa có gì để kiểm tra")
    expect(answered(page)).to_be_focused()


@pytest.mark.parametrize("keys", ["", "not a key", KEYS.replace("+", "-"), KEYS.splitlines()[2]])
def test_without_a_ledgers_key_nothing_is_proven(desktop: Page, keys: str) -> None:
    page = opened(desktop, keys=keys)
    choose(page, PLAIN)
    expect(answered(page).locator("h3")).to_have_text(STOPPED)
    expect(answered(page)).to_contain_text("Ô khóa không có khóa nào của sổ")


def test_without_scripts_the_page_says_how_else(no_js: Page) -> None:
    visit(no_js, "/ledger/verify")
    expect(no_js.get_by_text("Kiểm tra ngay trên trang này cần JavaScript")).to_be_visible()
    expect(no_js.locator("#check-tool")).to_be_hidden()
    expect(no_js.get_by_text("python3 check.py")).to_be_visible()


@pytest.mark.parametrize("lacking", ["serviceWorker", "caches"])
def test_a_browser_that_keeps_nothing_checks_all_the_same(desktop: Page, lacking: str) -> None:
    owner = "navigator" if lacking == "serviceWorker" else "window"
    desktop.add_init_script(f"Object.defineProperty({owner}, '{lacking}', {{value: undefined}})")
    visit(desktop, "/ledger/verify")
    expect(desktop.locator("#check-not-kept")).to_be_visible()
    desktop.locator("#f-proof_keys").evaluate("(field, keys) => (field.value = keys)", KEYS)
    choose(desktop, PLAIN)
    expect(answered(desktop).locator("h3")).to_have_text(PROVEN)


def test_without_cryptography_the_page_says_so_and_offers_no_check(desktop: Page) -> None:
    """As browsers are on an address that is not https."""
    desktop.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', {get: () => undefined})")
    visit(desktop, "/ledger/verify")
    expect(desktop.get_by_text("Trình duyệt không cho trang này dùng mật mã")).to_be_visible()
    expect(desktop.locator("#check-tool")).to_be_hidden()
    axe(desktop)


def test_an_error_nobody_foresaw_is_no_answer(browser: Browser, live_server: LiveServer) -> None:
    """It is neither proven nor refused, the page says so, and the browser's console has the error."""
    context = browser.new_context(base_url=live_server.url, locale="vi-VN")
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    opened(page)
    page.evaluate("() => { crypto.subtle.digest = () => Promise.reject(new Error('broken on purpose')); }")
    page.locator("#f-proof_text").evaluate("(field, text) => (field.value = text)", PLAIN.read_text())
    page.locator("#check-now").click()
    expect(answered(page)).to_contain_text("Trang gặp một lỗi không ngờ tới")
    assert errors == ["broken on purpose"]
    context.close()


# Lets a test see, after the camera's use, whether it was turned off.
REMEMBER_TRACKS = """() => {
    window.tracks = [];
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wishes) => {
        const stream = await open(wishes);
        window.tracks.push(...stream.getTracks());
        return stream;
    };
}"""


def opened(page: Page, *, keys: str = KEYS) -> Page:
    """The page with these keys instead of the installation's."""
    visit(page, "/ledger/verify")
    page.locator("#f-proof_keys").evaluate("(field, keys) => (field.value = keys)", keys)
    expect(page.locator("#check-kept")).to_be_visible()
    return page


def choose(page: Page, file: Path) -> None:
    """Choose the file; the answer to the one before is taken away first, so that none is taken for the new one."""
    page.locator("#check-result").evaluate("result => result.replaceChildren()")
    page.locator("#f-proof_file").set_input_files(file)


def answered(page: Page) -> Locator:
    result = page.locator("#check-result")
    expect(result.locator("h3")).to_be_visible()
    return result


def look(page: Page, name: str) -> None:
    shot(page, name, folder="verify")
    check(page)
    axe(page)


def one_file_a_problem() -> Iterator[tuple[str, Path]]:
    expected = json.loads((FOLDER / "expected.json").read_text())
    plain = {name: case for name, case in expected.items() if case["keys"] == "keys.txt" and not case["witnesses"]}
    for problem in proof.PROBLEMS:
        yield problem, FOLDER / next(name for name, case in plain.items() if case["problem"] == problem)
