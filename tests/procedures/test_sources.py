"""Procedure files on disk."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.errors import Invalid
from portal.procedures import sources
from tests.procedures.files import content, write

Change = Callable[[dict[str, Any]], object]


def faults(*places: Path) -> list[str]:
    with pytest.raises(Invalid) as refused:
        sources.read(sources.find(places))
    return [str(fault) for fault in refused.value.problems]


def test_a_folder_gives_its_procedures_but_not_the_list_of_fields(tmp_path: Path) -> None:
    write(tmp_path, content("9.000002"))
    write(tmp_path, content("9.000001"))
    (tmp_path / "fields.yaml").write_text("{}")
    (tmp_path / "README.md").write_text("x")
    assert [source.code for source in sources.read(sources.find([tmp_path]))] == ["9.000001", "9.000002"]


def test_what_was_written_reads_the_same(tmp_path: Path) -> None:
    write(tmp_path, content())
    (source,) = sources.read(sources.find([tmp_path]))
    assert source.content == content()
    assert source.path.read_text("utf-8").startswith("code: '9.000001'\nrevision: 1\nvalid_from: '2020-01-01'\n")


def first_field(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["form"]["sections"][0]["fields"][0]
    return found


CHANGES: list[tuple[Change, str]] = [
    (lambda data: data.update(colour="red"), "additionalProperties members=['colour']"),
    (lambda data: data.pop("name"), "required members=['name']"),
    (lambda data: data["name"].pop("en"), "name: required members=['en']"),
    (lambda data: data["name"].update(en=""), "name.en: minLength"),
    (lambda data: data.update(code="1.1"), "code: pattern value='1.1'"),
    (lambda data: data.update(revision=0), "revision: minimum limit=1 value='0'"),
    (lambda data: data.update(valid_from="2020-02-30"), "valid_from: format value='2020-02-30'"),
    (lambda data: data.update(valid_to="2019-12-31"), "valid_to: valid_to_too_early"),
    (lambda data: data.update(field="van-hoa-pham"), "field: unknown_sector value='van-hoa-pham'"),
    (lambda data: data.update(level="ward"), "level: enum value='ward'"),
    (lambda data: data.update(received_by={}), "received_by: minProperties"),
    (lambda data: data.update(received_by={"kinds": ["ward"], "agencies": ["H06"]}), "received_by:"),
    (lambda data: data.update(related=["9.000001"]), "related: related_itself"),
    (lambda data: data["channels"].append({**data["channels"][0]}), "channels: maxItems limit=3"),
    (lambda data: data["channels"][1].update(channel="online"), "channels: channel_twice channel='online'"),
    (lambda data: data["channels"][0]["term"].update(number=2), "channels[0].term.number: const"),
    (
        lambda data: data["channels"][0].update(fees=[{"amount": None}]),
        "channels[0].fees[0]: required members=['text']",
    ),
    (lambda data: data["channels"][0].update(fees=[{"amount": -1}]), "channels[0].fees[0].amount: minimum"),
    (
        lambda data: data["cases"][0]["components"].append({**data["cases"][0]["components"][0]}),
        "cases[0].components: key_twice key='declaration_form'",
    ),
    (lambda data: data["form"].update(sections=[]), "form.sections: online_without_form"),
    (lambda data: first_field(data).update(minimum=1), "form.sections[0].fields[0].minimum: member_of_another_type"),
    (
        lambda data: data["form"]["sections"][3]["fields"][0].update(component="x"),
        "form.sections[3].fields[0].component: component_unknown key='x'",
    ),
    (
        lambda data: data["summary"].update(vi="đọc \u202engược"),
        "summary.vi: treacherous_characters mark='U+202E'",
    ),
    (
        lambda data: data["name"].update(en="Birth\u200b registration"),
        "name.en: treacherous_characters mark='U+200B'",
    ),
    (
        lambda data: first_field(data)["label"].update(vi="Tên\U000e0041"),
        "form.sections[0].fields[0].label.vi: treacherous_characters mark='U+E0041'",
    ),
]


@pytest.mark.parametrize(("change", "message"), CHANGES, ids=[message for _change, message in CHANGES])
def test_a_fault_is_named_with_file_and_path(tmp_path: Path, change: Change, message: str) -> None:
    data = content()
    change(data)
    path = tmp_path / "9.000001.yaml"
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    found = faults(path)
    assert len(found) == 1, found
    assert found[0].startswith("9.000001.yaml: ")
    assert message in found[0]


def test_every_fault_of_every_file_is_told(tmp_path: Path) -> None:
    write(tmp_path, {**content("9.000001"), "level": "x", "colour": "red"})
    write(tmp_path, content("9.000002"), name="9.000003.yaml")
    write(tmp_path, content("9.000004"), name="birth.yaml")
    write(tmp_path, content("9.000005"), name="9.000005-r2.yaml")
    (tmp_path / "9.000006.yaml").write_text("[")
    write(tmp_path, content("9.000007"))
    found = faults(tmp_path)
    assert [line.split(": ")[0] for line in found] == [
        "9.000001.yaml",
        "9.000001.yaml",
        "9.000003.yaml",
        "9.000005-r2.yaml",
        "9.000006.yaml",
        "birth.yaml",
    ]


def test_one_revision_in_two_files_is_refused(tmp_path: Path) -> None:
    sources.write(content(), tmp_path, newest=False)
    sources.write(content(), tmp_path, newest=True)
    assert faults(tmp_path) == ["9.000001.yaml: revision: revision_twice name='9.000001-r1.yaml'"]


def test_a_file_that_is_not_there_is_told_like_any_other_fault(tmp_path: Path) -> None:
    assert "9.000001.yaml: cannot_open why='No such file" in faults(tmp_path / "9.000001.yaml")[0]
