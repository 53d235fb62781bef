"""The register as loaded: the province as it was in 2020, and as it became."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.units import queries
from portal.units.queries import Unit
from tests.dossiers.counting import statements

IN_2020 = date(2020, 6, 1)


def known(session: Session, agency_code: str) -> Unit:
    found = queries.by_agency_code(session, agency_code)
    assert found is not None
    return found


@contextmanager
def one_statement(session: Session) -> Iterator[None]:
    with statements(session) as seen:
        yield
    assert len(seen) == 1, seen


def test_units_of_a_day_come_in_vietnamese_order(session: Session) -> None:
    with one_statement(session):
        districts = queries.units_on(session, on=IN_2020, level="district")
    assert [unit.name for unit in districts] == [
        "Huyện Châu Đức",
        "Huyện Côn Đảo",
        "Huyện Đất Đỏ",
        "Huyện Long Điền",
        "Huyện Xuyên Mộc",
        "Thành phố Bà Rịa",
        "Thành phố Vũng Tàu",
        "Thị xã Phú Mỹ",
    ]
    wards = queries.units_on(session, on=IN_2020, kinds={"ward"})
    assert [unit.name for unit in wards][:4] == ["Phường 1", "Phường 2", "Phường 3", "Phường 4"]
    assert len(wards) == 29


@pytest.mark.parametrize(("day", "communes"), [(IN_2020, 82), (date(2025, 1, 1), 77), (date(2025, 7, 1), 30)])
def test_communes_are_counted_as_of_the_day(session: Session, day: date, communes: int) -> None:
    assert len(queries.units_on(session, on=day, level="commune")) == communes


def test_a_unit_is_shown_as_it_was_on_the_day(session: Session) -> None:
    phu_my = known(session, "H06.37")
    before = queries.unit(session, phu_my.id, on=date(2025, 2, 28))
    after = queries.unit(session, phu_my.id, on=date(2025, 3, 1))
    assert before is not None
    assert after is not None
    assert (before.name, before.kind) == ("Thị xã Phú Mỹ", "town")
    assert (after.name, after.kind, after.name_in("en")) == ("Thành phố Phú Mỹ", "city", "Phu My City")
    assert queries.unit(session, phu_my.id, on=date(2025, 7, 1)) is None
    assert queries.unit(session, phu_my.id, on=date(2019, 12, 31)) is None


def test_an_old_agency_code_still_names_its_unit(session: Session) -> None:
    assert known(session, "H06.35").name == "Huyện Long Điền"
    assert known(session, "H06.31.17").valid_to == date(2025, 7, 1)
    long_son = queries.unit(session, known(session, "H06.31.17").id, on=date(2025, 7, 1))
    assert long_son is not None
    assert (long_son.agency_code, long_son.name) == ("H29.705", "Xã Long Sơn")
    assert queries.by_agency_code(session, "H99") is None


def test_names_of_many_codes_take_one_statement_and_leave_out_the_unknown(session: Session) -> None:
    with one_statement(session):
        found = queries.names_of(session, ["H06.31", "H06.15", "H06.37", "X99"])
    assert {code: unit.name for code, unit in found.items()} == {
        "H06.31": "Thành phố Vũng Tàu",
        "H06.15": "Sở Tư pháp",
        "H06.37": "Thành phố Phú Mỹ",
    }
    assert queries.names_of(session, []) == {}


def test_within_a_province_is_everything_below_it_on_that_day(session: Session) -> None:
    province, vung_tau = known(session, "H06"), known(session, "H06.31")
    with one_statement(session):
        inside = queries.within(session, province.id, on=IN_2020)
    assert len(inside) == 1 + 22 + 8 + 82
    assert len(queries.within(session, vung_tau.id, on=IN_2020)) == 1 + 17
    assert queries.within(session, vung_tau.id, on=date(2025, 7, 1)) == {vung_tau.id}
    assert len(queries.within(session, known(session, "H29").id, on=date(2025, 7, 1))) == 1 + 30


def test_successors_tell_who_took_over_when_and_by_which_decision(session: Session) -> None:
    an_ngai = known(session, "H06.35.03")
    (first,) = queries.successors(session, an_ngai.id)
    tam_an = queries.unit(session, first.new_id, on=first.on)
    assert tam_an is not None
    assert (tam_an.name, first.share, first.decision) == ("Xã Tam An", Decimal(1), "Nghị quyết 1256/NQ-UBTVQH15")
    (second,) = queries.successors(session, tam_an.id)
    assert known(session, "H29.721").id == second.new_id
    assert queries.successors(session, known(session, "H06.15").id) == ()


def test_the_database_itself_refuses_two_facts_of_one_unit_at_a_time(session: Session) -> None:
    session.execute(
        text(
            "insert into unit_fact (unit_id, agency_code, name, name_en, sort_key, kind, level, valid_from, source) "
            "select unit_id, agency_code, name, name_en, sort_key, kind, level, date '2021-01-01', source "
            "from unit_fact where agency_code = 'H06'"
        )
    )
    with pytest.raises(IntegrityError, match="ex_unit_fact_one_at_a_time"):
        session.execute(text("set constraints all immediate"))


@pytest.mark.parametrize(
    ("agency_code", "vietnamese", "english"),
    [
        ("H06", "Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu", "People's Committee of Ba Ria - Vung Tau Province"),
        ("H06.31", "Ủy ban nhân dân thành phố Vũng Tàu", "People's Committee of Vung Tau City"),
        ("H06.31.01", "Ủy ban nhân dân Phường 1", "People's Committee of Ward 1"),
        ("H06.31.17", "Ủy ban nhân dân xã Long Sơn", "People's Committee of Long Son Commune"),
        ("H06.15", "Sở Tư pháp", "Department of Justice"),
        ("G22", "Văn phòng Chính phủ", "Office of the Government"),
    ],
)
def test_the_authority_of_a_unit(session: Session, agency_code: str, vietnamese: str, english: str) -> None:
    unit = known(session, agency_code)
    assert (unit.authority_in("vi"), unit.authority_in("en")) == (vietnamese, english)
