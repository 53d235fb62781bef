"""The register of a one-stop desk: its lines on a page, on paper and as a table, and each line's look noted."""

import csv
import io
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, queries
from portal.dossiers.life import Outcome, Way
from portal.papers import BookFacts, BookLine, form_sets, register_book
from portal.people.queries import Person
from portal.transaction import unit_of_work
from tests.counter.standing import file_at_counter
from tests.desk.conftest import Desk, Ward
from tests.dossiers.counting import statements
from tests.filing import WARD_1, act, granted, officer_of
from tests.papers.test_forms import assert_sound, words
from tests.signing_in import make_citizen, make_officer

POSTED = "Qua bưu chính công ích, số hiệu EM123456789VN"
LINE = BookLine(
    "H06.31.01-261123-0001",
    "Đăng ký khai sinh",
    "1",
    "Nguyễn Thị Mẫu An; 12 Trưng Trắc",
    "Phường 1",
    "a",
    "b",
    "c",
    "d",
    "e",
)
FACTS = BookFacts(
    form=form_sets.form("register", on=date(2026, 1, 1)),
    agency="Ủy ban nhân dân Phường 1",
    superior="",
    place="Vũng Tàu",
    period="Từ ngày 01/11/2026 đến ngày 30/11/2026",
    at=clock.now(),
    lines=(LINE,) * 90,
)


def views(session: Session, person: Person) -> int:
    session.rollback()
    return len(queries.views_of(session, person_id=person.id).rows)


def test_it_has_what_the_desk_received_in_the_order_in_which_it_did(ward: Ward, receiver: Desk) -> None:
    first, second, not_yet = ward.received(), ward.received(), ward.filed()
    page = receiver.get("/desk/register")
    assert page.status == 200
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.text.index(first) < page.text.index(second)
    assert not_yet not in page.text
    for said in ("Sổ theo dõi hồ sơ", "Nguyễn Thị Mẫu An", ward.person.phone, ward.person.address):
        assert str(said) in page.text


def test_it_is_that_of_the_period_and_the_unit(ward: Ward, receiver: Desk) -> None:
    reference = ward.received()
    today = clock.local_day(clock.now())
    before, after = today - timedelta(days=1), today + timedelta(days=1)
    assert reference in receiver.get(f"/desk/register?from={today}&to={today}").text
    assert reference not in receiver.get(f"/desk/register?from={before}&to={before}").text
    assert reference not in receiver.get(f"/desk/register?from={after}&to={after}").text
    other = ward.desk("receiver", "H06.31.02")
    assert reference not in other.get("/desk/register").text
    assert other.get("/desk/register?unit=H06.31.01").status == 404
    assert ward.desk("administrator").get("/desk/register").status == 404


def test_each_line_that_is_read_is_in_its_applicants_access_log(ward: Ward, session: Session, receiver: Desk) -> None:
    ward.received()
    stranger = make_citizen(session, name="Trần Văn Mẫu Khác", national_id="079000000777")
    for address in ("/desk/register", "/desk/register.pdf", "/desk/register.csv"):
        before = views(session, ward.person)
        assert receiver.get(address).status == 200
        assert views(session, ward.person) == before + 1
    assert views(session, stranger) == 0


def test_on_paper_and_as_a_table_it_says_the_same(ward: Ward, receiver: Desk, tmp_path: Path) -> None:
    reference = ward.received()
    made = receiver.browser.get("/desk/register.pdf")
    assert_sound(made.data, tmp_path)
    said = words(made.data)
    for expected in ("Mẫu số 07", "SỔ THEO DÕI HỒ SƠ", "Nguyễn Thị Mẫu An", "Tổng số hồ sơ: 1", "Ký nhận", "Số bộ"):
        assert expected in said
    assert reference in said.replace(" ", "")
    table = list(csv.reader(io.StringIO(receiver.browser.get("/desk/register.csv").data.decode("utf-8-sig"))))
    assert [row[1] for row in table] == ["Mã hồ sơ", reference]
    assert "Nguyễn Thị Mẫu An" in table[1][4]


def test_it_says_how_a_result_was_given_only_where_the_portal_knows(ward: Ward, session: Session) -> None:
    officer = make_officer(session, WARD_1, "receiver", "specialist")
    online, counted = ward.filed(), file_at_counter(session, officer)
    for reference in (online, counted):
        act(session, commands.receive, reference, officer)
        granted(session, reference, officer)
    wished = {online: ("", "Muốn nhận: Trực tuyến"), counted: ("", "Muốn nhận: Trực tiếp tại quầy")}
    assert ways(ward) == wished, "nothing was given back yet"
    for reference in (online, counted):
        act(session, commands.return_result, reference, officer, way=Way.COUNTER)
    forget_the_way(session)
    assert ways(ward) == {online: ("", "Trực tuyến"), counted: ("", "")}


def forget_the_way(session: Session) -> None:
    """As steps were before they said it."""
    with unit_of_work(session):
        session.execute(text("alter table step disable trigger step_is_for_ever"))
        session.execute(text("update step set way = null, postal_number = null"))
        session.execute(text("alter table step enable trigger step_is_for_ever"))


def test_it_says_by_which_way_each_result_was_handed_over(ward: Ward, receiver: Desk, session: Session) -> None:
    said = [("counter", "", "Trực tiếp tại quầy"), ("post", "em123456789vn", POSTED), ("online", "", "Trực tuyến")]
    expected = {}
    for way, number, words_of_way in said:
        reference = ward.received()
        granted(session, reference, officer_of(session, WARD_1, "specialist"))
        receiver.done(reference, "return", way=way, postal_number=number)
        expected[reference] = ("", words_of_way)
    assert ways(ward) == expected
    page = receiver.get("/desk/register", headers={"Accept-Language": "en"})
    for words_of_way in ("In person, at the desk", "By public post, number EM123456789VN", "Online"):
        assert words_of_way in page.text
    printed = words(receiver.browser.get("/desk/register.pdf", headers={"Accept-Language": "vi"}).data)
    assert "EM123456789VN" in printed.replace(" ", "")


def test_what_was_taken_back_is_not_in_it(ward: Ward, receiver: Desk, session: Session) -> None:
    reference = ward.received()
    granted(session, reference, officer_of(session, WARD_1, "specialist"))
    receiver.done(reference, "return", way="post", postal_number="EM1")
    receiver.done(reference, "take-back", reason="Bưu tá mang trả.")
    assert ways(ward) == {reference: ("", "Muốn nhận: Trực tuyến")}
    receiver.done(reference, "return", way="counter")
    assert ways(ward) == {reference: ("", "Trực tiếp tại quầy")}


def test_a_result_that_was_taken_back_is_not_what_was_given(ward: Ward, session: Session) -> None:
    officer = make_officer(session, WARD_1, "receiver", "specialist")
    reference = ward.filed()
    act(session, commands.receive, reference, officer)
    granted(session, reference, officer)
    act(session, commands.take_back, reference, officer, reason="Ghi nhầm hồ sơ.")
    act(session, commands.resolve, reference, officer, outcome=Outcome.REFUSED, reason="Không đủ điều kiện.")
    act(session, commands.return_result, reference, officer, way=Way.COUNTER)
    forget_the_way(session)
    assert ways(ward) == {reference: ("", "")}


def ways(ward: Ward) -> dict[str, tuple[str, str]]:
    """Of each dossier: how many sets of papers, by which way the result was given."""
    answer = ward.desk("receiver").browser.get("/desk/register.csv", headers={"Accept-Language": "vi"})
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    sets, way = head.index("Số bộ"), head.index("Phương thức nhận kết quả")
    return {row[1]: (row[sets], row[way]) for row in rows}


def test_a_cell_is_never_a_formula(ward: Ward, session: Session) -> None:
    person = make_citizen(session, name="=1+1", national_id="079000000778")
    ward.person = person
    ward.received()
    table = ward.desk("receiver").browser.get("/desk/register.csv").data.decode("utf-8-sig")
    assert "'=1+1" in table


def test_pages_follow_each_other(ward: Ward, receiver: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.blueprints.desk.registers.PAGE_ROWS", 1)
    references = [ward.received(), ward.received()]
    page = receiver.get("/desk/register")
    assert references[1] not in page.text
    following = page.source.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert references[1] in receiver.get(following).text


@pytest.mark.parametrize(
    "query", ["from=x&to=y", "from=2026-13-01", "from=1000-01-01&to=9999-12-31", "after=x~y", "after=2026-01-01~1"]
)
def test_what_makes_no_sense_is_left_out(receiver: Desk, query: str) -> None:
    assert receiver.get(f"/desk/register?{query}").status == 200


def test_a_longer_period_than_a_year_is_cut_and_said(receiver: Desk) -> None:
    assert "nhiều nhất một năm" in receiver.get("/desk/register?from=2024-01-01&to=2026-01-01").text


def test_its_statements_do_not_grow_with_its_lines(ward: Ward, session: Session, receiver: Desk) -> None:
    ward.received()
    receiver.get("/desk/register")
    with statements(session) as few:
        receiver.get("/desk/register")
    for _ in range(3):
        ward.received()
    with statements(session) as many:
        receiver.get("/desk/register")
    assert len(many) == len(few)


def test_on_paper_the_head_of_the_table_stands_on_every_page() -> None:
    made = register_book(FACTS, lang="vi")
    counted = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=made, capture_output=True, check=True
    ).stdout.decode()
    pages = counted.split("\f")[:-1]
    assert len(pages) > 3
    assert all("Ký nhận" in page and f"Trang {number}/{len(pages)}" in page for number, page in enumerate(pages, 1))
