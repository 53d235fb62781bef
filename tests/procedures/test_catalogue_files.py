"""The procedures that come with the portal: right, complete, and every form can be filled in."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.procedures import definition, sectors, sources
from portal.procedures.answers import answers_for_display
from portal.procedures.sources import Source
from portal.units import queries as units
from tests import plausible

FILES = sources.find([sources.CATALOGUE])
ON = date(2020, 6, 15)
IDENTITY = {
    "name": "Nguyễn Thị Thử",
    "national_id": "077190000001",
    "born_on": "1990-06-05",
    "email": "thu@demo.invalid.vn",
    "phone": "0912345678",
    "address": "12 Lê Lợi, Phường 1, Vũng Tàu",
    "tax_code": "0312345678",
}


@pytest.fixture(scope="module")
def all_sources() -> list[Source]:
    return sources.read(FILES)


def test_there_are_procedures_of_every_level(all_sources: list[Source]) -> None:
    assert len(all_sources) >= 24
    assert {source.content["level"] for source in all_sources} == {"commune", "district", "province"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_form_can_be_filled_in_and_read_back(session: Session, path: Path) -> None:
    (source,) = sources.read([path])
    form = definition.parse(source.content["form"])
    register = units.units_on(session, on=date(2020, 6, 1))
    codes = {
        level: frozenset(unit.agency_code for unit in register if unit.level == level)
        for level in ("commune", "district")
    }
    raw = plausible.answers(form, on=ON, units=codes, identity=IDENTITY)
    reading = definition.read(form, raw, on=ON, units=codes)
    assert reading.problems == ()
    for lang in ("vi", "en"):
        assert all(words for _title, lines in answers_for_display(form, reading.answers, lang) for _, words in lines)


def test_each_language_says_something_of_its_own(all_sources: list[Source]) -> None:
    for source in all_sources:
        for name in ("name", "summary", "result"):
            assert source.content[name]["vi"] != source.content[name]["en"], f"{source.code}: {name}"


def test_every_form_ends_with_a_declaration(all_sources: list[Source]) -> None:
    for source in all_sources:
        last = definition.parse(source.content["form"]).fields[-1]
        assert (last.type, last.required) == ("statement", True), source.code


def test_every_required_paper_of_a_file_field_is_in_the_sheet(all_sources: list[Source]) -> None:
    for source in all_sources:
        fields = [field for field in definition.parse(source.content["form"]).fields if field.type == "file"]
        assert all(field.component for field in fields), source.code


def test_the_exemplar_uses_every_member_of_the_format(all_sources: list[Source]) -> None:
    exemplar = next(source for source in all_sources if source.code == "1.001193")
    assert {"performed_by", "reception", "coordinating", "audience_note", "kind"} <= set(exemplar.content)
    assert len(exemplar.content["cases"]) == 2
    assert {channel["channel"] for channel in exemplar.content["channels"]} == {"online", "counter", "post"}


def test_every_field_has_a_name_in_both_languages() -> None:
    assert len(sectors.sectors()) >= 20
    assert sectors.name("ho-tich").vi == "Hộ tịch"
    assert sectors.name("gone").vi == "gone"
