"""Work goes back to where it came from: to the unit and the person, with a reason that they read."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import commands
from portal.transaction import unit_of_work
from tests.desk.conftest import Desk, Page, Ward
from tests.filing import WARD_1, act, officer_of, unit_id_of
from tests.publishing import publish_now

CITY = "H06.31"
WHY = "Thẩm quyền thuộc phường."


def passed_on(ward: Ward, session: Session, by: Desk) -> tuple[str, Desk]:
    """A dossier of the ward that went to the city, and a desk there."""
    reference = ward.received()
    city = ward.desk("specialist", CITY)
    by.done(reference, "pass-on", to_unit=unit_id_of(session, CITY))
    return reference, city


def lines(page: Page) -> str:
    return page.source.partition("<tbody>")[2].partition("</tbody>")[0]


def test_a_unit_returns_what_was_passed_to_it_to_whoever_had_it_with_a_reason(
    ward: Ward, session: Session, specialist: Desk, leader: Desk
) -> None:
    reference = ward.received()
    specialist.done(reference, "take-up")
    leader.done(reference, "pass-on", to_unit=unit_id_of(session, CITY))
    city = ward.desk("specialist", CITY)
    assert "Hồ sơ trở lại Phường 1" in city.open(reference).text
    silent = city.do(reference, "pass-back", reason=" ")
    assert silent.status == 422
    assert silent.error("pass-back-reason")
    assert city.do(reference, "pass-back", reason=WHY).status == 303
    page = specialist.open(reference)
    assert f"Người xử lý: {specialist.officer.name}." in page.text
    assert WHY in page.text
    assert "pass-back" not in page.acts, "it is where it came from"
    mine = lines(specialist.get("/desk?show=mine"))
    assert f"{city.officer.name} trả lại: {WHY}" in mine
    specialist.done(reference, "propose", outcome="granted", reason="Đủ giấy tờ.")
    assert WHY not in lines(specialist.get("/desk")), "only while it is the latest step"


def test_the_public_reads_that_it_went_back_and_not_why(ward: Ward, session: Session, leader: Desk) -> None:
    reference, city = passed_on(ward, session, leader)
    city.do(reference, "pass-back", reason=WHY)
    publish_now(ward.app)
    public = ward.app.test_client().get(f"/ledger/dossiers/{reference}", headers={"Accept-Language": "vi"}).text
    assert "Trả lại đơn vị trước" in public
    assert WHY not in public
    assert WHY in ward.as_applicant(reference).text


def test_what_came_back_goes_back_no_further_than_it_came_from(ward: Ward, session: Session, leader: Desk) -> None:
    reference, city = passed_on(ward, session, leader)
    assert "pass-back" not in leader.open(ward.received()).acts
    district = unit_id_of(session, "H06.15")
    act(session, commands.pass_on, reference, city.officer, to_unit_id=district)
    department = ward.desk("specialist", "H06.15")
    assert department.do(reference, "pass-back", reason=WHY).status == 303
    assert city.do(reference, "pass-back", reason=WHY).status == 303
    assert ward.steps(reference)[-4:] == ["passed", "passed", "passed_back", "passed_back"]
    assert "pass-back" not in leader.open(reference).acts
    assert leader.do(reference, "pass-back", reason=WHY).status == 409


def test_the_same_return_twice_is_one(ward: Ward, session: Session, leader: Desk) -> None:
    reference, city = passed_on(ward, session, leader)
    seen = city.open(reference).seen
    for _ in range(2):
        answered = city.do(reference, "pass-back", seen=seen, reason=WHY)
        assert (answered.status, answered.response.headers["Location"]) == (303, "/desk")
    assert ward.steps(reference)[-2:] == ["passed", "passed_back"]


def test_whoever_had_it_and_left_the_unit_gets_nothing_back(
    ward: Ward, session: Session, specialist: Desk, leader: Desk
) -> None:
    reference = ward.received()
    colleague = officer_of(session, WARD_1, "specialist")
    leader.done(reference, "assign", to_officer=str(colleague.id))
    leader.done(reference, "pass-on", to_unit=unit_id_of(session, CITY))
    with unit_of_work(session):
        session.execute(text("update officer set active = false where id = :id"), {"id": colleague.id})
    ward.desk("specialist", CITY).do(reference, "pass-back", reason=WHY)
    assert "Người xử lý" not in leader.open(reference).text


def test_what_a_colleague_gave_goes_back_to_that_colleague_who_reads_why(
    ward: Ward, specialist: Desk, leader: Desk
) -> None:
    reference = ward.received()
    leader.done(reference, "assign", to_officer=str(specialist.officer.id))
    specialist.done(reference, "give-back", reason="Tôi nghỉ từ mai.")
    page = leader.get("/desk?show=mine")
    assert f"{specialist.officer.name} trả lại: Tôi nghỉ từ mai." in lines(page)
    assert f"{specialist.officer.name} → {leader.officer.name}" in leader.open(reference).text


def test_what_one_took_up_oneself_goes_back_to_everybody(ward: Ward, specialist: Desk, leader: Desk) -> None:
    reference = ward.received()
    specialist.done(reference, "take-up")
    specialist.done(reference, "give-back", reason="Quá tải.")
    assert "take-up" in leader.open(reference).acts
    assert "trả lại: Quá tải." in lines(leader.get("/desk"))
