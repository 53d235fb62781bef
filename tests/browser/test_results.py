"""A result template in a real Chromium: written, approved, published, and a result made of it at the desk."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from portal.dossiers import commands
from tests.browser import editors_at_work as editors
from tests.browser import people_at_work as work
from tests.browser.conftest import WIDE, Open
from tests.browser.english import vietnamese
from tests.browser.test_desk import LEADER
from tests.browser.window import Journey, Window
from tests.filing import WARD_1, act, file_dossier, officer_of
from tests.papers.test_receipt import words
from tests.signing_in import make_citizen

TITLE = "Quyết định chấp thuận"
BODY = """# QUYẾT ĐỊNH
-> **Về việc đăng ký cho {{ form.child_name }}** <-
Căn cứ đơn của **{{ applicant }}** nộp {{ filed_on }};
## Điều 1
Chấp thuận đăng ký. Kèm theo:
- {{ free.conditions }}"""


@pytest.mark.parametrize(
    ("name", "look", "language"),
    [
        ("results-desktop", WIDE, "vi"),
        ("results-phone", {"width": 320, "height": 640, "java_script": False}, "vi"),
        ("results-english", {"width": 320, "height": 640, "locale": "en-GB", "dark": True}, "en"),
    ],
)
def test_a_template_is_written_and_a_result_made_of_it(
    open_page: Open, live_session: Session, name: str, look: dict[str, Any], language: str
) -> None:
    journey = Journey(name, open_page, look, language)
    journey.clear()
    left = _publish(journey)
    person = make_citizen(live_session, name="Nguyễn Thị Mẫu Lụa")
    reference = file_dossier(live_session, person)
    act(live_session, commands.receive, reference, officer_of(live_session, WARD_1, "receiver"))
    left += _make(journey, reference)
    assert not left, left


def _publish(journey: Journey) -> list[str]:
    writer = _signed_in(journey, editors.WRITER)
    writer.open("/studio/results", "list")
    writer.page.locator("#f-code").fill("1.001193")
    writer.page.locator("main form button[type=submit]").last.click()
    writer.page.wait_for_url(re.compile(r"/studio/results/\d+"))
    address = writer.page.url
    _save(writer, f"{BODY}\n{{{{ aplicant }}}} {{{{ form.gone }}}}")
    writer.see("with-faults")
    _save(writer, BODY)
    writer.see("written")
    left = _english(writer)
    with writer.page.expect_download() as waiting:
        writer.page.locator('a[href$="/preview.pdf"]').click()
    assert "QUYẾT ĐỊNH" in words(Path(waiting.value.path()).read_bytes())
    _press(writer, "hand-in")
    approver = _signed_in(journey, editors.APPROVER)
    approver.open(address.partition("#")[0], "to-approve")
    _press(approver, "approve")
    approver.open(f"{address.partition('#')[0]}/publish", "publish")
    left += _english(approver)
    approver.page.locator("#f-number").fill("77/QĐ-UBND")
    for part, value in (("day", "1"), ("month", "6"), ("year", "2020")):
        approver.page.locator(f"#f-on-{part}").fill(value)
    approver.page.locator("main form button[type=submit]").first.click()
    approver.see("published")
    return left + _english(approver)


def _make(journey: Journey, reference: str) -> list[str]:
    desk = journey.window()
    desk.page.goto(f"/signin/officer?next=/desk/dossiers/{reference}")
    desk.page.get_by_role("button", name=LEADER).click()
    desk.page.wait_for_url(f"**/desk/dossiers/{reference}")
    work.open_act(desk, "resolve")
    desk.see("dossier")
    desk.page.locator('a[href$="/result/granted"]').click()
    desk.see("making")
    left = _english(desk)
    desk.page.locator("main form button[type=submit]").last.click()
    desk.see("missing", status=422)
    desk.page.locator("#f-free-decision_number").fill("12/QĐ-UBND")
    desk.page.locator("#f-free-conditions").fill("Bản chính giấy chứng sinh\n#set text(red)")
    with desk.page.expect_download() as waiting:
        desk.page.locator("button[formaction]").click()
    said = words(Path(waiting.value.path()).read_bytes())
    assert "Nguyễn Thị Mẫu Lụa" in said
    assert "#set text(red)" in said
    expect(desk.page.locator("#f-free-decision_number")).to_have_value("12/QĐ-UBND")
    desk.page.locator("main form button[type=submit]").last.click()
    desk.see("resolved")
    expect(desk.page.locator(".notice--good")).to_be_visible()
    desk.shows(f"{TITLE} {reference}.pdf")
    return left


def _signed_in(journey: Journey, who: str) -> Window:
    window = journey.window()
    window.page.goto("/signin/officer?next=/studio/results")
    window.page.get_by_role("button", name=who).click()
    window.page.wait_for_url("**/studio/results")
    return window


def _save(window: Window, body: str) -> None:
    window.page.locator("#f-title").fill(TITLE)
    window.page.locator("#f-body").fill(body)
    window.page.locator("main form button[type=submit]").first.click()
    expect(window.page.locator(".notice--good")).to_be_visible()


def _press(window: Window, act: str) -> None:
    window.page.locator(f'form[action$="/{act}"] button').click()
    expect(window.page.locator(".notice--good")).to_be_visible()


def _english(window: Window) -> list[str]:
    if window.journey.language != "en":
        return []
    names = (editors.WRITER, editors.APPROVER, "77/QĐ-UBND", "163/QĐ-UBND", "12/QĐ-UBND", "Tiếng Việt", TITLE)
    return vietnamese(window.page, "results", names=names)
