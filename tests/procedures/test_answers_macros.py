"""A form's fields as HTML, made from the definition."""

from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, render_template_string

from portal.procedures import definition, sources
from portal.procedures.definition import Form, answers_for_display, raw_values, read
from tests.procedures.forms import field, form, sections, words

UNITS = {"commune": [("Vũng Tàu", [("H06.01.01", "Phường 1"), ("H06.01.02", "Phường 2")])]}
FIELDS = """{% from "macros/answers.html" import form_fields %}
{{ form_fields(section, values, errors, "vi", units=units, files=files, accept=".pdf", token=token,
               answers=answers) }}"""
SUMMARY = """{% from "macros/answers.html" import answers_summary %}{{ answers_summary(shown) }}"""
VALUE_OF_CHECKED = "on"


@dataclass(frozen=True)
class Attached:
    id: int
    field: str
    name: str
    size: int
    media_type: str = "application/pdf"
    openable: bool = True
    gone: bool = False
    preview: bool = False


class Inputs(HTMLParser):
    """What a browser would send of the page, as it stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.ids: set[str] = set()
        self.described: set[str] = set()
        self._select = self._textarea = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids |= {found["id"] or ""} if "id" in found else set()
        self.described |= set((found.get("aria-describedby") or "").split())
        name = found.get("name") or ""
        if tag == "input" and found.get("type") not in ("file", "checkbox", "radio"):
            self.sent.setdefault(name, []).append(found.get("value") or "")
        elif tag == "input" and "checked" in found:
            self.sent.setdefault(name, []).append(found.get("value") or VALUE_OF_CHECKED)
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea = name
        elif tag == "option" and "selected" in found:
            self.sent.setdefault(self._select, []).append(found.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.sent.setdefault(self._textarea, []).append(data.removeprefix("\n"))
            self._textarea = ""


def render(app: Flask, asked: Form, **given: Any) -> str:
    values: dict[str, Any] = {
        "values": {},
        "errors": {},
        "units": UNITS,
        "files": (),
        "token": None,
        "answers": {},
        **given,
    }
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        return "".join(render_template_string(FIELDS, section=section, **values) for section in asked.sections)


EVERYTHING = form(
    *(
        field(kind, f"f_{kind}", help=words("gợi ý"))
        for kind in (
            *("text", "long_text", "integer", "money", "date", "one_of", "any_of", "yes_no", "national_id"),
            *("tax_code", "phone", "email", "unit", "address", "statement"),
        )
    ),
    field("one_of", "many", options=[{"value": str(n), "label": words(str(n))} for n in range(9)]),
)
ANSWERS = {
    "f_text": '"><b>Nguyễn & Đào</b>',
    "f_long_text": "một\nhai </textarea>",
    "f_integer": 1250,
    "f_money": 1500000,
    "f_date": "1990-06-05",
    "f_one_of": "b",
    "f_any_of": ["a", "c"],
    "f_yes_no": False,
    "f_national_id": "077190000001",
    "f_tax_code": "0312345678-001",
    "f_phone": "0912345678",
    "f_email": "an@vidu.vn",
    "f_unit": "H06.01.02",
    "f_address": "12 Lê Lợi, Phường 1",
    "f_statement": True,
    "many": "7",
}


def test_what_was_answered_stands_in_the_form_again(app: Flask) -> None:
    page = render(app, EVERYTHING, values=raw_values(EVERYTHING, ANSWERS))
    sent = Inputs(page).sent
    codes = {"commune": ["H06.01.01", "H06.01.02"]}
    assert read(EVERYTHING, sent, on=date(2020, 6, 15), units=codes).answers == ANSWERS
    assert "<b>" not in page


def test_what_was_typed_wrongly_stands_there_too(app: Flask) -> None:
    typed = {"f_integer": ["mười"], "f_date-day": ["31"], "f_date-month": ["x"], "f_email": ["<an@"]}
    sent = Inputs(render(app, EVERYTHING, values=typed)).sent
    assert {name: sent[name] for name in typed} == typed


def test_an_error_stands_beside_its_field_and_is_tied_to_it(app: Flask) -> None:
    errors = {asked.key: f"Hãy sửa {asked.key}" for asked in EVERYTHING.fields}
    page = render(app, EVERYTHING, errors=errors)
    inputs = Inputs(page)
    for asked in EVERYTHING.fields:
        assert f"Hãy sửa {asked.key}" in page
        assert f"f-{asked.key}" in inputs.ids  # where the summary's link leads
        assert f"f-{asked.key}-error" in inputs.described, asked.key
    assert inputs.described <= inputs.ids


def test_optional_fields_say_so(app: Flask) -> None:
    assert render(app, form(field("text", required=True))).count("không bắt buộc") == 0
    for kind in ("text", "date", "one_of", "any_of", "statement", "file", "unit", "address"):
        assert render(app, form(field(kind))).count("không bắt buộc") == 1, kind


CONDITIONAL = definition.parse(
    sections(
        one=[
            field("yes_no", "q"),
            field("text", "a", show_if={"field": "q", "in": ["yes"]}),
            field("text", "b", show_if={"field": "q", "in": ["yes"]}),
        ],
        two=[field("text", "c", show_if={"field": "q", "in": ["no"]})],
    )
)


def test_a_condition_on_the_same_page_is_said_in_words_and_marked_for_scripts(app: Flask) -> None:
    page = render(app, CONDITIONAL)
    assert page.count("Chỉ trả lời phần này khi mục “Mục q” là: Có.") == 1
    assert unescape(page).count('data-asked-if="{"field": "q", "in": ["yes"]}"') == 1
    assert {"a", "b"} <= set(Inputs(page).sent)


@pytest.mark.parametrize(("answer", "there"), [({"q": False}, True), ({"q": True}, False), ({}, False)])
def test_a_condition_on_another_section_decides_at_once(app: Flask, answer: dict[str, bool], there: bool) -> None:
    assert ("c" in Inputs(render(app, CONDITIONAL, answers=answer)).sent) is there


def test_attached_files_are_listed_with_a_way_to_take_them_out(app: Flask) -> None:
    asked = form(field("file", "paper", max_files=2))
    files = [Attached(7, "paper", "giấy <b>.pdf", 2048), Attached(8, "other", "khác.pdf", 1)]
    page = render(app, asked, files=files, token=UUID(int=5))
    assert "giấy &lt;b&gt;.pdf" in page
    assert f'form="remove-file" formaction="/drafts/{UUID(int=5)}/files/7/remove"' in page
    assert f"/drafts/{UUID(int=5)}/files/7" in page
    assert "khác.pdf" not in page
    assert 'type="file"' in page
    assert "Nhiều nhất 2 tệp" in page


def test_a_field_with_all_its_files_takes_no_more(app: Flask) -> None:
    asked = form(field("file", "paper", max_files=2))
    page = render(app, asked, files=[Attached(n, "paper", "a.pdf", 1) for n in (7, 8)], errors={"paper": "Hãy sửa"})
    assert 'type="file"' not in page
    assert 'id="f-paper"' in page
    assert "Hãy sửa" in page


def test_a_field_for_one_file_offers_to_exchange_it(app: Flask) -> None:
    asked = form(field("file", "paper", max_files=1))
    page = render(app, asked, files=[Attached(7, "paper", "a.pdf", 1)])
    assert "tệp mới thay tệp cũ" in page
    assert 'type="file"' in page


def test_a_picture_is_shown_once_it_may_be_opened_and_a_file_that_is_gone_does_not_count(app: Flask) -> None:
    asked = form(field("file", "paper", max_files=1))
    photo = Attached(7, "paper", "a.jpg", 1, "image/jpeg", preview=True)
    assert f"/drafts/{UUID(int=5)}/files/7/preview" in render(app, asked, files=[photo], token=UUID(int=5))
    waiting = replace(photo, openable=False)
    page = render(app, asked, files=[waiting], token=UUID(int=5))
    assert "đang kiểm tra mã độc" in page
    assert "/files/7/preview" not in page
    gone = render(app, asked, files=[replace(waiting, gone=True)], token=UUID(int=5))
    assert "có mã độc, đã bỏ" in gone
    assert "tệp mới thay tệp cũ" not in gone


def test_a_summary_shows_every_answer_as_text(app: Flask) -> None:
    with app.test_request_context():
        shown = answers_for_display(EVERYTHING, ANSWERS, "vi")
        page = render_template_string(SUMMARY, shown=shown)
    assert "&lt;b&gt;Nguyễn &amp; Đào&lt;/b&gt;" in page
    for said in ("1.500.000 đ", "05/06/1990", "A; C", "Đã cam đoan"):
        assert said in page


@pytest.mark.parametrize("path", sources.find([sources.CATALOGUE]), ids=lambda path: path.stem)
def test_every_form_of_the_catalogue_can_be_shown(app: Flask, path: Any) -> None:
    (source,) = sources.read([path])
    asked = definition.parse(source.content["form"])
    here = {f.key for part in asked.sections for _when, fields in part.groups_for({}) for f in fields}
    inputs = Inputs(render(app, asked))
    for shown in asked.fields:
        if shown.key in here:
            assert f"f-{shown.key}" in inputs.ids
    assert inputs.described <= inputs.ids
