"""Two people in a real browser: one lets the other file for them, sees it filed, and ends it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.letters import letters_about
from tests.browser.people_at_work import Citizen
from tests.browser.window import Journey, Window
from tests.filing import pdf
from tests.live import LiveServer

GRANTER = Citizen("Nguyễn Phước Bảo Mẫu Quỳnh Phượng Tường Vy", "099199000008", "mau.phuong@cong-dan.example")
AGENT = Citizen("Huỳnh Mỹ Mẫu Linh", "099302000007", "mau.linh@cong-dan.example")


@pytest.mark.parametrize(("name", "look"), [("mandate-desktop", WIDE), ("mandate-phone", NARROW)])
def test_from_the_offer_through_a_filing_to_the_end(
    open_page: Open, live_server: LiveServer, name: str, look: dict[str, Any]
) -> None:
    journey = Journey(name, open_page, look)
    journey.clear()
    granter, agent = journey.window(), journey.window()
    address = _offer(granter)
    _accept(agent)
    reference = _file(agent)
    _look(granter, address, reference)
    _end(granter, address)
    agent.open(f"/dossiers/{reference}", "agent-after-the-end", status=404)
    agent.open("/account/mandates", "agent-mandates-over")
    letters = letters_about(live_server.outbox, reference, at_least=2)
    assert {letter["To"] for letter in letters} == {GRANTER.email, AGENT.email}


def _offer(granter: Window) -> str:
    """With the form sent empty first; the mandate's address."""
    granter.page.goto("/account/mandates")
    work.sign_in(granter, GRANTER.name)
    granter.see("mandates-empty")
    granter.press("Ủy quyền cho một người")
    granter.see("new")
    granter.click("Gửi lời ủy quyền")
    granter.see("new-empty", status=422)
    granter.fill("Họ và tên người được ủy quyền", AGENT.name.upper())
    granter.fill("Số căn cước của người đó", AGENT.national_id)
    granter.choose("Ủy quyền cho thủ tục nào", "Chỉ các thủ tục chọn dưới đây")
    granter.page.get_by_label("Đăng ký khai sinh", exact=True).check()
    granter.attach("Bản chụp giấy ủy quyền đã ký", ("giấy ủy quyền.pdf", pdf("ky")))
    granter.see("new-filled", status=422)
    granter.click("Gửi lời ủy quyền")
    granter.see("offered")
    granter.shows("Chờ nhận lời")
    return granter.page.url.partition("?")[0]


def _accept(agent: Window) -> None:
    agent.page.goto("/account")
    work.sign_in(agent, AGENT.name)
    agent.see("agent-account")
    agent.follow("Xem và trả lời")
    agent.see("asked")
    agent.click("Nhận lời")
    agent.see("accepted")
    assert agent.download("giấy ủy quyền.pdf") == pdf("ky")
    assert agent.download("Tải giấy ủy quyền do cổng lập (PDF)").startswith(b"%PDF")


def _file(agent: Window) -> str:
    agent.open("/procedures/1.001193/apply", "apply-for-whom")
    agent.page.get_by_label(f"Thay {GRANTER.name}", exact=True).first.check()
    agent.click("Bắt đầu", exact=False)
    agent.see("draft")
    agent.follow("Chọn nơi nộp hồ sơ")
    agent.page.get_by_label("Cơ quan tiếp nhận").select_option(label="Phường 1")
    agent.click("Lưu và tiếp tục")
    work.fill_child(agent)
    work.fill_parents(agent)
    work.fill_applicant(agent, GRANTER)
    work.attach_papers(agent)
    reference = work.submit(agent)
    agent.shows(f"Hồ sơ của {GRANTER.name}. Bạn nộp thay theo ủy quyền.")
    return reference


def _look(granter: Window, address: str, reference: str) -> None:
    granter.open(address, "used")
    granter.follow(reference)
    granter.see("owner")
    granter.shows(f"{AGENT.name} nộp thay bạn theo ủy quyền.")


def _end(granter: Window, address: str) -> None:
    granter.page.goto(address)
    granter.follow("Chấm dứt ủy quyền")
    granter.see("ask-end")
    granter.click("Chấm dứt")
    granter.see("ended")
    expect(granter.page.get_by_text("Bên ủy quyền đã chấm dứt").first).to_be_visible()
