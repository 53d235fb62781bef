"""A page of the studio that is opened and saved untouched changes nothing: what the browser sends back is whole."""

from typing import Any

import pytest

from portal.procedures import members, places
from portal.procedures.differing import difference
from tests.procedures import every_type
from tests.procedures.forms import field, words
from tests.procedures.test_editing import all_things
from tests.studio.conftest import Written
from tests.studio.sent import Form

EDITED_WITH_OWNER = ("step", "fee", "legal_basis", "option", "result")
AGE = {"field": "age", "at_least": 18, "less_than": 60}
MORE = {
    "key": "more",
    "title": words("Thêm"),
    "fields": [
        field("text", "mother", prefill="earlier.mother_name"),
        field("text", "father", prefill="earlier.father_name", correctable="with_reason"),
        field("table", "children", prefill="earlier.children", columns=[field("text", "name")]),
        field("statement", "sure", prefill="earlier.sure"),
        field("text", "working", show_if=AGE),
        field("text", "ahead", show_if={"field": "behind", "in": ["yes"]}),
        field("text", "ahead_too", show_if={"any_of": [{"field": "behind", "not_in": ["no"]}, AGE]}),
        field("yes_no", "behind"),
        field("file", "lost_paper", component="no_such_paper"),
        field("one_of", "kinds", show_if={"field": "kind", "in": ["food", "gone"]}),
    ],
    "stops": [{"when": AGE, "text": words("Không cần.")}],
}


def whole() -> dict[str, Any]:
    """Everything that a form can say, finished or not, right or wrong."""
    stops = [{"when": {"field": "age", "given": False}, "text": words("Chưa cần."), "procedure": "1.001193"}]
    form = {"sections": [*every_type.FORM["sections"], MORE], "stops": stops}
    return {**every_type.procedure(form=form), "code": "9.000001"}


def opened_and_saved(written: Written, address: str) -> None:
    page = written.editor.get(address)
    assert page.status == 200, address
    saved = written.editor.post(address, Form(page.source).sent)
    assert saved.status == 303, address


@pytest.fixture
def rich(empty: Written) -> Written:
    empty.take(whole())
    return empty


def test_no_page_of_a_thing_loses_anything(rich: Written) -> None:
    before = rich.now.content
    for place in all_things(before):
        if places.kind(place) not in EDITED_WITH_OWNER:
            opened_and_saved(rich, rich.address_of(places.words(place)))
    changed = list(difference(before, rich.now.content))
    assert not changed, "\n".join(map(str, changed))
    assert rich.now.content == before


def test_no_part_of_the_sheet_loses_anything(rich: Written) -> None:
    before = rich.now.content
    for part in members.SHEET:
        opened_and_saved(rich, rich.address_of(part))
        assert rich.now.content == before, part
