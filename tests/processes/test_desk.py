"""The desk shows where a dossier stands in its process, and offers what its step allows."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.processes.sources import CATALOGUE, find, read
from portal.units import queries as units
from tests.desk.conftest import Ward
from tests.dossiers.counting import statements
from tests.filing import WARD_1
from tests.processes.making import publish, step, usual

AS = Callable[[str], str]


@pytest.fixture
def ward(app: Flask, session: Session) -> Ward:
    publish(session, usual(hours=1))
    return Ward(app, session)


def test_the_page_says_which_step_whose_and_how_much_of_its_time_is_used(ward: Ward) -> None:
    page = ward.desk("receiver").open(ward.received())
    assert "Quy trình nội bộ: bước 1 trong 5" in page.text
    assert "Bước hand_on" in page.text
    assert "Bộ phận Một cửa, Phường 1" in page.text
    assert "trong 1 giờ làm việc" in page.text or "so với 1 giờ làm việc" in page.text
    assert "Nhận xử lý (sang bước 2)" in page.text


def test_only_what_the_step_allows_is_offered(ward: Ward) -> None:
    reference = ward.received()
    specialist, leader = ward.desk("specialist"), ward.desk("leader")
    offered = specialist.open(reference).acts
    assert {"take-up", "ask-supplement", "ask-opinion"} <= set(offered)
    assert not {"propose", "resolve", "pass-on"} & set(offered)
    specialist.done(reference, "take-up")
    assert "propose" in specialist.open(reference).acts
    specialist.done(reference, "propose", outcome="granted", reason="Đủ.")
    assert "bước 3 trong 5" in leader.open(reference).text
    assert {"approve", "send-back", "stop", "extend"} <= set(leader.open(reference).acts)


def test_a_form_that_was_sent_all_the_same_is_refused_in_words(ward: Ward) -> None:
    reference = ward.received()
    page = ward.desk("specialist").do(reference, "propose", outcome="granted", reason="Đủ.")
    assert page.status == 409
    assert "hồ sơ đang ở bước 1, “Bước hand_on”" in page.text
    assert "Đủ." in page.text


def test_the_next_unit_is_the_only_one_to_choose(app: Flask, session: Session) -> None:
    publish(
        session,
        [step("a", "receiver", passed="b"), step("b", "specialist", "H06.15", resolved="end")],
        agency=WARD_1,
    )
    ward = Ward(app, session)
    reference = ward.received()
    receiver = ward.desk("receiver")
    named, other = units.by_agency_code(session, "H06.15"), units.by_agency_code(session, "H06.17")
    assert named is not None and other is not None
    session.rollback()
    form = receiver.open(reference).source.split('id="act-pass-on"')[1].split("</form>")[0]
    assert f'value="{named.id}"' in form
    assert f'value="{other.id}"' not in form
    assert "bước tiếp theo ở Sở Tư pháp" in receiver.do(reference, "pass-on", to_unit=str(other.id)).text
    receiver.done(reference, "pass-on", to_unit=str(named.id))


def test_the_page_sends_few_statements(ward: Ward, session: Session) -> None:
    reference = ward.received()
    specialist = ward.desk("specialist")
    with statements(session) as sent:
        specialist.open(reference)
    assert len(sent) <= 16, "\n".join(sent)


def test_the_public_page_shows_table_and_picture(client: FlaskClient, session: Session) -> None:
    assert client.get("/procedures/1.001193/process").status_code == 404
    assert "/procedures/1.001193/process" not in client.get("/procedures/1.001193").text
    for source in read(find([CATALOGUE])):
        publish(session, source.steps, code=source.code, agency=source.agency or None)
    assert "/procedures/1.001193/process" in client.get("/procedures/1.001193").text
    vi = client.get("/procedures/1.001193/process").text
    assert "Thẩm tra hồ sơ, trình ký" in vi
    assert "4 giờ làm việc" in vi
    assert "<svg" in vi and "<desc" in vi
    en = client.get("/procedures/2.000205/process?lang=en").text
    assert "Send up to the People's Committee" in en.replace("&#39;", "'")
    assert "Office of" in en
    data = client.get("/procedures/2.000205/process.json?agency=H06.08").json
    assert data is not None and data["agency"] == "H06.08"
    assert data["$schema"].endswith("/schemas/process-1.json")
    assert client.get("/schemas/process-1.json").json["$id"] == data["$schema"]  # type: ignore[index]


def test_an_agencys_own_process_is_shown_where_it_is_asked_for(client: FlaskClient, session: Session) -> None:
    publish(session, usual())
    publish(session, [step("alone", "leader", resolved="end")], agency=WARD_1)
    assert "Bước alone" not in client.get("/procedures/1.001193/process").text
    own = client.get(f"/procedures/1.001193/process?agency={WARD_1}").text
    assert "Bước alone" in own
    assert "Quy trình riêng của Phường 1" in own
    assert "Bước alone" not in client.get("/procedures/1.001193/process?agency=H06.31.02").text


def test_the_head_of_the_unit_sees_how_many_lie_at_each_step_and_how_many_past_its_hours(
    ward: Ward, session: Session
) -> None:
    ward.received()
    forwarded = ward.received()
    specialist, leader = ward.desk("specialist"), ward.desk("leader")
    specialist.done(forwarded, "take-up")
    page = leader.get("/desk/overview").text
    assert re.search(r"1\. Bước hand_on 1 0 ", page), page
    assert re.search(r"2\. Bước \w+ 1 0 ", page), page
    session.execute(text("update process_stay set due_at = entered_at where left_at is null"))
    session.commit()
    page = leader.get("/desk/overview").text
    assert re.search(r"1\. Bước hand_on 1 1 ", page), page
