"""Filters of the queue, its two orders, and lists that an officer names."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands, erasure, upkeep
from portal.queues import saved
from portal.transaction import unit_of_work
from tests.desk.conftest import Desk, Page, Ward
from tests.desk.test_queue import MARRIAGE, counts, references
from tests.dossiers.counting import statements
from tests.filing import WARD_1, act, unit_id_of
from tests.publishing import publish_now
from tests.signing_in import make_citizen, make_officer

BIRTH = "1.001193"
CITY = "H06.31"
MOST_STATEMENTS = 6


def links(page: Page) -> dict[str, str]:
    """Addresses by their words."""
    found = re.findall(r'<a class="govuk-link" href="([^"]+)">([^<]+)</a>', page.source)
    return {html.unescape(words): html.unescape(href) for href, words in found}


def save(desk: Desk, name: str, **filters: str) -> Page:
    return Page(desk.browser.post("/desk/lists", data={"name": name, **filters}))


@pytest.fixture
def mixed(ward: Ward, session: Session, receiver: Desk, specialist: Desk) -> dict[str, str]:
    """Births and marriages, some of them with somebody."""
    found = {"birth": ward.received(), "marriage": ward.filed(code=MARRIAGE), "kept": ward.received(code=MARRIAGE)}
    act(session, commands.take_up, found["kept"], specialist.officer)
    found["sent"] = ward.received()
    act(session, commands.pass_on, found["sent"], specialist.officer, to_unit_id=unit_id_of(session, CITY))
    return found


def test_the_list_is_narrowed_to_a_procedure_or_to_who_has_it_and_every_tab_counts_what_it_shows(
    receiver: Desk, specialist: Desk, mixed: dict[str, str]
) -> None:
    expected = {
        f"procedure={MARRIAGE}": {"marriage", "kept"},
        f"procedure={BIRTH}": {"birth"},
        "procedure=9.999999": set(),
        f"keeper={specialist.officer.id}": {"kept"},
        "keeper=none": {"birth", "marriage"},
        "keeper=999999": set(),
        f"keeper=none&procedure={MARRIAGE}": {"marriage"},
        f"keeper={specialist.officer.id}&procedure={BIRTH}": set(),
        "keeper=<b>": {"birth", "marriage", "kept"},
    }
    for asked, names in expected.items():
        page = receiver.get(f"/desk?{asked}")
        assert set(references(page)) == {mixed[name] for name in names}, asked
        tabs = re.findall(r'<li><a href="(/desk[^"]*)"[^>]*>[^<]+ <span class="desk-tabs__count">(\d+)<', page.source)
        assert len(tabs) == 12
        for href, count in tabs[:-1]:
            assert len(references(receiver.get(html.unescape(href)))) == int(count), (asked, href)


def test_what_was_sent_on_is_counted(receiver: Desk, mixed: dict[str, str]) -> None:
    assert counts(receiver.get("/desk"))["Đã chuyển đi"] == 1
    assert references(receiver.get("/desk?show=elsewhere&order=newest")) == [mixed["sent"]]


def test_the_least_time_stands_first_or_the_newest(ward: Ward, session: Session, receiver: Desk) -> None:
    ago = [clock.now() - timedelta(days=days) for days in (1, 9, 4)]
    filed = [ward.filed(at=at) for at in ago]
    assert references(receiver.get("/desk")) == [filed[1], filed[2], filed[0]]
    assert references(receiver.get("/desk?order=newest")) == filed[::-1]
    assert links(receiver.get("/desk?order=newest&show=filed"))["Còn ít thời gian nhất"] == "/desk?show=filed"


def test_pages_by_newest_follow_without_gap_and_keep_the_filters(ward: Ward, receiver: Desk) -> None:
    filed = [ward.filed() for _ in range(30)]
    first = receiver.get(f"/desk?order=newest&procedure={BIRTH}&show=filed")
    following = re.search(r'rel="next" href="([^"]+)"', first.source)
    assert following
    address = html.unescape(following[1])
    for kept in ("order=newest", f"procedure={BIRTH}", "show=filed"):
        assert kept in address
    assert references(first) + references(receiver.get(address)) == filed[::-1]
    assert references(receiver.get("/desk?order=newest&after=x-9")) == references(receiver.get("/desk?order=newest"))


def test_every_filter_at_once_costs_few_statements(
    session: Session, receiver: Desk, specialist: Desk, mixed: dict[str, str]
) -> None:
    save(receiver, "Của Khánh", keeper=str(specialist.officer.id))
    session.rollback()
    with statements(session) as sent:
        page = receiver.get(f"/desk?order=newest&procedure={MARRIAGE}&keeper={specialist.officer.id}&unit={WARD_1}")
    assert references(page) == [mixed["kept"]]
    assert len(sent) <= MOST_STATEMENTS


def test_nor_does_it_cost_more_for_whoever_receives_in_two_units_leads_and_administers(
    session: Session, ward: Ward, specialist: Desk, mixed: dict[str, str]
) -> None:
    desk = ward.desk_of(make_officer(session, WARD_1, "receiver", "leader", "administrator"))
    also = {"o": desk.officer.id, "u": unit_id_of(session, "H06.31.02")}
    session.execute(
        text(
            "insert into officer_role (officer_id, unit_id, role, valid_from) values (:o, :u, 'leader', '2020-01-01')"
        ),
        also,
    )
    session.commit()
    save(desk, "Của Khánh", keeper=str(specialist.officer.id))
    session.rollback()
    for place in ("", f"&unit={WARD_1}"):
        with statements(session) as sent:
            page = desk.get(f"/desk?order=newest&procedure={MARRIAGE}&keeper={specialist.officer.id}{place}")
        assert references(page) == [mixed["kept"]]
        assert len(sent) <= MOST_STATEMENTS, [one[:60] for one in sent]


def test_the_filters_offered_are_those_of_what_lies_there(receiver: Desk, mixed: dict[str, str]) -> None:
    page = receiver.get("/desk/lists?show=filed")
    assert re.findall(r'<option value="([^"]+)"', page.source)[:2] == [MARRIAGE, BIRTH]
    assert "Đỗ Văn Chuyên Viên" in page.text
    assert 'name="show" value="filed"' in page.source


def test_a_list_gets_a_name_is_found_again_and_removed(receiver: Desk, mixed: dict[str, str]) -> None:
    made = save(receiver, "  Kết hôn,   mới nhất ", procedure=MARRIAGE, order="newest", show="filed", q="0001")
    assert made.status == 303
    address = made.response.headers["Location"]
    assert address == f"/desk?show=filed&order=newest&procedure={MARRIAGE}"
    page = receiver.get(address)
    assert "Đã lưu danh sách “Kết hôn, mới nhất”." in page.text
    assert links(receiver.get("/desk"))["Kết hôn, mới nhất"] == address
    remove = re.search(r'action="(/desk/lists/\d+/remove)"', receiver.get("/desk/lists").source)
    assert remove
    assert receiver.browser.post(remove[1]).status_code == 303
    assert "Kết hôn, mới nhất" not in links(receiver.get("/desk"))
    assert receiver.browser.post(remove[1]).status_code == 404


def test_a_list_belongs_to_one_officer(ward: Ward, receiver: Desk) -> None:
    save(receiver, "Của tôi", show="late")
    other = ward.desk("receiver")
    assert "Của tôi" not in other.get("/desk").text
    remove = re.search(r'action="(/desk/lists/\d+/remove)"', receiver.get("/desk/lists").source)
    assert remove
    assert other.browser.post(remove[1]).status_code == 404
    assert "Của tôi" in receiver.get("/desk").text
    assert save(other, "Của tôi", show="late").status == 303, "names are each officer's own"


def test_names_are_there_short_and_unique_and_lists_not_too_many(session: Session, receiver: Desk) -> None:
    refused = save(receiver, "   ", procedure=BIRTH)
    assert (refused.status, refused.error("name")) == (422, "Hãy đặt tên cho danh sách.")
    assert f'name="procedure" value="{BIRTH}"' in refused.source, "what was to be saved is still there"
    assert save(receiver, "x" * 61).error("name") == "Tên dài nhất 60 ký tự."
    assert save(receiver, "Một").status == 303
    assert "đã có danh sách tên này" in (save(receiver, "mỘT").error("name") or "")
    for number in range(19):
        assert save(receiver, f"Danh sách {number}").status == 303
    assert "Hãy bỏ bớt" in (save(receiver, "Thêm").error("name") or "")
    stored = str(session.execute(text("select * from queue_list")).all())
    assert "Danh sách" not in stored


def test_a_list_whose_unit_is_the_officers_no_more_is_not_found(receiver: Desk) -> None:
    save(receiver, "Lạ", unit="H06.15")
    assert receiver.get(links(receiver.get("/desk"))["Lạ"]).status == 404
    assert receiver.get("/desk").status == 200


def named(session: Session) -> list[str]:
    session.rollback()
    officers = session.scalars(text("select officer_id from queue_list group by officer_id order by 1")).all()
    return [one.name for officer_id in officers for one in saved.lists_of(session, officer_id=officer_id)]


def test_an_erasure_takes_the_person_out_of_the_names_of_lists(ward: Ward, session: Session, receiver: Desk) -> None:
    person = ward.person = make_citizen(session, name="Đỗ Thị Mẫu Xóa", national_id="099190000778")
    reference = ward.filed()
    act(session, commands.withdraw, reference, person, reason="Nộp nhầm.")
    for name in ("Việc của đỗ thị mẫu XÓA", "CCCD 099 190 000 778", "Khai sinh của tôi"):
        assert save(receiver, name, order="newest").status == 303
    publish_now(ward.app)
    with unit_of_work(session):
        erasure.erase_person(session, reference=reference, at=clock.now())
    kept = named(session)
    assert len(kept) == 3
    assert "Khai sinh của tôi" in kept
    assert all(re.fullmatch(r"Danh sách \d+|Khai sinh của tôi", name) for name in kept), kept


def test_the_lists_of_an_officer_who_left_go_with_the_night(
    ward: Ward, session: Session, receiver: Desk, specialist: Desk
) -> None:
    save(receiver, "Của người đi")
    save(specialist, "Của người ở lại")
    with unit_of_work(session):
        session.execute(text("update officer set active = false where id = :id"), {"id": receiver.officer.id})
    upkeep.run(at=clock.now())
    assert named(session) == ["Của người ở lại"]


def test_the_page_asks_not_to_write_people_into_a_name(receiver: Desk) -> None:
    assert "Đừng ghi tên, số giấy tờ hay điện thoại của người nộp" in receiver.get("/desk/lists").text
