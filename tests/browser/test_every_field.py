"""A form that asks for everything a form can ask for, filled in by keyboard, on a phone, and without scripts.

Its pictures lie in `tests/artifacts/every-field-*`.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from portal.procedures import commands, sources
from portal.transaction import unit_of_work
from tests.browser import people_at_work as work
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.people_at_work import AN, BINH, HAI, Citizen
from tests.browser.window import Journey, Window
from tests.procedures import every_type

PLOT = "10,346 107,084\n10,346 107,085\n10,347 107,085\n10,347 107,084"
GOODS = (("Bánh khọt", "30", "10.000"), ("Nước mía", "100", "12.000"))


@pytest.fixture
def published(live_session: Session, tmp_path: Path) -> None:
    """The sample procedure in the running portal; again changes nothing."""
    sources.write(every_type.procedure(), tmp_path, newest=True)
    with unit_of_work(live_session):
        commands.load(live_session, [tmp_path], at=datetime(2026, 6, 1, tzinfo=UTC))


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("name", "look", "citizen"),
    [
        ("every-field-desktop", WIDE, AN),
        ("every-field-phone", NARROW, BINH),
        ("every-field-no-js", {**WIDE, "java_script": False}, HAI),
    ],
)
def test_every_kind_of_field_from_the_form_to_the_desk(
    open_page: Open, name: str, look: dict[str, Any], citizen: Citizen
) -> None:
    journey = Journey(name, open_page, look)
    journey.clear()
    person = journey.window()
    _begin(person, citizen)
    _person(person)
    _stall(person)
    _goods(person)
    _place(person)
    for words in ("2,5 m²", "05/1990", "1.500.000 đ", "Nước mía; Số lượng: 100; Đơn giá: 12.000 đ"):
        person.shows(words)
    reference = _submit(person)
    person.page.get_by_text("Nội dung đã khai và giấy tờ đã nộp").click()
    person.see("filed-answers")
    for words in ("Lý do sửa: Thẻ mới ghi khác", "12 Lê Lợi, Phường 1"):
        person.shows(words)
    desk = journey.window()
    work.open_desk(desk, work.RECEIVER)
    work.open_dossier(desk, reference)
    desk.see("desk-dossier")
    for words in ("Lý do sửa: Thẻ mới ghi khác", "1.500.000 đ", "72-A12345"):
        desk.shows(words)


def _begin(person: Window, citizen: Citizen) -> None:
    person.open(f"/procedures/{every_type.CODE}", "procedure")
    work.begin(person, citizen)


def _person(person: Window) -> None:
    person.see("person")
    person.fill("Họ và tên", "Tên Mẫu Khác")
    person.fill("Số căn cước", "099190000777")
    person.fill_date("Sinh năm nào", "", "5", "1990")
    person.fill("Tuổi", "34")
    person.page.get_by_label("Xã, phường, thị trấn").select_option(label="Phường 1")
    person.page.locator("#f-home-street").fill("12 Lê Lợi")
    person.click("Lưu và tiếp tục")
    person.see("person-no-reason", status=422)
    person.page.locator("#f-name-reason").fill("Thẻ mới ghi khác")
    person.click("Lưu và tiếp tục")


def _stall(person: Window) -> None:
    """Where scripts run, what depends on an answer comes with it."""
    person.see("stall")
    asked = person.page.get_by_role("group", name="Có dùng bếp ga không?")
    if person.journey.with_scripts:
        expect(asked).to_be_hidden()
    person.choose("Bạn bán gì?", "Sách báo miễn phí")
    person.fill("Diện tích", "1,5")
    person.click("Lưu và tiếp tục")
    person.see("stop")
    person.shows("Sạp sách miễn phí dưới 2 m² không cần giấy phép.")
    person.press("Quay lại sửa câu trả lời")
    person.choose("Bạn bán gì?", "Món ăn")
    expect(asked).to_be_visible()
    asked.get_by_label("Không", exact=True).check()
    if person.journey.with_scripts:
        expect(person.page.get_by_role("group", name="Ngày kiểm tra bình ga")).to_be_hidden()
    person.fill("Diện tích", "2,5")
    person.page.locator("#f-plate").fill("biển đẹp")
    person.click("Lưu và tiếp tục")
    person.see("stall-pattern", status=422)
    person.page.locator("#f-plate").fill("72-A12345")
    person.click("Lưu và tiếp tục")


def _goods(person: Window) -> None:
    person.see("goods")
    _row(person.page, 0)
    person.click("Thêm dòng (Các mặt hàng)")
    person.see("goods-two-rows")
    expect(person.page.locator("#f-goods-0-name")).to_have_value("Bánh khọt")
    _row(person.page, 1)
    person.click("Thêm dòng (Các mặt hàng)")
    person.click("Bỏ dòng 3 (Các mặt hàng)")
    person.click("Lưu và tiếp tục")
    person.see("goods-deposit", status=422)
    person.page.locator("#f-deposit").fill("500.000")
    person.click("Lưu và tiếp tục")


def _row(page: Page, number: int) -> None:
    for column, value in zip(("name", "count", "price"), GOODS[number], strict=True):
        page.locator(f"#f-goods-{number}-{column}").fill(value)


def _place(person: Window) -> None:
    person.see("place")
    person.page.locator("#f-spot").fill("10°20'45\"N 107°05'03\"E")
    person.page.locator("#f-ground").fill("10,346 107,084\n10,347 107,085\n10,346 107,085\n10,347 107,084")
    person.page.locator("#f-ward").select_option(label="Phường 1")
    person.page.get_by_label("Tôi cam đoan khai đúng.").check()
    person.click("Lưu và tiếp tục")
    person.see("place-crossing", status=422)
    person.page.locator("#f-ground").fill(PLOT)
    person.click("Lưu và tiếp tục")
    person.see("review")
    person.open(f"{person.page.url.rpartition('/')[0]}/sections/place", "place-drawn")
    expect(person.page.get_by_role("img", name="Hình dạng khu vực")).to_be_visible()
    person.page.go_back()


def _submit(person: Window) -> str:
    person.click("Nộp hồ sơ")
    person.see("filed")
    found = work.REFERENCE.search(person.text())
    assert found, person.text()
    return found[0]


@pytest.mark.usefixtures("published")
def test_rows_are_filled_and_saved_by_keyboard_alone(open_page: Open) -> None:
    """Enter saves and goes on, whatever buttons the rows have; a new row has the focus in its first box."""
    page = open_page(**WIDE)
    person = Window(Journey("every-field-keyboard", lambda **_look: page, WIDE), page)
    _begin(person, AN)
    page.goto(f"{page.url.rpartition('/sections/')[0]}/sections/goods")
    page.locator("#f-goods-0-name").focus()
    for value in GOODS[0]:
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Thêm dòng (Các mặt hàng)")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**#f-goods-1-name")
    expect(page.locator("#f-goods-1-name")).to_be_in_viewport()
    page.locator("#f-goods-0-name").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sections/place*")


@pytest.mark.usefixtures("published")
def test_the_form_that_was_published_is_what_the_export_gives(desktop: Page) -> None:
    answer = desktop.request.get(f"/procedures/{every_type.CODE}.json")
    given = json.loads(answer.text())
    assert [part["key"] for part in given["form"]["sections"]] == ["person", "stall", "goods", "place"]
    assert given["form"] == every_type.FORM
