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
    (lambda data: data.update(colour="red"), "Additional properties are not allowed ('colour' was unexpected)"),
    (lambda data: data.pop("name"), "'name' is a required property"),
    (lambda data: data["name"].pop("en"), "name: 'en' is a required property"),
    (lambda data: data["name"].update(en=""), "name.en: '' should be non-empty"),
    (lambda data: data.update(code="1.1"), "code: '1.1' does not match"),
    (lambda data: data.update(revision=0), "revision: 0 is less than the minimum"),
    (lambda data: data.update(valid_from="2020-02-30"), "valid_from: '2020-02-30' is not a 'date'"),
    (lambda data: data.update(valid_to="2019-12-31"), "valid_to: must be a later day than 'valid_from'"),
    (lambda data: data.update(field="van-hoa-pham"), "field: 'van-hoa-pham' is not in fields.yaml"),
    (lambda data: data.update(level="ward"), "level: 'ward' is not one of"),
    (lambda data: data.update(received_by={}), "received_by: {} should be non-empty"),
    (lambda data: data.update(received_by={"kinds": ["ward"], "agencies": ["H06"]}), "received_by:"),
    (lambda data: data.update(related=["9.000001"]), "related: names the procedure itself"),
    (lambda data: data["channels"].append({**data["channels"][0]}), "channels: does not fit: maxItems (3)"),
    (lambda data: data["channels"][1].update(channel="online"), "channels: the channel 'online' is there twice"),
    (lambda data: data["channels"][0]["term"].update(number=2), "channels[0].term.number: 1 was expected"),
    (lambda data: data["channels"][0].update(fees=[{"amount": None}]), "channels[0].fees[0]: 'text' is a required"),
    (lambda data: data["channels"][0].update(fees=[{"amount": -1}]), "channels[0].fees[0].amount: -1 is less than"),
    (
        lambda data: data["cases"][0]["components"].append({**data["cases"][0]["components"][0]}),
        "key 'declaration_form'",
    ),
    (lambda data: data["form"].update(sections=[]), "form.sections: an application online needs a form"),
    (lambda data: first_field(data).update(minimum=1), "form.sections[0].fields[0].minimum: 'minimum' says nothing"),
    (lambda data: data["form"]["sections"][3]["fields"][0].update(component="x"), "no component 'x' in 'cases'"),
    (lambda data: data["summary"].update(vi="đọc \u202engược"), "summary.vi: holds control characters or direction"),
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
    assert faults(tmp_path) == ["9.000001.yaml: revision: the same revision is in 9.000001-r1.yaml"]


def test_a_file_that_is_not_there_is_told_like_any_other_fault(tmp_path: Path) -> None:
    assert "No such file" in faults(tmp_path / "9.000001.yaml")[0]
