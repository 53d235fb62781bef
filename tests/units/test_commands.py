"""Loading: safe to repeat, corrects what the files correct, all or nothing."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.transaction import unit_of_work
from portal.units import commands, queries
from portal.units.commands import LoadReport
from portal.units.register import packaged

NOTHING = LoadReport(new_units=0, new_facts=0, changed_facts=0, new_successions=0)


def everything(session: Session) -> list[tuple[object, ...]]:
    rows = session.execute(text("select f.*, xmin::text from unit_fact f order by id"))
    return [tuple(row) for row in rows]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(packaged(), tmp_path / "data"))


def change(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def test_loading_again_writes_nothing(session: Session) -> None:
    before = everything(session)
    with unit_of_work() as work:
        assert commands.load(work) == NOTHING
    assert everything(session) == before


def test_an_empty_database_gets_the_whole_register(session: Session) -> None:
    for table in ("unit_succession", "unit_fact", "unit"):
        session.execute(text(f"delete from {table}"))
    report = commands.load(session)
    assert (report.new_units, report.changed_facts) == (144, 0)
    assert report.new_facts == session.execute(text("select count(*) from unit_fact")).scalar()
    assert commands.load(session) == NOTHING


def test_a_corrected_line_changes_that_fact_only(session: Session, folder: Path) -> None:
    change(folder / "communes.csv", "Phường Thắng Tam,Thang Tam Ward", "Phường Thắng Tam,Thang Tam Ward (Front Beach)")
    unit = queries.by_agency_code(session, "H06.31.02")
    with unit_of_work() as work:
        assert commands.load(work, folder=folder) == LoadReport(0, 0, 1, 0)
    again = queries.by_agency_code(session, "H06.31.02")
    assert unit is not None
    assert again is not None
    assert (again.id, again.name_en) == (unit.id, "Thang Tam Ward (Front Beach)")


def test_a_later_reform_is_only_more_rows(session: Session, folder: Path) -> None:
    """A fact closed and followed by another in the same load: the order of the statements does not matter."""
    change(
        folder / "communes.csv",
        "H29.701,26506,H29.701,Phường Vũng Tàu,Vung Tau Ward,ward,commune,H29,2025-07-01,,",
        "H29.701,26506,H29.701,Phường Vũng Tàu,Vung Tau Ward,ward,commune,H29,2030-01-01,,thử\n"
        "H29.701,26506,H29.701,Phường Vũng Tàu,Vung Tau Ward,ward,commune,H29,2025-07-01,2030-01-01,",
    )
    with unit_of_work() as work:
        assert commands.load(work, folder=folder) == LoadReport(0, 1, 1, 0)


def test_a_broken_file_writes_nothing_and_tells_every_problem(session: Session, folder: Path) -> None:
    before = everything(session)
    change(folder / "communes.csv", "Phường Thắng Tam,Thang Tam Ward", "Phường Thắng Tam,Front Beach Ward")
    change(folder / "communes.csv", "26509", "26512")
    change(folder / "successions.csv", "H06.35,H06.39,1", "H06.35,H06.39,3")
    with pytest.raises(Invalid) as raised, unit_of_work() as work:
        commands.load(work, folder=folder)
    assert [getattr(problem, "code", "") for problem in raised.value.problems] == [
        "code_of_another_unit",
        "wrong_share",
    ]
    assert everything(session) == before


def test_facts_of_the_database_alone_are_kept_and_checked_with_the_files(session: Session, folder: Path) -> None:
    with unit_of_work() as work:
        work.execute(text("update unit_fact set valid_to = date '2031-01-01' where agency_code = 'H29.701'"))
        work.execute(
            text(
                "insert into unit_fact "
                "(unit_id, agency_code, name, name_en, sort_key, kind, level, parent_id, valid_from, source) "
                "select unit_id, agency_code, 'Phường Mới', 'New Ward', 'x', kind, level, parent_id, "
                "date '2031-01-01', 'quyết định sau này' from unit_fact where agency_code = 'H29.701'"
            )
        )
    with pytest.raises(Invalid) as raised:
        commands.load(session)  # the files say that the first fact goes on for ever
    assert [getattr(problem, "code", "") for problem in raised.value.problems] == ["two_facts_at_a_time"]


def test_the_command_line_loads_and_tells_problems(app: Flask, folder: Path) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["units", "load"])
    assert (done.exit_code, done.output) == (
        0,
        "Units: 0 new; facts: 0 new, 0 changed; successions: 0 new.\n",
    )
    change(folder / "communes.csv", "2020-01-01", "soon")
    refused = runner.invoke(args=["units", "load", str(folder)])
    assert refused.exit_code == 1
    assert "communes.csv:2: not_a_day (column valid_from)" in refused.output
