"""From a finished text to a published revision and to the procedure's end, through the pages."""

from datetime import timedelta

import pytest
from flask import Flask

from portal import clock
from portal.procedures import members, queries, saving
from tests.procedures.files import content
from tests.procedures.forms import words
from tests.studio.conftest import CODE, Editor, Page, Written

DECISION = {"number": "163/QĐ-UBND", "on-day": "1", "on-month": "6", "on-year": "2026"}

BEGINS = {"begins-day": "1", "begins-month": "1", "begins-year": "2099"}


def approved(written: Written) -> None:
    written.act("hand-in")
    assert written.act("approve", who=written.second).status == 303


def publish(written: Written, **changes: str) -> Page:
    return written.act("publish", {**DECISION, "begins-when": "now", **changes})


def test_a_revision_is_written_reviewed_and_published(written: Written) -> None:
    written.save("names", {"summary-vi": ["Tóm tắt mới."], "summary-en": ["A new summary."]})
    assert "Tóm tắt mới." in written.editor.get(f"{written.address}/difference").text
    approved(written)
    done = publish(written)
    assert done.status == 303
    assert "Đã công bố bản" in written.editor.get(done.location).text
    assert "Tóm tắt mới." in written.editor.get(f"/procedures/{CODE}").text
    assert written.now.state == "published"


def test_nobody_approves_what_they_wrote(written: Written) -> None:
    written.act("hand-in")
    assert "một biên tập viên khác duyệt" in written.editor.get(written.address).text
    own = written.act("approve")
    assert own.status == 409
    assert "Người duyệt phải là một biên tập viên khác" in own.text
    assert written.now.state == "in_review"


def test_what_is_in_review_is_not_written_on(written: Written) -> None:
    raw = written.raw("names")
    written.act("hand-in")
    assert "trả bản thảo lại" in written.editor.get(f"{written.address}/sheet/names").text
    late = written.editor.post(f"{written.address}/sheet/names", {**raw, "name-en": ["Late"]})
    assert late.status == 409
    assert late.value("name-en") == "Late"
    assert written.find("name.en") != "Late"


def test_sending_back_needs_a_reason_and_keeps_the_text(written: Written) -> None:
    written.act("hand-in")
    silent = written.act("send-back", who=written.second)
    assert silent.status == 422
    assert silent.error("reason")
    assert written.act("send-back", {"reason": "Thiếu lệ phí."}, who=written.second).status == 303
    assert written.now.state == "writing"
    assert "Thiếu lệ phí." in written.editor.get(f"{written.address}/trail").text


def test_nothing_wrong_is_approved_and_every_fault_is_listed(empty: Written) -> None:
    empty.act("hand-in")
    page = empty.act("approve", who=empty.second)
    assert page.status == 422
    assert page.text.count("#f-") == 0
    assert len([link for link in page.links if "#f-" in link or "/lists/" in link]) > 5
    assert empty.now.state == "in_review"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"number": ""}, "number"),
        ({"on-day": "31", "on-month": "2"}, "on"),
        ({"begins-when": "later"}, "begins"),
        (
            {
                "begins-when": "later",
                "begins-day": "1",
                "begins-month": "1",
                "begins-year": "2099",
                "begins-time": "25:00",
            },
            "begins-time",
        ),
    ],
)
def test_a_decision_that_is_none_is_refused_beside_its_field(
    written: Written, typed: dict[str, str], wrong: str
) -> None:
    approved(written)
    page = publish(written, **typed)
    assert page.status == 422
    assert page.error(wrong)
    assert written.now.state == "approved"


def test_a_revision_may_begin_later(written: Written) -> None:
    written.save("names", {"summary-vi": ["Về sau."], "summary-en": ["Later."]})
    approved(written)
    day = clock.local_day(clock.now()) + timedelta(days=30)
    later = {"begins-day": str(day.day), "begins-month": str(day.month), "begins-year": str(day.year)}
    assert publish(written, **{"begins-when": "later", "begins-time": "07:30", **later}).status == 303
    assert "Về sau." not in written.editor.get(f"/procedures/{CODE}").text
    found = queries.history(written.session, CODE)[0]
    assert clock.local(found.begins_at).strftime("%H:%M") == "07:30"


def test_a_revision_to_come_is_recalled_with_a_reason(written: Written) -> None:
    written.save("names", {"summary-vi": ["Về sau."]})
    approved(written)
    assert publish(written, **{"begins-when": "later", **BEGINS}).status == 303
    number = queries.history(written.session, CODE)[0].number
    page = written.editor.get(f"/studio/procedures/{CODE}")
    address = f"/studio/procedures/{CODE}/revisions/{number}/recall"
    assert address in page.links
    assert written.editor.get(address).status == 200
    silent = written.editor.post(address, {"reason": " "})
    assert silent.status == 422
    assert silent.error("reason")
    done = written.editor.post(address, {"reason": "Quyết định bị hoãn."})
    assert "Đã thu hồi trước khi áp dụng" in written.editor.get(done.location).text
    assert written.editor.post(address, {"reason": "Lần nữa."}).status == 409


def test_only_what_was_approved_is_published(written: Written) -> None:
    assert "Chỉ công bố được bản thảo đã được" in written.editor.get(f"{written.address}/publish").text
    assert publish(written).status == 409


def test_a_procedure_is_withdrawn_and_names_what_takes_its_place(editor: Editor) -> None:
    address = f"/studio/procedures/{CODE}/withdraw"
    assert editor.get(address).status == 200
    unknown = editor.post(address, {**DECISION, "ends-when": "now", "successor": "9.999999"})
    assert unknown.status == 422
    assert unknown.error("successor")
    done = editor.post(address, {**DECISION, "ends-when": "now", "successor": "1.000894"})
    assert done.status == 303
    assert "Đã bãi bỏ" in editor.get(done.location).text
    again = editor.post(address, {**DECISION, "ends-when": "now", "successor": ""})
    assert again.status == 409


def test_a_manuscript_is_thrown_away(written: Written) -> None:
    assert written.act("discard").location == "/studio"
    assert written.address not in written.editor.get("/studio").links


def test_the_preview_is_the_citizens_page_and_keeps_nothing(written: Written) -> None:
    frame = written.editor.get(f"{written.address}/preview")
    assert "frame-src 'self'" in frame.response.headers["Content-Security-Policy"]
    first = written.find("form.sections[0]")
    inside = f"{written.address}/preview/vi/{first['key']}"
    page = written.editor.get(inside)
    assert first["title"]["vi"] in page.text
    assert "frame-ancestors 'self'" in page.response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in frame.response.headers["Content-Security-Policy"]
    english = written.editor.get(f"{written.address}/preview/en/{first['key']}")
    assert first["title"]["en"] in english.text
    assert 'lang="en"' in english.source
    assert 'lang="vi"' in written.editor.get(written.address).source, "the editor's own language stays"
    wrong = written.editor.post(inside, {})
    assert wrong.status == 422
    assert "Có chỗ cần sửa" in wrong.text


def test_the_preview_takes_along_what_was_typed(app: Flask, empty: Written) -> None:
    whole = content(code="9.000001")
    whole["form"] = {
        "sections": [
            {"key": "one", "title": {"vi": "Một", "en": "One"}, "fields": [_field("yes_no", "child")]},
            {
                "key": "two",
                "title": {"vi": "Hai", "en": "Two"},
                "fields": [{**_field("text", "name"), "show_if": {"field": "child", "in": ["yes"]}}],
            },
        ]
    }
    empty.take(whole)
    address = f"{empty.address}/preview/vi/one"
    asked = empty.editor.post(address, {"child": "yes"})
    assert "Hai" in asked.text
    assert asked.value("child") == "yes"
    end = empty.editor.post(f"{empty.address}/preview/vi/two", {"child": "yes", "name": "Bé"})
    assert "Hết mẫu" in end.text
    assert "Bé" in end.text
    assert "Hết mẫu" in empty.editor.post(address, {"child": "no"}).text


@pytest.mark.parametrize("tongue", ["vi", "en"])
def test_a_form_with_every_type_can_be_tried(empty: Written, tongue: str) -> None:
    fields = [
        {**saving.new_field({}, ("form", "sections", 0, "fields"), type=kind, label=words(kind)), "key": f"a_{kind}"}
        for kind in members.FIELD_TYPES
    ]
    section = {"key": "all", "title": words("Mọi loại"), "fields": fields}
    empty.take({**content(code="9.000001"), "form": {"sections": [section]}})
    address = f"{empty.address}/preview/{tongue}/all"
    page = empty.editor.get(address)
    assert page.status == 200
    for kind in members.FIELD_TYPES:
        assert kind in page.text, kind
    assert empty.editor.post(address, {"then": "add:a_table"}).status == 200
    assert empty.editor.post(address, {"a_email": "x"}).status == 422


def _field(kind: str, key: str) -> dict[str, object]:
    return {"key": key, "type": kind, "label": {"vi": f"Mục {key}", "en": f"Field {key}"}, "required": True}
