"""What an editor may send that is no text, too much text, or text that would be more than text."""

import copy
import io
import json

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.signing_in import make_citizen, make_officer, sign_in_as
from tests.studio.conftest import Written

FIELD = "form.sections[0].fields[0]"
HTML = "<script>alert(1)</script><b onclick=x>Tên"


def test_marks_in_a_label_are_shown_as_text_everywhere(written: Written) -> None:
    section = written.find("form.sections[0].key")
    assert written.save(FIELD, {"label-vi": [HTML], "label-en": [HTML]}).status == 303
    assert written.save("names", {"name-vi": [HTML], "name-en": [HTML]}).status == 303
    for address in (
        "",
        "/lists/form",
        "/things/form/sections/0/fields/0",
        "/remove/form/sections/0/fields/0",
        "/check",
        "/difference",
        "/trail",
        "/publish",
        "/preview",
        f"/preview/vi/{section}",
    ):
        source = written.editor.get(written.address + address).source
        assert "<script>alert" not in source, address
        assert "<b onclick" not in source, address
    assert "<script>alert" not in written.editor.get("/studio").source


@pytest.mark.parametrize(("length", "status"), [(501, 422), (1_000_000, 422), (10_000_000, 413)])
def test_a_label_beyond_measure_is_refused_and_nothing_is_kept(written: Written, length: int, status: int) -> None:
    before = written.now.content
    page = written.save(FIELD, {"label-vi": ["x" * length]})
    assert page.status == status
    assert written.now.content == before


def test_what_else_was_typed_is_kept_beside_a_refused_input(written: Written) -> None:
    page = written.save(FIELD, {"label-vi": ["a\u202eb"], "help-vi": ["Lời chỉ dẫn mới"]})
    assert page.status == 422
    assert page.error("label-vi")
    assert page.value("help-vi") == "Lời chỉ dẫn mới"


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\U000e0041"])
def test_hidden_marks_in_a_file_are_told_with_their_place_and_forbid_approval(written: Written, mark: str) -> None:
    said = copy.deepcopy(dict(written.now.content))
    said["name"]["vi"] = f"Đăng{mark} ký"
    sent = {
        "version": str(written.now.version),
        "file": (io.BytesIO(json.dumps(said, ensure_ascii=False).encode()), "x.json"),
    }
    taken = written.editor.post(f"{written.address}/import", sent, content_type="multipart/form-data")
    assert taken.status == 303
    words = f"có ký tự ẩn hoặc ký tự đảo chiều chữ (U+{ord(mark):04X})."
    assert f"Tên thủ tục: {words}" in written.editor.get(f"{written.address}/check").text
    written.act("hand-in")
    refused = written.act("approve", who=written.second)
    assert refused.status == 422
    assert words in refused.text
    assert written.now.state == "in_review"


def test_a_decision_goes_through_the_door_for_typed_text(written: Written) -> None:
    written.act("hand-in")
    assert written.act("approve", who=written.second).status == 303
    day = {"on-day": "1", "on-month": "6", "on-year": "2020"}
    page = written.act("publish", {"number": "163\u202e/QĐ", "source": "Công báo\u2066", **day})
    assert page.status == 422
    for name in ("number", "source"):
        assert page.error(name) == "Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại."


@pytest.mark.parametrize(
    "raw",
    [
        {"version": ["-5"]},
        {"version": ["999999999999999999999"]},
        {"version": [""]},
        {"show_if-tests": ["999999"], "show_if-new": ["nothing"]},
        {"options-rows": ["99999999"], "options-0-label-vi": ["x"]},
        {"then": ["options:999:up"]},
        {"then": ["steps:0:remove"]},
    ],
)
def test_a_form_that_was_tampered_with_does_no_harm(written: Written, raw: dict[str, list[str]]) -> None:
    before = written.now.content
    assert written.save(FIELD, raw).status in (303, 409, 404)
    assert written.now.content == before


def test_a_form_without_its_token_is_refused(app: Flask, written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    before = written.now.content
    for address in ("/sheet/names", "/arrange", "/add/form/sections", "/publish", "/hand-in", "/import"):
        assert written.editor.post(written.address + address, {"version": "1", "name-vi": "x"}).status == 400
    assert written.now.content == before


@pytest.mark.parametrize("role", ["receiver", "specialist", "leader", "administrator", "citizen"])
def test_nobody_but_an_editor_comes_in(app: Flask, session: Session, written: Written, role: str) -> None:
    browser = app.test_client()
    sign_in_as(browser, make_citizen(session) if role == "citizen" else make_officer(session, "H06.01", role))  # type: ignore[arg-type]
    for address in ("/studio", written.address, f"{written.address}/preview/vi/child"):
        assert browser.get(address).status_code == 403
    assert browser.post(f"{written.address}/discard", data={"version": "1"}).status_code == 403
    assert "/studio" not in browser.get("/").text
