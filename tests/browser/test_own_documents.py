"""Choosing a document of an earlier dossier in a real browser, by keyboard's order, on a desk and on a phone."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.people_at_work import AN
from tests.browser.visitor import Visitor
from tests.browser.window import Journey
from tests.live import LiveServer


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("own-documents-desktop", WIDE),
        ("own-documents-phone", NARROW),
        ("own-documents-no-js", {**WIDE, "java_script": False}),
    ],
)
def test_a_paper_given_once_is_chosen_the_next_time(
    open_page: Open, live_server: LiveServer, name: str, look: dict[str, Any]
) -> None:
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-an")
    visitor.submit(visitor.ready_draft())
    draft = visitor.ready_draft()
    journey = Journey(name, open_page, look)
    journey.clear()
    window = journey.window()
    window.page.goto("/signin?next=/account/files")
    work.sign_in(window, AN.name)
    window.see("documents")
    window.page.goto(f"{draft}/sections/papers")
    before = window.page.get_by_role("link", name="giay.pdf").count()
    window.page.get_by_role("button", name="Chọn từ giấy tờ của bạn").first.click()
    window.see("choose")
    window.click("Dùng giấy tờ đã chọn")
    window.see("nothing-chosen", status=422)
    window.page.get_by_role("checkbox", name="giay.pdf").first.check()
    window.click("Dùng giấy tờ đã chọn")
    window.see("chosen")
    expect(window.page.get_by_role("link", name="giay.pdf")).to_have_count(before + 1)


@pytest.mark.parametrize(
    ("name", "look"),
    [("result-reused-desktop", WIDE), ("result-reused-phone", NARROW)],
)
def test_a_result_is_kept_and_given_again(
    open_page: Open, live_server: LiveServer, name: str, look: dict[str, Any]
) -> None:
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-an")
    reference = visitor.submit(visitor.ready_draft())
    draft = visitor.ready_draft()
    journey = Journey(name, open_page, look)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, work.RECEIVER)
    desk.open(f"/desk/dossiers/{reference}", "desk-dossier")
    work.receive(desk)
    decider = journey.window()
    work.open_desk(decider, work.CIVIL_STATUS)
    decider.open(f"/desk/dossiers/{reference}", "to-decide")
    work.resolve(decider)
    desk.open(f"/desk/dossiers/{reference}", "to-return")
    work.return_result(desk)
    window = journey.window()
    window.page.goto("/signin?next=/account/files")
    work.sign_in(window, AN.name)
    window.see("documents")
    window.shows("Phường 1 giải quyết ngày")
    window.page.goto(f"{draft}/sections/papers")
    window.page.get_by_role("button", name="Chọn từ giấy tờ của bạn").first.click()
    window.page.locator("li", has_text=reference).filter(has_text="Kết quả của hồ sơ").get_by_role("checkbox").check()
    window.see("choose-result")
    window.click("Dùng giấy tờ đã chọn")
    window.see("result-chosen")
    window.shows(f"Kết quả của hồ sơ {reference}, cổng chép nguyên từ kho")
