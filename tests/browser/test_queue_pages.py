"""The queue in a real browser: people looked for, lists named, keys, and keys switched off."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from portal.dossiers import commands
from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.pages import shot
from tests.browser.window import Journey, Window
from tests.filing import WARD_1, act, file_dossier, granted, officer_of
from tests.signing_in import make_citizen

NAME = "Võ Thị Mẫu Tìm Ra"
PHONE = "0987654321"
LEADER = "Hồ Thị Mẫu Lan"  # Ward 1


def filed(session: Session) -> str:
    return file_dossier(session, make_citizen(session, name=NAME, phone=PHONE))


def at_the_desk(open_page: Open, name: str, look: dict[str, Any], language: str = "vi") -> Window:
    journey = Journey(name, open_page, look, language)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, work.RECEIVER)
    return desk


def look_for(desk: Window, q: str) -> None:
    desk.page.get_by_role("searchbox").fill(q)
    desk.click("Tìm")


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("queue-desktop", WIDE),
        ("queue-phone", NARROW),
        ("queue-small-dark", {"width": 320, "height": 640, "dark": True}),
        ("queue-no-js", {**WIDE, "java_script": False}),
    ],
)
def test_an_officer_finds_a_person_and_names_a_list(
    open_page: Open, live_session: Session, name: str, look: dict[str, Any]
) -> None:
    reference = filed(live_session)
    desk = at_the_desk(open_page, name, look)
    look_for(desk, "ra tim vo")
    desk.see("found")
    expect(desk.page.get_by_role("link", name=reference)).to_be_visible()
    for said in ("tim", "ra%20", "v%C3%B5"):
        assert said not in desk.page.url
    look_for(desk, PHONE[:-1])
    desk.see("found-nothing")
    desk.shows("Không có hồ sơ nào của đơn vị bạn khớp với")
    desk.open("/desk?show=filed", "filed")
    desk.follow("Lọc và lưu danh sách")
    desk.see("choosing")
    desk.page.get_by_label("Người xử lý").select_option(label="Chưa ai nhận xử lý")
    desk.page.get_by_label("Sắp xếp").select_option(label="Nộp gần đây nhất")
    desk.click("Xem danh sách")
    desk.see("narrowed")
    desk.shows("Đang lọc: Chưa ai nhận xử lý.")
    desk.follow("Lọc và lưu danh sách")
    desk.click("Lưu")
    desk.see("unnamed", status=422)
    desk.fill("Tên danh sách", f"Mới, {name}")
    desk.click("Lưu")
    desk.see("named")
    desk.open("/desk", "with-names")
    desk.follow(f"Mới, {name}")
    expect(desk.page).to_have_url(re.compile(r"/desk\?show=filed&order=newest&keeper=none$"))
    desk.open("/desk/lists", "lists")
    desk.click(f"Bỏ Mới, {name}")
    desk.shows("Đã bỏ danh sách.")
    desk.open("/desk/keys", "keys")


def test_keys_go_through_the_list_and_can_be_switched_off(open_page: Open, live_session: Session) -> None:
    for _ in range(2):
        filed(live_session)
    desk = at_the_desk(open_page, "queue-keys", WIDE)
    page = desk.page
    page.goto("/desk?show=filed&order=newest")
    links = page.locator(".queue tbody th a")
    for key, row in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(links.nth(row)).to_be_focused()
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("jk?u/")
    expect(search).to_have_value("jk?u/")
    page.goto("/desk?show=filed&order=newest")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(r"/desk/dossiers/H06"))
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(r"/desk$"))
    page.keyboard.press("?")
    expect(page).to_have_url(re.compile(r"/desk/keys$"))
    desk.shows("Phím tắt đang bật trên trình duyệt này.")
    desk.click("Tắt phím tắt")
    desk.see("off")
    page.goto("/desk?show=filed&order=newest")
    page.keyboard.press("j")
    expect(page.locator("[data-shortcuts]")).to_be_hidden()
    expect(links.first).not_to_be_focused()
    page.goto("/desk/keys")
    desk.click("Bật phím tắt")
    page.goto("/desk?show=filed&order=newest")
    page.keyboard.press("j")
    expect(links.first).to_be_focused()


@pytest.mark.parametrize(
    ("name", "look", "language"),
    [
        ("overview-desktop", WIDE, "vi"),
        ("overview-phone", NARROW, "vi"),
        ("overview-small-dark", {"width": 320, "height": 640, "dark": True}, "vi"),
        ("overview-no-js", {**WIDE, "java_script": False}, "vi"),
    ],
)
def test_a_head_looks_over_the_unit(
    open_page: Open, live_session: Session, name: str, look: dict[str, Any], language: str
) -> None:
    busy(live_session)
    journey = Journey(name, open_page, look, language)
    journey.clear()
    desk = journey.window()
    work.open_desk(desk, LEADER)
    desk.follow("Toàn cảnh đơn vị")
    desk.see("overview")
    desk.page.locator(".overview-today a").first.click()
    desk.see("done-today")
    desk.open("/desk/overview/dossiers?show=working", "dossiers")


def busy(session: Session) -> None:
    """Something resolved today, something in progress."""
    specialist = officer_of(session, WARD_1, "specialist")
    receiver = officer_of(session, WARD_1, "receiver")
    done, running = filed(session), filed(session)
    for reference in (done, running):
        act(session, commands.receive, reference, receiver)
        act(session, commands.take_up, reference, specialist)
    granted(session, done, specialist)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 320])
def test_on_a_telephone_the_tabs_are_of_one_height(open_page: Open, width: int, language: str) -> None:
    desk = at_the_desk(open_page, f"tabs-{width}", {"width": width, "height": 844})
    desk.page.goto(f"/desk?lang={language}")
    shot(desk.page, f"tabs-{width}-{language}")
    tabs = desk.page.locator(".desk-tabs:not(.desk-tabs--units) a")
    heights = {round(box["height"]) for box in tabs.evaluate_all("all => all.map(one => one.getBoundingClientRect())")}
    assert len(heights) == 1, heights
