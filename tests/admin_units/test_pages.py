"""An administrator sees which units have ended and orders that their work goes to the successor."""

from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.dossiers import queries as dossiers
from portal.dossiers.life import State
from portal.reforms import queries, upkeep
from portal.settings import Settings
from tests.dossiers.making import Made, bring_to, make_dossier
from tests.signing_in import make_citizen, make_officer, sign_in_as

AFTER = date(2025, 7, 2)
PLACE = "/admin/units"
WARD_1 = "H06.31.01"


@pytest.fixture(autouse=True)
def after_the_reform(app: Flask) -> Iterator[None]:
    """The register of units is read as of a day of 2025."""
    settings: Settings = app.config["SETTINGS"]
    before = upkeep._Installed.register_day
    app.config["SETTINGS"] = settings.model_copy(update={"units_on": AFTER})
    upkeep.install(AFTER)
    yield
    app.config["SETTINGS"] = settings
    upkeep._Installed.register_day = before


def browser_of(app: Flask, session: Session, code: str, *roles: str) -> FlaskClient:
    browser = app.test_client()
    sign_in_as(browser, make_officer(session, code, *roles))  # type: ignore[arg-type]
    return browser


@pytest.fixture
def administrator(app: Flask, session: Session) -> FlaskClient:
    return browser_of(app, session, "H06", "administrator")


@pytest.fixture
def made(session: Session) -> Made:
    return bring_to(session, make_dossier(session, make_citizen(session), agency_code=WARD_1), State.IN_PROGRESS)


def text(browser: FlaskClient, path: str) -> str:
    return unescape(browser.get(path).text)


def test_what_is_still_with_a_unit_that_ended_is_shown(administrator: FlaskClient, made: Made) -> None:
    listed = text(administrator, PLACE)
    assert "Phường 1" in listed
    assert "Chưa bàn giao" in listed
    page = text(administrator, f"{PLACE}/{WARD_1}")
    assert "H29.701" in page
    assert "Nghị quyết 1685/NQ-UBTVQH15" in page
    assert "Đang giải quyết" in page


def test_the_order_is_given_once_and_carried_out(administrator: FlaskClient, made: Made, session: Session) -> None:
    for _ in range(2):
        sent = administrator.post(f"{PLACE}/{WARD_1}/hand-over")
        assert (sent.status_code, sent.location) == (303, f"{PLACE}/{WARD_1}")
    page = text(administrator, f"{PLACE}/{WARD_1}")
    assert "Đã bắt đầu bàn giao" in page
    assert "đang được thực hiện" in page
    assert page.count("ra lệnh bàn giao lúc") == 1
    session.rollback()
    assert len(queries.unfinished(session)) == 1
    upkeep.run()
    session.rollback()
    page = text(administrator, f"{PLACE}/{WARD_1}")
    assert "1 hồ sơ" in page
    assert "Bàn giao cho" not in page
    assert "Đã bàn giao xong" in text(administrator, PLACE)
    found = dossiers.owned(session, made.reference, person_id=made.person.id)
    assert found is not None
    assert found.holder.code == "H29.701"


def test_the_desk_of_the_successor_goes_on_and_the_applicant_reads_why(
    app: Flask, administrator: FlaskClient, made: Made, session: Session
) -> None:
    administrator.post(f"{PLACE}/{WARD_1}/hand-over")
    upkeep.run()
    desk = browser_of(app, session, "H29.701", "receiver")
    assert made.reference in text(desk, "/desk")
    assert "Bàn giao hồ sơ" in text(desk, f"/desk/dossiers/{made.reference}")
    citizen = app.test_client()
    sign_in_as(citizen, made.person)
    page = text(citizen, f"/dossiers/{made.reference}")
    assert "Bàn giao hồ sơ" in page
    assert "Phường 1 → " in page


def test_a_unit_that_somebody_else_administers_does_not_exist_here(app: Flask, session: Session, made: Made) -> None:
    elsewhere = browser_of(app, session, "H06.32", "administrator")
    assert "Phường 1<" not in elsewhere.get(PLACE).text
    assert elsewhere.get(f"{PLACE}/{WARD_1}").status_code == 404
    assert elsewhere.post(f"{PLACE}/{WARD_1}/hand-over").status_code == 404
    assert browser_of(app, session, "H06", "leader").get(PLACE).status_code == 403


def test_a_unit_that_goes_on_is_none_of_these(administrator: FlaskClient) -> None:
    assert administrator.get(f"{PLACE}/H29.701").status_code == 404
    assert administrator.get(f"{PLACE}/nonsense").status_code == 404
