"""A result made from the template at the desk: what is asked, what it says, and that it goes the way of any result."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import paper_signing, queries, signed_papers
from portal.dossiers.attachments import read as bytes_of
from tests.desk.conftest import Desk, Page, Ward, leader, specialist, ward
from tests.filing import WARD_1, officer_of, unit_id_of
from tests.papers.test_receipt import words
from tests.result_templates.making import BODY, TITLE, publish
from tests.signatures.installed import signing
from tests.signing_in import sign_in_as
from tests.verifying.test_pages import check, files_of

TYPED = {
    "free-decision_number": "12/QĐ-UBND",
    "free-conditions": "Nộp bản chính\nTrong 30 ngày",
    "free-recipients": "- Như trên\n- Lưu: VT",
}

__all__ = ["leader", "specialist", "ward"]


def address(reference: str, outcome: str = "granted") -> str:
    return f"/desk/dossiers/{reference}/result/{outcome}"


def hidden(desk: Desk, reference: str, outcome: str = "granted") -> dict[str, str]:
    """What the page sends along unseen."""
    page = desk.get(address(reference, outcome))
    return dict(re.findall(r'type="hidden" name="(seen|template|resolve-outcome)" value="([^"]+)"', page.source))


def send(desk: Desk, reference: str, outcome: str = "granted", *, more: str = "", **typed: str) -> Page:
    data = {**hidden(desk, reference, outcome), **TYPED, **typed}
    return Page(desk.browser.post(address(reference, outcome) + more, data=data))


def result_of(session: Session, reference: str) -> bytes:
    session.rollback()
    key = session.execute(
        text(
            "select a.id from attachment a join dossier d on d.id = dossier_id"
            " where field = 'result' and reference = :r"
        ),
        {"r": reference},
    ).scalar_one()
    session.rollback()
    units = {unit_id_of(session, WARD_1)}
    file = queries.file_for_desk(session, key, unit_ids=units)
    assert file is not None
    assert file.name == f"{TITLE} {reference}.pdf"
    return b"".join(bytes_of(file))


def test_the_desk_is_offered_the_template_beside_uploading_a_file(ward: Ward, leader: Desk, session: Session) -> None:
    reference = ward.received()
    assert "Lập từ mẫu" not in leader.open(reference).text
    publish(session)
    page = leader.open(reference)
    assert f"Lập từ mẫu: {TITLE}" in page.text
    assert 'name="resolve-file"' in page.source
    asks = leader.get(address(reference))
    assert asks.status == 200
    assert asks.response.headers["Cache-Control"] == "no-store"
    assert re.findall(r'name="(free-[a-z_]+|form-[a-z_]+)"', asks.source) == [
        "free-decision_number",
        "free-conditions",
        "free-recipients",
    ]
    assert "Như trên" in asks.typed("free-recipients")


def test_it_is_looked_at_then_resolved_and_handed_over_as_any_result(
    ward: Ward, leader: Desk, session: Session
) -> None:
    publish(session)
    reference = ward.received()
    looked = send(leader, reference, more="/preview.pdf")
    assert looked.response.mimetype == "application/pdf"
    assert ward.steps(reference)[-1] == "received"
    made = send(leader, reference, **{"resolve-reason": "Mời đến nhận."})
    assert made.status == 303
    assert ward.steps(reference)[-1] == "resolved"
    said = words(result_of(session, reference))
    assert said == words(looked.response.data)
    for expected in (
        "ỦY BAN NHÂN DÂN PHƯỜNG 1",
        "Số: 12/QĐ-UBND",
        "QUYẾT ĐỊNH",
        "Về việc của Nguyễn Thị Mẫu An",
        f"hồ sơ {reference}",
        "– Nộp bản chính",
        "– Trong 30 ngày",
        "- Lưu: VT",
        leader.officer.name,
        "DEMO",
    ):
        assert expected in said
    mine = ward.as_applicant(reference).text
    assert f"{TITLE} {reference}.pdf" in mine
    assert "Mời đến nhận." in mine
    about = PdfReader(BytesIO(result_of(session, reference))).metadata
    assert about is not None
    assert str(about["/Keywords"]) == "1.001193-granted-1"


def test_what_is_missing_is_said_and_nothing_typed_is_lost(ward: Ward, leader: Desk, session: Session) -> None:
    publish(session)
    reference = ward.received()
    for more in ("", "/preview.pdf"):
        page = send(leader, reference, more=more, **{"free-decision_number": " ", "free-conditions": "x" * 4001})
        assert page.status == 422
        assert page.error("free-decision_number") == "Hãy điền “Số của văn bản”."
        assert page.error("free-conditions")
        assert page.typed("free-conditions") == "x" * 4001
    assert ward.steps(reference)[-1] == "received"


def test_a_paper_beyond_measure_is_refused_before_it_is_typeset(ward: Ward, leader: Desk, session: Session) -> None:
    """A mark may stand in many lines, and each gives as many lines as its value has."""
    publish(session, "\n".join(["{{ free.conditions }}"] * 30))
    reference = ward.received()
    many = "\n".join(["x"] * 1500)
    for more in ("", "/preview.pdf"):
        page = send(leader, reference, more=more, **{"free-conditions": many})
        assert page.status == 422
        assert page.summary == [
            "Văn bản dài quá: nhiều nhất 1.000 dòng và 100.000 ký tự. "
            "Hãy viết ngắn lại, hoặc tải lên tệp kết quả đã soạn."
        ]
        assert page.typed("free-conditions") == many
    assert ward.steps(reference) == ["filed", "received"]


def test_the_longest_paper_that_is_taken_is_made(ward: Ward, leader: Desk, session: Session) -> None:
    publish(session, "{{ free.conditions }}\n{{ free.content }}")
    reference = ward.received()
    lines = {"free-conditions": "\n".join(["xyz"] * 499), "free-content": "\n".join(["xyz"] * 499)}
    assert send(leader, reference, more="/preview.pdf", **lines).response.mimetype == "application/pdf"
    lines["free-content"] += "\nxyz"
    assert send(leader, reference, more="/preview.pdf", **lines).status == 422


def test_a_refusal_needs_its_reason(ward: Ward, leader: Desk, session: Session) -> None:
    publish(session, "Không chấp thuận {{ applicant }}.", outcome="refused")
    reference = ward.received()
    assert leader.get(address(reference)).status == 404
    page = send(leader, reference, "refused")
    assert page.status == 422
    assert page.error("resolve-reason")
    assert send(leader, reference, "refused", **{"resolve-reason": "Thiếu điều kiện."}).status == 303
    assert "Không chấp thuận" in words(result_of(session, reference))


def test_an_answer_that_the_dossier_does_not_have_is_asked_of_the_officer(
    ward: Ward, leader: Desk, session: Session
) -> None:
    publish(session, BODY + "\nSố giấy tờ của mẹ: {{ form.mother_id }}.")
    reference = ward.received(raw={"mother_id": [""]})
    asks = leader.get(address(reference))
    assert 'name="form-mother_id"' in asks.source
    assert "Hồ sơ không có câu trả lời này" in asks.text
    page = send(leader, reference)
    assert page.status == 422
    assert page.error("form-mother_id")
    assert send(leader, reference, **{"form-mother_id": "không rõ"}).status == 303
    assert "Số giấy tờ của mẹ: không rõ." in words(result_of(session, reference))


def test_two_clicks_resolve_once(ward: Ward, leader: Desk, session: Session) -> None:
    publish(session)
    reference = ward.received()
    data = {**hidden(leader, reference), **TYPED}
    first = leader.browser.post(address(reference), data=data)
    again = leader.browser.post(address(reference), data=data)
    assert (first.status_code, again.status_code) == (303, 303)
    assert ward.steps(reference).count("resolved") == 1


def test_who_was_overtaken_is_told_by_whom_and_keeps_what_was_typed(
    ward: Ward, leader: Desk, specialist: Desk, session: Session
) -> None:
    publish(session)
    reference = ward.received()
    old = {**hidden(leader, reference), **TYPED}
    specialist.done(reference, "take-up")
    met = Page(leader.browser.post(address(reference), data=old))
    assert met.status == 409
    assert f"{specialist.officer.name} đã ghi" in met.text
    assert met.typed("free-conditions") == TYPED["free-conditions"]
    assert "resolved" not in ward.steps(reference)
    again = dict(re.findall(r'type="hidden" name="(seen|template|resolve-outcome)" value="([^"]+)"', met.source))
    assert leader.browser.post(address(reference), data={**TYPED, **again}).status_code == 303


def test_a_template_that_changed_meanwhile_is_looked_at_first(ward: Ward, leader: Desk, session: Session) -> None:
    publish(session)
    reference = ward.received()
    old = {**hidden(leader, reference), **TYPED}
    publish(session, BODY + "\nThêm một câu.")
    met = Page(leader.browser.post(address(reference), data=old))
    assert met.status == 409
    assert "vừa có bản mới" in met.text
    assert met.typed("free-conditions") == TYPED["free-conditions"]
    assert "resolved" not in ward.steps(reference)
    assert send(leader, reference).status == 303
    assert "Thêm một câu." in words(result_of(session, reference))


def test_the_paper_names_the_leader_who_approved_and_not_who_recorded_it(
    ward: Ward, leader: Desk, specialist: Desk, session: Session
) -> None:
    publish(session, BODY + "\nNgười ký: {{ officer }}.")
    reference = ward.received()
    specialist.done(reference, "propose", outcome="granted", reason="Đủ giấy tờ.")
    leader.done(reference, "approve")
    assert send(specialist, reference).status == 303
    said = words(result_of(session, reference))
    assert f"Người ký: {leader.officer.name}." in said
    assert specialist.officer.name not in said


def test_strangers_and_those_who_may_not_resolve_make_nothing(ward: Ward, session: Session) -> None:
    publish(session)
    reference = ward.received()
    stranger = ward.desk("leader", "H06.31.02")
    assert stranger.get(address(reference)).status == 404
    data = {"seen": "2", "resolve-outcome": "granted", **TYPED}
    assert stranger.browser.post(address(reference), data=data).status_code == 404
    assert stranger.browser.post(f"{address(reference)}/preview.pdf", data=data).status_code == 404
    filed = ward.filed()
    receiver = ward.desk("receiver")
    assert receiver.get(address(filed)).status == 303
    assert receiver.browser.post(address(filed), data={**data, "seen": "1"}).status_code in (403, 409)
    assert "resolved" not in ward.steps(filed)


def test_looking_at_the_paper_is_a_look_at_the_dossier(ward: Ward, leader: Desk, session: Session) -> None:
    publish(session)
    reference = ward.received()

    def looks() -> int:
        session.rollback()
        return len(queries.views_of(session, person_id=ward.person.id).rows)

    before = looks()
    leader.get(address(reference))
    assert looks() > before


@pytest.fixture
def signed(ward: Ward, session: Session, tmp_path: Path) -> Iterator[Desk]:
    officer = officer_of(session, WARD_1, "leader")
    with signing(tmp_path / "signing", session, officer):
        yield ward.desk_of(officer)


def test_it_is_signed_by_the_officer_and_the_agency_and_found_by_verify(
    ward: Ward, signed: Desk, session: Session, client: FlaskClient
) -> None:
    publish(session)
    reference = ward.received()
    assert send(signed, reference).status == 303
    paper_signing.sign_waiting(at=clock.now())
    *_others, made = files_of(session, ward.person, reference)
    assert made.startswith(result_of(session, reference))
    answer = check(client, made).text
    assert reference in answer
    assert signed.officer.name in answer
    browser = ward.app.test_client()
    sign_in_as(browser, ward.person)
    assert re.search(rf'href="[^"]*/papers/\d+">{TITLE} {reference}.pdf', browser.get(f"/dossiers/{reference}").text)
    session.rollback()
    found = queries.for_archive(session, reference)
    assert found is not None
    assert {paper.kind for paper in signed_papers.of_dossier(session, found.id)} >= {"result"}


def test_the_paper_does_not_name_a_leader_who_approved_another_decision(
    ward: Ward, leader: Desk, specialist: Desk, session: Session
) -> None:
    publish(session, BODY + "\nNgười ký: {{ officer }}.")
    reference = ward.received()
    specialist.done(reference, "propose", outcome="refused", reason="Không đủ.")
    leader.done(reference, "approve")
    assert send(specialist, reference).status == 303
    said = words(result_of(session, reference))
    assert f"Người ký: {specialist.officer.name}." in said
    assert leader.officer.name not in said


def test_who_may_not_resolve_now_sees_no_paper_either(ward: Ward, leader: Desk, session: Session) -> None:
    """It would look like a decision, with their name where it is signed."""
    publish(session)
    reference = ward.received()
    for desk in (ward.desk("receiver"), leader):
        if desk is leader:
            assert send(leader, reference).status == 303
        answer = Page(desk.browser.post(f"{address(reference)}/preview.pdf", data={**TYPED, "seen": "2"}))
        assert (answer.status, answer.response.mimetype) == (303, "text/html")
