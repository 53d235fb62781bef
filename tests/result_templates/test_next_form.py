"""Who writes the procedure's next form is told what it would take away from the templates of its results."""

import copy

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from portal.procedures.findings import Finding
from portal.result_templates import faults, markup
from portal.result_words import finding_line
from tests.result_templates.making import BODY, publish
from tests.studio.conftest import Written, editor, second, written

__all__ = ["editor", "second", "written"]


def without_child_name(written: Written) -> None:
    content = copy.deepcopy(dict(written.now.content))
    fields = content["form"]["sections"][0]["fields"]
    content["form"]["sections"][0]["fields"] = [one for one in fields if one["key"] != "child_name"]
    written.take(content)


def test_the_check_says_which_template_prints_what_the_form_has_no_more(written: Written, session: Session) -> None:
    publish(session)
    publish(session, "Không chấp thuận {{ applicant }}.", outcome="refused")
    check = f"{written.address}/check"
    assert "mẫu kết quả" not in written.editor.get(check).text
    without_child_name(written)
    said = written.editor.get(check).text
    assert "mẫu kết quả “Giải quyết” (bản 1) in câu trả lời mà biểu mẫu này không còn: form.child_name." in said
    assert "mẫu kết quả “Từ chối”" not in said


def test_it_is_advice_and_the_form_is_published_all_the_same(written: Written, session: Session) -> None:
    publish(session)
    without_child_name(written)
    written.act("hand-in")
    assert written.act("approve", who=written.second).status == 303
    decision = {"number": "163/QĐ-UBND", "on-day": "1", "on-month": "6", "on-year": "2026", "begins-when": "now"}
    assert written.act("publish", decision).status == 303


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_fault_of_a_template_has_words(app: Flask, language: str) -> None:
    codes = ("mark_unknown", "mark_not_in_form", "mark_unknown_near", "mark_not_in_form_near", "mark_unprintable")
    more = ("mark_broken", "bold_not_closed", "too_many_lines", "procedure_not_in_force", "missing", "too_long")
    with app.test_request_context("/"), force_locale(language):
        for code in (*codes, *more):
            words = finding_line(Finding(code, "body[3].x", facts={"mark": "x", "near": "y", "limit": 9}))
            assert words.startswith(("Dòng 3 của mẫu: ", "Line 3: "))
            assert "%(" not in words
            assert not words.endswith(("hãy xem lại.", "please look again."))


def test_what_is_too_long_is_a_fault() -> None:
    assert {one.code for one in faults.faults("x" * 201, "\n" * 401, None)} >= {"too_long", "missing"}
    assert "too_many_lines" in {one.code for one in faults.faults("x", "a\n" * 401, None)}
    assert markup.marks(BODY) == {"applicant", "filed_on", "form.child_name", "reference", "free.conditions"}
