"""A journey through the portal in several windows, each page held to the rules of the house and kept as a picture."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.pages import ARTIFACTS, axe, check, shot


@dataclass
class Journey:
    """What its windows share: how they look, the folder of its pictures and their numbers."""

    name: str
    open_page: Callable[..., Page]
    look: dict[str, Any]
    language: str = "vi"
    pictures: int = 0
    visited: list[str] = field(default_factory=list)

    def window(self) -> "Window":
        """A window with cookies of its own: another person at another machine."""
        return Window(self, self.open_page(**self.look))

    def next_picture(self, name: str) -> str:
        self.pictures += 1
        return f"{self.pictures:02}-{name}"

    def clear(self) -> None:
        """Take away the pictures of the last run."""
        for old in (ARTIFACTS / self.name).glob("*.png"):
            old.unlink()

    @property
    def with_scripts(self) -> bool:
        return bool(self.look.get("java_script", True))


class Window:
    """One person's browser. Whoever looks at a page with `see` has it checked."""

    def __init__(self, journey: Journey, page: Page) -> None:
        self.journey = journey
        self.page = page
        self._answer: Response | None = None
        page.on("response", self._remember)

    def open(self, path: str, name: str, *, status: int = 200) -> None:
        self.page.goto(path)
        self.see(name, status=status)

    def see(self, name: str, *, status: int = 200) -> None:
        """Hold the page that is open to the rules, and keep a picture of it."""
        page, answer = self.page, self._answer
        page.wait_for_load_state()
        assert answer is not None, f"{page.url} was never answered"
        assert answer.status == status, f"{page.url} answered {answer.status}, not {status}"
        shot(page, self.journey.next_picture(name), folder=self.journey.name)
        self.journey.visited.append(page.url)
        check(page, answer)
        language = page.locator("html").get_attribute("lang")
        assert language == self.journey.language, f"{page.url} is in {language}"
        if self.journey.with_scripts:
            axe(page)

    def click(self, words: str, *, role: Any = "button", exact: bool = True) -> None:
        self.page.get_by_role(role, name=words, exact=exact).first.click()
        self.page.wait_for_load_state()

    def press(self, words: str) -> None:
        """A way on that looks like a button and may be a link."""
        role = self.page.get_by_role
        role("button", name=words, exact=True).or_(role("link", name=words, exact=True)).first.click()
        self.page.wait_for_load_state()

    def follow(self, words: str, *, exact: bool = True) -> None:
        self.click(words, role="link", exact=exact)

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    def fill_date(self, legend: str, day: str, month: str, year: str) -> None:
        group = self.page.get_by_role("group", name=legend, exact=True)
        for label, value in (("Ngày", day), ("Tháng", month), ("Năm", year)):
            group.get_by_label(label, exact=True).fill(value)

    def choose(self, legend: str, answer: str) -> None:
        self.page.get_by_role("group", name=legend, exact=True).get_by_label(answer, exact=True).check()

    def attach(self, label: str, *files: tuple[str, bytes]) -> None:
        """Put files of these names and contents into a file field."""
        chosen: list[Any] = [{"name": name, "mimeType": "application/pdf", "buffer": data} for name, data in files]
        self.page.get_by_label(label).set_input_files(chosen)

    def upload(self, label: str, *files: tuple[str, bytes]) -> None:
        """The same in a draft, where scripts send files as soon as they are chosen: until they are attached."""
        self.attach(label, *files)
        if self.journey.with_scripts:
            for name, _data in files:
                link = self.page.get_by_role("link", name=name)
                expect(link, f"{self.page.url} must have attached {name!r}").to_be_visible()

    def download(self, words: str | re.Pattern[str]) -> bytes:
        """What a link gives, as the browser saves it."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=words).first.click()
        return Path(waiting.value.path()).read_bytes()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def shows(self, words: str) -> Locator:
        """The first place with these words, which must be visible, or become so."""
        found = self.page.get_by_text(words).locator("visible=true").first
        expect(found, f"{self.page.url} must show {words!r}").to_be_visible()
        return found

    def _remember(self, response: Response) -> None:
        """The last page that was navigated to; downloads and what a page loads are none."""
        if response.request.is_navigation_request() and "text/html" in response.headers.get("content-type", ""):
            self._answer = response
