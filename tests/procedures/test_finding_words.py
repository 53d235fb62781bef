"""Every finding and every change is told in words, in both languages."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.difference_words import grouped
from portal.finding_words import finding_words
from portal.procedures import findings, publishing, quality, reachability
from portal.procedures.findings import Finding
from tests.procedures.files import content

MODULES = (findings, publishing, quality, reachability)
FOUND = re.compile(r'Finding\("([a-z_]+)"|return "([a-z]+_[a-z_]+)"|else "(condition_[a-z_]+)"')
FACTS = {
    "number": 3,
    "begins_at": datetime(2026, 6, 1, 3, 0, tzinfo=UTC),
    "ends_at": datetime(2026, 6, 1, 3, 0, tzinfo=UTC),
    "on": date(2026, 6, 1),
    "limit": 9,
    "code": "9.999999",
    "agency": "H06.77",
}


def codes() -> list[str]:
    texts = [Path(module.__file__ or "").read_text("utf-8") for module in MODULES]
    named = {code for text in texts for groups in FOUND.findall(text) for code in groups if code}
    return sorted(
        named | set(findings.OF_THE_SCHEMA.values()) | set(findings.LANGUAGES.values()) | {"term_without_unit"}
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_finding_has_words(app: Flask, language: str) -> None:
    assert len(codes()) > 30
    with app.test_request_context("/"), force_locale(language):
        for code in codes():
            words = finding_words(Finding(code, "channels[0].fees[1].text.en", facts=FACTS))
            assert not words.endswith(code)
            assert "%(" not in words
            assert words.count(" › ") == 2
        assert finding_words(Finding("overtaken_by_revision", "", facts=FACTS))[0].isupper()
        assert finding_words(Finding("something_new", "form")).endswith(("hãy xem lại.", "please look again."))


def test_changes_are_told_part_by_part(app: Flask) -> None:
    after = content(summary={"vi": "Mới", "en": "New"}, sealed=True, level="province")
    after["channels"][0]["term"] = {"number": 3, "unit": "working_days"}
    after["form"]["sections"][0]["fields"].pop()
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        groups = grouped(content(), after)
    assert [group.title for group in groups] == [
        "What the procedure says",
        "Ways to file, time limits, fees",
        "Online form",
    ]
    lines = {(change.what, change.after) for group in groups for change in group.changes}
    assert {("Description", "New"), ("Not named in the public ledger", "Yes")} <= lines
    assert any(after.startswith("3 working days") for _what, after in lines)
