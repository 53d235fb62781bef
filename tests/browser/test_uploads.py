"""Files sent piece by piece from a real browser: a broken connection, a page loaded again, several at once."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Route, expect

from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.pages import check
from tests.browser.people_at_work import AN
from tests.browser.visitor import Visitor
from tests.browser.window import Journey, Window
from tests.dossiers import corpus, photographs
from tests.live import LiveServer

MIB = 1024 * 1024
FIELD = "#f-birth_paper"


@pytest.fixture
def draft(live_server: LiveServer) -> str:
    """The address of a draft of An's that waits in the section of papers."""
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-an")
    return visitor.ready_draft()


@pytest.fixture
def window(open_page: Open, draft: str) -> Window:
    return at_papers(open_page, draft, "uploads")


def at_papers(open_page: Open, draft: str, name: str, **look: object) -> Window:
    journey = Journey(name, open_page, {**WIDE, **look})
    journey.clear()
    window = journey.window()
    window.page.goto("/signin?next=/account")
    work.sign_in(window, AN.name)
    check(window.page)
    window.page.goto(f"{draft}/sections/papers")
    return window


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A PDF of five pieces and a bit."""
    path = tmp_path / "giấy chứng sinh bản to.pdf"
    body = corpus.stream(os.urandom(5 * MIB), b"", deflate=False)
    path.write_bytes(corpus.pdf(corpus.CATALOG, corpus.PAGES, body))
    return path


def watched(window: Window, meddle: Callable[[Route, int], bool]) -> list[tuple[str, int]]:
    """(method, bytes) of every request about uploads; `meddle(route, its number)` may cut one off: True if it did."""
    sent: list[tuple[str, int]] = []

    def look(route: Route) -> None:
        request = route.request
        if not meddle(route, len(sent)):
            sent.append((request.method, len(request.post_data_buffer or b"")))
            route.continue_()

    window.page.route("**/uploads**", look)
    return sent


def fetched(window: Window, live_server: LiveServer, name: str) -> str:
    """The SHA-256 of what the page's link to the file gives."""
    link = window.page.get_by_role("link", name=name)
    expect(link).to_be_visible(timeout=30_000)
    address = link.get_attribute("href")
    assert address is not None
    answer = window.page.request.get(urljoin(live_server.url, address))
    assert answer.headers["content-disposition"].startswith("attachment")
    return sha256(answer.body()).hexdigest()


def test_a_connection_cut_in_the_middle_is_gone_on_with_and_the_file_is_the_same(
    window: Window, live_server: LiveServer, large: Path
) -> None:
    cuts = 3

    def cut(route: Route, number: int) -> bool:
        nonlocal cuts
        if route.request.method == "PATCH" and number >= 3 and cuts:
            cuts -= 1
            route.abort("connectionreset")
            return True
        return False

    sent = watched(window, cut)
    window.page.locator(FIELD).set_input_files(large)
    assert fetched(window, live_server, large.name) == sha256(large.read_bytes()).hexdigest()
    assert cuts == 0
    assert [method for method, _ in sent].count("POST") == 1, "it was not begun again"
    assert sum(size for method, size in sent if method == "PATCH") == large.stat().st_size, "no byte was sent twice"
    window.shows("Đã tải lên")
    window.see("after-the-cut")


def test_a_page_loaded_again_goes_on_with_the_same_file(window: Window, live_server: LiveServer, large: Path) -> None:
    sent = watched(window, lambda route, number: _gone(route) if number >= 3 else False)
    window.page.locator(FIELD).set_input_files(large)
    expect(window.page.locator(".uploads progress")).to_be_visible()
    window.page.wait_for_timeout(1500)
    window.see("uploading")
    assert len(sent) == 3
    window.page.unroute("**/uploads**")
    window.page.reload()
    window.shows("Tệp đang tải dở")
    window.see("unfinished")
    rest = watched(window, lambda route, number: False)
    window.page.locator(FIELD).set_input_files(large)
    assert fetched(window, live_server, large.name) == sha256(large.read_bytes()).hexdigest()
    assert "POST" not in [method for method, _ in rest]
    assert sum(size for _, size in sent + rest) == large.stat().st_size


def _gone(route: Route) -> bool:
    route.abort("internetdisconnected")
    return True


def test_going_on_while_a_file_is_sent_waits_for_it(window: Window, large: Path) -> None:
    window.page.locator(FIELD).set_input_files(large)
    window.page.get_by_role("button", name="Lưu và tiếp tục", exact=True).first.click()
    window.page.wait_for_url("**/sections/declaration", timeout=30_000)
    window.page.go_back()
    expect(window.page.get_by_role("link", name=large.name)).to_be_visible()


def test_several_at_once_with_one_that_is_not_taken(window: Window, tmp_path: Path) -> None:
    photo, broken = tmp_path / "ảnh giấy.jpg", tmp_path / "hỏng.pdf"
    photo.write_bytes(photographs.jpeg(size=(1200, 900)))
    broken.write_bytes(b"MZ" + bytes(3000))
    window.page.locator(FIELD).set_input_files([photo, broken])
    expect(window.page.get_by_role("link", name=photo.name)).to_be_visible()
    window.shows("Loại tệp này chưa dùng được")
    picture = window.page.locator(".attached__picture").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 0
    window.see("one-taken-one-not")
    window.page.get_by_role("button", name=f"Bỏ tệp {photo.name}").click()
    expect(window.page.get_by_role("link", name=photo.name)).to_have_count(0)


def test_a_phone_offers_its_camera(open_page: Open, draft: str, tmp_path: Path) -> None:
    window = at_papers(open_page, draft, "uploads-phone", **NARROW)
    camera = window.page.locator(f"{FIELD}-camera")
    assert camera.get_attribute("capture") == "environment"
    photo = tmp_path / "chụp.jpg"
    photo.write_bytes(photographs.jpeg(size=(900, 1200)))
    window.page.locator(FIELD).set_input_files(photo)
    expect(window.page.get_by_role("link", name=photo.name)).to_be_visible()
    window.see("papers")


def test_without_scripts_files_go_with_the_form(open_page: Open, draft: str, large: Path) -> None:
    window = at_papers(open_page, draft, "uploads-no-js", java_script=False)
    window.page.locator(FIELD).set_input_files(large)
    window.click("Tải tệp lên rồi ở lại trang này")
    expect(window.page.get_by_role("link", name=large.name)).to_be_visible()
    window.see("papers")
