"""Where an answer is filled in from: chosen on the field's page, kept there, gone with what it fitted."""

import pytest

from portal.procedures import checking, manuscripts
from tests.procedures.files import content
from tests.procedures.forms import field, sections
from tests.studio.conftest import Written

FIELD = "form.sections[0].fields[0]"
EARLIER = {"prefill": ["earlier."], "prefill-key": ["mother_name"]}


def one_field(written: Written, kind: str = "text", **members: object) -> None:
    written.take(content("9.000001", form=sections(only=[field(kind, "mine", **members)])))


def faults(written: Written) -> list[object]:
    begins_at = written.now.written_at
    whole = manuscripts.completed(written.now.content, code="9.000001", number=1, begins_at=begins_at)
    return list(checking.faults(whole))


def test_an_answer_may_come_from_an_earlier_dossier_of_the_person(empty: Written) -> None:
    one_field(empty)
    page = empty.editor.get(empty.address_of(FIELD))
    assert "Hồ sơ trước của chính người đó" in page.text
    assert empty.save(FIELD, EARLIER).status == 303
    assert empty.find(FIELD)["prefill"] == "earlier.mother_name"
    assert empty.editor.get(empty.address_of(FIELD)).value("prefill-key") == "mother_name"
    assert faults(empty) == []


def test_without_a_key_it_is_the_key_of_the_field_itself(empty: Written) -> None:
    one_field(empty)
    assert empty.save(FIELD, {"prefill": ["earlier."]}).status == 303
    assert empty.find(FIELD)["prefill"] == "earlier.mine"


def test_a_key_that_is_none_is_refused_beside_its_input(empty: Written) -> None:
    one_field(empty)
    page = empty.save(FIELD, {**EARLIER, "prefill-key": ["Họ tên mẹ"]})
    assert page.status == 422
    assert page.error("prefill-key")
    assert page.value("prefill-key") == "Họ tên mẹ"
    assert "prefill" not in empty.find(FIELD)


def test_the_page_suggests_keys_that_procedures_in_force_ask_for(empty: Written, written: Written) -> None:
    asked = next(one for part in written.find("form.sections") for one in part["fields"] if one["type"] == "text")
    one_field(empty)
    assert f'<option value="{asked["key"]}">' in empty.editor.get(empty.address_of(FIELD)).source


@pytest.mark.parametrize("kind", ["table", "map", "place", "yes_no", "number"])
def test_every_type_that_can_be_filled_in_offers_it(empty: Written, kind: str) -> None:
    members = {"columns": [field("text", "name")]} if kind == "table" else {}
    one_field(empty, kind, **members)
    assert empty.save(FIELD, EARLIER).status == 303
    assert empty.find(FIELD)["prefill"] == "earlier.mother_name"
    assert faults(empty) == []


@pytest.mark.parametrize("kind", ["file", "statement", "calculated"])
def test_what_nobody_may_fill_in_for_others_does_not(empty: Written, kind: str) -> None:
    one_field(empty, kind, **({"value": {"constant": "1"}} if kind == "calculated" else {}))
    assert 'name="prefill"' not in empty.editor.get(empty.address_of(FIELD)).source


def test_how_it_may_be_corrected_goes_with_what_is_filled_in(empty: Written) -> None:
    one_field(empty, prefill="identity.name", correctable="with_reason")
    assert empty.save(FIELD, {"prefill": [""]}).status == 303
    assert not {"prefill", "correctable"} & set(empty.find(FIELD))
    assert faults(empty) == []


def test_how_it_may_be_corrected_can_be_left_open_again(empty: Written) -> None:
    one_field(empty, prefill="identity.name", correctable="with_reason")
    assert empty.save(FIELD, {"correctable": [""]}).status == 303
    assert empty.find(FIELD)["prefill"] == "identity.name"
    assert "correctable" not in empty.find(FIELD)


@pytest.mark.parametrize(
    ("source", "kind", "left"),
    [
        ("identity.name", "date", None),
        ("identity.address", "address", "identity.address"),
        ("earlier.mother_name", "date", "earlier.mother_name"),
        ("earlier.mother_name", "file", None),
    ],
)
def test_another_type_keeps_what_still_fits(empty: Written, source: str, kind: str, left: str | None) -> None:
    one_field(empty, prefill=source, correctable="freely")
    assert empty.save(FIELD, {"type": [kind]}).status == 303
    assert empty.find(FIELD).get("prefill") == left
    assert empty.find(FIELD).get("correctable") == ("freely" if left else None)
    assert faults(empty) == []
