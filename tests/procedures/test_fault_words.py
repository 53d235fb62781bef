"""Every fault that can be found in a definition or a file has words in both languages, and none is technical."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

import portal
from portal import fault_words
from portal.finding_words import fault_lines, finding_words
from portal.procedures import findings, parsing, schema
from portal.procedures.schema import Fault
from portal.procedures.text import Text
from tests.procedures.forms import sections
from tests.procedures.test_hostile_definitions import HOSTILE
from tests.procedures.test_parsing import SENSES, SHAPES

SOURCES = [path for package in ("procedures", "synonyms") for path in (Path(portal.__path__[0]) / package).glob("*.py")]
NAMES_CODE = {"Fault": 1, "BadPattern": 0, "CannotRead": 0, "bad": 0}  # which argument is the code
FACTS: dict[str, Any] = {
    **{"key": "loai_nha", "value": "z", "type": "one_of", "limit": 9, "at": 3, "line": 7, "name": "9.000001-r1.yaml"},
    **{"count": 301, "depth": 40, "character": "+", "channel": "online", "number": 3, "next": 4, "newest": 5},
    **{"why": "Permission denied", "code": "9.999999", "agency": "H06.77", "begins_at": "01/01/2020"},
    "mark": "U+202E",
    "label": Text("Loại nhà", "Kind of house"),
}
# Asserting keywords only: the others of the schema describe, or lead to these.
DESCRIBING = {"$defs", "$id", "$ref", "$schema", "description", "title", "allOf", "if", "then", "else", "items"}
DESCRIBING |= {"properties", "not"}


def codes() -> Iterator[str]:
    """Every code that the sources name, each written out where it is found."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", ""))
            if isinstance(node, ast.Call) and name in NAMES_CODE and path.name != "schema.py":
                for part in ast.walk(node.args[NAMES_CODE[name]]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_code_has_words(app: Flask, language: str) -> None:
    every = sorted({*codes(), *findings.OF_THE_SCHEMA.values(), *findings.LANGUAGES.values(), "term_without_unit"})
    assert len(every) > 90
    with app.test_request_context("/"), force_locale(language):
        general = fault_words.sentence("something_new", {})
        for code in every:
            words = next(fault_lines(Fault("form", code, FACTS))).removeprefix("form: ")
            assert words != general, code
            assert not {"%", "_", "  "} & set(words.replace("loai_nha", "")), words
            assert words.endswith("."), words


def test_the_two_languages_differ(app: Flask) -> None:
    said = []
    for language in ("vi", "en"):
        with app.test_request_context("/"), force_locale(language):
            said.append([fault_words.sentence(code, FACTS) for code in sorted(set(codes()))])
    assert not set(said[0]) & set(said[1])


def test_every_rule_of_the_schema_has_a_name() -> None:
    assert keywords(schema.document()) - DESCRIBING <= set(findings.OF_THE_SCHEMA)


def keywords(node: Any, *, members: bool = False) -> set[str]:
    if isinstance(node, list):
        return {word for part in node for word in keywords(part)}
    if not isinstance(node, dict):
        return set()
    named = ("properties", "$defs", "dependentRequired")
    inside = (keywords(value, members=key in named and not members) for key, value in node.items())
    return {*(() if members else node), *(word for words in inside for word in words)}


FORMS = [data for _name, data, _said in HOSTILE] + [sections(a=[field]) for field, _said in SHAPES]
FORMS += [sections(a=fields) for fields, _path, _said in SENSES]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_fault_of_a_form_is_told_in_technical_words(app: Flask, language: str) -> None:
    with app.test_request_context("/"), force_locale(language):
        for data in FORMS:
            faults = parsing.size_faults(data) or schema.faults(data, definition="form")
            faults = faults or list(parsing.sense_faults(data, parsing.build(data)))
            assert faults
            for fault in faults:
                for finding in findings.of_fault(fault):
                    words = finding_words(finding)
                    assert not any(word in words for word in ("property", "schemas", "regex", "None", "form_", "%("))


def test_a_fault_of_a_condition_names_the_question_by_its_label(app: Flask) -> None:
    question = {"key": "q", "type": "text", "label": {"vi": "Tên", "en": "Name"}}
    data = sections(a=[question, {**question, "key": "r", "show_if": {"field": "q", "at_least": 1}}])
    (fault,) = parsing.sense_faults(data, parsing.build(data))
    with app.test_request_context("/"):
        assert list(fault_lines(fault)) == [
            "sections[0].fields[1].show_if.field: “Tên” có kiểu trả lời “Một dòng chữ”, không so được lớn hay nhỏ. "
            "Hãy chọn câu hỏi khác."
        ]
    with app.app_context(), force_locale("en"):  # as on the command line
        assert "“Name” has the answer type “One line of text”" in next(fault_lines(fault))
