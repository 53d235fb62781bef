"""Questions that depend on an answer of the same page: shown when it calls for them, all there without scripts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Browser, Page, expect

from portal.procedures import definition
from portal.procedures.definition import Form
from portal.settings import ROOT
from tests.procedures.forms import field, sections

PAGE = """<html lang="vi"><title>x</title><form>{% from "macros/answers.html" import form_fields %}
{{ form_fields(section, values, {}, "vi") }}</form></html>"""
ASKED = definition.parse(
    sections(
        only=[
            field("yes_no", "married"),
            field("text", "spouse", show_if={"field": "married", "in": ["yes"]}),
            field("one_of", "kind", show_if={"field": "married", "in": ["yes"]}),
            field("text", "deep", show_if={"field": "kind", "in": ["b", "c"]}),
            field("any_of", "several"),
            field("text", "about_b", show_if={"field": "several", "in": ["b"]}),
        ]
    )
)
COMPARED = definition.parse(
    sections(
        only=[
            field("number", "area"),
            field("money", "price"),
            field("date", "born"),
            field("one_of", "kind"),
            field("text", "large", show_if={"field": "area", "at_least": "1.5"}),
            field("text", "old", show_if={"field": "born", "less_than": "1960-01-01"}),
            field(
                "text",
                "dear",
                show_if={"all_of": [{"field": "price", "more_than": 1000000}, {"field": "kind", "not_in": ["a"]}]},
            ),
            field(
                "text", "either", show_if={"any_of": [{"field": "area", "given": True}, {"field": "kind", "in": ["c"]}]}
            ),
        ]
    )
)
Show = Callable[..., Page]


@pytest.fixture
def show(app: Flask, browser: Browser) -> Iterator[Show]:
    """Open the section with what was typed before."""
    contexts = []

    def open_it(*, asked: Form = ASKED, java_script: bool = True, **typed: list[str]) -> Page:
        with app.test_request_context(headers={"Accept-Language": "vi"}):
            html = render_template_string(PAGE, section=asked.sections[0], values=typed)
        contexts.append(browser.new_context(java_script_enabled=java_script))
        page = contexts[-1].new_page()
        page.set_content(html)
        if java_script:
            (script,) = Path(ROOT / "portal/static/dist").glob("main-*.js")
            page.add_script_tag(path=script, type="module")
        return page

    yield open_it
    for context in contexts:
        context.close()


def test_a_question_appears_with_the_answer_that_calls_for_it(show: Show) -> None:
    page = show()
    spouse = page.get_by_label("Mục spouse")
    expect(spouse).to_be_hidden()
    page.get_by_label("Có", exact=True).check()
    expect(spouse).to_be_visible()
    expect(page.get_by_text("Chỉ trả lời phần này")).to_have_count(3)
    for sentence in page.get_by_text("Chỉ trả lời phần này").all():
        expect(sentence).to_be_hidden()
    page.get_by_label("Không", exact=True).check()
    expect(spouse).to_be_hidden()


def test_a_question_below_a_hidden_one_is_hidden_with_it(show: Show) -> None:
    page = show(married=["yes"], kind=["b"])
    expect(page.get_by_label("Mục deep")).to_be_visible()
    page.get_by_label("Không", exact=True).check()
    expect(page.get_by_label("Mục deep")).to_be_hidden()


def test_one_of_several_ticks_is_enough(show: Show) -> None:
    page = show()
    expect(page.get_by_label("Mục about_b")).to_be_hidden()
    group = page.get_by_role("group", name="Mục several")
    group.get_by_label("A").check()
    group.get_by_label("B").check()
    expect(page.get_by_label("Mục about_b")).to_be_visible()


def test_without_scripts_all_are_there_and_say_when_to_answer(show: Show) -> None:
    page = show(java_script=False)
    for name in ("spouse", "deep", "about_b"):
        expect(page.get_by_label(f"Mục {name}")).to_be_visible()
    expect(page.get_by_text("Chỉ trả lời phần này khi mục “Mục married” là: Có.")).to_be_visible()
    expect(page.get_by_text("Chỉ trả lời phần này khi mục “Mục kind” là: B, C.")).to_be_visible()


def test_numbers_days_and_several_answers_decide_as_the_server_does(show: Show) -> None:
    page = show(asked=COMPARED)
    large, old, dear, either = (page.get_by_label(f"Mục {name}") for name in ("large", "old", "dear", "either"))
    for hidden in (large, old, dear, either):
        expect(hidden).to_be_hidden()
    page.locator("#f-area").fill("1,4")
    expect(either).to_be_visible()
    expect(large).to_be_hidden()
    page.locator("#f-area").fill("1.500")
    expect(large).to_be_visible()
    for part, value in (("day", "31"), ("month", "12"), ("year", "1959")):
        page.locator(f"#f-born-{part}").fill(value)
    expect(old).to_be_visible()
    page.locator("#f-born-year").fill("1960")
    expect(old).to_be_hidden()
    page.locator("#f-price").fill("1.000.001 đ")
    expect(dear).to_be_hidden()
    page.get_by_role("group", name="Mục kind").get_by_label("B", exact=True).check()
    expect(dear).to_be_visible()
    page.get_by_role("group", name="Mục kind").get_by_label("A", exact=True).check()
    expect(dear).to_be_hidden()
