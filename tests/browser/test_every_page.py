"""Every main page as different people meet it: on the smallest phone, in the dark, in English, on paper, by keys."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import editors_at_work as editors
from tests.browser import people_at_work as work
from tests.browser.conftest import Open
from tests.browser.english import vietnamese
from tests.browser.outsider import Outsider
from tests.browser.pages import axe, check, shot
from tests.browser.people_at_work import AN
from tests.browser.visitor import Visitor
from tests.browser.window import Journey, Window
from tests.live import LiveServer

# What the same person gave and got in other journeys, where those were made before: their words, not the portal's.
FILES = ("giấy chứng sinh.pdf", "kết hôn.pdf", "bản chụp rõ.pdf", "giấy khai sinh.pdf")


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses of one citizen's things."""

    draft: str
    reference: str


@pytest.fixture(scope="module")
def places(live_server: LiveServer) -> Places:
    """A draft that is ready and a dossier that was filed, both An's, the latter in the ledger."""
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-an")
    draft, filed = visitor.ready_draft(), visitor.ready_draft()
    reference = visitor.submit(filed)
    Outsider(live_server.url).acts_of(reference, last="filed")
    return Places(draft, reference)


def public_pages(places: Places) -> Iterator[tuple[str, str]]:
    yield from {
        "home": "/",
        "procedures": "/procedures",
        "search": "/procedures?q=ho+tich",
        "procedure": "/procedures/1.001193",
        "history": "/procedures/1.001193/history",
        "process": "/procedures/1.001193/process",
        "signin": "/signin",
        "track": "/track",
        "verify-paper": f"/verify?reference={places.reference}",
        "ledger": "/ledger",
        "ledger-nothing": "/ledger?q=H06.99",
        "ledger-dossier": f"/ledger/dossiers/{places.reference}",
        "ledger-entry": "/ledger/entries/0",
        "ledger-verify": "/ledger/verify",
        "statistics": "/ledger/statistics",
        "statistics-dossiers": "/ledger/statistics/dossiers?figure=filed",
        "open-data": "/open-data",
        "api": "/api",
    }.items()


def personal_pages(places: Places) -> Iterator[tuple[str, str]]:
    yield from {
        "apply": "/procedures/1.001193/apply",
        "draft": places.draft,
        "unit": f"{places.draft}/unit",
        "child": f"{places.draft}/sections/child",
        "parents": f"{places.draft}/sections/parents",
        "applicant": f"{places.draft}/sections/applicant",
        "papers": f"{places.draft}/sections/papers",
        "declaration": f"{places.draft}/sections/declaration",
        "way": f"{places.draft}/way",
        "review": f"{places.draft}/review",
        "discard": f"{places.draft}/discard",
        "account": "/account",
        "contact": "/account/contact",
        "views": "/account/views",
        "sessions": "/account/sessions",
        "documents": "/account/files",
        "own-documents": f"{places.draft}/sections/papers/own/birth_paper",
        "tokens": "/account/tokens",
        "mandates": "/account/mandates",
        "mandate-new": "/account/mandates/new",
        "dossier": f"/dossiers/{places.reference}",
        "withdraw": f"/dossiers/{places.reference}/withdraw",
        "dossier-way": f"/dossiers/{places.reference}/way",
    }.items()


def desk_pages(places: Places) -> Iterator[tuple[str, str]]:
    yield from {
        "desk": "/desk",
        "desk-late": "/desk?show=late",
        "desk-narrowed": "/desk?keeper=none&order=newest&procedure=1.001193",
        "desk-lists": "/desk/lists?show=filed",
        "desk-keys": "/desk/keys",
        "desk-register": "/desk/register",
        "desk-stand-ins": "/desk/stand-ins",
        "desk-dossier": f"/desk/dossiers/{places.reference}",
        "counter": "/desk/counter",
        "counter-new": "/desk/counter/new?procedure=1.001193",
    }.items()


def administrators_pages() -> Iterator[tuple[str, str]]:
    yield from {
        "admin-calendar": "/admin/calendar",
        "admin-change": "/admin/calendar/new",
        "admin-units": "/admin/units",
    }.items()


def editors_pages() -> Iterator[tuple[str, str]]:
    """Those that no journey of an editor's shows empty."""
    yield from {"studio-results": "/studio/results", "studio-processes": "/studio/processes"}.items()


@pytest.mark.parametrize(
    ("name", "look", "language"),
    [
        ("pages-320", {"width": 320, "height": 640}, "vi"),
        ("pages-dark", {"width": 1280, "dark": True}, "vi"),
        ("pages-english", {"width": 1280, "locale": "en-GB"}, "en"),
        ("pages-english-320-dark", {"width": 320, "height": 640, "locale": "en-GB", "dark": True}, "en"),
    ],
)
def test_every_main_page_holds(open_page: Open, places: Places, name: str, look: dict[str, Any], language: str) -> None:
    journey = Journey(name, open_page, look, language)
    journey.clear()
    left: list[str] = []
    visitor = journey.window()
    _look_at(visitor, public_pages(places), left)
    person = _signed_in(journey, "citizen", AN.name)
    _look_at(person, personal_pages(places), left)
    officer = _signed_in(journey, "officer", work.RECEIVER)
    _look_at(officer, desk_pages(places), left)
    administrator = _signed_in(journey, "officer", work.ADMINISTRATOR)
    _look_at(administrator, administrators_pages(), left)
    _look_at(_signed_in(journey, "officer", editors.WRITER), editors_pages(), left)
    assert not left, "Vietnamese in the English pages:\n" + "\n".join(left)


def test_a_dossier_on_paper(open_page: Open, places: Places) -> None:
    """Print keeps the words and drops what only a screen needs."""
    journey = Journey("on-paper", open_page, {"width": 794, "height": 1123})
    journey.clear()
    window = _signed_in(journey, "citizen", AN.name)
    for name, path in (
        ("dossier", f"/dossiers/{places.reference}"),
        ("ledger", f"/ledger/dossiers/{places.reference}"),
    ):
        window.page.goto(path)
        window.page.emulate_media(media="print")
        shot(window.page, journey.next_picture(name), folder=journey.name)
        window.shows(places.reference)
        expect(window.page.locator("nav.navigation")).to_be_hidden()
        told = window.page.locator("details:not(.no-print, .no-print *) > .govuk-details__text").all()
        assert told or name == "ledger", "the person's page folds what was filed"
        for folded in told:
            assert folded.evaluate("part => part.checkVisibility()"), "what is folded on the screen is read on paper"
        window.page.emulate_media(media="screen")


def test_signing_in_and_a_section_by_keys_alone(open_page: Open, places: Places) -> None:
    """Tab, space, arrows and enter are enough, and what has the focus can be seen."""
    page = open_page(width=1280)
    page.goto(f"/signin?next={places.draft}/sections/child")
    _tab_to(page, "Đăng nhập cho công dân, tổ chức")
    page.keyboard.press("Enter")
    page.wait_for_url("**/authorize?*")
    _tab_to(page, AN.name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sections/child")
    page.keyboard.press("Tab")
    assert _focused(page) == "Đi thẳng tới nội dung"
    page.keyboard.press("Enter")
    _tab_to_field(page, "child_name")
    page.keyboard.press("Control+a")
    page.keyboard.type("Nguyễn Mẫu Phím")
    _tab_to_field(page, "child_sex")
    page.keyboard.press("ArrowDown")
    _tab_to_field(page, "child_born_on-day")
    for part in ("3", "3", "2020"):
        page.keyboard.press("Control+a")
        page.keyboard.type(part)
        page.keyboard.press("Tab")
    shot(page, "section-by-keys", folder="by-keys")
    _tab_to(page, "Lưu và tiếp tục")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/sections/parents(#.*)?$"))
    check(page)
    axe(page)
    page.goto(f"{places.draft}/sections/child")
    expect(page.locator("#f-child_name")).to_have_value("Nguyễn Mẫu Phím")
    expect(page.locator("#f-child_born_on-day")).to_have_value("3")


def _look_at(window: Window, pages: Iterator[tuple[str, str]], left: list[str]) -> None:
    for name, path in pages:
        window.open(path, name)
        if window.journey.language == "en":
            left += vietnamese(window.page, name, names=(AN.name, work.RECEIVER, editors.WRITER, *FILES))


def _signed_in(journey: Journey, provider: str, name: str) -> Window:
    window = journey.window()
    window.page.goto(f"/signin/{provider}?next=/")
    window.page.get_by_role("button", name=name).click()
    window.page.wait_for_load_state()
    return window


WORDS = "() => (document.activeElement.innerText || document.activeElement.name || '').trim()"
VISIBLE_FOCUS = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
}"""


def _focused(page: Page) -> str:
    assert page.evaluate(VISIBLE_FOCUS), "nobody sees where the focus is"
    return str(page.evaluate(WORDS))


def _tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on what says so."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if words in _focused(page):
            return
    raise AssertionError(f"no way to {words!r} by Tab on {page.url}")


def _tab_to_field(page: Page, name: str) -> None:
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.name") == name:
            return
    raise AssertionError(f"no way to the field {name!r} by Tab on {page.url}")
