"""Internal processes in a real Chromium: an editor writes one, with and without scripts; everyone reads it."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import editors_at_work as editors
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.english import vietnamese
from tests.browser.window import Journey, Window

CODES = {"processes-desktop": "1.000656", "processes-phone": "1.004873", "processes-english": "1.000894"}
STEPS = (
    ("Tiếp nhận, chuyển hồ sơ", "Receive and hand on", "receiver", "1"),
    ("Thẩm tra hồ sơ, lấy ý kiến nơi cần hỏi, trình ký", "Examine and propose", "specialist", "2"),
    ("Duyệt, ký", "Approve and sign", "leader", "1"),
    ("Trả kết quả", "Hand over the result", "receiver", ""),
)
WAYS = (
    {"taken_up": "examine_and_propose", "assigned": "examine_and_propose"},
    {"proposed": "approve_and_sign"},
    {"sent_back": "examine_and_propose", "resolved": "hand_over_the_result"},
    {"returned": "end"},
)


@pytest.mark.parametrize(
    ("name", "look", "language"),
    [
        ("processes-desktop", WIDE, "vi"),
        ("processes-phone", {"width": 320, "height": 640, "java_script": False}, "vi"),
        ("processes-english", {**NARROW, "locale": "en-GB", "dark": True}, "en"),
    ],
)
def test_an_editor_writes_a_process_and_everyone_reads_it(
    open_page: Open, name: str, look: dict[str, Any], language: str
) -> None:
    journey = Journey(name, open_page, look, language)
    journey.clear()
    writer = _signed_in(journey, editors.WRITER)
    writer.open("/studio/processes", "list")
    _write(writer, CODES[name])
    address = writer.page.url.partition("#")[0]
    writer.open(address, "written")
    expect(writer.page.locator("svg.process-picture__drawing")).to_be_visible()
    left = _english(writer, language)
    _press(writer, "hand-in")
    approver = _signed_in(journey, editors.APPROVER)
    approver.open(address, "to-approve")
    _press(approver, "approve")
    approver.open(f"{address}/publish", "publish")
    left += _english(approver, language)
    approver.page.locator("#f-number").fill("77/QĐ-UBND")
    for part, value in (("day", "1"), ("month", "6"), ("year", "2020")):
        approver.page.locator(f"#f-on-{part}").fill(value)
    approver.page.locator("main form button[type=submit]").first.click()
    approver.see("published")
    anybody = journey.window()
    anybody.open(f"/procedures/{CODES[name]}/process", "public")
    expect(anybody.page.locator("svg.process-picture__drawing")).to_be_visible()
    expect(anybody.page.locator("tbody tr")).to_have_count(len(STEPS))
    left += _english(anybody, language)
    assert not left, left


def _signed_in(journey: Journey, who: str) -> Window:
    window = journey.window()
    window.page.goto("/signin/officer?next=/studio/processes")
    window.page.get_by_role("button", name=who).click()
    window.page.wait_for_url("**/studio/processes")
    return window


def _write(window: Window, code: str) -> None:
    page = window.page
    page.locator("#f-code").fill(code)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/studio/processes/\d+"))
    window.see("empty")
    address = page.url
    for number, (vi, en, role, hours) in enumerate(STEPS):
        page.goto(f"{address}/steps/new")
        page.locator("#f-name-vi").fill(vi)
        page.locator("#f-name-en").fill(en)
        page.locator(f"input[name=role][value={role}]").check()
        page.locator("#f-hours").fill(hours)
        if number == 0:
            window.see("step")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(re.compile(rf"{re.escape(address)}(#steps)?$"))
    window.see("with-faults")
    for (_vi, en, _role, _hours), ways in zip(STEPS, WAYS, strict=True):
        page.goto(f"{address}/steps/{en.lower().replace(' ', '_')}")
        if "taken_up" in ways:
            window.see("step-with-long-names")
        for act, to in ways.items():
            page.locator(f"select[name=to-{act}]").select_option(to)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(re.compile(rf"{re.escape(address)}(#steps)?$"))


def _press(window: Window, act: str) -> None:
    window.page.locator(f'form[action$="/{act}"] button').click()
    expect(window.page.locator(".notice--good")).to_be_visible()


def _english(window: Window, language: str) -> list[str]:
    if language != "en":
        return []
    names = (editors.WRITER, editors.APPROVER, "77/QĐ-UBND", "163/QĐ-UBND", "Tiếng Việt")
    return vietnamese(window.page, "processes", names=names)
