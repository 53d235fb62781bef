"""A ward's desk with its officers, each in a browser of their own, and a citizen whose dossiers they work on."""

import html
import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.dossiers import commands
from portal.people.queries import Officer, Person, RoleName
from tests.filing import WARD_1, act, file_dossier, officer_of
from tests.signing_in import make_citizen, sign_in_as


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody reads it."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def source(self) -> str:
        return self.response.text

    @property
    def text(self) -> str:
        """Its words, tags gone."""
        body = re.sub(r"<script.*?</script>|<[^>]+>", " ", self.source, flags=re.DOTALL)
        return re.sub(r"\s+", " ", html.unescape(body))

    @property
    def seen(self) -> int:
        """What every form of the page sends along; they must agree."""
        found = set(re.findall(r'name="seen" value="(\d+)"', self.source))
        assert len(found) == 1, found
        return int(found.pop())

    @property
    def acts(self) -> list[str]:
        return re.findall(r'action="/desk/dossiers/[^/"]+/([a-z-]+)"', self.source)

    def typed(self, name: str) -> str:
        """What stands in a text area."""
        found = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', self.source, re.DOTALL)
        assert found, f"no text area {name}"
        return html.unescape(found[1])

    def error(self, name: str) -> str | None:
        """The message beside a field."""
        found = re.search(rf'<p id="f-{name}-error".*?</span>(.*?)</p>', self.source, re.DOTALL)
        return html.unescape(found[1]).strip() if found else None

    @property
    def summary(self) -> list[str]:
        """The lines of the error summary, as (target) words."""
        found = re.search(r"govuk-error-summary__list.*?</ul>", self.source, re.DOTALL)
        lines = re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL) if found else []
        return [html.unescape(re.sub(r"<[^>]+>", "", line)) for line in lines]


@dataclass(frozen=True, slots=True)
class Desk:
    """One officer at the desk."""

    browser: FlaskClient
    officer: Officer

    def get(self, address: str, **options: Any) -> Page:
        return Page(self.browser.get(address, **options))

    def open(self, reference: str) -> Page:
        page = self.get(f"/desk/dossiers/{reference}")
        assert page.status == 200, page.text
        return page

    def do(self, reference: str, act_address: str, *, seen: int | None = None, **typed: Any) -> Page:
        """Send an act's form; the names are those of its fields without the act (`reason`, `to_unit`, `until_day`)."""
        number = self.open(reference).seen if seen is None else seen
        data = {f"{act_address}-{name.replace('until_', 'until-')}": value for name, value in typed.items()}
        address = f"/desk/dossiers/{reference}/{act_address}"
        form = {"seen": str(number), **data}
        return Page(self.browser.post(address, data=form, content_type="multipart/form-data"))

    def done(self, reference: str, act_address: str, **typed: Any) -> Page:
        """Do it and follow to the next page, which confirms it."""
        page = self.do(reference, act_address, **typed)
        assert page.status == 303, page.text
        following = self.get(page.response.headers["Location"])
        assert "Đã ghi:" in following.text
        return following


class Ward:
    """Ward 1 of Vũng Tàu, and whoever else a test needs."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.person: Person = make_citizen(session, name="Nguyễn Thị Mẫu An")

    def desk(self, role: RoleName, agency_code: str = WARD_1) -> Desk:
        officer = officer_of(self.session, agency_code, role)
        return self.desk_of(officer)

    def desk_of(self, officer: Officer) -> Desk:
        browser = self.app.test_client()
        sign_in_as(browser, officer)
        return Desk(browser, officer)

    def filed(self, **wishes: Any) -> str:
        return file_dossier(self.session, self.person, **wishes)

    def received(self, **wishes: Any) -> str:
        reference = self.filed(**wishes)
        act(self.session, commands.receive, reference, officer_of(self.session, WARD_1, "receiver"))
        return reference

    def asked(self) -> str:
        """Received, and the person was asked for a supplement."""
        reference = self.received()
        by = officer_of(self.session, WARD_1, "specialist")
        act(self.session, commands.ask_supplement, reference, by, reason="Thiếu một tờ.")
        return reference

    def steps(self, reference: str) -> list[str]:
        """The acts that stand in the database."""
        rows = self.session.execute(
            text("select act from step join dossier on id = dossier_id where reference = :r order by n"),
            {"r": reference},
        )
        found = [row.act for row in rows]
        self.session.rollback()
        return found

    def as_applicant(self, reference: str) -> Page:
        """The applicant's own page."""
        browser = self.app.test_client()
        sign_in_as(browser, self.person)
        page = Page(browser.get(f"/dossiers/{reference}"))
        assert page.status == 200
        return page


@pytest.fixture
def ward(app: Flask, session: Session) -> Ward:
    return Ward(app, session)


@pytest.fixture
def receiver(ward: Ward) -> Desk:
    return ward.desk("receiver")


@pytest.fixture
def specialist(ward: Ward) -> Desk:
    return ward.desk("specialist")


@pytest.fixture
def leader(ward: Ward) -> Desk:
    return ward.desk("leader")
