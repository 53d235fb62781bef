"""Two editors of the catalogue, each in a browser of their own, over manuscripts of the portal's own procedures."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock
from portal.extensions import db
from portal.people.queries import Officer
from portal.procedures import drafting, entries, manuscripts, members, places
from portal.procedures.manuscripts import Manuscript
from portal.transaction import unit_of_work
from tests.signing_in import make_officer, sign_in_as

CODE = "1.001193"
Raw = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody reads it."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        return self.response.location or ""

    @property
    def source(self) -> str:
        return self.response.text

    @property
    def text(self) -> str:
        """Its words, tags gone."""
        body = re.sub(r"<script.*?</script>|<[^>]+>", " ", self.source, flags=re.DOTALL)
        return re.sub(r"\s+", " ", html.unescape(body))

    def value(self, name: str) -> str:
        """What stands in an input or a text area."""
        found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', self.source) or re.search(
            rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', self.source, re.DOTALL
        )
        assert found, f"no input {name}"
        return html.unescape(found[1])

    def error(self, name: str) -> str | None:
        """The message beside a field."""
        found = re.search(rf'<p id="f-{name}-error".*?</span>(.*?)</p>', self.source, re.DOTALL)
        return html.unescape(found[1]).strip() if found else None

    @property
    def links(self) -> list[str]:
        main = self.source.partition("<main")[2].partition("</main>")[0]
        return [html.unescape(link) for link in re.findall(r'<a [^>]*href="([^"]+)"', main)]


@dataclass(frozen=True, slots=True)
class Editor:
    """One editor at work."""

    browser: FlaskClient
    officer: Officer

    def get(self, address: str) -> Page:
        return Page(self.browser.get(address))

    def post(self, address: str, data: Any = None, **options: Any) -> Page:
        return Page(self.browser.post(address, data=data or {}, **options))


@dataclass(frozen=True, slots=True)
class Written:
    """A manuscript with its editors."""

    id: int
    session: Session
    editor: Editor
    second: Editor

    @property
    def address(self) -> str:
        return f"/studio/manuscripts/{self.id}"

    @property
    def now(self) -> Manuscript:
        self.session.rollback()
        found = manuscripts.manuscript(self.session, self.id)
        assert found is not None
        return found

    def find(self, path: str) -> Any:
        return places.find(self.now.content, places.read(path))

    def raw(self, path: str) -> dict[str, list[str]]:
        """The page of the thing there as it is sent untouched."""
        found = self.now
        place = places.read(path)
        about = members.SHEET[path] if path in members.SHEET else members.of(found.content, place)
        thing = places.find(found.content, () if path in members.SHEET else place)
        return {**entries.write(about, thing), "version": [str(found.version)]}

    def address_of(self, path: str) -> str:
        if path in members.SHEET:
            return f"{self.address}/sheet/{path}"
        return f"{self.address}/things/{places.address(places.read(path))}"

    def save(self, path: str, raw: Raw, *, who: Editor | None = None) -> Page:
        """Send the page of the thing there with some inputs changed."""
        return (who or self.editor).post(self.address_of(path), {**self.raw(path), **raw})

    def take(self, content: Mapping[str, Any]) -> None:
        """All of it at once, as another page would have saved it."""
        found = self.now
        with unit_of_work(self.session) as work:
            drafting.save(
                work,
                id=self.id,
                version=found.version,
                content=content,
                officer_id=self.editor.officer.id,
                at=clock.now(),
            )

    def act(self, act: str, data: Mapping[str, str] | None = None, *, who: Editor | None = None) -> Page:
        """One of the acts that have a page of their own."""
        sent = {"version": str(self.now.version), **(data or {})}
        return (who or self.editor).post(f"{self.address}/{act}", sent)


@pytest.fixture
def editor(app: Flask, session: Session) -> Editor:
    return _editor(app, session, "Lâm Thị Mẫu Trang")


@pytest.fixture
def second(app: Flask, session: Session) -> Editor:
    return _editor(app, session, "Nguyễn Đức Mẫu Thịnh")


@pytest.fixture
def written(session: Session, editor: Editor, second: Editor) -> Written:
    """The next revision of birth registration, just begun."""
    with unit_of_work() as work:
        made = drafting.begin(work, code=CODE, officer_id=editor.officer.id, at=clock.now())
    return Written(made, session, editor, second)


@pytest.fixture
def empty(session: Session, editor: Editor, second: Editor) -> Written:
    """A new procedure of which nothing is written."""
    with unit_of_work() as work:
        made = drafting.begin(work, code="9.000001", officer_id=editor.officer.id, at=clock.now())
    return Written(made, session, editor, second)


def _editor(app: Flask, session: Session, name: str) -> Editor:
    officer = make_officer(session, "H06.01", "editor", name=name)
    browser = app.test_client()
    sign_in_as(browser, officer)
    db.session.rollback()
    return Editor(browser, officer)
