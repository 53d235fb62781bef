"""An import becomes manuscripts, all or none, and never over what an editor is writing."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.exchange import commands, sheets
from portal.exchange.commands import Begun
from portal.procedures import drafting, manuscripts, queries
from portal.transaction import unit_of_work
from tests.exchange.books import WHOLE, book, first_sheet
from tests.signing_in import make_officer

AT = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


def reading() -> sheets.Reading:
    return sheets.read([("a.xlsx", book(WHOLE))])


def begin(session: Session, officer_id: int) -> tuple[Begun, ...]:
    with unit_of_work(session):
        return commands.begin(session, reading(), officer_id=officer_id, at=AT)


def test_each_procedure_becomes_a_manuscript_over_what_is_published(session: Session) -> None:
    editor = make_officer(session, "H06.01", "editor").id
    begun = begin(session, editor)
    assert [one.code for one in begun] == ["1.001193", "9.000001"]
    birth, bikes = (manuscripts.manuscript(session, one.manuscript_id) for one in begun)
    assert birth is not None
    assert bikes is not None
    published = queries.latest(session, "1.001193", at=AT)
    assert published is not None
    assert birth.content["form"] == published.sheet["form"]
    assert bikes.content["name"] == {"vi": "Cho thuê xe đạp", "en": ""}
    assert bikes.state == "writing"
    findings = manuscripts.checks(session, bikes, at=AT)
    assert any(
        finding.path.endswith("en") or "english" in finding.code for finding in (*findings.errors, *findings.advice)
    )


def test_a_procedure_that_somebody_writes_on_stops_the_whole_import(session: Session) -> None:
    editor = make_officer(session, "H06.01", "editor").id
    with unit_of_work(session):
        drafting.begin(session, code="1.001193", officer_id=editor, at=AT)
    with pytest.raises(Invalid) as refused:
        begin(session, editor)
    assert [(it.code, it.row, it.letter) for it in refused.value.problems] == [("manuscript_open", 2, "A")]  # type: ignore[attr-defined]
    assert [row.code for row in manuscripts.manuscripts(session).rows] == ["1.001193"]


def test_a_file_with_errors_begins_nothing(session: Session) -> None:
    editor = make_officer(session, "H06.01", "editor").id
    wrong = sheets.read([("a.xlsx", first_sheet(["1.001193", None, "Hộ tịch", "Cấp xã", "Công dân", "Giấy"]))])
    with pytest.raises(Invalid), unit_of_work(session):
        commands.begin(session, wrong, officer_id=editor, at=AT)
    assert manuscripts.manuscripts(session).rows == ()
