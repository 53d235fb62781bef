"""Publishing: all or nothing, safe to repeat, never changing what is published."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.procedures import commands, queries, sources
from portal.procedures.commands import LoadReport
from portal.transaction import unit_of_work
from portal.units import queries as units
from tests.procedures.files import content, write

AT = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
CODE = "9.000001"


def load(folder: Path, *contents: Mapping[str, Any], newest: bool = True) -> LoadReport:
    for data in contents:
        sources.write(data, folder, newest=newest)
    with unit_of_work() as session:
        return commands.load(session, [folder], at=AT)


def refusals(folder: Path, *contents: Mapping[str, Any]) -> list[str]:
    with pytest.raises(Invalid) as refused:
        load(folder, *contents)
    return [str(fault) for fault in refused.value.problems]


def spans(session: Session, code: str = CODE) -> list[tuple[int, date, date | None]]:
    return [(row.number, row.valid_from, row.valid_to) for row in queries.history(session, code)]


def rows(session: Session) -> list[tuple[object, ...]]:
    found = session.execute(text("select r.*, xmin::text from revision r order by id")).all()
    return [tuple(row) for row in found]


def test_loading_the_catalogue_again_writes_nothing(session: Session) -> None:
    before = rows(session)
    assert len(before) >= 24
    session.rollback()
    with unit_of_work() as work:
        report = commands.load(work, [sources.CATALOGUE], at=AT)
    assert (report.new, report.revised, len(report.unchanged)) == ((), (), len(before))
    assert rows(session) == before


def test_a_new_procedure_is_published(session: Session, tmp_path: Path) -> None:
    assert load(tmp_path, content()) == LoadReport((CODE,), (), ())
    found = queries.published(session, CODE, at=AT)
    assert found is not None
    assert (found.code, found.number, found.name.vi) == (CODE, 1, "Đăng ký khai sinh")
    assert found.sheet == content()
    assert [channel.term.unit for channel in found.channels] == ["same_day"] * 3
    assert queries.revision(session, found.revision_id) == found


def test_a_revision_ends_where_the_next_begins(session: Session, tmp_path: Path) -> None:
    load(tmp_path, content())
    report = load(tmp_path, content(revision=2, valid_from="2021-01-01"))
    assert report == LoadReport((), (CODE,), ())
    assert spans(session) == [(2, date(2021, 1, 1), None), (1, date(2020, 1, 1), date(2021, 1, 1))]


def test_the_revision_in_force_is_that_of_the_day_in_viet_nam(session: Session, tmp_path: Path) -> None:
    load(tmp_path, content())
    load(tmp_path, content(revision=2, valid_from="2021-01-01"))
    for at, number in (
        (datetime(2020, 12, 31, 16, 59, tzinfo=UTC), 1),
        (datetime(2020, 12, 31, 17, 0, tzinfo=UTC), 2),
    ):
        found = queries.published(session, CODE, at=at)
        assert found is not None
        assert found.number == number
    assert queries.published(session, CODE, at=datetime(2019, 12, 31, 0, 0, tzinfo=UTC)) is None


def test_a_procedure_that_has_ended_is_no_longer_published_but_known(session: Session, tmp_path: Path) -> None:
    load(tmp_path, content(valid_to="2025-07-01"))
    assert queries.published(session, CODE, at=AT) is None
    found = queries.latest(session, CODE, at=AT)
    assert found is not None
    assert found.valid_to == date(2025, 7, 1)
    assert queries.names_of(session, [CODE, "9.999999"]) == {CODE: found.name}


def test_several_revisions_are_loaded_at_once_in_their_order(session: Session, tmp_path: Path) -> None:
    sources.write(content(), tmp_path, newest=False)
    sources.write(content(revision=3, valid_from="2021-01-01"), tmp_path, newest=True)
    assert load(tmp_path) == LoadReport((CODE,), (), ())
    assert [number for number, _start, _end in spans(session)] == [3, 1]


def test_a_published_revision_never_changes(session: Session, tmp_path: Path) -> None:
    load(tmp_path, content())
    changed = content(summary={"vi": "Khác", "en": "Other"})
    assert refusals(tmp_path, changed) == ["9.000001.yaml: revision: revision_published number=1 next=2"]
    assert spans(session) == [(1, date(2020, 1, 1), None)]


def test_an_older_number_or_an_earlier_day_is_refused(session: Session, tmp_path: Path) -> None:
    load(tmp_path, content(revision=3))
    assert "revision_older number=2 newest=3" in refusals(tmp_path, content(revision=2, valid_from="2022-01-01"))[0]
    for day in ("2020-01-01", "2019-01-01"):
        assert "valid_from: begins_before_another" in refusals(tmp_path, content(revision=4, valid_from=day))[0]
    assert [number for number, _start, _end in spans(session)] == [3]


def test_one_wrong_file_lets_nothing_in(session: Session, tmp_path: Path) -> None:
    good = content("9.000002")
    assert len(refusals(tmp_path, good, content(level="x"))) == 1
    assert queries.history(session, "9.000002") == ()
    agency = content(received_by={"agencies": ["H06.05", "H06.99.98"]})
    assert refusals(tmp_path, agency) == ["9.000001.yaml: received_by.agencies: agency_unknown agency='H06.99.98'"]
    assert queries.history(session, "9.000002") == ()


@pytest.mark.parametrize(
    "statement",
    [
        'update revision set content = content || \'{"level": "province"}\'',
        "update revision set valid_from = '2019-01-01'",
        "update revision set begins_at = '2019-01-01T00:00Z'",
        "update revision set number = number + 1",
        "update revision set decision = '{}'",
        "delete from revision",
        "truncate revision cascade",
    ],
)
def test_the_database_itself_keeps_revisions(session: Session, statement: str) -> None:
    with pytest.raises(IntegrityError, match="a published revision never changes"):
        session.execute(text(statement))


def test_what_search_derives_may_be_derived_anew(session: Session) -> None:
    session.execute(text("update revision set folded = folded, search = search, valid_to = null"))


def test_who_receives_is_taken_from_kinds_or_agencies(session: Session, tmp_path: Path) -> None:
    write(tmp_path, content(received_by={"agencies": ["H06.05"]}))
    load(tmp_path)
    by_agency = queries.published(session, CODE, at=AT)
    by_kind = queries.published(session, "1.001193", at=AT)
    assert by_agency is not None
    assert by_kind is not None
    everywhere = units.units_on(session, on=date(2020, 6, 1))
    assert [unit.agency_code for unit in queries.receiving_units(by_agency, everywhere)] == ["H06.05"]
    assert {unit.kind for unit in queries.receiving_units(by_kind, everywhere)} == {"commune", "ward", "township"}
    assert len(queries.receiving_units(by_kind, everywhere)) == 82
