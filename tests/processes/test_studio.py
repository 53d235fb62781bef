"""An editor writes a process, a second one approves it, and it is published by decision; without a script."""

import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal import clock
from portal.processes import queries
from tests.filing import REGISTER_DAY, WARD_1
from tests.processes.making import content, publish, step, usual
from tests.signing_in import make_officer, sign_in_as
from tests.studio.conftest import Editor, Page

CODE = "1.001193"


class Writing:
    """A manuscript and its two editors."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.session = session
        self.editor, self.second = self._editor(app, session), self._editor(app, session)
        self.address = ""

    @staticmethod
    def _editor(app: Flask, session: Session) -> Editor:
        officer = make_officer(session, "H06.01", "editor")
        browser = app.test_client()
        sign_in_as(browser, officer)
        return Editor(browser, officer)

    def begin(self, code: str = CODE, agency: str = "") -> None:
        made = self.editor.post("/studio/processes", {"code": code, "agency": agency})
        assert made.status == 303, made.text
        self.address = made.location

    @property
    def page(self) -> Page:
        return self.editor.get(self.address)

    @property
    def order(self) -> list[str]:
        return re.findall(r"\d\. (?:<a[^>]*>)?Bước (\w+)", self.page.source)

    @property
    def version(self) -> str:
        found = re.search(r'name="version" value="(\d+)"', self.page.source)
        assert found
        return found[1]

    def add(self, name: str, role: str, key: str = "new", **more: str) -> Page:
        ways = {f"to-{act}": to for act, to in more.items() if act not in ("hours", "unit", "agency")}
        other = {name: more[name] for name in ("unit", "agency") if name in more}
        data = {"name-vi": f"Bước {name}", "name-en": name, "role": role, "unit": "receiving", "hours": "1"}
        sent = {**data, "hours": more.get("hours", "1"), **other, **ways, "version": self.version}
        return self.editor.post(f"{self.address}/steps/{key}", sent)

    def do(self, act: str, who: Editor | None = None, **data: Any) -> Page:
        return (who or self.editor).post(f"{self.address}/{act}", {"version": self.version, **data})

    def take(self, steps: list[dict[str, Any]]) -> Page:
        file = (io.BytesIO(json.dumps(content(steps)).encode()), "x.json")
        sent = {"version": self.version, "file": file}
        return self.editor.post(f"{self.address}/import", sent, content_type="multipart/form-data")


@pytest.fixture
def writing(app: Flask, session: Session) -> Writing:
    return Writing(app, session)


DECISION: dict[str, Any] = {
    "number": "77/QĐ-UBND",
    "on-day": "1",
    "on-month": "6",
    "on-year": "2020",
    "begins-when": "now",
}


def test_from_nothing_to_published(writing: Writing, session: Session) -> None:
    writing.begin()
    assert "Chưa có bước nào" in writing.page.text
    assert writing.add("hand on", "receiver").status == 303
    assert writing.add("decide", "leader", resolved="end").status == 303
    assert "không bước nào dẫn tới bước “Bước decide”" in writing.page.text
    assert writing.add("hand on", "receiver", key="hand_on", assigned="decide", taken_up="decide").status == 303
    page = writing.page
    assert "Không còn lỗi nào" in page.text
    assert "<svg" in page.source
    assert writing.do("hand-in").status == 303
    assert "Người duyệt phải là một biên tập viên khác" in writing.page.text
    assert writing.do("approve").status == 409
    assert writing.do("approve", writing.second).status == 303
    assert writing.do("publish", **DECISION).status == 303
    found = queries.in_force(session, CODE, agency=WARD_1, at=clock.now(), on=REGISTER_DAY)
    assert found is not None and found.decision is not None
    assert (found.number, found.decision["number"]) == (1, "77/QĐ-UBND")
    assert found.approved_by == writing.second.officer.id
    assert "77/QĐ-UBND" in writing.editor.get(f"/procedures/{CODE}/process").text


def test_what_has_faults_is_neither_approved_nor_published(writing: Writing) -> None:
    writing.begin()
    writing.add("hand on", "receiver", assigned="hand_on")
    writing.do("hand-in")
    refused = writing.do("approve", writing.second)
    assert refused.status == 422
    assert "bước nào ghi kết quả" in refused.text
    assert writing.do("publish", **DECISION).status == 409


def test_sending_back_needs_a_reason_and_lets_writing_go_on(writing: Writing) -> None:
    writing.begin()
    writing.take(usual())
    writing.do("hand-in")
    assert writing.do("send-back", writing.second).status == 422
    assert writing.do("send-back", writing.second, reason="Giờ còn nhiều.").status == 303
    assert "Giờ còn nhiều." in writing.page.text
    assert writing.add("more", "specialist").status == 303


def test_steps_are_moved_and_removed_by_buttons(writing: Writing) -> None:
    writing.begin()
    writing.take(usual())
    assert writing.order == ["hand_on", "examine", "sign", "issue", "give"]
    writing.do("steps/sign/up")
    assert writing.order == ["hand_on", "sign", "examine", "issue", "give"]
    writing.do("steps/sign/down")
    writing.do("steps/issue/remove")
    assert writing.order == ["hand_on", "examine", "sign", "give"]
    assert "không đi tiếp được" in writing.page.text or "chỉ đi vòng" in writing.page.text


def test_a_page_of_before_changes_nothing(writing: Writing) -> None:
    writing.begin()
    old = writing.version
    writing.add("hand on", "receiver")
    sent = {"name-vi": "Khác", "name-en": "Other", "role": "leader", "unit": "receiving", "version": old}
    page = writing.editor.post(f"{writing.address}/steps/new", sent)
    assert page.status == 409
    assert 'value="Khác"' in page.source
    assert writing.editor.post(f"{writing.address}/steps/hand_on/remove", {"version": old}).status == 409
    assert "Bước hand on" in writing.page.text


def test_what_is_missing_in_a_step_is_said_beside_it(writing: Writing) -> None:
    writing.begin()
    page = writing.editor.post(f"{writing.address}/steps/new", {"version": writing.version, "hours": "0,3"})
    assert page.status == 422
    assert page.error("name-vi") == "Hãy ghi tên bước bằng tiếng Việt."
    assert page.error("hours") is not None
    page = writing.add("x", "leader", unit="agency", agency="không phải mã")
    assert page.status == 422
    assert page.error("agency") is not None
    assert writing.add("x", "leader", unit="agency", agency="h06.15", hours="0,5").status == 303
    assert "0,5 giờ làm việc" in writing.page.text
    assert "Sở Tư pháp" in writing.page.text


def test_a_next_version_says_what_it_changes(writing: Writing, session: Session) -> None:
    publish(session, usual())
    writing.begin()
    assert "Không khác gì bản 1" in writing.page.text
    writing.add("sign", "leader", key="sign", hours="2", approved="issue", sent_back="examine", resolved="give")
    text = writing.page.text
    assert "thời gian: 1 giờ làm việc → 2 giờ làm việc" in text
    assert "việc: Duyệt" in text


def test_an_agencys_own_is_begun_from_the_one_for_all(writing: Writing, session: Session) -> None:
    publish(session, usual())
    writing.begin(agency=WARD_1.lower())
    assert "Phường 1" in writing.page.text
    assert "Bước examine" in writing.page.text


@pytest.mark.parametrize(("code", "agency"), [("9.999999", ""), (CODE, "H06.15"), ("", "")])
def test_only_for_what_is_published_and_who_receives_it(writing: Writing, code: str, agency: str) -> None:
    assert writing.editor.post("/studio/processes", {"code": code, "agency": agency}).status == 422


def test_one_is_open_at_most(writing: Writing) -> None:
    writing.begin()
    first = writing.address
    writing.begin()
    assert writing.address == first
    writing.do("discard")
    writing.begin()
    assert writing.address != first


def test_a_file_goes_out_and_comes_back(writing: Writing) -> None:
    writing.begin()
    writing.take(usual())
    file = writing.editor.get(f"{writing.address}/file")
    assert file.response.json is not None
    assert file.response.json["steps"] == usual()
    assert writing.take([step("a", "leader", resolved="end")]).status == 303
    assert "Bước examine" not in writing.page.text
    broken = {"version": writing.version, "file": (io.BytesIO(b"{"), "x.json")}
    page = writing.editor.post(f"{writing.address}/import", broken, content_type="multipart/form-data")
    assert page.status == 422
    strange = writing.take([{**step("a", "leader", resolved="end"), "room": 4}])
    assert strange.status == 422


def test_the_list_shows_what_is_open_and_what_holds(writing: Writing, session: Session) -> None:
    publish(session, usual())
    writing.begin("1.001612")
    page = writing.editor.get("/studio/processes")
    assert "Đang soạn" in page.text
    assert f"/procedures/{CODE}/process" in page.links
    assert "/studio/processes" in writing.editor.get("/studio").links


def test_a_file_with_hidden_marks_is_refused_with_their_place_and_nothing_is_kept(writing: Writing) -> None:
    writing.begin()
    steps = usual()
    steps[2]["name"]["vi"] = "Bước \u202eký"
    sent = {"version": writing.version, "file": (io.BytesIO(json.dumps(content(steps)).encode()), "x.json")}
    page = writing.editor.post(f"{writing.address}/import", sent, content_type="multipart/form-data")
    assert page.status == 422
    assert "Bước 3: có ký tự ẩn hoặc ký tự đảo chiều chữ (U+202E)." in page.text
    assert writing.order == []


def test_what_nobody_sees_in_a_typed_name_is_dropped_or_refused_beside_it(writing: Writing) -> None:
    writing.begin()
    page = writing.add("\u202eseal", "receiver")
    assert page.status == 422
    for name in ("name-vi", "name-en"):
        assert page.error(name) == "Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại."
    assert page.error("agency") is None
    assert writing.order == []
    assert writing.add("se\u200bal", "receiver").status == 303
    assert writing.order == ["seal"]
