"""An agency that a reform made works by what the units had that ended into it, until it publishes its own."""

from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.processes import drafting, manuscripts, queries
from portal.processes.queries import Version
from portal.settings import Settings
from portal.transaction import unit_of_work
from tests.processes.making import publish, step, usual
from tests.signing_in import make_officer

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
AT = datetime(2025, 7, 2, 2, 0, tzinfo=UTC)
CODE = "1.001193"
WARD_1, WARD_2, SUCCESSOR = "H06.31.01", "H06.31.03", "H29.701"
ALONE = [step("alone", "leader", resolved="end")]
OTHERWISE = [step("otherwise", "leader", resolved="end")]


def now(session: Session, agency: str = SUCCESSOR, *, on: date = AFTER) -> Version:
    session.rollback()
    found = queries.in_force(session, CODE, agency=agency, at=AT, on=on)
    assert found is not None
    return found


def test_a_successor_follows_the_process_of_the_unit_that_ended_into_it_from_the_day_it_is_there(
    session: Session,
) -> None:
    publish(session, usual())
    publish(session, ALONE, agency=WARD_1)
    assert now(session).agency == WARD_1
    assert now(session, on=BEFORE).agency == "", "the unit is not there yet"
    assert now(session, WARD_1).agency == WARD_1
    assert now(session, "H29.702").agency == "", "what another unit followed"


def test_what_it_publishes_itself_goes_first(session: Session) -> None:
    publish(session, ALONE, agency=WARD_1)
    with unit_of_work(session):
        session.execute(
            text(
                "insert into process_version (code, agency, number, begins_at, steps, published_at) "
                "select code, :heir, 1, begins_at, steps, published_at from process_version"
            ),
            {"heir": SUCCESSOR},
        )
    assert now(session).agency == SUCCESSOR


def test_of_two_that_worked_differently_neither_holds_and_of_two_alike_either(session: Session) -> None:
    publish(session, usual())
    publish(session, ALONE, agency=WARD_1)
    publish(session, ALONE, agency=WARD_2)
    assert now(session).content == ALONE
    publish(session, OTHERWISE, agency=WARD_2, version=2, valid_from="2020-02-01")
    assert now(session).agency == ""


def test_a_unit_that_has_another_code_now_keeps_its_process(session: Session) -> None:
    publish(session, usual())
    publish(session, ALONE, agency=WARD_1)
    with unit_of_work(session):
        session.execute(text("delete from unit_succession where old_id = (" + UNIT + ")"), {"code": WARD_1})
        session.execute(
            text("update unit_fact set valid_to = '2021-01-01' where unit_id = (" + UNIT + ")"), {"code": WARD_1}
        )
        session.execute(
            text(
                "insert into unit_fact (unit_id, agency_code, name, name_en, sort_key, kind, level, parent_id, "
                "valid_from, source) select unit_id, 'H06.31.99', name, name_en, sort_key, kind, level, parent_id, "
                "'2021-01-01', source from unit_fact where agency_code = :code"
            ),
            {"code": WARD_1},
        )
    assert now(session, "H06.31.99").agency == WARD_1


UNIT = "select unit_id from unit_fact where agency_code = :code limit 1"


def test_one_that_was_there_before_and_took_others_in_works_as_it_did(session: Session) -> None:
    """Of the register: H06.32.02 ended into H06.32.06, which went on."""
    publish(session, usual())
    publish(session, ALONE, agency="H06.32.02")
    assert now(session, "H06.32.06", on=date(2025, 2, 1)).agency == ""


def test_what_was_inherited_twice_is_found_too(session: Session) -> None:
    """H06.35 ended into H06.39, and that into another."""
    publish(session, usual())
    publish(session, ALONE, agency="H06.35.03")
    assert now(session, "H06.39.01", on=date(2025, 1, 1)).agency == "H06.35.03"
    later = session.scalars(text("select agency_code from unit_fact where valid_from = '2025-07-01'")).all()
    assert len([code for code in later if now(session, code).agency == "H06.35.03"]) == 1


def test_a_successors_own_is_begun_from_what_it_inherited(session: Session, app: Flask) -> None:
    publish(session, usual())
    publish(session, ALONE, agency=WARD_1)
    officer = make_officer(session, "H06", "editor")
    with unit_of_work(session):
        made = drafting.begin(session, code=CODE, agency=SUCCESSOR, officer_id=officer.id, at=AT, on=AFTER)
        found = manuscripts.manuscript(session, made)
    assert found is not None
    assert (found.steps, found.base) == (ALONE, 0)


def test_the_public_page_says_whose_it_was(session: Session, app: Flask) -> None:
    publish(session, usual())
    publish(session, ALONE, agency=WARD_1)
    settings: Settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"units_on": AFTER})
    try:
        page = app.test_client().get(
            f"/procedures/{CODE}/process?agency={SUCCESSOR}", headers={"Accept-Language": "vi"}
        )
    finally:
        app.config["SETTINGS"] = settings
    assert "Quy trình riêng của Phường 1; Phường Vũng Tàu kế thừa đơn vị này" in page.text
    assert "Bước alone" in page.text
