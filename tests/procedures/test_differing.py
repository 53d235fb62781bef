"""The difference between two contents: nothing for equals, something for every change, and told as people would."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procedures.differing import Change, difference
from portal.procedures.identities import same, stays
from portal.procedures.instants import OF_THE_PUBLICATION
from tests.procedures.files import content


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(change.kind, change.part, change.member) for change in difference(before, after)]


def first_section(said: dict[str, Any]) -> dict[str, Any]:
    section: dict[str, Any] = said["form"]["sections"][0]
    return section


def test_equal_contents_differ_in_nothing() -> None:
    assert difference(content(), content()) == ()


def test_what_only_publishing_changes_is_no_difference() -> None:
    assert difference(content(), content(revision=9, valid_from="2030-01-01", decision=None, begins_at="x")) == ()


def test_to_say_nothing_and_to_say_null_is_the_same() -> None:
    assert difference(content(kind=None), {k: v for k, v in content().items() if k != "kind"}) == ()


def test_a_changed_text_is_one_change_with_both_sides() -> None:
    (change,) = difference(content(), content(summary={"vi": "Mới", "en": "New"}))
    assert (change.kind, change.part, change.path, change.member) == ("changed", "sheet", "summary", "summary")
    assert change.after == {"vi": "Mới", "en": "New"}


def test_a_field_is_added_and_another_removed() -> None:
    before, after = content(), content()
    fields = first_section(after)["fields"]
    gone = fields.pop(0)
    fields.append({"key": "brand_new", "type": "text", "label": {"vi": "Mới", "en": "New"}})
    found = difference(before, after)
    assert [(change.kind, change.part, change.name) for change in found] == [
        ("added", "field", {"vi": "Mới", "en": "New"}),
        ("removed", "field", gone["label"]),
    ]
    assert found[0].path == f"form.sections[0].fields[{len(fields) - 1}]"


def test_a_field_whose_label_changed_is_the_same_field() -> None:
    after = content()
    first_section(after)["fields"][0] |= {"label": {"vi": "Khác", "en": "Other"}, "max_length": 77}
    assert sorted((part, member) for _kind, part, member in changed(content(), after)) == [
        ("field", "label"),
        ("field", "max_length"),
    ]


def test_a_field_in_another_section_has_moved_and_not_gone() -> None:
    after = content()
    sections = after["form"]["sections"]
    moved = sections[0]["fields"].pop(0)
    sections[1]["fields"].insert(0, moved)
    (change,) = difference(content(), after)
    assert (change.kind, change.part, change.member) == ("moved", "field", "section")
    assert (change.before, change.after) == (sections[0]["title"], sections[1]["title"])


def test_only_what_moved_is_said_to_have_moved() -> None:
    after = content()
    fields = first_section(after)["fields"]
    fields.append(fields.pop(0))
    assert changed(content(), after) == [("moved", "field", None)]
    sections = content()
    sections["form"]["sections"].insert(0, sections["form"]["sections"].pop())
    assert changed(content(), sections) == [("moved", "section", None)]


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("keywords", ["a", "c", "d"], [("added", "keyword", None), ("removed", "keyword", None)]),
        ("related", ["1.000894"], [("added", "related", None)]),
    ],
)
def test_words_and_codes_come_and_go_one_by_one(
    member: str, value: list[str], expected: list[tuple[str, str, str | None]]
) -> None:
    before = content(keywords=["a", "b", "c"])
    after = {**before, member: value}
    assert changed(before, after) == expected


def test_a_fee_and_a_term_change_within_their_channel() -> None:
    fee = {"amount": 8000, "text": {"vi": "Bản sao", "en": "Copies"}}
    channels = [{"channel": "online", "term": {"number": 3, "unit": "days"}, "fees": [fee]}]
    before, after = content(channels=channels), content(channels=copy.deepcopy(channels))
    after["channels"][0]["fees"][0]["amount"] = 10_000
    after["channels"][0]["term"]["number"] = 2
    found = difference(before, after)
    assert [(change.part, change.member, change.before, change.after) for change in found] == [
        ("channel", "term", {"number": 3, "unit": "days"}, {"number": 2, "unit": "days"}),
        ("fee", "amount", 8000, 10_000),
    ]
    assert found[1].owner == "online"


def test_components_are_known_by_their_key_within_their_case() -> None:
    after = content()
    component = after["cases"][0]["components"][0]
    component["copies"] += 1
    (change,) = difference(content(), after)
    assert (change.part, change.name, change.member) == ("component", component["name"], "copies")


names = st.sampled_from(["a", "b", "key", "vi", "en", "fields", "sections", "name", "label", "options", "value", "é"])
scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b", "0"])
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=25,
)
fields = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from("abcd")}, optional={"label": anything, "options": anything})
    | st.dictionaries(names, scalars, max_size=2),
    max_size=4,
)
sections = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from("xyz"), "fields": fields}, optional={"title": anything}) | anything,
    max_size=3,
)
contents = st.fixed_dictionaries(
    {},
    optional={
        "name": anything,
        "steps": anything,
        "channels": anything,
        "cases": anything,
        "legal_bases": anything,
        "form": st.fixed_dictionaries({"sections": sections}) | anything,
    },
)


@given(contents)
def test_any_content_differs_from_itself_in_nothing(said: dict[str, Any]) -> None:
    assert difference(said, copy.deepcopy(said)) == ()


@given(contents, contents)
def test_every_change_shows(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert bool(difference(before, after)) != same(before, after)


@given(contents, contents)
def test_the_way_back_is_as_long(before: dict[str, Any], after: dict[str, Any]) -> None:
    """What was added one way was removed the other."""

    def numbers(found: tuple[Change, ...]) -> dict[str, int]:
        return {kind: sum(change.kind == kind for change in found) for kind in ("added", "removed")}

    there, back = numbers(difference(before, after)), numbers(difference(after, before))
    assert (there["added"], there["removed"]) == (back["removed"], back["added"])


@given(st.data())
def test_every_single_change_of_a_real_procedure_shows(data: st.DataObject) -> None:
    after = content()
    place: Any = after
    while True:
        if isinstance(place, list):
            key: Any = data.draw(st.integers(0, len(place) - 1))
        else:
            key = data.draw(st.sampled_from(sorted(set(place) - set(OF_THE_PUBLICATION))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    if data.draw(st.booleans()):
        place[key] = "otherwise"
    elif isinstance(place, list):
        del place[key]
    else:
        del place[key]
    found = difference(content(), after)
    assert bool(found) != same(content(), after)


@given(st.lists(st.integers(0, 30), unique=True), st.randoms(use_true_random=False))
def test_what_keeps_its_place_is_the_longest_run_that_rises(items: list[int], chance: Any) -> None:
    shuffled = items.copy()
    chance.shuffle(shuffled)
    kept = [item for item in shuffled if item in stays(items, shuffled)]
    places = [items.index(item) for item in kept]
    assert places == sorted(places)
    longest = [1] * len(shuffled)
    for n, item in enumerate(shuffled):
        shorter = [longest[m] for m in range(n) if items.index(shuffled[m]) < items.index(item)]
        longest[n] = 1 + max(shorter, default=0)
    assert len(kept) == max(longest, default=0)
