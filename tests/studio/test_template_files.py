"""Template files on a paper's page: sent, replaced, taken out; two editors lose neither's."""

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.dossiers.corpus import jpeg, office
from tests.studio.conftest import Editor, Page, Written
from tests.template_files.files import DOCX, NAME, pdf

PAPER = "cases[0].components[1]"
FILES = f"{PAPER}.templates"


def send(
    written: Written, *, who: Editor | None = None, raw: dict[str, list[str]] | None = None, **files: tuple[bytes, str]
) -> Page:
    """The page of the paper with files chosen: `new` and `row0`, `row1` ... are the page's file inputs."""
    names = {"new": "templates-file", **{f"row{n}": f"templates-{n}-file" for n in range(10)}}
    typed: dict[str, Any] = {**written.raw(PAPER), "then": ["stay"], **(raw or {})}
    sent = {names[key]: [(io.BytesIO(data), name)] for key, (data, name) in files.items()}
    return (who or written.editor).post(written.address_of(PAPER), typed | sent, content_type="multipart/form-data")


def names(written: Written) -> list[str]:
    return [file["name"] for file in written.find(FILES) or ()]


def test_a_file_is_sent_with_the_page_and_can_be_looked_at(written: Written, client: FlaskClient) -> None:
    page = send(written, new=(DOCX, NAME), raw={"copies": ["2"]})
    assert (page.status, page.location) == (303, written.address_of(PAPER))
    assert names(written) == [NAME]
    assert written.find(f"{PAPER}.copies") == 2, "what was typed beside it is saved too"
    shown = written.editor.get(written.address_of(PAPER))
    assert "DOCX" in shown.text or "Word" in shown.text
    (link,) = [link for link in shown.links if link.startswith("/studio/templates/")]
    answer = written.second.browser.get(link)
    assert (answer.status_code, answer.data) == (200, DOCX)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(link).status_code == 303, "only editors see it before it is published"
    assert client.get(link.removeprefix("/studio")).status_code == 404


def test_another_takes_its_place_or_it_is_taken_out(written: Written) -> None:
    send(written, new=(DOCX, NAME))
    send(written, new=(pdf("Hai"), "hai.pdf"))
    assert names(written) == [NAME, "hai.pdf"]
    first = written.find(f"{FILES}[0].sha256")
    send(written, row0=(office(parts={"word/x.xml": b"<x/>"}), "mới.docx"))
    assert names(written) == ["mới.docx", "hai.pdf"]
    assert written.find(f"{FILES}[0].sha256") != first
    send(written, new=(pdf("Hai, sửa"), "hai.pdf"))
    assert names(written) == ["mới.docx", "hai.pdf"], "one of the same name gives way"
    send(written, raw={"then": ["templates:0:remove"]})
    assert names(written) == ["hai.pdf"]
    send(written, raw={"then": ["templates:0:remove"]})
    assert names(written) == []


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ((jpeg(), "a.jpg"), "Tệp mẫu phải là PDF, Word"),
        ((b"<html></html>", "a.html"), "Tệp mẫu phải là PDF, Word"),
        ((DOCX, "a.pdf"), "không đúng với đuôi tên tệp"),
        ((office(parts={"word/vbaProject.bin": b"x"}), "a.docx"), "chứa macro"),
        ((b"", "a.pdf"), "không có nội dung"),
    ],
)
def test_what_is_refused_is_told_and_the_rest_of_the_page_stays(
    written: Written, file: tuple[bytes, str], words: str
) -> None:
    page = send(written, new=file, raw={"copies": ["7"]})
    assert page.status == 422
    assert words in (page.error("templates-file") or "")
    assert page.value("copies") == "7"
    assert names(written) == []


def test_a_file_that_was_taken_is_not_asked_for_again_where_something_else_is_wrong(written: Written) -> None:
    page = send(written, new=(DOCX, NAME), raw={"copies": ["hai"]})
    assert page.status == 422
    assert page.value("templates-0-name") == NAME
    again = {name: [page.value(name)] for name in ("templates-0-name", "templates-0-sha256", "templates-rows")}
    assert send(written, raw={**again, "copies": ["2"]}).status == 303
    assert names(written) == [NAME]


def test_two_editors_files_are_both_kept(written: Written) -> None:
    stale = {**written.raw(PAPER)}
    send(written, new=(DOCX, NAME), who=written.second)
    page = send(written, new=(pdf("Của tôi"), "của tôi.pdf"), raw=stale)
    assert page.status == 409
    assert "vừa lưu bản thảo này" in page.text
    assert (page.value("templates-0-name"), page.value("templates-1-name")) == (NAME, "của tôi.pdf")
    inputs = [f"templates-{row}-{what}" for row in (0, 1) for what in ("name", "sha256")]
    again = {name: [page.value(name)] for name in (*inputs, "templates-rows", "version")}
    assert send(written, raw={**stale, **again}).status == 303
    assert names(written) == [NAME, "của tôi.pdf"]


def test_what_one_took_out_stays_out_where_the_other_added(written: Written) -> None:
    send(written, new=(DOCX, NAME))
    stale = {name: values for name, values in written.raw(PAPER).items() if not name.startswith("templates-")}
    send(written, new=(pdf("Thêm"), "thêm.pdf"), who=written.second)
    page = send(written, raw={**stale, "templates-rows": ["0"], "templates-0-name": [""], "templates-0-sha256": [""]})
    assert page.status in (303, 409)
    if page.status == 409:
        assert page.value("templates-0-name") == "thêm.pdf"


def test_a_fixed_text_takes_no_file(written: Written) -> None:
    written.act("hand-in")
    page = send(written, new=(DOCX, NAME))
    assert page.status in (303, 409)
    assert names(written) == []


def test_a_file_that_is_not_here_is_said_on_the_page_and_by_the_check(written: Written) -> None:
    content = dict(written.now.content)
    content["cases"][0]["components"][1]["templates"] = [{"name": "vắng.pdf", "sha256": "0" * 64}]
    written.take(content)
    assert "cổng chưa có tệp này" in written.editor.get(written.address_of(PAPER)).text
    check = written.editor.get(f"{written.address}/check")
    assert "cổng chưa có tệp mẫu “vắng.pdf”" in check.text
    assert f"{written.address_of(PAPER)}#f-templates-0" in check.links


def test_the_preview_offers_the_file_to_editors(written: Written) -> None:
    send(written, new=(DOCX, NAME))
    content, paper = dict(written.now.content), written.find(f"{PAPER}.key")
    section, field = next(
        (one["key"], field)
        for one in content["form"]["sections"]
        for field in one["fields"]
        if field.get("component") == paper
    )
    field.pop("show_if")
    written.take(content)
    for shown in ("vi", f"vi/{section}"):
        page = written.editor.get(f"{written.address}/preview/{shown}")
        assert NAME in page.text, shown
        assert any(link.startswith("/studio/templates/") for link in page.links), shown


@pytest.mark.parametrize("name", ["x.html", "x.pdf", "../x.docx"])
def test_even_an_editor_gets_it_under_no_name_of_another_kind(written: Written, name: str) -> None:
    send(written, new=(DOCX, NAME))
    digest = written.find(f"{FILES}[0].sha256")
    assert written.editor.get(f"/studio/templates/{digest}/{name}").status == 404


def test_a_text_taken_from_a_file_says_which_template_files_did_not_come_with_it(written: Written) -> None:
    send(written, new=(DOCX, NAME))
    here = written.find(FILES)
    exported = json.loads(written.editor.get(f"{written.address}/file").source)
    assert exported["cases"][0]["components"][1]["templates"] == here
    exported["cases"][0]["components"][1]["templates"] = [*here, {"name": "vắng.pdf", "sha256": "0" * 64}]
    sent = {"version": str(written.now.version), "file": (io.BytesIO(json.dumps(exported).encode()), "a.json")}
    page = written.editor.post(f"{written.address}/import", sent, content_type="multipart/form-data")
    assert page.status == 303
    assert names(written) == [NAME, "vắng.pdf"], "the text keeps what it names"
    said = written.editor.get(page.location).text
    assert "chính tệp mẫu thì cổng chưa có: vắng.pdf." in said
