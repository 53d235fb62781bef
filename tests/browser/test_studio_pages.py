"""Every page of the studio as different editors meet it: on the smallest phone, in the dark, in English."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import editors_at_work as editors
from tests.browser.conftest import Open
from tests.browser.english import vietnamese
from tests.browser.window import Journey

CODE = "1.000656"
QUOTED = ("163/QĐ-UBND", "sổ đỏ, giấy độc thân", "Tiếng Việt", editors.WRITER, editors.APPROVER)


def pages(manuscript: str, language: str) -> Iterator[tuple[str, str]]:
    yield from {
        "list": "/studio",
        "new": "/studio/new",
        "procedure": f"/studio/procedures/{CODE}",
        "withdraw": f"/studio/procedures/{CODE}/withdraw",
        "manuscript": manuscript,
        "names": f"{manuscript}/sheet/names",
        "who": f"{manuscript}/sheet/who",
        "steps": f"{manuscript}/sheet/steps",
        "bases": f"{manuscript}/sheet/bases",
        "papers": f"{manuscript}/lists/cases",
        "channels": f"{manuscript}/lists/channels",
        "offers": f"{manuscript}/lists/offers",
        "form": f"{manuscript}/lists/form",
        "section": f"{manuscript}/things/form/sections/0",
        "field": f"{manuscript}/things/form/sections/0/fields/0",
        "channel": f"{manuscript}/things/channels/0",
        "component": f"{manuscript}/things/cases/0/components/0",
        "add": f"{manuscript}/add/form/sections/0/fields",
        "remove": f"{manuscript}/remove/form/sections/0",
        "check": f"{manuscript}/check",
        "preview": f"{manuscript}/preview?width=desktop",
        "sheet": f"{manuscript}/preview/{language}",
        "difference": f"{manuscript}/difference",
        "trail": f"{manuscript}/trail",
        "import": f"{manuscript}/import",
        "hand-in": f"{manuscript}/hand-in",
        "discard": f"{manuscript}/discard",
        "publish": f"{manuscript}/publish",
    }.items()


@pytest.mark.parametrize(
    ("name", "look", "language"),
    [
        ("studio-320-dark", {"width": 320, "height": 640, "dark": True}, "vi"),
        ("studio-english", {"width": 1280, "locale": "en-GB"}, "en"),
    ],
)
def test_every_page_of_the_studio_holds(open_page: Open, name: str, look: dict[str, Any], language: str) -> None:
    journey = Journey(name, open_page, look, language)
    journey.clear()
    window = journey.window()
    window.page.goto("/signin/officer?next=/studio")
    window.page.get_by_role("button", name=editors.WRITER).click()
    window.page.goto(f"/studio?q={CODE}")
    begin = window.page.get_by_role("button", name=re.compile(rf"\({CODE}\)"))
    opened = window.page.get_by_role("link", name=re.compile(rf"\({CODE}\)")).first
    (begin if begin.count() else opened).click()
    window.page.wait_for_url("**/studio/manuscripts/*")
    left: list[str] = []
    for page, path in pages(window.page.url, language):
        window.open(path, page)
        if language == "en":
            left += vietnamese(window.page, page, names=QUOTED)
    assert not left, "Vietnamese in the English pages:\n" + "\n".join(left)
