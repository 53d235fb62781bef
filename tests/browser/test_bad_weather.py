"""What goes wrong at people's desks and in the machine room: told in our own words, and nothing promised is lost."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
from playwright.sync_api import Page

from tests.browser import people_at_work as work
from tests.browser.conftest import Open
from tests.browser.pages import axe, check, shot, visit
from tests.browser.people_at_work import AN
from tests.browser.visitor import Visitor
from tests.browser.window import Journey, Window
from tests.filing import pdf
from tests.live import LiveServer

HUGE = 200 * 1024 * 1024
CHUNK = 64 * 1024
TRACES = ("Traceback", "werkzeug", 'File "', "sqlalchemy", "psycopg")
DRAFTS_EACH, KILLS = 5, 3
CITIZENS = ("an", "binh", "cuong", "dung", "giang", "hai", "linh", "phuong")


def has_no_trace(text: str) -> None:
    found = [trace for trace in TRACES if trace in text]
    assert not found, f"{found} in {text[:2000]}"


# --- Uploads -----------------------------------------------------------------------------------------------------


def test_an_upload_of_200_mb_is_cut_off_early_with_a_page_that_says_why(live_server: LiveServer) -> None:
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-an")
    address = visitor.begin()
    sent, answer = _send_huge(live_server.url, f"{address}/sections/papers", visitor)
    assert sent < HUGE / 4, f"{sent} bytes were taken before the answer"
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 413 "), head
    assert "govuk-heading-l" in body
    assert "MB" in body
    has_no_trace(body)
    again = visitor.http.get(live_server.url + address, timeout=20)
    assert again.status_code == 200


def test_a_file_too_large_is_told_beside_its_field_before_it_is_sent(
    open_page: Open, live_server: LiveServer, tmp_path: Path
) -> None:
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-an")
    address = visitor.ready_draft()
    window = _signed_in(open_page, "bad-weather-upload")
    window.page.goto(f"{address}/sections/papers")
    large = tmp_path / "rất nặng.pdf"
    with large.open("wb") as file:
        file.write(pdf())
        file.truncate(HUGE)
    sent: list[str] = []
    window.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    field = window.page.locator("input[type=file]").first
    field.set_input_files(large)
    window.shows("Tệp rất nặng.pdf nặng 200 MB, quá giới hạn 20 MB")
    window.click("Lưu và tiếp tục")
    assert sent == []
    described = field.get_attribute("aria-describedby") or ""
    assert any("200\u00a0MB" in window.page.locator(f"[id='{part}']").inner_text() for part in described.split())
    window.see("too-large")


def _send_huge(url: str, path: str, visitor: Visitor) -> tuple[int, str]:
    """Send a multipart body of 200 MB until the server answers: how much it took, and what it said."""
    where = urlsplit(url)
    start = b'--edge\r\nContent-Disposition: form-data; name="birth_paper"; filename="a.pdf"\r\n\r\n'
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\nCookie: {visitor.cookies()}\r\nConnection: close\r\n"
        f"Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: {HUGE}\r\n\r\n"
    )
    with socket.create_connection((where.hostname or "", where.port or 80), timeout=20) as wire:
        wire.sendall(head.encode() + start)
        sent = _send_until_answered(wire)
        return sent, _read_all(wire)


def _send_until_answered(wire: socket.socket) -> int:
    sent = 0
    while sent < HUGE and not _answered(wire):
        try:
            sent += wire.send(b"x" * CHUNK)
        except (BrokenPipeError, ConnectionResetError):
            break
    return sent


def _answered(wire: socket.socket) -> bool:
    wire.settimeout(0.05)
    try:
        return bool(wire.recv(1, socket.MSG_PEEK))
    except TimeoutError:
        return False
    finally:
        wire.settimeout(20)


def _read_all(wire: socket.socket) -> str:
    parts = []
    try:
        while part := wire.recv(CHUNK):
            parts.append(part)
    except ConnectionResetError:  # it does not wait for the rest of ours
        pass
    return b"".join(parts).decode()


# --- What is not there, or not yours -----------------------------------------------------------------------------


def test_an_unknown_address_has_a_page_with_a_way_on(desktop: Page) -> None:
    for path in ("/khong-co", "/procedures/9.999999", "/drafts/not-a-token", "/ledger/dossiers/H06.31.01-200101-9999"):
        visit(desktop, path, status=404)
        axe(desktop)
        has_no_trace(desktop.content())
    shot(desktop, "404", folder="bad-weather")


def test_a_stale_form_is_refused_and_says_what_to_do(open_page: Open) -> None:
    window = _signed_in(open_page, "bad-weather-stale")
    window.open("/account/contact", "contact")
    field = window.page.locator("main input[name=csrf_token]")
    field.evaluate("input => { input.value = 'IjEi.from.another.day' }")
    window.page.locator("main button[type=submit]").first.click()
    window.see("stale", status=400)
    has_no_trace(window.page.content())


def test_a_dossier_of_somebody_else_looks_like_none(open_page: Open, live_server: LiveServer) -> None:
    owner = Visitor(live_server.url)
    owner.sign_in("demo-citizen-linh")
    reference = _submit(owner, owner.ready_draft())
    window = _signed_in(open_page, "bad-weather-foreign")
    window.open(f"/dossiers/{reference}", "foreign", status=404)
    foreign = window.text()
    window.open("/dossiers/H06.31.01-200101-9999", "none", status=404)
    assert window.text() == foreign
    window.open("/desk", "not-an-officer", status=403)
    has_no_trace(window.page.content())


# --- Servers that die --------------------------------------------------------------------------------------------


def test_killing_the_web_server_loses_nothing_acknowledged(live_server: LiveServer) -> None:
    drafts = [(visitor, visitor.ready_draft()) for visitor in _citizens(live_server) for _ in range(DRAFTS_EACH)]
    interrupted: list[str] = []
    with ThreadPoolExecutor(8) as pool:
        filing = [pool.submit(_submit, visitor, address, interrupted) for visitor, address in drafts]
        _kill_now_and_then(live_server, filing)
        acknowledged = [done.result() for done in filing]
    assert interrupted, "every kill missed"
    assert len(set(acknowledged)) == len(drafts)
    again = [_submit(visitor, address) for visitor, address in drafts]
    assert again == acknowledged
    _hold_the_records(live_server, acknowledged)


def _citizens(live_server: LiveServer) -> Iterator[Visitor]:
    for name in CITIZENS:
        visitor = Visitor(live_server.url)
        visitor.sign_in(f"demo-citizen-{name}")
        yield visitor


def _submit(visitor: Visitor, address: str, interrupted: list[str] | None = None) -> str:
    """Submit as a patient person does: again whenever no answer came. The reference that was acknowledged."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            return visitor.submit(address)
        except requests.ConnectionError:
            assert interrupted is not None, "the server did not answer"
            interrupted.append(address)
            time.sleep(0.2)
    raise AssertionError(f"{address} could not be submitted for a minute")


def _kill_now_and_then(live_server: LiveServer, filing: list[Future[str]]) -> None:
    """Kill the web server with all its workers, each time some more submissions have been acknowledged."""
    for number in range(1, KILLS + 1):
        while sum(done.done() for done in filing) < number * len(filing) // (KILLS + 2):
            time.sleep(0.005)
        for process in _web_processes(live_server.process.pid):
            os.kill(process, signal.SIGKILL)


def _web_processes(supervisor: int) -> list[int]:
    """The web server's own process and its workers."""
    masters = [child for child in _children(supervisor) if b"portal.serving" in _command(child)]
    return [process for master in masters for process in (master, *_children(master))]


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _command(process: int) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()


def _hold_the_records(live_server: LiveServer, acknowledged: list[str]) -> None:
    """Each is in the database once and in the ledger once, and the day's serials have no gap."""
    with psycopg.connect(live_server.settings.database_url, autocommit=True) as connection:
        _wait_until_published(connection)
        rows = connection.execute("select reference from dossier where reference like 'H06.31.01-%'").fetchall()
        references = [row[0] for row in rows]
        entries = connection.execute("select entry from ledger_entry").fetchall()
    assert set(acknowledged) <= set(references)
    for day in {reference.rpartition("-")[0] for reference in references}:
        serials = sorted(int(reference.rpartition("-")[2]) for reference in references if reference.startswith(day))
        assert serials == list(range(1, len(serials) + 1)), f"{day} has gaps or doubles: {serials}"
    filed = [bytes(row[0]) for row in entries if b'"act":"filed"' in bytes(row[0])]
    for reference in references:
        assert sum(f'"reference":"{reference}"'.encode() in entry for entry in filed) == 1, reference


def _wait_until_published(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    deadline = time.monotonic() + 60
    while connection.execute("select count(*) from ledger_outbox").fetchone() != (0,):
        assert time.monotonic() < deadline, "the publisher leaves entries waiting"
        time.sleep(0.1)


def _signed_in(open_page: Open, name: str) -> Window:
    journey = Journey(name, open_page, {"width": 1280})
    journey.clear()
    window = journey.window()
    window.page.goto("/signin?next=/account")
    work.sign_in(window, AN.name)
    check(window.page)
    return window


@pytest.fixture(autouse=True)
def _serving(live_server: LiveServer) -> None:
    """Each test begins with a server that answers; an earlier one may have killed it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{live_server.url}/readyz", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the server does not come back")
