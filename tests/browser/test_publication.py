"""The public pages of what editors published: history, changes, withdrawal; wide, narrow, in both languages."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal import clock
from portal.procedures import publishing, queries
from portal.transaction import unit_of_work
from tests.browser.conftest import Open
from tests.browser.pages import axe, shot, visit
from tests.procedures.files import content
from tests.procedures.writing import DECISION, approved, editor, publish

CODE = "9.000071"
PAGES = {
    "withdrawn": f"/procedures/{CODE}",
    "history": f"/procedures/{CODE}/history",
    "changes": f"/procedures/{CODE}/history/2/changes",
}


@pytest.fixture
def _published(live_session: Session) -> Iterator[None]:
    """Two revisions with much between them, and a withdrawal; once for the server's life."""
    if not queries.history(live_session, CODE):
        live_session.rollback()
        at = clock.now() - timedelta(days=2)
        publish(live_session, approved(live_session, content(CODE), code=CODE, at=at), at=at)
        at += timedelta(days=1)
        publish(live_session, approved(live_session, _second(), code=CODE, at=at), at=at)
        who = editor(live_session)
        with unit_of_work(live_session):
            publishing.withdraw(
                live_session,
                code=CODE,
                decision=DECISION,
                ends_at=None,
                successor="1.000894",
                officer_id=who,
                at=clock.now(),
            )
    live_session.rollback()
    yield


def _second() -> dict[str, object]:
    """The exemplar after an editor's day: texts, a field more, one less, one moved, another term and fee."""
    said = content(CODE, keywords=["khai sinh", "giấy khai sinh trực tuyến"])
    said["summary"] = {
        "vi": "Ghi việc sinh của trẻ vào sổ hộ tịch và cấp giấy khai sinh.",
        "en": "Enters a birth in the civil register.",
    }
    channel = said["channels"][0]
    channel["term"] = {"number": 3, "unit": "working_days"}
    channel["fees"] = [{"amount": 8000, "text": {"vi": "Mỗi bản sao trích lục", "en": "Each copy of the extract"}}]
    said["cases"][0]["components"][0]["copies"] += 1
    sections = said["form"]["sections"]
    sections[1]["fields"].append(sections[0]["fields"].pop())
    sections[0]["fields"][0]["label"] = {"vi": "Họ, chữ đệm, tên của trẻ", "en": "The child's full name"}
    label = {"vi": "Nơi sinh ở nước ngoài", "en": "Born abroad"}
    sections[0]["fields"].append({"key": "born_abroad", "type": "yes_no", "label": label})
    return said


@pytest.mark.usefixtures("_published")
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_and_fit(open_page: Open, name: str, width: int, lang: str) -> None:
    page = open_page(width=width, dark=lang == "en", locale={"vi": "vi-VN", "en": "en-GB"}[lang])
    visit(page, PAGES[name])
    axe(page)
    shot(page, f"publication-{name}-{width}-{lang}")


@pytest.mark.usefixtures("_published")
def test_nothing_is_wider_than_the_smallest_telephone(open_page: Open) -> None:
    page = open_page(width=320)
    for address in PAGES.values():
        visit(page, address)
