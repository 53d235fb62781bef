"""Units as then and as now."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.settings import Settings
from portal.statistics import places
from portal.units.queries import Succession, Unit, every_fact, every_succession
from tests.statistics.logs import Story, local
from tests.statistics.stored import tell

BEGIN, MERGED, RENAMED = date(2020, 1, 1), date(2025, 1, 1), date(2023, 1, 1)


def unit(
    number: int, code: str, level: str, parent: int | None, since: date = BEGIN, until: date | None = None
) -> Unit:
    return Unit(number, None, code, code, code, "commune", level, parent, since, until)


FACTS = [
    unit(1, "P", "province", None),
    unit(2, "P.A", "district", 1, until=MERGED),
    unit(3, "P.B", "district", 1, until=MERGED),
    unit(4, "P.C", "district", 1, since=MERGED),
    unit(5, "P.A.1", "commune", 2, until=MERGED),
    unit(5, "P.C.1", "commune", 4, since=MERGED),  # goes on under a new code and a new parent
    unit(6, "P.A.2", "commune", 2, until=MERGED),  # divided
    unit(7, "P.B.1", "commune", 3, until=RENAMED),
    unit(7, "P.B.1", "commune", 3, since=RENAMED, until=MERGED),
    unit(8, "P.C.8", "commune", 4, since=MERGED),
]
SUCCESSIONS = [
    Succession(2, 4, Decimal(1), MERGED, "made up"),
    Succession(3, 4, Decimal(1), MERGED, "made up"),
    Succession(6, 5, Decimal("0.5"), MERGED, "made up"),
    Succession(6, 8, Decimal("0.5"), MERGED, "made up"),
    Succession(7, 8, Decimal(1), MERGED, "made up"),
]


def test_as_then_every_code_stands_where_it_was() -> None:
    tree = places.as_then(FACTS)
    assert tree.within("P.A") == {"P.A", "P.A.1", "P.A.2"}
    assert tree.within("P.C") == {"P.C", "P.C.1", "P.C.8"}
    assert tree.place_of("P.B.1") == "P.B.1"
    assert tree.below[None] == ["P"]


def test_as_now_who_was_taken_over_is_counted_under_the_successor() -> None:
    tree = places.as_now(FACTS, SUCCESSIONS, on=date(2025, 6, 1))
    assert tree.place_of("P.A") == tree.place_of("P.B") == "P.C"
    assert tree.codes_of("P.C") == {"P.A", "P.B", "P.C"}
    assert tree.codes_of("P.C.8") == {"P.B.1", "P.C.8"}
    assert tree.codes_of("P.C.1") == {"P.A.1", "P.C.1"}
    assert tree.within("P.C") >= {"P.C", "P.C.1", "P.C.8"}


def test_what_was_divided_stays_by_itself_below_the_successor_of_its_parent() -> None:
    tree = places.as_now(FACTS, SUCCESSIONS, on=date(2025, 6, 1))
    assert tree.place_of("P.A.2") == "P.A.2"
    assert tree.by_code["P.A.2"].above == "P.C"


def test_as_now_before_the_merger_is_as_it_was() -> None:
    tree = places.as_now(FACTS, SUCCESSIONS, on=date(2024, 12, 31))
    assert tree.place_of("P.A") == "P.A"
    assert tree.place_of("P.B.1") == "P.B.1"


def test_every_code_is_counted_once_in_either_view(session: Session) -> None:
    facts = every_fact(session)
    codes = {fact.agency_code for fact in facts}
    for tree in (
        places.as_then(facts),
        places.as_now(facts, every_succession(session), on=date(2025, 8, 1)),
        places.as_now(facts, every_succession(session), on=date(2020, 6, 1)),
    ):
        counted = [code for top in tree.below[None] for place in tree.within(top) for code in tree.codes_of(place)]
        assert sorted(counted) == sorted(codes)


def test_the_wards_of_vung_tau_are_one_since_2025(session: Session) -> None:
    tree = places.as_now(every_fact(session), every_succession(session), on=date(2025, 8, 1))
    assert tree.place_of("H06.31.01") == tree.place_of("H06.31.03") == "H29.701"
    assert tree.by_code["H29.701"].above == "H29"


@time_machine.travel(local("2026-07-10 10:00"), tick=False)
@pytest.mark.parametrize("view", ["then", "now"])
def test_dossiers_of_merged_wards_as_then_and_as_now(
    app: Flask, session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    settings: Settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update={"units_on": date(2025, 8, 1)}))
    tell(
        app,
        session,
        [
            Story(1, "2025-06-10 08:00", unit="H06.31.01"),
            Story(2, "2025-06-10 08:00", unit="H06.31.03"),
            Story(3, "2025-07-10 08:00", unit="H29.701"),
        ],
    )
    value = client.get(f"/ledger/statistics.json?period=2025&level=commune&as={view}").json
    assert value is not None
    found = {row["unit"]: row["filed"] for row in value["rows"]}
    expected = {"then": {"H06.31.01": 1, "H06.31.03": 1, "H29.701": 1}, "now": {"H29.701": 3}}
    assert found == expected[view]
    page = client.get(f"/ledger/statistics/dossiers?figure=filed&period=2025&unit=H29.701&as={view}").text
    assert page.count('class="govuk-link code"') == (3 if view == "now" else 1)
    older = client.get(f"/ledger/statistics.json?period=2025&unit=H06.31.01&as={view}").json
    assert older is not None
    assert older["total"]["filed"] == (3 if view == "now" else 1)
