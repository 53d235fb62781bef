"""Editing one thing at a time: everything else stays, nothing handed in changes, valid stays valid."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procedures import checking, editing, keys, places
from portal.procedures.editing import Snag
from portal.procedures.places import Place
from tests.procedures.files import content
from tests.procedures.forms import field, sections, words

FIELDS: Place = ("form", "sections", 0, "fields")


def small() -> dict[str, Any]:
    """Two sections; the second field hangs on the first, one in the other section too."""
    asks = {"field": "one", "in": ["a"]}
    return content(
        form=sections(
            first=[field("one_of", "one"), field("text", "two", show_if=asks), field("date", "three")],
            second=[field("file", "paper", component="declaration_form"), field("text", "four", show_if=asks)],
        )
    )


def all_things(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every thing in a list, wherever it stands."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, inner in inside:
        here = (*place, part)
        if isinstance(part, int) and places.kind(here):
            yield here
        yield from all_things(inner, here)


THINGS = sorted(all_things(small()), key=places.words)


def keyed(whole: dict[str, Any]) -> dict[str, Any]:
    return {one["key"]: one for section in whole["form"]["sections"] for one in section["fields"]}


@given(st.sampled_from(THINGS), st.sampled_from([-1, 1]))
def test_moving_there_and_back_changes_nothing(place: Place, by: int) -> None:
    before = small()
    moved = editing.move(before, place, by)
    assert before == small(), "what was handed in stays as it was"
    if isinstance(moved, Snag):
        assert moved.why in ("first", "last")
        return
    there = editing.where_moved(before, place, by)
    assert places.find(moved, there) == places.find(before, place)
    assert editing.move(moved, there, -by) == before


@given(st.sampled_from(THINGS))
def test_a_copy_stands_behind_and_removing_it_gives_what_was_before(place: Place) -> None:
    before = small()
    copied = editing.duplicate(before, place)
    if isinstance(copied, Snag):
        assert copied.why == "full"
        return
    where = (*place[:-1], int(place[-1]) + 1)
    assert editing.remove(copied, where) == before
    assert before == small()


@given(st.sampled_from([place for place in THINGS if places.kind(place) in ("field", "section", "component", "step")]))
def test_a_copy_of_what_is_valid_is_valid(place: Place) -> None:
    copied = editing.duplicate(small(), place)
    assert not isinstance(copied, Snag)
    assert checking.faults(copied) == []


def test_a_copied_section_asks_its_own_questions() -> None:
    copied = editing.duplicate(small(), ("form", "sections", 0))
    assert not isinstance(copied, Snag)
    fields = keyed(copied)
    assert fields["two_2"]["show_if"] == {"field": "one_2", "in": ["a"]}
    assert fields["two"]["show_if"] == fields["four"]["show_if"] == {"field": "one", "in": ["a"]}


@given(st.sampled_from([(*FIELDS, n) for n in range(3)]), st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True))
def test_a_new_name_is_followed_everywhere_and_can_be_taken_back(place: Place, name: str) -> None:
    before = small()
    old = places.find(before, (*place, "key"))
    renamed = editing.rename(before, place, name)
    if isinstance(renamed, Snag):
        assert renamed.why in ("key_taken", "key_shape")
        return
    assert checking.faults(renamed) == []
    assert not keys.mentions(renamed["form"], old) or old == name
    assert editing.rename(renamed, place, old) == before


def test_a_paper_and_an_answer_are_followed_by_a_new_name_too() -> None:
    renamed = editing.rename(small(), ("cases", 0, "components", 0), "to_khai")
    assert not isinstance(renamed, Snag)
    assert keyed(renamed)["paper"]["component"] == "declaration_form", "another case still has it under the old name"
    for case in range(1, len(renamed["cases"])):
        for at, component in enumerate(renamed["cases"][case]["components"]):
            if component["key"] == "declaration_form":
                again = editing.rename(renamed, ("cases", case, "components", at), "to_khai")
                assert not isinstance(again, Snag)
                renamed = again
    assert keyed(renamed)["paper"]["component"] == "to_khai"
    answered = editing.rename(small(), (*FIELDS, 0, "options", 0), "khac")
    assert not isinstance(answered, Snag)
    assert keyed(answered)["two"]["show_if"] == keyed(answered)["four"]["show_if"] == {"field": "one", "in": ["khac"]}


def test_a_field_goes_on_into_the_next_section() -> None:
    moved = editing.move(small(), (*FIELDS, 2), 1)
    assert not isinstance(moved, Snag)
    assert [one["key"] for one in moved["form"]["sections"][1]["fields"]] == ["three", "paper", "four"]
    assert editing.where_moved(small(), (*FIELDS, 2), 1) == ("form", "sections", 1, "fields", 0)


@given(st.sampled_from(THINGS), st.dictionaries(st.sampled_from(["note", "help", "intro"]), st.just(words("mới"))))
def test_changing_members_leaves_all_else(place: Place, members: dict[str, Any]) -> None:
    before = small()
    changed = editing.change(before, place, members)
    assert not isinstance(changed, Snag)
    thing = places.find(before, place)
    expected = copy.deepcopy(before)
    target = places.find(expected, place)
    target.update(members)
    assert changed == expected
    assert places.find(before, place) == thing


@pytest.mark.parametrize("place", [(*FIELDS, 9), ("form", "sections", 9), ("steps", 99), ("nothing", 0), ("form",)])
def test_what_is_not_there_is_said_to_be_gone(place: Place) -> None:
    for done in (
        editing.move(small(), place, 1),
        editing.remove(small(), place),
        editing.duplicate(small(), place),
        editing.rename(small(), place, "x"),
    ):
        assert done == Snag("gone")


def test_a_list_has_an_end() -> None:
    crowded = content(steps=[words("x")] * 40)
    assert editing.add(crowded, ("steps",), words("y")) == Snag("full")


def test_an_empty_manuscript_can_be_filled() -> None:
    whole: dict[str, Any] = {}
    for place, thing in (
        (("steps",), words("Bước một")),
        (("form", "sections"), {"key": "person", "title": words("Người nộp"), "fields": []}),
        (FIELDS, field("text", "name")),
        (FIELDS, field("text", "name")),
    ):
        done = editing.add(whole, place, thing)
        assert not isinstance(done, Snag)
        whole = done
    assert list(keyed(whole)) == ["name", "name_2"]


@given(st.sampled_from(THINGS))
def test_a_place_reads_as_it_is_written(place: Place) -> None:
    assert places.read(places.words(place)) == place
    assert places.of_address(places.address(place)) == place
    assert places.thing_around((*place, "label", "vi")) == place


@pytest.mark.parametrize("text", ["", "/", "form//x", "a/-1", "a/b/", "A", "form/99999", "../x", "a b"])
def test_no_place_is_no_place(text: str) -> None:
    assert places.of_address(text) is None


@given(st.text(max_size=80))
def test_a_key_is_made_of_any_words(label: str) -> None:
    assert keys.SHAPES["key"].fullmatch(keys.from_words(label, otherwise="muc"))


def test_keys_are_readable() -> None:
    assert keys.from_words("Họ, chữ đệm, tên", otherwise="muc") == "ho_chu_dem_ten"
    assert keys.from_words("12 con giáp", otherwise="muc") == "muc_12_con_giap"
    assert keys.from_words("Token", otherwise="muc") == "muc"
