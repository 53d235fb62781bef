"""What an editor types: read into members, written out again, and nothing lost that was not touched."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procedures import checking, entries, members, places, saving, schema
from portal.procedures.places import Place
from portal.procedures.sources import CATALOGUE, find
from portal.procedures.yaml_door import read as read_yaml
from tests.procedures.files import content
from tests.procedures.forms import field, sections, words
from tests.procedures.test_editing import all_things

FIELD: Place = ("form", "sections", 0, "fields", 1)


def whole(**second: Any) -> dict[str, Any]:
    """A form whose second field is the one under test."""
    members_of_second = {"kind": "text", "key": "two"} | second
    return content(form=sections(first=[field("one_of", "one"), field(**members_of_second), field("date", "three")]))


def save(data: dict[str, Any], raw: dict[str, list[str]], *, place: Place = FIELD, act: str = "") -> saving.Sent:
    """The page of the thing at `place`, sent as it is shown but for `raw`."""
    about = members.of(data, place)
    return saving.save(data, place, about, entries.write(about, places.find(data, place)) | raw, act=act)


@pytest.mark.parametrize("file", find([CATALOGUE]), ids=lambda path: path.stem)
def test_every_page_of_the_catalogue_sent_back_untouched_changes_nothing(file: Any) -> None:
    data = read_yaml(file.read_bytes())
    for place in all_things(data):
        assert save(data, {}, place=place) == saving.Sent(data)
    for about in members.SHEET.values():
        assert saving.save(data, (), about, entries.write(about, data)) == saving.Sent(data)


def test_every_member_of_a_field_has_its_place_on_a_page() -> None:
    known = set(schema.document()["$defs"]["form_field"]["properties"])
    columns = {"columns"}  # things of their own, edited one by one
    assert known - {member.name.partition(".")[0] for member in members.FIELD} - columns == set()


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_label_is_kept_or_refused(vi: str, en: str) -> None:
    sent = save(whole(), {"label-vi": [vi], "label-en": [en]})
    if sent.problems:
        assert {problem.code for problem in sent.problems} <= {"control_characters"}
        assert sent.content == whole()
    else:
        label = places.find(sent.content, (*FIELD, "label"))
        assert label is None or set(label) == {"vi", "en"}


def test_only_what_was_typed_changes() -> None:
    sent = save(whole(help=words("Giúp")), {"label-vi": ["Tên mới"], "max_length": ["1.000"], "required": ["yes"]})
    assert sent.problems == ()
    found = places.find(sent.content, FIELD)
    assert found["label"] == {"vi": "Tên mới", "en": "Mục two (en)"}
    assert (found["max_length"], found["required"], found["help"]) == (1000, True, words("Giúp"))
    assert checking.faults(sent.content) == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"max_length": ["nhiều"]}, "not_a_number"),
        ({"label-vi": ["x" * 501]}, "too_long"),
        ({"label-en": ["a\u202eb"]}, "control_characters"),
        ({"type": ["hologram"]}, "not_an_option"),
        ({"key": ["one"]}, "key_taken"),
        ({"key": ["Họ tên"]}, "key_shape"),
        ({"key": ["csrf_token"]}, "key_shape"),
    ],
)
def test_what_cannot_be_taken_changes_nothing(raw: dict[str, list[str]], code: str) -> None:
    sent = save(whole(), raw)
    assert [problem.code for problem in sent.problems] == [code]
    assert sent.content == whole()


def test_a_condition_is_picked_in_two_steps() -> None:
    first = save(whole(), {"show_if-new": ["one"]})
    assert places.find(first.content, FIELD)["show_if"] == {"field": "one", "in": []}
    second = save(dict(first.content), {"show_if-0-values": ["a", "c"]})
    assert places.find(second.content, FIELD)["show_if"] == {"field": "one", "in": ["a", "c"]}
    assert checking.faults(second.content) == []
    gone = save(dict(second.content), {"show_if-0-drop": ["yes"]})
    assert "show_if" not in places.find(gone.content, FIELD)


def test_no_condition_asks_what_comes_later() -> None:
    assert "show_if" not in places.find(save(whole(), {"show_if-new": ["three"]}).content, FIELD)


def test_another_type_leaves_behind_what_it_has_no_use_for() -> None:
    data = whole(kind="one_of", options=[{"value": "a", "label": words("A")}])
    many = save(data, {"type": ["any_of"]})
    assert places.find(many.content, FIELD)["options"] == [{"value": "a", "label": words("A")}]
    text = save(dict(many.content), {"type": ["text"]})
    assert "options" not in places.find(text.content, FIELD)
    assert checking.faults(text.content) == []


def test_options_get_a_value_of_their_own_and_keep_it() -> None:
    data = whole(kind="one_of", options=[{"value": "a", "label": words("A")}])
    raw = {
        "options-rows": ["3"],
        "options-0-label-vi": ["Đổi tên"],
        "options-1-label-vi": ["Nữ"],
        "options-1-label-en": ["F"],
    }
    sent = save(data, raw)
    options = places.find(sent.content, FIELD)["options"]
    assert [option["value"] for option in options] == ["a", "nu"]
    assert options[0]["label"]["vi"] == "Đổi tên"


@pytest.mark.parametrize(
    ("act", "kept"),
    [("options:2:up", ["a", "c", "b"]), ("options:0:down", ["b", "a", "c"]), ("options:1:remove", ["a", "c"])],
)
def test_a_row_is_moved_or_removed_after_all_that_was_typed_is_read(act: str, kept: list[str]) -> None:
    sent = save(whole(kind="one_of"), {"label-vi": ["Mới"]}, act=act)
    found = places.find(sent.content, FIELD)
    assert [option["value"] for option in found["options"]] == kept
    assert found["label"]["vi"] == "Mới"


def test_removing_says_who_hangs_on_it() -> None:
    data = whole(show_if={"field": "one", "in": ["a"]})
    assert [one["key"] for one in saving.hanging_on(data, ("form", "sections", 0, "fields", 0))] == ["two"]
    assert saving.hanging_on(data, FIELD) == []
    assert saving.hanging_on(data, ("form", "sections", 0)) == []
