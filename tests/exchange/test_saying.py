"""What a file says, over what is published: nothing else is lost, nothing is made up."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.saying import Saying, content
from tests.procedures.files import content as published

TODAY = "2026-06-01"


def over(members: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return content(Saying("9.000001", members), based_on=published("9.000001", **changes), today=TODAY)


def test_what_the_file_does_not_say_stays() -> None:
    before = published("9.000001")
    after = over({"conditions": {"vi": "Có xe.", "en": ""}})
    assert after["conditions"] == {"vi": "Có xe.", "en": ""}
    same = {name: value for name, value in after.items() if name not in ("conditions", "revision", "valid_from")}
    assert same == {name: before[name] for name in same}
    assert (after["revision"], after["valid_from"]) == (before["revision"] + 1, TODAY)


def test_english_stays_where_the_vietnamese_stays_and_goes_where_it_changes() -> None:
    name = published()["name"]
    assert over({"name": {"vi": name["vi"], "en": ""}})["name"] == name
    assert over({"name": {"vi": "Khác", "en": ""}})["name"] == {"vi": "Khác", "en": ""}


def test_a_component_of_the_same_name_keeps_its_key_so_that_the_form_still_finds_it() -> None:
    before = published()["cases"][0]["components"]
    said = [
        {**component, "name": {"vi": component["name"]["vi"], "en": ""}, "key": f"giay_to_{number}"}
        for number, component in enumerate(reversed(before), 1)
    ]
    after = over({"cases": [{"name": None, "components": said}]})
    assert [component["key"] for component in after["cases"][0]["components"]] == [
        one["key"] for one in reversed(before)
    ]


def test_a_new_procedure_is_whole_but_for_what_nobody_said() -> None:
    made = content(
        Saying("9.000002", {"name": {"vi": "Thuê xe", "en": ""}, "level": "district"}), based_on=None, today=TODAY
    )
    assert made["received_by"] == {"kinds": ["district", "city", "town"]}
    assert made["form"] == {"sections": []}
    assert made["summary"] == {"vi": "", "en": ""}


@given(keys=st.lists(st.sampled_from(["giay_to_1", "giay_to_2", "identity"]), min_size=1, max_size=6))
def test_components_never_share_a_key(keys: list[str]) -> None:
    blank = {"form_name": None, "originals": 1, "copies": 0, "required": True, "note": None}
    components = [{"key": key, "name": {"vi": f"Giấy {n}", "en": ""}, **blank} for n, key in enumerate(keys)]
    made = over({"cases": [{"name": None, "components": components}]})
    found = [component["key"] for component in made["cases"][0]["components"]]
    assert len(set(found)) == len(found)


def test_the_files_of_a_paper_stay_and_its_link_too_unless_another_is_said() -> None:
    cases = published()["cases"]
    link = {"name": "Mẫu", "url": "https://example.test/a.docx"}
    file = {"name": "a.pdf", "sha256": "0" * 64}
    cases[0]["components"][0] |= {"templates": [file], "template": link}
    name = {"vi": cases[0]["components"][0]["name"]["vi"], "en": ""}
    said = {"key": "giay_to_1", "name": name, "originals": 1, "copies": 0, "required": True}
    silent = over({"cases": [{"name": None, "components": [said]}]}, cases=cases)["cases"][0]["components"][0]
    assert (silent["templates"], silent["template"]) == ([file], link)
    other = {**said, "template": {**link, "url": "https://example.test/b.docx"}}
    spoken = over({"cases": [{"name": None, "components": [other]}]}, cases=cases)["cases"][0]["components"][0]
    assert (spoken["templates"], spoken["template"]["url"]) == ([file], "https://example.test/b.docx")
