"""An editor writes a result template, a second one approves it, and it is published by decision; without a script."""

import html
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.result_templates import markup
from tests.papers.test_receipt import words
from tests.result_templates.making import BODY, CODE, TITLE, in_force, publish
from tests.signing_in import make_officer, sign_in_as
from tests.studio.conftest import Editor, Page

DECISION: dict[str, Any] = {
    "number": "77/QĐ-UBND",
    "on-day": "1",
    "on-month": "6",
    "on-year": "2020",
    "begins-when": "now",
}


class Writing:
    """A manuscript and its two editors."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.editor, self.second = self._editor(app, session), self._editor(app, session)
        self.address = ""

    @staticmethod
    def _editor(app: Flask, session: Session) -> Editor:
        officer = make_officer(session, "H06.01", "editor")
        browser = app.test_client()
        sign_in_as(browser, officer)
        return Editor(browser, officer)

    def begin(self, code: str = CODE, outcome: str = "granted") -> None:
        made = self.editor.post("/studio/results", {"code": code, "outcome": outcome})
        assert made.status == 303, made.text
        self.address = made.location

    @property
    def page(self) -> Page:
        return self.editor.get(self.address)

    @property
    def version(self) -> str:
        found = re.search(r'name="version" value="(\d+)"', self.page.source)
        assert found
        return found[1]

    def save(self, body: str = BODY, title: str = TITLE, **more: str) -> Page:
        return self.editor.post(self.address, {"title": title, "body": body, "version": self.version, **more})

    def do(self, act: str, who: Editor | None = None, **data: Any) -> Page:
        return (who or self.editor).post(f"{self.address}/{act}", {"version": self.version, **data})

    def approved(self, body: str = BODY) -> None:
        self.begin()
        assert self.save(body).status == 303
        assert self.do("hand-in").status == 303
        assert self.do("approve", self.second).status == 303


@pytest.fixture
def writing(app: Flask, session: Session) -> Writing:
    return Writing(app, session)


def test_from_nothing_to_published(writing: Writing, session: Session) -> None:
    writing.begin()
    assert "Nội dung mẫu: còn thiếu, hãy điền." in writing.page.text
    writing.approved()
    page = writing.page
    assert "Không còn lỗi nào" in page.text
    assert writing.do("publish", **DECISION).status == 303
    found = in_force(session)["granted"]
    assert (found.number, found.title, found.body) == (1, TITLE, BODY)
    assert found.decision is not None
    assert found.decision["number"] == "77/QĐ-UBND"
    assert found.approved_by == writing.second.officer.id
    assert "77/QĐ-UBND" in writing.page.text
    assert "Bản 1" in writing.editor.get("/studio/results").text


def test_who_approves_sees_what_the_next_version_says_otherwise(writing: Writing, session: Session) -> None:
    publish(session, "Cấp cho {{ applicant }}.\n## Điều 1\nCó giá trị từ {{ today }}.")
    writing.begin()
    assert "So với bản 1 Chưa khác gì." in writing.page.text
    writing.save("## Điều 1\nCó giá trị từ {{ due_on }}.\nNộp tại {{ unit }}.", title="Giấy phép")
    writing.do("hand-in")
    told = writing.second.get(writing.address).text.partition("So với bản 1")[2].partition("Các bản đã công bố")[0]
    assert f"Sửa Tên văn bản {TITLE} Giấy phép" in told
    assert "Bỏ đi Dòng 1 của mẫu Cấp cho {{ applicant }}." in told
    assert "Sửa Dòng 2 của mẫu Có giá trị từ {{ today }}. Có giá trị từ {{ due_on }}. Nộp tại {{ unit }}." in told
    assert "Điều 1" not in told
    writing.do("approve", writing.second)
    assert writing.do("publish", **DECISION).status == 303
    assert "So với bản" not in writing.page.text, "what is published is what the next one is compared with"


def test_who_wrote_it_does_not_approve_it(writing: Writing) -> None:
    writing.begin()
    writing.save()
    writing.do("hand-in")
    assert "Người duyệt phải là một biên tập viên khác" in writing.page.text
    refused = writing.do("approve")
    assert refused.status == 409
    assert writing.do("publish", **DECISION).status == 409
    assert writing.save().status == 409


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Cho {{ nguoi_nop }}.", "Dòng 1 của mẫu: không có trường nào tên “nguoi_nop”."),
        ("Cho {{ aplicant }}.", "Dòng 1 của mẫu: không có trường nào tên “aplicant”. Có phải “applicant”?"),
        ("A\n\nCho {{ form.khong_co_muc_nay }}.", "Dòng 3 của mẫu: biểu mẫu đang áp dụng không có câu hỏi nào"),
        ("Cho {{ form.birth_paper }}.", "là tệp hoặc bản đồ, không in thành chữ được"),
        ("Cho {{ applicant }.", "chưa thành một trường"),
        ("Cho **{{ applicant }}.", "chữ đậm mở bằng ** mà chưa đóng"),
    ],
)
def test_what_has_faults_is_kept_and_not_approved(writing: Writing, body: str, said: str) -> None:
    writing.begin()
    assert writing.save(body).status == 303
    assert said in writing.page.text
    writing.do("hand-in")
    refused = writing.do("approve", writing.second)
    assert refused.status == 422
    assert said in refused.text


def test_a_field_that_the_form_in_force_lost_since_the_approval_is_refused_at_publication(
    writing: Writing, session: Session
) -> None:
    writing.approved()
    session.execute(text("update result_template_manuscript set body = 'Cho {{ form.da_bo }}, {{ xin_chao }}.'"))
    session.commit()
    refused = writing.do("publish", **DECISION)
    assert refused.status == 422
    assert "biểu mẫu đang áp dụng không có câu hỏi nào cho “form.da_bo”" in refused.text
    assert "không có trường nào tên “xin_chao”" in refused.text
    assert in_force(session) == {}


def test_each_outcome_has_a_template_of_its_own_and_one_is_open_at_most(writing: Writing, session: Session) -> None:
    publish(session)
    publish(session, "Không chấp thuận {{ applicant }}.", outcome="refused")
    assert sorted(in_force(session)) == ["granted", "refused"]
    writing.begin(outcome="refused")
    assert writing.page.value("body") == "Không chấp thuận {{ applicant }}."
    first = writing.address
    writing.begin(outcome="refused")
    assert writing.address == first
    writing.do("discard")
    writing.begin(outcome="refused")
    assert writing.address != first


def test_two_who_write_at_once_lose_nothing(writing: Writing) -> None:
    writing.begin()
    old = writing.version
    writing.save("Của người kia.")
    met = writing.editor.post(writing.address, {"title": TITLE, "body": "Của tôi.", "version": old})
    assert met.status == 409
    assert met.value("body") == "Của tôi."
    assert "Của người kia." in met.text
    assert writing.page.value("body") == "Của người kia."


def test_sending_back_needs_a_reason(writing: Writing) -> None:
    writing.begin()
    writing.save()
    writing.do("hand-in")
    assert writing.do("send-back", writing.second).status == 422
    assert writing.do("send-back", writing.second, reason="Thiếu căn cứ.").status == 303
    assert "Thiếu căn cứ." in writing.page.text


@pytest.mark.parametrize(("code", "outcome"), [("9.999999", "granted"), (CODE, "both"), ("", "")])
def test_only_for_what_is_published_and_an_outcome_there_is(writing: Writing, code: str, outcome: str) -> None:
    assert writing.editor.post("/studio/results", {"code": code, "outcome": outcome}).status == 422


def test_the_preview_has_sample_answers_and_says_demo(writing: Writing) -> None:
    writing.begin()
    writing.save(BODY + "\n{{ khong_co }}")
    made = writing.editor.browser.get(f"{writing.address}/preview.pdf")
    assert made.mimetype == "application/pdf"
    said = words(made.data)
    for expected in ("QUYẾT ĐỊNH", "Nguyễn Thị Mẫu An", "[khong_co?]", "[Điều kiện kèm theo]", "DEMO"):
        assert expected in said


def test_a_preview_beyond_measure_says_so(writing: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    writing.begin()
    writing.save(BODY)
    monkeypatch.setattr(markup, "MOST_CHARACTERS", 100)
    page = writing.editor.get(f"{writing.address}/preview.pdf")
    assert page.status == 422
    assert "Văn bản dài quá: nhiều nhất 1.000 dòng và 100 ký tự." in page.text


def test_what_cannot_be_kept_is_said_and_stays_typed(writing: Writing) -> None:
    writing.begin()
    page = writing.save("x" * 20_001)
    assert page.status == 422
    assert "nhiều nhất 20000 ký tự" in page.text


def test_what_is_published_never_changes(session: Session) -> None:
    publish(session)
    for change in (
        "update result_template_version set body = 'x'",
        "delete from result_template_version",
        "delete from result_template_trail",
        "truncate result_template_trail",
    ):
        with pytest.raises(IntegrityError, match="stay"):
            session.execute(text(change))
        session.rollback()


def test_the_list_is_reached_from_the_studio(writing: Writing) -> None:
    assert "/studio/results" in writing.editor.get("/studio").links
    assert "Chưa có mẫu kết quả nào" in writing.editor.get("/studio/results").text


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\u200e", "\u00ad", "\U000e0041"])
def test_what_the_second_editor_reads_is_what_will_be_printed(writing: Writing, hidden: str) -> None:
    """Marks that turn or hide text would show on the page, where it is approved, another text than on paper."""
    writing.begin()
    page = writing.save(f"Được cấp{hidden} phép.")
    if page.status == 422:
        assert hidden in html.unescape(page.source), "what was typed stays"
        assert hidden in ("\u202e", "\u2066")
    else:
        assert writing.page.value("body") == "Được cấp phép."
