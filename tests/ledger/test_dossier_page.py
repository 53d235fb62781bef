"""One dossier for everybody: what was done when, due and actual, and where it stands in the log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.deadlines import Term, current_calendar, due, resumed
from portal.ledger import commands
from portal.ledger.entry import Act
from portal.procedures import queries as procedures
from portal.transaction import unit_of_work
from tests.dossiers.counting import statements
from tests.ledger.acts import FILED, SECRET, after
from tests.ledger.chains import Chain, reference
from tests.publishing import publish_now

CODE = "1.000894"  # registration of marriage; its term stands in the catalogue
ADDRESS = f"/ledger/dossiers/{FILED.reference}"


def term_of(session: Session) -> Term:
    procedure = procedures.revision_numbered(session, CODE, 1)
    assert procedure is not None
    channel = procedure.channel("online")
    assert channel is not None
    return Term(channel.term.number, channel.term.unit)


def received(session: Session) -> Chain:
    """A dossier received on a Monday morning, due by the rule."""
    chain = Chain(session, procedure=CODE)
    at = chain.act.at + timedelta(hours=1)
    found = due(at, term_of(session), current_calendar())
    return chain.do("received", due=found.at, rule=found.rule)


def test_the_page_tells_the_whole_life(app: Flask, client: FlaskClient, session: Session) -> None:
    chain = received(session)
    chain.do("passed", to="H06.01").do("passed", unit="H06.01", to="H06.31.01")
    chain.resolve().do("returned")
    publish_now(app)
    page = client.get(ADDRESS).text
    for words in (
        FILED.reference,
        "Đã nộp hồ sơ",
        "Tiếp nhận hồ sơ",
        "Phường 1 → Văn phòng Ủy ban nhân dân tỉnh",
        "Có kết quả: Đồng ý giải quyết",
        "Đúng hạn: sớm hơn hẹn",
        "Trả kết quả",
        "15/06/2020, 09:30",
        "Đã trả kết quả",
    ):
        assert words in page
    assert "tag--late" not in page
    assert [f'href="/ledger/entries/{n}"' in page for n in range(7)] == [True] * 6 + [False]
    english = client.get(f"{ADDRESS}?lang=en").text
    assert "Ward 1 →" in english


def test_how_the_due_instant_came_about(app: Flask, client: FlaskClient, session: Session) -> None:
    chain = received(session)
    asked = chain.do("supplement_asked").act
    given_at = asked.at + timedelta(hours=30)
    assert asked.due is not None
    again = resumed(asked.due, asked.at, given_at, current_calendar())
    chain.do("supplement_given", hours=30, due=again.at, rule=again.rule)
    publish_now(app)
    page = client.get(ADDRESS).text
    assert "Ngày hẹn được tính thế nào" in page
    assert page.count("Tiếp nhận lúc 10:30 thứ Hai 15/06/2020.") == 1
    assert page.count("Quy tắc và lịch:") == 2
    assert "Không tính lại được" not in page


def test_a_due_instant_that_cannot_be_computed_again_is_not_explained_away(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    """An instant that is not what the rule gives is shown with its rule, without a working that would be false."""
    chain = received(session)
    chain.do("extended", due=chain.due + timedelta(days=9), rule="by-decision")
    Chain(session, reference(2)).receive(due_in_hours=1)
    publish_now(app)
    page = client.get(ADDRESS).text
    assert page.count("do lãnh đạo quyết định") == 1
    assert "by-decision" in page
    assert "Không tính lại được ngày hẹn này" in client.get(f"/ledger/dossiers/{reference(2)}").text


@pytest.mark.parametrize(
    ("hours", "words"), [(500, "Trễ 17 ngày 20 giờ so với hẹn 18/06/2020, 10:30"), (5, "Đúng hạn")]
)
def test_a_result_stands_against_its_due_instant(
    app: Flask, client: FlaskClient, session: Session, hours: int, words: str
) -> None:
    Chain(session).receive().resolve(hours=hours)
    publish_now(app)
    page = client.get(ADDRESS).text
    assert words in page
    assert ("tag--late" in page) is (hours == 500)


def test_a_dossier_that_waits_past_its_due_instant_is_late(app: Flask, client: FlaskClient, session: Session) -> None:
    chain = Chain(session).receive()
    with time_machine.travel(chain.due - timedelta(hours=1), tick=False):
        publish_now(app)
        assert "tag--late" not in client.get(ADDRESS).text
    with time_machine.travel(chain.due + timedelta(hours=1), tick=False):
        page = client.get(ADDRESS).text
        assert "timeline__item--late" in page
        assert "Đang giải quyết" in page


def test_a_broken_chain_is_shown_and_not_counted(app: Flask, client: FlaskClient, session: Session) -> None:
    chain = Chain(session).receive()
    with unit_of_work(session):
        wrong: Act = after(chain.act, bytes(32), "resolved", outcome="granted")
        commands.append(session, act=wrong, private={}, secret=SECRET, sealed=False)
    publish_now(app)
    page = client.get(ADDRESS).text
    assert "Chuỗi ghi chép của hồ sơ bị đứt" in page
    assert "Đang giải quyết" in page
    assert 'href="/ledger/entries/2"' in page
    assert page.count("không nối tiếp<") == 1
    assert "Chuỗi ghi chép của hồ sơ bị đứt" in client.get("/ledger/entries/2").text


def test_a_sealed_dossier_opens_by_its_reference(app: Flask, client: FlaskClient, session: Session) -> None:
    Chain(session, sealed=True, procedure="1.001022").receive()
    publish_now(app)
    assert client.get(ADDRESS).status_code == 200
    session.rollback()
    with unit_of_work(session):
        commands.erase(session, reference=FILED.reference)
    assert client.get(ADDRESS).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    ["H06.31.01-200615-9999", "x", "%", "' or 1=1", "<script>alert(1)</script>", "Nguyễn", "a" * 3000, "..", "\u202e"],
)
def test_what_is_not_there_is_a_kind_404(client: FlaskClient, session: Session, wrong: str) -> None:
    answer = client.get(f"/ledger/dossiers/{wrong}")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_one_statement_reads_it(app: Flask, client: FlaskClient, session: Session) -> None:
    received(session).resolve()
    publish_now(app)
    session.rollback()
    client.get(ADDRESS)
    with statements(session) as sent:
        assert client.get(ADDRESS).status_code == 200
    assert len(sent) == 1, sent  # the dossier with its entries


def test_a_page_is_sent_again_only_when_the_dossier_changed(app: Flask, client: FlaskClient, session: Session) -> None:
    chain = Chain(session).receive(due_in_hours=24)
    publish_now(app)
    with time_machine.travel(chain.due - timedelta(hours=1), tick=False):
        tag = client.get(ADDRESS).headers["ETag"]
        session.rollback()
        Chain(session, reference(77))
        publish_now(app)
        assert client.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 304
        session.rollback()
        chain.resolve()
        publish_now(app)
        after = client.get(ADDRESS, headers={"If-None-Match": tag})
        assert after.status_code == 200
        assert "Có kết quả" in after.text


def test_an_unknown_unit_or_procedure_shows_its_code(app: Flask, client: FlaskClient, session: Session) -> None:
    Chain(session, unit="X99.01", procedure="9.999999")
    publish_now(app)
    page = client.get(ADDRESS).text
    assert "X99.01" in page
    assert "9.999999" in page


def test_instants_are_shown_as_in_viet_nam(app: Flask, client: FlaskClient, session: Session) -> None:
    act = replace(FILED, at=datetime(2020, 6, 14, 18, tzinfo=UTC))
    with unit_of_work(session):
        commands.append(session, act=act, private={}, secret=SECRET, sealed=False)
    publish_now(app)
    assert "15/06/2020, 01:00" in client.get(ADDRESS).text
