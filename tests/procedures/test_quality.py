"""What a manuscript is told before it is published: errors that forbid it, advice that does not."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from sqlalchemy.orm import Session

from portal.procedures import manuscripts, quality, sources
from portal.procedures.findings import Checks, Finding
from portal.procedures.quality import Known
from tests.procedures.files import content
from tests.procedures.test_differing import contents
from tests.procedures.writing import AT, CODE, begin, editor, read

KNOWN = Known(frozenset({CODE, "1.000894"}), {"H06.05": None, "H06.09": date(2021, 1, 1)}, date(2026, 6, 1))
TEXT = {"vi": "Mẫu", "en": "Sample"}


def found(known: Known = KNOWN, **members: Any) -> Checks:
    return quality.checks(content(**members), known)


def said(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in findings]


def field(key: str, **members: Any) -> dict[str, Any]:
    return {"key": key, "type": "yes_no", "label": TEXT, **members}


def form(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"key": "one", "title": TEXT, "fields": list(fields)}]}


def advice_of_form(*fields: dict[str, Any]) -> list[tuple[str, str]]:
    checks = found(form=form(*fields))
    assert checks.errors == ()
    return [(code, path) for code, path in said(checks.advice) if path.startswith("form")]


def test_the_portals_own_procedures_have_no_error(session: Session) -> None:
    for source in sources.read(sources.find([sources.CATALOGUE])):
        checks = manuscripts.check_content(session, source.content, code=source.code, at=AT)
        assert [finding for finding in checks.errors if finding.code != "sheet_item_missing"] == [], source.code


@pytest.mark.parametrize(
    ("members", "place"),
    [({"steps": []}, "steps"), ({"cases": [{"components": []}]}, "cases"), ({"performed_by": None}, "performed_by")],
)
def test_what_the_law_wants_of_every_procedure_must_be_there(members: dict[str, Any], place: str) -> None:
    assert ("sheet_item_missing", place) in said(found(**members).errors)


def test_what_the_sheet_had_better_say_is_advice() -> None:
    assert ("sheet_item_advised", "legal_bases") in said(found(legal_bases=[]).advice)


def test_a_term_without_a_unit_and_missing_english_go_by_their_names() -> None:
    channels = [{"channel": "counter", "term": {"number": 3}, "fees": []}]
    errors = said(found(channels=channels, name={"vi": "Tên", "en": ""}, result={"vi": "Kết quả"}).errors)
    assert ("term_without_unit", "channels[0].term.unit") in errors
    assert ("missing_english", "name.en") in errors
    assert ("missing_english", "result.en") in errors


def test_english_that_was_only_copied_is_noticed() -> None:
    assert ("english_is_vietnamese", "name.en") in said(found(name={"vi": "Khai tử", "en": "Khai tử"}).advice)
    assert ("english_is_vietnamese", "name.en") not in said(found(name={"vi": "A4", "en": "A4"}).advice)


def test_a_fee_says_by_what_it_is_taken() -> None:
    bases = [{"number": "12/NQ", "name": TEXT}]
    fees = [
        {"amount": 8000, "text": TEXT},
        {"amount": 0},
        {"amount": 9000, "basis": "12/NQ"},
        {"amount": 7000, "text": {"vi": "Theo 12/NQ", "en": "By 12/NQ"}},
        {"amount": 6000, "basis": "99/NQ"},
    ]
    channels = [{"channel": "online", "term": {"number": 1, "unit": "days"}, "fees": fees}]
    checks = found(channels=channels, legal_bases=bases, offers=[{"agencies": ["H06.05"], "channels": channels}])
    assert [path for code, path in said(checks.advice) if code == "fee_without_basis"] == [
        "channels[0].fees[0]",
        "offers[0].channels[0].fees[0]",
    ]
    assert ("basis_unknown", "channels[0].fees[4].basis") in said(checks.errors)


def test_links_into_the_portal_must_lead_somewhere() -> None:
    words = {
        "vi": "Xem /procedures/1.000894, /procedures/9.999999 và /ledger/verify hoặc https://x.test/procedures/8.000001",
        "en": "a/b 1/2 /nowhere.",
    }
    checks = found(conditions=words)
    assert said(checks.advice).count(("link_dead", "conditions.vi")) == 1
    leads = Known(KNOWN.procedures, KNOWN.agencies, KNOWN.on, leads=lambda path: path == "/ledger/verify")
    assert ("link_dead", "conditions.en") in said(found(leads, conditions=words).advice)
    assert [path for _path, path in quality.links({"conditions": words})] == [
        "/procedures/1.000894",
        "/procedures/9.999999",
        "/ledger/verify",
        "/nowhere",
    ]


def test_other_procedures_and_agencies_must_be_known() -> None:
    checks = found(related=["1.000894", "9.999999"], received_by={"agencies": ["H06.05", "H06.09", "H06.77"]})
    assert ("related_unknown", "related[1]") in said(checks.advice)
    assert ("agency_ended", "received_by.agencies[1]") in said(checks.advice)
    assert ("agency_unknown", "received_by.agencies[2]") in said(checks.errors)


def test_a_paper_that_must_be_handed_in_has_its_place_in_the_form() -> None:
    cases = [{"components": [{"key": "a", "name": TEXT, "originals": 1, "copies": 0, "required": True}]}]
    other = {"key": "b", "name": TEXT, "originals": 1, "copies": 0, "required": False}
    file = {"key": "paper", "type": "file", "label": TEXT, "component": "b"}
    checks = found(cases=[{"components": [*cases[0]["components"], other]}], form=form(file))
    assert ("component_not_asked", "cases[0].components[0]") in said(checks.advice)


def test_a_question_that_nobody_is_asked_is_found() -> None:
    yes = {"field": "a", "in": ["yes"]}
    no = {"field": "a", "in": ["no"]}
    assert advice_of_form(field("a"), field("b", show_if=yes), field("c", show_if={"all_of": [yes, no]})) == [
        ("condition_never_true", "form.sections[0].fields[2].show_if")
    ]
    hidden = {"all_of": [no, {"field": "b", "in": ["yes"]}]}
    assert advice_of_form(field("a"), field("b", show_if=yes), field("c", show_if=hidden)) == [
        ("field_unreachable", "form.sections[0].fields[2].show_if")
    ]
    assert advice_of_form(field("a"), field("b", show_if=yes), field("c", required_if={"all_of": [yes, no]})) == [
        ("condition_never_true", "form.sections[0].fields[2].required_if")
    ]


def test_numbers_days_and_choices_that_exclude_each_other_are_found() -> None:
    number = {"key": "n", "type": "integer", "label": TEXT}
    options = [{"value": value, "label": TEXT} for value in ("x", "y", "z")]
    many = {"key": "m", "type": "any_of", "label": TEXT, "options": options}
    one = {"key": "o", "type": "one_of", "label": TEXT, "options": options}
    never = [
        {"all_of": [{"field": "n", "at_least": 10}, {"field": "n", "less_than": 10}]},
        {"all_of": [{"field": "o", "in": ["x"]}, {"field": "o", "in": ["y"]}]},
        {"all_of": [{"field": "m", "given": False}, {"field": "m", "in": ["x"]}]},
    ]
    sometimes = [
        {"all_of": [{"field": "n", "at_least": 10}, {"field": "n", "at_most": 10}]},
        {"all_of": [{"field": "m", "in": ["x"]}, {"field": "m", "in": ["y"]}]},
        {"any_of": [{"field": "o", "in": ["x"]}, {"field": "o", "not_in": ["x"]}]},
    ]
    asked = [field(f"q{n}", show_if=condition) for n, condition in enumerate([*never, *sometimes])]
    assert [path for _code, path in advice_of_form(number, many, one, *asked)] == [
        f"form.sections[0].fields[{n}].show_if" for n in (3, 4, 5)
    ]


def test_too_many_combinations_are_left_alone() -> None:
    options = [{"value": f"v{n}", "label": TEXT} for n in range(100)]
    fields = [{"key": f"o{n}", "type": "one_of", "label": TEXT, "options": options} for n in range(4)]
    tests = [{"field": f"o{n}", "in": ["v1"]} for n in range(4)]
    assert advice_of_form(*fields, field("q", show_if={"all_of": tests})) == []


def test_the_face_of_a_hostile_content_is_a_list_of_findings(session: Session) -> None:
    hostile = {
        "name": {"vi": "<script>alert(1)</script>" * 1000, "en": "\u202e"},
        "form": {"sections": [{"key": "a", "fields": [{"key": 1, "type": {}}]}]},
        "channels": {"a": []},
        "related": [{}],
        "received_by": {"agencies": {"a": 1}},
        "offers": [None, 3],
        "zzz": 1,
    }
    id = begin(session, editor(session), content=hostile)
    checks = manuscripts.checks(session, read(session, id), at=AT)
    assert ("unknown_member", "zzz") in said(checks.errors)
    assert len(checks.errors) > 10


@given(contents)
def test_whatever_is_written_is_checked(written: dict[str, Any]) -> None:
    checks = quality.checks({"code": CODE, **written}, KNOWN)
    assert checks.errors
    assert all(finding.severity == "advice" for finding in checks.advice)
