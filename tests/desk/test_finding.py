"""`/desk/find`: people found by name, ID number and telephone, by officers who have to do with their dossiers."""

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, erasure, finding
from portal.dossiers.life import Way
from portal.transaction import unit_of_work
from tests.desk.conftest import Desk, Page, Ward
from tests.desk.test_queue import references
from tests.dossiers.counting import statements
from tests.filing import WARD_1, act, file_dossier, granted, officer_of, unit_id_of
from tests.ledger.stored import wait_until
from tests.signing_in import make_citizen, make_organisation

CITY = "H06.31"
OTHER_WARD = "H06.33.02"
NAME = "Nguyễn Thị Mẫu Ánh"
NUMBER = "079190000077"
PHONE = "0912345678"
WAITING = text("select count(*) from pg_locks where not granted")
STATEMENTS = 6  # account, search, dossiers, names of units, names of keepers, and the frame's


def look_for(desk: Desk, q: str, **kept: str) -> Page:
    """Type it into the search of the desk, and follow."""
    sent = desk.browser.post("/desk/find", data={"q": q, **kept})
    assert sent.status_code == 303
    return desk.get(sent.headers["Location"])


@pytest.fixture
def sought(session: Session) -> str:
    """The reference of a dossier of somebody who is looked for."""
    person = make_citizen(session, name=NAME, national_id=NUMBER, phone=PHONE)
    return file_dossier(session, person)


@pytest.mark.parametrize(
    "q",
    [
        *("Nguyễn Thị Mẫu Ánh", "nguyen thi mau anh", "anh nguyen", "NGUYỄN Á", "ngu th", "mẫu", "n a", NUMBER),
        *("079 190 000 077", PHONE, "0912 345 678", "0912.345.678", "+84 912 345 678", "0084912345678"),
        *("anh 0912345678", "ANH  nguyễn"),
    ],
)
def test_who_filed_is_found_by_name_id_number_and_telephone(ward: Ward, receiver: Desk, sought: str, q: str) -> None:
    another = file_dossier(ward.session, make_citizen(ward.session, name="Lê Văn Mẫu Bảo"))
    page = look_for(receiver, q)
    assert page.status == 200
    assert sought in references(page)
    assert another not in references(page) or q == "mẫu"


@pytest.mark.parametrize(
    "q",
    ["anh lan", "guyen", "07919000007", "079190000078", "912345678", "x", "%", "'; drop table dossier; --", "đ" * 500],
)
def test_what_is_nobodys_finds_nothing(receiver: Desk, sought: str, q: str) -> None:
    page = look_for(receiver, q)
    assert page.status == 200
    assert references(page) == []
    assert "Không có hồ sơ nào" in page.text


@pytest.mark.parametrize("q", ["C1234567", "b 1234567", "N08", "H06.31.01-20", "0002"])
def test_only_what_can_be_of_a_reference_is_in_an_address(receiver: Desk, q: str) -> None:
    """The number of a passport begins as a unit's code does."""
    sent = receiver.browser.post("/desk/find", data={"q": q})
    of_a_reference = q in ("N08", "H06.31.01-20", "0002")
    assert sent.headers["Location"].startswith("/desk?q=" if of_a_reference else "/desk/found/")


def test_an_organisation_is_found_by_its_tax_code(session: Session, receiver: Desk) -> None:
    company = make_organisation(session, name="Công ty TNHH Mẫu Đức", tax_code="3501234567")
    reference = file_dossier(session, company, code="2.000815")
    for q in ("3501234567", "mau duc cong ty"):
        assert references(look_for(receiver, q)) == [reference]


def test_the_day_and_serial_of_a_reference_find_it_too(receiver: Desk, sought: str) -> None:
    assert references(look_for(receiver, sought.partition("-")[2])) == [sought]


def test_dossiers_are_found_in_whatever_state_newest_first(ward: Ward, session: Session, receiver: Desk) -> None:
    done, declined, open_one = ward.received(), ward.filed(), ward.filed()
    granted(session, done, officer_of(session, WARD_1, "specialist"))
    act(session, commands.return_result, done, receiver.officer, way=Way.COUNTER)
    act(session, commands.decline, declined, receiver.officer, reason="Sai nơi nộp.")
    assert references(look_for(receiver, "mau an nguyen")) == [open_one, declined, done]


@pytest.mark.parametrize("q", [NAME, NUMBER, PHONE])
def test_an_officer_of_another_unit_finds_nobody(ward: Ward, sought: str, q: str) -> None:
    page = look_for(ward.desk("receiver", OTHER_WARD), q)
    assert references(page) == []
    for role in ("editor", "administrator"):
        assert references(look_for(ward.desk(role), q)) == []


def test_who_gets_a_dossier_finds_its_person_and_who_gave_it_back_no_more(
    session: Session, ward: Ward, receiver: Desk, sought: str
) -> None:
    city = ward.desk("specialist", CITY)
    act(session, commands.receive, sought, receiver.officer)
    assert references(look_for(city, NUMBER)) == []
    act(session, commands.pass_on, sought, receiver.officer, to_unit_id=unit_id_of(session, CITY))
    assert references(look_for(city, NUMBER)) == [sought]
    assert references(look_for(receiver, NUMBER)) == [sought], "it was received there and is given back there"
    act(session, commands.pass_on, sought, city.officer, to_unit_id=unit_id_of(session, WARD_1))
    assert references(look_for(city, NUMBER)) == []


def test_the_reach_is_in_the_query_and_not_in_the_index_alone(session: Session, ward: Ward, sought: str) -> None:
    stranger = ward.desk("receiver", OTHER_WARD)
    with unit_of_work(session):
        session.execute(
            text("update dossier_sought set units = array[:u]::bigint[]"), {"u": unit_id_of(session, OTHER_WARD)}
        )
    assert references(look_for(stranger, NUMBER)) == []


def test_a_search_belongs_to_its_officer_and_ends(ward: Ward, session: Session, receiver: Desk, sought: str) -> None:
    address = receiver.browser.post("/desk/find", data={"q": NAME}).headers["Location"]
    assert references(receiver.get(address)) == [sought]
    assert ward.desk("receiver").get(address).status == 404
    with unit_of_work(session):
        session.execute(text("update queue_search set made_at = made_at - interval '13 hours'"))
    assert receiver.get(address).status == 404


def test_only_the_latest_searches_of_an_officer_are_kept(session: Session, receiver: Desk) -> None:
    for number in range(25):
        receiver.browser.post("/desk/find", data={"q": f"ten {number}"})
    assert session.execute(text("select count(*) from queue_search")).scalar_one() == 20


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.mark.parametrize("q", [NAME, NUMBER, PHONE, f"{NAME} {PHONE}"])
def test_what_names_a_person_is_in_no_address_no_log_and_no_plain_column(
    session: Session, receiver: Desk, sought: str, q: str, logged: pytest.LogCaptureFixture
) -> None:
    sent = receiver.browser.post("/desk/find", data={"q": q, "show": "late"})
    assert re.fullmatch(r"/desk/found/[0-9a-f-]{36}", sent.headers["Location"])
    page = receiver.get(sent.headers["Location"])
    assert references(page) == [sought]
    assert page.response.headers["Cache-Control"] == "no-store"
    rows = str(session.execute(text("select * from queue_search, dossier_sought")).all())
    for said in (NAME, NUMBER, PHONE, "nguyen"):
        assert said not in logged.text
        assert said not in rows


def test_a_list_of_hits_is_no_look_and_an_opened_dossier_is(session: Session, receiver: Desk, sought: str) -> None:
    page = look_for(receiver, NAME)
    looks = text("select count(*) from dossier_view")
    assert session.execute(looks).scalar_one() == 0
    session.rollback()
    receiver.open(references(page)[0])
    assert session.execute(looks).scalar_one() == 1


def test_parts_of_a_reference_stay_in_the_address_with_the_filters(ward: Ward, receiver: Desk) -> None:
    filed = [ward.filed() for _ in range(3)]
    sent = receiver.browser.post("/desk/find", data={"q": "0002", "show": "filed"})
    assert sent.headers["Location"] == "/desk?show=filed&q=0002"
    assert references(receiver.get(sent.headers["Location"])) == [filed[1]]
    assert set(references(look_for(receiver, WARD_1.lower()))) == set(filed)
    assert references(look_for(receiver, filed[2][:-1])) == filed
    assert references(look_for(receiver, OTHER_WARD)) == []


def test_a_whole_reference_opens_its_dossier(receiver: Desk, sought: str) -> None:
    sent = receiver.browser.post("/desk/find", data={"q": f" {sought.lower()} "})
    assert sent.headers["Location"] == f"/desk/dossiers/{sought}"


def test_hits_come_page_by_page_with_the_same_number_of_statements(
    ward: Ward, session: Session, receiver: Desk
) -> None:
    filed = [ward.filed() for _ in range(30)]
    address = receiver.browser.post("/desk/find", data={"q": "nguyen mau"}).headers["Location"]
    session.rollback()
    with statements(session) as sent:
        first = receiver.get(address)
    assert len(sent) <= STATEMENTS
    following = re.search(r'rel="next" href="([^"]+)"', first.source)
    assert following
    second = receiver.get(following[1].replace("&amp;", "&"))
    assert references(first) + references(second) == filed[::-1]
    assert "Về đầu danh sách" in second.text


def test_an_erased_person_is_found_no_more_and_no_search_for_them_is_left(
    session: Session, receiver: Desk, sought: str
) -> None:
    act(session, commands.decline, sought, receiver.officer, reason="Sai nơi nộp.")
    look_for(receiver, NAME)
    with unit_of_work(session):
        erasure.erase_person(session, reference=sought, at=clock.now())
    assert session.execute(text("select count(*) from dossier_sought")).scalar_one() == 0
    assert session.execute(text("select count(*) from queue_search")).scalar_one() == 0
    assert references(look_for(receiver, NUMBER)) == []


def test_what_was_filed_before_there_was_an_index_is_made_findable(
    app: Flask, session: Session, ward: Ward, receiver: Desk, sought: str
) -> None:
    others = [ward.filed() for _ in range(3)]
    before = session.execute(text("select * from dossier_sought order by dossier_id")).all()
    with unit_of_work(session):
        session.execute(text("delete from dossier_sought"))
    assert references(look_for(receiver, NUMBER)) == []
    assert finding.index_missing(at_once=2) == 1 + len(others)
    assert app.test_cli_runner().invoke(args=["dossiers", "index"]).output == "Made findable: 0.\n"
    assert session.execute(text("select * from dossier_sought order by dossier_id")).all() == before
    assert references(look_for(receiver, NUMBER)) == [sought]


def test_who_is_erased_while_the_index_is_made_is_not_in_it(
    app: Flask, session: Session, receiver: Desk, sought: str
) -> None:
    act(session, commands.decline, sought, receiver.officer, reason="Sai nơi nộp.")
    with unit_of_work(session):
        session.execute(text("delete from dossier_sought"))

    def index() -> int:
        with app.app_context():
            return finding.index_missing()

    with ThreadPoolExecutor(1) as pool:
        try:
            erasure.erase_person(session, reference=sought, at=clock.now())
            indexed = pool.submit(index)
            wait_until(lambda: bool(session.execute(WAITING).scalar_one()))
            session.commit()
        finally:
            session.rollback()
        assert indexed.result(60) == 0
    assert session.execute(text("select count(*) from dossier_sought")).scalar_one() == 0
