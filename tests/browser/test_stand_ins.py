"""A leader names who stands in for a colleague; who stands in finds the work, does it, and both names stand there."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands
from portal.people import queries
from portal.people.queries import Officer
from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.window import Journey, Window
from tests.filing import WARD_1, act, file_dossier, officer_of
from tests.signing_in import make_citizen

LEADER = "Hồ Thị Mẫu Lan"  # Ward 1
LOOKS = [("stand-ins-desktop", WIDE), ("stand-ins-phone", NARROW), ("stand-ins-no-js", {**WIDE, "java_script": False})]


def demo(session: Session, name: str) -> Officer:
    number = session.execute(text("select id from officer where name = :name"), {"name": name}).scalar_one()
    found = queries.officer(session, number)
    session.rollback()
    assert found is not None
    return found


def kept_by(session: Session, keeper: Officer) -> str:
    reference = file_dossier(session, make_citizen(session))
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"))
    act(session, commands.take_up, reference, keeper)
    return reference


def name_stand_in(leader: Window, absent: Officer, other: Officer) -> None:
    last = clock.local_day(clock.now()) + timedelta(days=4)
    leader.follow("Vắng mặt và thay mặt")
    leader.see("page")
    leader.click("Ghi người thay mặt")
    leader.see("wrong", status=422)
    leader.page.get_by_label("Người vắng", exact=True).select_option(value=str(absent.id))
    leader.page.get_by_label("Người thay mặt", exact=True).select_option(value=str(other.id))
    leader.fill_date("Ngày vắng cuối cùng", str(last.day), str(last.month), str(last.year))
    leader.fill("Lý do", "Nghỉ phép")
    leader.click("Ghi người thay mặt")
    leader.see("named")
    leader.shows(f"{other.name} thay mặt {absent.name}")


@pytest.mark.parametrize(("name", "look"), LOOKS)
def test_who_stands_in_is_named_works_and_is_named_again_beside_the_work(
    open_page: Open, live_session: Session, name: str, look: dict[str, Any]
) -> None:
    absent, other = demo(live_session, work.CIVIL_STATUS), demo(live_session, work.RECEIVER)
    reference = kept_by(live_session, absent)
    journey = Journey(name, open_page, look, "vi")
    journey.clear()
    leader, desk = journey.window(), journey.window()
    work.open_desk(leader, LEADER)
    name_stand_in(leader, absent, other)
    work.open_desk(desk, work.RECEIVER)
    desk.shows(f"Hôm nay bạn thay mặt {absent.name}.")
    desk.open(f"/desk?show=mine&q={reference}", "mine")  # a whole reference opens the dossier
    desk.page.get_by_text("Yêu cầu bổ sung").first.click()
    desk.page.locator("#f-ask-supplement-reason").fill("Thiếu một tờ.")
    desk.page.locator("form[action$='/ask-supplement'] button").click()
    desk.see("done")
    desk.shows(f"{other.name}, thay mặt {absent.name}")
    desk.open("/desk?show=mine", "mine")
    desk.shows(f"Thay mặt {absent.name}")
    leader.page.get_by_role("button", name="Kết thúc ngay").first.click()
    leader.see("ended")
    leader.shows("Đã kết thúc việc thay mặt.")
    expect(leader.page.get_by_role("button", name="Kết thúc ngay")).to_have_count(0)


def test_the_page_in_english_on_a_small_screen(open_page: Open) -> None:
    journey = Journey("stand-ins-english", open_page, {"width": 320, "height": 640, "locale": "en-GB"}, "en")
    journey.clear()
    leader = journey.window()
    leader.page.goto("/desk/stand-ins")
    leader.see("signin")
    leader.press("Sign in as an officer")
    leader.click(LEADER, exact=False)
    leader.see("page")
    leader.shows("Absence and standing in")
