"""The officers' desk in a real browser: every tab, a refused form, a page that somebody overtook, on paper, by keys."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands
from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.window import Journey, Window
from tests.filing import WARD_1, act, file_dossier, officer_of
from tests.signing_in import make_citizen

LEADER = "Hồ Thị Mẫu Lan"  # Ward 1
SPECIALIST = "Đỗ Văn Mẫu Khánh"
MISTAKE = "Gia hạn nhầm: hồ sơ này xong hôm nay."
APOLOGY = "Chúng tôi xin lỗi vì đã để bạn phải chờ."


def overdue(session: Session) -> str:
    """A dossier that should have been resolved days ago."""
    at = clock.now() - timedelta(days=10)
    reference = file_dossier(session, make_citizen(session, name="Trần Văn Mẫu Trễ"), at=at)
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"), at=at)
    return reference


def extend(window: Window, day: tuple[str, str, str], words: str) -> None:
    work.open_act(window, "extend")
    window.fill_date("Ngày hẹn mới", *day)
    window.fill("Lý do và lời xin lỗi", words)
    window.click("Gửi lời xin lỗi và gia hạn")


def take_back(window: Window, why: str) -> None:
    work.open_act(window, "take-back")
    window.fill("Vì sao thu hồi", why)
    window.click("Thu hồi việc này")


def next_monday() -> tuple[str, str, str]:
    day = clock.local_day(clock.now()) + timedelta(days=14)
    day -= timedelta(days=day.weekday())
    return f"{day.day}", f"{day.month}", f"{day.year}"


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("desk-desktop", WIDE),
        ("desk-phone", NARROW),
        ("desk-small-dark", {"width": 320, "height": 640, "dark": True}),
        ("desk-no-js", {**WIDE, "java_script": False}),
    ],
)
def test_a_leader_apologises_for_a_late_dossier(
    open_page: Open, live_session: Session, name: str, look: dict[str, Any]
) -> None:
    reference = overdue(live_session)
    journey = Journey(name, open_page, look)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, LEADER)
    for show in ("filed", "working", "late", "waiting", "resolved", "elsewhere"):
        desk.open(f"/desk?show={show}", f"queue-{show}")
    desk.open("/desk?q=khong-co", "queue-nothing-found")
    work.open_dossier(desk, reference)
    extend(desk, ("31", "2", "2027"), "")
    desk.see("refused", status=422)
    desk.follow("Hãy ghi một ngày có thật, ví dụ 15 6 2020.")
    extend(desk, next_monday(), APOLOGY)
    desk.see("extended")
    desk.shows("Đã ghi: Gia hạn.")
    desk.shows(APOLOGY)
    take_back(desk, "")
    desk.see("not-taken-back", status=422)
    take_back(desk, MISTAKE)
    desk.see("taken-back")
    desk.shows("Thu hồi: Gia hạn")
    desk.shows(MISTAKE)
    expect(desk.page.locator("#act-extend")).to_be_visible()


def test_a_page_that_was_overtaken_keeps_the_words(open_page: Open, live_session: Session) -> None:
    reference = overdue(live_session)
    journey = Journey("desk-overtaken", open_page, WIDE)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, LEADER)
    work.open_dossier(desk, reference)
    colleague = officer_of(live_session, WARD_1, "specialist")
    act(live_session, commands.ask_supplement, reference, colleague, reason="Thiếu một tờ.")
    extend(desk, next_monday(), APOLOGY)
    desk.see("overtaken", status=409)
    desk.shows(f"{colleague.name} đã ghi “Yêu cầu bổ sung”")
    desk.shows("Những gì bạn đã viết")
    desk.shows(APOLOGY)


def test_the_dossier_prints_without_its_forms(open_page: Open, live_session: Session) -> None:
    reference = overdue(live_session)
    desk = Journey("desk-paper", open_page, WIDE).window()
    work.open_desk(desk, LEADER)
    work.open_dossier(desk, reference)
    desk.page.emulate_media(media="print")
    desk.see("paper")
    desk.shows("Trần Văn Mẫu Trễ")
    expect(desk.page.locator(".acts")).to_be_hidden()
    expect(desk.page.get_by_role("navigation").first).to_be_hidden()


def test_an_act_can_be_done_by_keys_alone(open_page: Open, live_session: Session) -> None:
    reference = file_dossier(live_session, make_citizen(live_session))
    desk = Journey("desk-keys", open_page, WIDE).window()
    work.open_desk(desk, work.RECEIVER)
    work.open_dossier(desk, reference)
    page = desk.page
    page.locator("#act-ask-supplement summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Thiếu giấy chứng sinh.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Đã ghi: Yêu cầu bổ sung.").wait_for()


@pytest.mark.parametrize(("name", "look"), [("desk-keeper", WIDE), ("desk-keeper-phone", NARROW)])
def test_work_goes_from_hand_to_hand_inside_a_unit(
    open_page: Open, live_session: Session, name: str, look: dict[str, Any]
) -> None:
    reference = overdue(live_session)
    journey = Journey(name, open_page, look)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, SPECIALIST)
    work.open_dossier(desk, reference)
    work.open_act(desk, "take-up")
    desk.click("Nhận xử lý")
    desk.shows(f"Người xử lý: {SPECIALIST}.")
    work.open_act(desk, "propose")
    desk.see("proposing")
    desk.choose("Đề xuất", "Giải quyết, có kết quả")
    desk.fill("Căn cứ của đề xuất", "Đủ giấy tờ.")
    desk.click("Gửi đề xuất")
    desk.shows("chờ lãnh đạo duyệt")
    desk.see("proposed")
    desk.open("/desk?show=mine", "my-work")
    leader = journey.window()
    work.open_desk(leader, LEADER)
    leader.open("/desk?show=proposed", "to-approve")
    work.open_dossier(leader, reference)
    work.open_act(leader, "send-back")
    leader.see("answering")
    leader.fill("Cần làm lại điều gì", "Thiếu trích lục.")
    leader.click("Trả lại")
    leader.shows("Đã ghi: Trả lại bước trước.")


@pytest.mark.parametrize(
    ("name", "look"),
    [("desk-bulk", WIDE), ("desk-bulk-phone", NARROW), ("desk-bulk-no-js", {**WIDE, "java_script": False})],
)
def test_several_dossiers_are_given_to_a_colleague_at_once(
    open_page: Open, live_session: Session, name: str, look: dict[str, Any]
) -> None:
    picked = [overdue(live_session), overdue(live_session)]
    journey = Journey(name, open_page, look)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, LEADER)
    desk.open("/desk?show=late", "queue")
    for reference in picked:
        desk.page.get_by_label(f"Chọn hồ sơ {reference}", exact=True).focus()
        desk.page.keyboard.press("Space")
    desk.page.get_by_label("Với các hồ sơ đã đánh dấu").select_option("assign")
    desk.click("Tiếp tục")
    desk.see("to-confirm")
    desk.click("Làm với các hồ sơ này")
    desk.see("to-whom", status=422)
    colleague = f"{SPECIALIST}, Công chức Tư pháp - hộ tịch, Phường 1"
    desk.page.get_by_label("Giao cho", exact=True).select_option(label=colleague)
    desk.click("Làm với các hồ sơ này")
    desk.see("results")
    desk.shows("2 trên 2 hồ sơ đã ghi")
