"""The statutory papers of a dossier: offered to the desk and to whom they are addressed, each read noted."""

import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import local_day, now
from portal.deadlines import current_calendar
from portal.dossiers import commands, queries
from portal.dossiers.life import Outcome
from portal.dossiers.views import Done
from portal.letters.models import Letter
from portal.notice_words import items_of
from portal.papers import Item
from tests.desk.conftest import Desk, Page, Ward
from tests.filing import WARD_1, act, officer_of
from tests.signing_in import make_citizen, make_officer, sign_in_as

WORDS = "Thiếu giấy tờ.\n- Giấy chứng sinh (bản chính)\n- Tờ khai ghi rõ nơi sinh"


def paper_links(page: Page) -> dict[str, str]:
    """Addresses of the papers by title."""
    found = re.findall(r'href="(/(?:desk/)?dossiers/[^"]+\.pdf)">([^<]+)<', page.source)
    return {title.removesuffix(" (PDF)"): href for href, title in found}


def read(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    found = subprocess.run(["pdftotext", "-raw", "-", "-"], input=answer.data, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def applicant(ward: Ward) -> FlaskClient:
    browser = ward.app.test_client()
    sign_in_as(browser, ward.person)
    return browser


def test_a_supplement_is_asked_for_on_its_form(ward: Ward, receiver: Desk) -> None:
    reference = ward.received()
    receiver.done(reference, "ask-supplement", reason=WORDS)
    address = paper_links(receiver.open(reference))["Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"]
    said = read(receiver.browser, address)
    for words in (
        reference,
        "Nguyễn Thị Mẫu An",
        "1 Giấy chứng sinh bản chính 2 Tờ khai ghi rõ nơi sinh",
        "Lý do: Thiếu giấy tờ.",
    ):
        assert words in said
    mine = paper_links(ward.as_applicant(reference))["Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"]
    assert read(applicant(ward), mine) == said
    assert applicant(ward).get(mine).data == receiver.browser.get(address).data == applicant(ward).get(mine).data


@pytest.mark.parametrize(
    ("command", "facts", "title"),
    [
        (commands.stop, {"reason": "Hết căn cứ."}, "Thông báo dừng giải quyết hồ sơ"),
        (
            commands.resolve,
            {"reason": "Không đủ điều kiện.", "outcome": Outcome.REFUSED},
            "Thông báo từ chối giải quyết hồ sơ",
        ),
    ],
)
def test_what_ends_a_dossier_is_told_on_paper(
    ward: Ward, session: Session, command: Callable[..., Done], facts: dict[str, Any], title: str
) -> None:
    reference = ward.received()
    leader = ward.desk("leader")
    act(session, command, reference, leader.officer, **facts)
    for links, browser in (
        (paper_links(leader.open(reference)), leader.browser),
        (paper_links(ward.as_applicant(reference)), applicant(ward)),
    ):
        assert f"Lý do: {facts['reason']}" in read(browser, links[title])


def test_a_refusal_to_receive_and_an_apology_have_theirs(ward: Ward, session: Session, leader: Desk) -> None:
    refused = ward.filed()
    act(session, commands.decline, refused, officer_of(session, WARD_1, "receiver"), reason="Không thuộc thẩm quyền.")
    said = read(applicant(ward), paper_links(ward.as_applicant(refused))["Phiếu từ chối tiếp nhận giải quyết hồ sơ"])
    assert "Lý do: Không thuộc thẩm quyền." in said
    reference = ward.received(code="1.000894")
    days = (local_day(now()) + timedelta(days=number) for number in range(60, 120))
    until = next(day for day in days if current_calendar().works_on(day))
    act(session, commands.extend, reference, leader.officer, until=until, reason="Chờ xác minh.")
    title = "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"
    said = read(applicant(ward), paper_links(ward.as_applicant(reference))[title])
    assert f"hẹn lại trả kết quả: 17 giờ 00 phút, ngày {until:%d} tháng {until:%m} năm {until.year}" in said
    assert "Chờ xác minh." in said


def test_the_desk_reads_the_receipt_without_the_secret_and_the_slip_with_every_hand_over(
    ward: Ward, session: Session, receiver: Desk
) -> None:
    reference = ward.received()
    receiver.done(reference, "take-up")
    links = paper_links(receiver.open(reference))
    assert "Mã tra cứu" not in read(receiver.browser, links["Giấy tiếp nhận hồ sơ và hẹn trả kết quả"])
    slip = read(receiver.browser, links["Phiếu kiểm soát quá trình giải quyết hồ sơ"])
    assert slip.count("Người giao") == 2
    assert "Lê Thị Một Cửa" in slip
    assert "Trước hạn" in slip or "Đúng hạn" in slip


def test_each_paper_an_officer_reads_is_in_the_access_log(ward: Ward, session: Session, receiver: Desk) -> None:
    reference = ward.received()
    for paper in ("receipt.pdf", "control-slip.pdf"):
        before = len(queries.views_of(session, person_id=ward.person.id).rows)
        assert receiver.browser.get(f"/desk/dossiers/{reference}/{paper}").status_code == 200
        session.rollback()
        assert len(queries.views_of(session, person_id=ward.person.id).rows) == before + 1


def test_papers_are_nobody_elses(ward: Ward, session: Session) -> None:
    reference = ward.received()
    act(session, commands.ask_supplement, reference, officer_of(session, WARD_1, "specialist"), reason="Thiếu.")
    stranger, other = ward.app.test_client(), ward.app.test_client()
    sign_in_as(stranger, make_citizen(session, name="Trần Văn Mẫu Khác", national_id="079000000777"))
    sign_in_as(other, make_officer(session, "H06.31.02", "receiver"))
    assert stranger.get(f"/dossiers/{reference}/notices/2.pdf").status_code == 404
    for paper in ("receipt.pdf", "notices/2.pdf", "control-slip.pdf"):
        assert other.get(f"/desk/dossiers/{reference}/{paper}").status_code == 404
    assert applicant(ward).get(f"/dossiers/{reference}/notices/2.pdf").status_code == 200
    assert applicant(ward).get(f"/dossiers/{reference}/notices/1.pdf").status_code == 404, "the receipt is no notice"
    assert applicant(ward).get(f"/desk/dossiers/{reference}/control-slip.pdf").status_code == 403


def test_the_letter_leads_to_the_paper(ward: Ward, session: Session, receiver: Desk) -> None:
    reference = ward.received()
    receiver.done(reference, "ask-supplement", reason="Thiếu.")
    bodies = letters(session)
    assert any(f"/dossiers/{reference}/receipt.pdf" in body for body in bodies)
    assert any(f"/dossiers/{reference}/notices/2.pdf" in body for body in bodies)


def letters(session: Session) -> list[str]:
    return list(session.scalars(select(Letter.body)))


@pytest.mark.parametrize(
    ("words", "items", "paragraphs"),
    [
        ("Thiếu một tờ.", [], ["Thiếu một tờ."]),
        ("- A (bản chính)\n– B;\n1. C\n2) D", [Item("A", "bản chính"), Item("B;"), Item("C"), Item("D")], []),
        ("Lý do\n\n- A\nnữa", [Item("A")], ["Lý do", "nữa"]),
        ("-5 độ", [], ["-5 độ"]),
        ("2020. ", [], ["2020."]),
    ],
)
def test_lines_that_begin_with_a_dash_or_a_number_are_items(
    words: str, items: list[Item], paragraphs: list[str]
) -> None:
    assert items_of(words) == (items, paragraphs)
