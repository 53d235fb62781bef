"""A unit ends in the middle of a dossier's life: its successor goes on, and everybody can read what happened."""

import csv
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from portal.units import commands as units
from portal.units.register import FACT_COLUMNS, FACT_FILES, SUCCESSION_COLUMNS, SUCCESSION_FILE
from tests.browser import people_at_work as work
from tests.browser.conftest import WIDE, Open
from tests.browser.outsider import Outsider
from tests.browser.people_at_work import AN
from tests.browser.pictures import keep
from tests.browser.window import Journey, Window
from tests.live import LiveServer

OLD, WARD_1 = "H06.31.90", "H06.31.01"
NAME = "Phường Mẫu Cũ"
FACT = {
    "unit": OLD,
    "agency_code": OLD,
    "name": NAME,
    "name_en": "Former Sample Ward",
    "kind": "ward",
    "level": "commune",
    "parent": "H06.31",
    "valid_from": "2020-01-01",
    "source": "tests",
}


def load(live_server: LiveServer, folder: Path, *, ended: bool) -> None:
    """Enter the ward into the register, or its end on the register's day with Ward 1 as its successor."""
    folder.mkdir(exist_ok=True)
    fact = {**FACT, "valid_to": "2020-06-01" if ended else "2025-07-01"}
    succession = {"old": OLD, "new": WARD_1, "share": "1", "on": "2020-06-01", "decision": "Nghị quyết 1/NQ-MẪU"}
    for name in FACT_FILES:
        write(folder / name, FACT_COLUMNS, [fact] if name == "communes.csv" else [])
    write(folder / SUCCESSION_FILE, SUCCESSION_COLUMNS, [succession] if ended else [])
    engine = create_engine(live_server.settings.sqlalchemy_url)
    with Session(engine) as session, session.begin():
        units.load(session, folder=folder)
    engine.dispose()


def write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def test_a_unit_is_handed_over_to_its_successor_in_the_middle(
    open_page: Open, live_server: LiveServer, tmp_path: Path
) -> None:
    load(live_server, tmp_path / "register", ended=False)
    journey = Journey("reform", open_page, WIDE)
    journey.clear()
    person, desk = journey.window(), journey.window()
    reference = _file(person)
    work.open_desk(desk, work.RECEIVER)
    work.open_dossier(desk, reference)
    due = work.receive(desk)
    work.pass_on(desk, NAME)
    load(live_server, tmp_path / "register", ended=True)
    _hand_over(journey.window())
    officer = journey.window()
    work.open_desk(officer, work.CIVIL_STATUS)
    work.open_dossier(officer, reference)
    officer.shows("Bàn giao hồ sơ")
    officer.shows(due)
    work.resolve(officer)
    work.open_dossier(desk, reference)
    work.return_result(desk)
    person.open(f"/dossiers/{reference}", "citizen-returned")
    person.shows(f"{NAME} → Phường 1")
    acts = Outsider(live_server.url).acts_of(reference, last="returned")
    assert [act["act"] for act in acts] == ["filed", "received", "passed", "handed_over", "resolved", "returned"]


def _file(person: Window) -> str:
    work.find_procedure(person)
    work.begin(person, AN)
    work.fill_child(person)
    work.fill_parents(person)
    work.fill_applicant(person, AN)
    work.attach_papers(person)
    return work.submit(person)


def _hand_over(window: Window) -> None:
    window.page.goto("/admin/units")
    work.sign_in(window, work.ADMINISTRATOR, officer=True)
    window.see("units-ended")
    keep(window.page, "reform-units")
    window.follow(NAME)
    window.see("unit-ended")
    window.click("Bàn giao")
    window.see("unit-handing-over")
    for _ in range(60):
        if window.page.get_by_text("Đã bàn giao", exact=True).count():
            break
        window.page.wait_for_timeout(1000)
        window.page.reload()
    window.see("unit-handed-over")
    window.shows("Đã bàn giao")
