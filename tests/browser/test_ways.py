"""The desk hands results over by the way that it says, one and several, in both languages; the applicant reads how."""

from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import commands
from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.window import Journey, Window
from tests.filing import WARD_1, act, file_dossier, granted, officer_of
from tests.signing_in import make_citizen

SMALL = {"width": 320, "height": 640}
NUMBER = "EM123456789VN"


def resolved(session: Session, name: str) -> str:
    reference = file_dossier(session, make_citizen(session, name=name))
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"))
    granted(session, reference, officer_of(session, WARD_1, "specialist"))
    return reference


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("ways-desktop", WIDE),
        ("ways-phone", NARROW),
        ("ways-small", SMALL),
        ("ways-no-js", {**WIDE, "java_script": False}),
    ],
)
def test_a_result_goes_by_post_and_another_is_handed_over(
    open_page: Open, live_session: Session, name: str, look: dict[str, Any]
) -> None:
    posted, handed = resolved(live_session, "Trần Văn Mẫu Gửi"), resolved(live_session, "Trần Văn Mẫu Đến")
    journey = Journey(name, open_page, look)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, work.RECEIVER)
    work.open_dossier(desk, posted)
    _by_post(desk)
    desk.open(f"/desk/bulk?act=return&pick={handed}:{_seen(live_session, handed)}", "several")
    desk.click("Làm với các hồ sơ này")
    desk.see("several-no-way", status=422)
    desk.choose("Cách trả kết quả", "Trực tiếp tại quầy")
    desk.click("Làm với các hồ sơ này")
    desk.see("several-done")
    desk.open("/desk/register", "register")
    desk.shows(f"Qua bưu chính công ích, số hiệu {NUMBER}")
    journey.language = "en"
    desk.open(f"/desk/dossiers/{posted}?lang=en", "in-english")
    desk.shows(f"By public post, number {NUMBER}")
    desk.open("/desk/register", "register-in-english")


def _by_post(desk: Window) -> None:
    expect(desk.page.get_by_label("Trực tuyến", exact=True)).to_be_checked()
    desk.fill("Số hiệu bưu gửi (không bắt buộc)", NUMBER.lower())
    work.do_act(desk, "return")
    desk.see("not-by-post", status=422)
    desk.choose("Cách trả kết quả", "Qua bưu chính công ích")
    work.do_act(desk, "return")
    desk.see("by-post")
    desk.shows(f"Qua bưu chính công ích, số hiệu {NUMBER}")


def _seen(session: Session, reference: str) -> int:
    steps: int = session.execute(text("select steps from dossier where reference = :r"), {"r": reference}).scalar_one()
    return steps
