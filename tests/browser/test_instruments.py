"""The instruments themselves: each must be able to fail."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.pages import axe, check, visit

SOUND = '<html lang="vi"><title>Thử – Hải Đăng</title><main><h1>Thử</h1></main></html>'


def test_a_sound_page_passes(phone: Page) -> None:
    phone.set_content(SOUND)
    check(phone)
    axe(phone)


def test_a_picture_without_words_is_a_violation(desktop: Page) -> None:
    desktop.set_content(SOUND.replace("<h1>", "<img src='data:,'><h1>"))
    with pytest.raises(AssertionError, match="image-alt"):
        axe(desktop)


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        (" – Hải Đăng", "", "is titled"),
        ("<h1>", "<h1>Hai</h1><h1>", "2 main headings"),
        ('lang="vi"', "", "names no language"),
        ("<h1>", "<h1 style='width: 500px'>", "px wide"),
    ],
)
def test_a_page_against_the_rules_of_the_house_is_found(phone: Page, right: str, wrong: str, complaint: str) -> None:
    phone.set_content(SOUND.replace(right, wrong))
    with pytest.raises(AssertionError, match=complaint):
        check(phone)


def test_the_server_answers_without_javascript_and_in_a_narrow_dark_window(open_page: Open) -> None:
    page = open_page(width=320, java_script=False, dark=True)
    visit(page, "/")


def test_an_answer_with_another_status_is_found(desktop: Page) -> None:
    with pytest.raises(AssertionError, match="answered 404, not 200"):
        visit(desktop, "/khong-co-trang-nay")
    visit(desktop, "/khong-co-trang-nay", status=404)
