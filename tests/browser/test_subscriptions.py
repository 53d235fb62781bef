"""Following a dossier without an account, as a reader and as a programmer do it: each page, in every window."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import commands
from portal.transaction import unit_of_work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.letters import letters_to
from tests.browser.outsider import Outsider
from tests.browser.window import Journey, Window
from tests.filing import WARD_1, act, file_dossier, officer_of
from tests.live import LiveServer
from tests.signing_in import make_citizen

LINK = re.compile(r"https?://\S+/ledger/subscriptions/[A-Za-z0-9_-]{32}")
LOOKS = [
    ("desktop", WIDE, "vi"),
    ("phone", NARROW, "vi"),
    ("small-dark", {"width": 320, "height": 640, "dark": True}, "vi"),
    ("no-js", {**NARROW, "java_script": False}, "vi"),
    ("english", {**WIDE, "locale": "en-GB"}, "en"),
    ("english-phone-dark", {**NARROW, "locale": "en-GB", "dark": True}, "en"),
]


@dataclass(frozen=True, slots=True)
class Words:
    """What is pressed and read."""

    follow: str
    send: str
    open_mailbox: str
    confirm: str
    decline: str
    confirmed: str
    end: str
    ended: str
    programmer: str
    create: str
    keep: str
    waiting: str
    failing: str
    stop: str
    stopped: str


WORDS = {
    "vi": Words(
        "Nhận thư khi có việc mới",
        "Gửi thư xác nhận",
        "Hãy mở hộp thư của bạn",
        "Xác nhận, tôi muốn nhận",
        "Không, xóa địa chỉ này",
        "Đã xác nhận. Thư sẽ đến khi có việc mới trong sổ.",
        "Thôi nhận thư",
        "Đã thôi gửi thư",
        "Viết phần mềm? Hãy để sổ gọi địa chỉ web của bạn",
        "Tạo",
        "Hãy giữ lại hai dòng này",
        "Đang chờ địa chỉ trả lời câu hỏi.",
        "Chúng tôi thử lại thưa dần trong ba ngày rồi thôi",
        "Thôi gọi và xóa địa chỉ",
        "Đã thôi gọi",
    ),
    "en": Words(
        "Get letters about what is new",
        "Send the letter to confirm",
        "Open your mailbox",
        "Confirm, I want them",
        "No, delete this address",
        "Confirmed. A letter will come when there is something new in the ledger.",
        "End these letters",
        "The letters have ended",
        "Do you write software? Let the ledger call your web address",
        "Create",
        "Keep these two lines",
        "Waiting for the address to answer the question.",
        "We try again, less and less often, for three days",
        "Stop calling and delete the address",
        "No more calls",
    ),
}


@pytest.fixture
def reference(live_session: Session, live_server: LiveServer) -> str:
    """A dossier that the log has."""
    found = file_dossier(live_session, make_citizen(live_session))
    Outsider(live_server.url).acts_of(found, last="filed")
    return found


@pytest.fixture(params=LOOKS, ids=lambda look: look[0])
def reader(request: pytest.FixtureRequest, open_page: Open) -> Iterator[tuple[Window, Words]]:
    name, look, language = request.param
    journey = Journey(f"{request.node.originalname}-{name}".removeprefix("test_"), open_page, look, language)
    journey.clear()
    yield journey.window(), WORDS[language]


def test_letters_about_a_dossier(
    reader: tuple[Window, Words], live_server: LiveServer, live_session: Session, reference: str
) -> None:
    """Asked for, confirmed from a letter that really came, told of the next act, ended from that letter."""
    window, words = reader
    address = f"doc-gia-{window.journey.name.lower()}@vidu.vn"
    window.open(f"/ledger/dossiers/{reference}", "dossier")
    window.follow(words.follow)
    window.see("ask")
    window.page.locator("#f-address").fill("khong phai dia chi")
    window.click(words.send)
    window.see("ask-wrong", status=422)
    window.page.locator("#f-address").fill(address)
    window.click(words.send)
    window.see("asked")
    window.shows(words.open_mailbox)
    (question,) = letters_to(live_server.outbox, address, at_least=1)
    window.open(_path(question.get_content(), live_server), "manage-unconfirmed")
    window.shows(words.decline)
    window.click(words.confirm)
    window.see("manage-confirmed")
    window.shows(words.confirmed)
    window.page.reload()
    expect(window.page.get_by_text(words.confirmed)).to_have_count(0)
    act(live_session, commands.receive, reference, officer_of(live_session, WARD_1, "receiver"))
    _, told = letters_to(live_server.outbox, address, at_least=2)
    assert reference in told["Subject"]
    window.open(_path(told.get_content(), live_server), "manage-again")
    window.click(words.end)
    window.see("ended")
    window.shows(words.ended)
    window.open(_path(told.get_content(), live_server), "gone", status=404)


def test_who_did_not_ask_for_letters_has_the_address_deleted(
    desktop_reader: tuple[Window, Words], live_server: LiveServer, live_session: Session, reference: str
) -> None:
    window, words = desktop_reader
    address = "khong-xin@vidu.vn"
    window.page.goto(f"/ledger/subscribe?dossier={reference}")
    window.page.locator("#f-address").fill(address)
    window.click(words.send)
    (question,) = letters_to(live_server.outbox, address, at_least=1)
    window.page.goto(_path(question.get_content(), live_server))
    window.click(words.decline)
    window.see("declined")
    window.shows(words.ended)
    live_session.rollback()
    kept = live_session.execute(text("select count(*) from subscription where code = :code"), {"code": reference})
    assert kept.scalar_one() == 0


@pytest.fixture
def desktop_reader(open_page: Open) -> tuple[Window, Words]:
    journey = Journey("letters-declined", open_page, WIDE)
    journey.clear()
    return journey.window(), WORDS["vi"]


def test_a_web_hook_about_a_dossier(reader: tuple[Window, Words], live_session: Session, reference: str) -> None:
    """Made, looked after while nobody answers, while it works, while it fails; and ended."""
    window, words = reader
    window.open(f"/ledger/subscribe?dossier={reference}", "ask-letters")
    window.follow(words.programmer)
    window.see("ask")
    for wrong in ("", "http://vidu.vn/so", "https://10.0.0.1/so"):
        window.page.locator("#f-url").fill(wrong)
        window.click(words.create)
        window.see(f"refused-{wrong[:5] or 'empty'}".rstrip(":"), status=422)
    window.page.locator("#f-url").fill(f"https://may-nhan-su-kien-rat-dai.invalid/so-cong-khai/{'x' * 60}")
    window.click(words.create)
    window.see("made")
    window.shows(words.keep)
    window.page.locator("main a[href*='/ledger/web-hooks/']").click()
    window.page.wait_for_url("**/ledger/web-hooks/*")
    window.see("unproven")
    window.shows(words.waiting)
    for name, state in (("working", "failing_since = null"), ("failing", "failing_since = now()")):
        _set(live_session, reference, f"confirmed_at = now(), due_at = now() + interval '1 day', {state}")
        window.page.reload()
        window.see(name)
    window.shows(words.failing)
    window.click(words.stop)
    window.see("ended")
    window.shows(words.stopped)


def _set(session: Session, reference: str, values: str) -> None:
    with unit_of_work(session):
        session.execute(text(f"update web_hook set {values} where code = :code"), {"code": reference})


def _path(letter: Any, live_server: LiveServer) -> str:
    """Where the letter's link leads."""
    found = LINK.search(letter)
    assert found, letter
    assert found[0].startswith(live_server.url)
    return found[0].removeprefix(live_server.url)
