"""`/desk/overview`: each figure is as long as the list behind it, for heads and for nobody else."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands
from portal.dossiers.life import Way
from tests.desk.conftest import Desk, Page, Ward
from tests.desk.test_queue import references
from tests.dossiers.counting import statements
from tests.filing import WARD_1, act, granted, officer_of, unit_id_of

CITY = "H06.31"
OTHER = "H06.33.02"
MOST_STATEMENTS = 14


def figures(page: Page) -> dict[str, int]:
    """Addresses of lists with the number that stands for each."""
    found = re.findall(r'<a class="govuk-link" href="([^"]+)">([\d.]+)<span', page.source)
    return {html.unescape(href): int(number.replace(".", "")) for href, number in found}


def listed(page: Page) -> int:
    assert page.status == 200
    return len(re.findall(r'class="[^"]*\bcode"', re.sub(r"<kbd.*?</kbd>", "", page.source)))


@pytest.fixture
def busy(ward: Ward, session: Session, receiver: Desk, specialist: Desk) -> Ward:
    """A ward in which something of every kind lies, some of it late, and something was done today."""
    long_ago = clock.now() - timedelta(days=30)
    late = ward.filed(at=long_ago)
    act(session, commands.receive, late, receiver.officer, at=long_ago)
    act(session, commands.take_up, late, specialist.officer)
    ward.filed()
    ward.received()
    ward.asked()
    for returned in (False, True):
        done = ward.received()
        granted(session, done, specialist.officer)
        if returned:
            act(session, commands.return_result, done, receiver.officer, way=Way.COUNTER)
    city = officer_of(session, CITY, "specialist")
    away, back = ward.received(), ward.received()
    for reference in (away, back):
        act(session, commands.pass_on, reference, specialist.officer, to_unit_id=unit_id_of(session, CITY))
    act(session, commands.pass_on, back, city, to_unit_id=unit_id_of(session, WARD_1))
    return ward


def test_every_figure_is_as_long_as_the_list_behind_it(busy: Ward, leader: Desk) -> None:
    page = leader.get("/desk/overview")
    assert page.status == 200
    found = figures(page)
    assert len(found) >= 15
    for href, number in found.items():
        assert listed(leader.get(href)) == number, href
    assert found[f"/desk?unit={WARD_1}"] == 6
    assert found[f"/desk?unit={WARD_1}&show=late"] == 1
    for words in ("Đỗ Văn Chuyên Viên", "Chưa ai nhận xử lý", "Nơi khác chuyển đến", "Những tuần gần đây"):
        assert words in page.text


def test_a_head_of_the_city_sees_the_numbers_of_its_wards_and_no_names(busy: Ward) -> None:
    head = busy.desk("leader", CITY)
    above = figures(head.get("/desk/overview"))
    assert above[f"/desk/overview/dossiers?unit={WARD_1}"] == 6
    below = head.get(f"/desk/overview?unit={WARD_1}")
    for href, number in figures(below).items():
        page = head.get(href)
        assert listed(page) == number, href
        assert "Nguyễn Thị Mẫu An" not in page.text
        assert "/desk/dossiers/" not in page.source
    assert "Giao lại" not in below.text


@pytest.mark.parametrize("address", ["", "/dossiers", "/done?kind=received&since=2026-01-05&until=2026-01-06"])
def test_who_heads_nothing_finds_no_overview_and_heads_only_their_own(
    ward: Ward, receiver: Desk, leader: Desk, address: str
) -> None:
    assert receiver.get(f"/desk/overview{address}").status == 404
    assert leader.get(f"/desk/overview{address}").status == 200
    joined = "&" if "?" in address else "?"
    for code in (OTHER, CITY, "x"):
        assert leader.get(f"/desk/overview{address}{joined}unit={code}").status == 404


@pytest.mark.parametrize(
    "asked",
    ["kind=withdrawn", "kind=received", "kind=received&since=x&until=y", "kind=come&since=2020-01-01&until=2026-01-01"],
)
def test_what_no_figure_leads_to_is_not_found(leader: Desk, asked: str) -> None:
    assert leader.get(f"/desk/overview/done?{asked}").status == 404


def test_a_head_gives_all_that_one_officer_has_to_another(
    busy: Ward, session: Session, leader: Desk, specialist: Desk
) -> None:
    link = re.search(r'href="(/desk/overview/reassign\?[^"]*keeper=\d+)"', leader.get("/desk/overview").source)
    assert link
    led = leader.get(html.unescape(link[1]))
    assert led.status == 303
    form = leader.get(led.response.headers["Location"])
    picks = re.findall(r'name="pick" value="([^"]+)"', form.source)
    assert len(picks) == 1
    colleague = officer_of(session, WARD_1, "specialist")
    sent = {"act": "assign", "pick": picks, "assign-to_officer": str(colleague.id), "assign-note": ""}
    assert leader.browser.post("/desk/bulk", data=sent).status_code == 200
    assert references(leader.get(f"/desk?keeper={specialist.officer.id}")) == []
    assert len(references(leader.get(f"/desk?keeper={colleague.id}"))) == 1


def test_the_overview_costs_few_statements(busy: Ward, session: Session, leader: Desk) -> None:
    session.rollback()
    with statements(session) as sent:
        assert leader.get("/desk/overview").status == 200
    assert len(sent) <= MOST_STATEMENTS
