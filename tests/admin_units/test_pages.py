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
from tests.reforms.dividing import OTHER, divide
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


def test_a_unit_that_was_divided_is_shared_out_by_ticks_and_the_rest_by_one_choice(
    administrator: FlaskClient, made: Made, session: Session
) -> None:
    divide(session, WARD_1)
    officer, rest = make_officer(session, WARD_1, "receiver", name="Lê Thị Mẫu Chuyển"), make_citizen(session)
    left = bring_to(session, make_dossier(session, rest, agency_code=WARD_1), State.IN_PROGRESS)
    place = f"{PLACE}/{WARD_1}"
    page = text(administrator, place)
    assert "được chia cho nhiều đơn vị" in page
    assert made.reference in page
    assert made.person.name not in page
    assert "Lê Thị Mẫu Chuyển" in page
    ticked = {"reference": made.reference, "officer": str(officer.id), "to": OTHER}
    assert administrator.post(f"{place}/share", data=ticked).location == place
    page = text(administrator, place)
    assert "1 hồ sơ, 1 cán bộ" in page
    assert made.reference not in page
    assert left.reference in page
    administrator.post(f"{place}/share", data=ticked)
    assert "có thể đã được chuyển rồi" in text(administrator, place)
    administrator.post(f"{place}/hand-over", data={"to": "H29.701"})
    upkeep.run()
    session.rollback()
    for one, code in ((made, OTHER), (left, "H29.701")):
        found = dossiers.owned(session, one.reference, person_id=one.person.id)
        assert found is not None
        assert found.holder.code == code
    assert "Phần còn lại" not in text(administrator, place)


@pytest.mark.parametrize(
    ("way", "form", "words"),
    [
        ("share", {"to": OTHER}, "đánh dấu hồ sơ hoặc cán bộ"),
        ("share", {"reference": "x", "to": "H29.799"}, "đánh dấu hồ sơ hoặc cán bộ"),
        ("share", {"officer": "9" * 30, "to": OTHER}, "đánh dấu hồ sơ hoặc cán bộ"),
        ("share", {"reference": [str(n) for n in range(101)], "to": OTHER}, "nhiều nhất 100 hồ sơ"),
        ("hand-over", {}, "Hãy chọn đơn vị nhận."),
        ("hand-over", {"to": "nonsense"}, "Hãy chọn đơn vị nhận."),
    ],
)
def test_what_is_missing_in_a_division_is_said_and_nothing_moves(
    administrator: FlaskClient, made: Made, session: Session, way: str, form: dict[str, str], words: str
) -> None:
    divide(session, WARD_1)
    assert administrator.post(f"{PLACE}/{WARD_1}/{way}", data=form).status_code == 303
    assert words in text(administrator, f"{PLACE}/{WARD_1}")
    session.rollback()
    assert queries.unfinished(session) == ()
