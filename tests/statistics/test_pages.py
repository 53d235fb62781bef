"""The figures as people and machines get them."""

import csv
import html
import io
import re
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.statistics import figures, recompute
from portal.statistics.figures import Figures
from portal.statistics.periods import parse
from tests.dossiers.counting import statements
from tests.ledger.chains import Chain
from tests.publishing import publish_now
from tests.statistics import small
from tests.statistics.logs import Story, local, record
from tests.statistics.stored import count_all, tell

NOW = datetime(2020, 7, 10, 3, 0, tzinfo=local("2020-07-10 10:00").tzinfo)
JUNE = "/ledger/statistics?period=2020-06"


@pytest.fixture
def filled(app: Flask, session: Session) -> None:
    tell(app, session, small.stories().values())


def links(page: str, figure: str) -> list[tuple[str, str]]:
    """(address, number) of every link to the dossiers of that figure."""
    pattern = rf'<a class="govuk-link" href="(/ledger/statistics/dossiers\?[^"]*figure={figure})">([^<]+)</a>'
    return [(html.unescape(address), number) for address, number in re.findall(pattern, page)]


@time_machine.travel(NOW, tick=False)
def test_the_page_shows_the_figures_with_numerator_and_denominator(client: FlaskClient, filled: None) -> None:
    page = client.get(JUNE).text
    assert "Tháng 6 năm 2020" in page
    assert "4 trên 7 hồ sơ đã giải quyết và có ngày hẹn" in page
    assert "57,1%" in page
    english = client.get(f"{JUNE}&lang=en").text
    assert "Ward 1" in client.get(f"{JUNE}&unit=H06.31&lang=en").text
    assert "57.1%" in english


@time_machine.travel(NOW, tick=False)
def test_every_number_leads_to_as_many_dossiers(client: FlaskClient, filled: None) -> None:
    page = client.get(f"{JUNE}&unit=H06.31").text
    followed = 0
    for address, number in re.findall(
        r'<td[^>]*><a class="govuk-link" href="(/ledger/statistics/dossiers[^"]+)">([0-9]+)</a>', page
    ):
        listed = client.get(html.unescape(address)).text
        assert len(re.findall(r'<a class="govuk-link code" href="/ledger/dossiers/', listed)) == int(number), address
        followed += 1
    assert followed > 20


@time_machine.travel(NOW, tick=False)
def test_behind_a_figure_are_its_dossiers_as_page_and_file(client: FlaskClient, filled: None) -> None:
    found = links(client.get(JUNE).text, "late_extended")
    address = found[0][0]
    page = client.get(address).text
    reference = small.stories()["late_extended"].reference
    assert "Tháng 6 năm 2020 · Thành phố Vũng Tàu" in page
    assert f"/ledger/dossiers/{reference}" in page
    rows = list(csv.DictReader(io.StringIO(client.get(address.replace("dossiers?", "dossiers.csv?")).text[1:])))
    assert [row["reference"] for row in rows] == [reference]


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("by", ["unit", "level", "field", "procedure"])
@pytest.mark.parametrize("view", ["then", "now"])
def test_json_gives_what_an_outsider_counts(client: FlaskClient, filled: None, by: str, view: str) -> None:
    value = client.get(f"/ledger/statistics.json?period=2020-06&by={by}&as={view}").json
    assert value is not None
    outsider = {
        unit or procedure: found
        for unit, procedure, found in recompute.lines(record(small.entries()), parse("2020-06"), today=small.TODAY)
    }
    assert _numbers(value["total"]) == outsider[""]
    for row in value["rows"]:
        expected = figures.add(outsider[code] for code in row["codes"] if code in outsider)
        assert _numbers(row) == expected, row["name"]
    assert value["total"]["on_time_rate"]["numerator"] == 4


def _numbers(data: dict[str, int]) -> Figures:
    return Figures(**{name: data[name] for name in figures.COUNTED})


@time_machine.travel(NOW, tick=False)
def test_csv_has_every_figure_and_a_total(client: FlaskClient, filled: None) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/ledger/statistics.csv?period=2020-06").text[1:])))
    total = {name: int(rows[-1][name]) for name in figures.NAMES}
    assert (total["filed"], total["resolved"], total["late"]) == (13, 7, 3)
    assert sum(int(row["filed"]) for row in rows[:-1]) == total["filed"]


# --- No data yet -------------------------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_an_empty_log_says_no_data_yet_and_never_zero_percent(client: FlaskClient) -> None:
    page = client.get("/ledger/statistics").text
    assert "Chưa có dữ liệu" in page
    assert "0%" not in page
    value = client.get("/ledger/statistics.json").json
    assert value is not None
    assert value["total"]["on_time_rate"] == {"numerator": 0, "denominator": 0, "value": None}
    assert {index["score"] for index in value["indices"]} <= {None}


@time_machine.travel(datetime(2026, 7, 10, 3, 0, tzinfo=NOW.tzinfo), tick=False)
def test_an_index_without_data_is_null_and_one_with_data_has_its_parts(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    tell(app, session, [Story(1, "2026-07-01 08:00").received("2026-07-01 08:00", "2026-07-09 08:00")])
    value = client.get("/ledger/statistics.json?period=2026").json
    assert value is not None
    known = {index["code"]: index for index in value["indices"]}
    assert known["ONLINE_DOSSIERS"]["ratio"] == {"numerator": 1, "denominator": 1, "value": 1.0}
    assert known["ONLINE_DOSSIERS"]["score"] == 6
    assert known["ON_TIME"]["ratio"] == {"numerator": 0, "denominator": 1, "value": 0.0}
    assert known["ON_TIME"]["score"] == 0
    assert known["PAID_ONLINE"]["ratio"] is None
    assert known["PAID_ONLINE"]["score"] is None
    page = client.get("/ledger/statistics?period=2026").text
    assert page.count("chưa có dữ liệu") >= 2 * (len(known) - 2)


# --- Bad input ---------------------------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("period=2020-13", "period"),
        ("period=" + "9" * 400, "period"),
        ("period=2021", "period"),
        ("from=2020-06-31", "from"),
        ("from=0001-01-01", "from"),
        ("to=9999-12-31", "to"),
        ("from=2020-06-02&to=2020-06-01", "to"),
        ("from=2020-08-01&to=2020-09-01", "from"),
        ("by=person", "by"),
        ("as=never", "as"),
        ("level=street", "level"),
    ],
)
def test_what_cannot_be_understood_is_said_at_its_field(client: FlaskClient, query: str, field: str) -> None:
    answer = client.get(f"/ledger/statistics?{query}")
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert f'id="f-{field}-error"' in answer.text
    for file in ("statistics.json", "statistics.csv"):
        assert client.get(f"/ledger/{file}?{query}").status_code == 400


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("dossiers", 404),
        ("dossiers?figure=names", 404),
        ("dossiers?figure=late&after=%27%20or%201=1", 400),
        ("dossiers?figure=late&period=never", 404),
        ("dossiers.csv?figure=late&period=never", 400),
        ("dossiers?figure=late&unit=H99", 200),
        ("dossiers.csv?figure=late&procedure=%00", 400),
    ],
)
def test_a_list_that_is_not_there(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(f"/ledger/statistics/{address}").status_code == status


# --- Cheap -------------------------------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_the_page_is_a_fixed_number_of_statements(client: FlaskClient, filled: None, session: Session) -> None:
    client.get(JUNE)
    for query, most in (("", 4), ("&unit=H06", 4), ("&by=procedure", 5), ("&by=field", 5), ("&as=now", 6)):
        with statements(session) as sent:
            assert client.get(JUNE + query).status_code == 200
        assert len(sent) <= most, sent


@time_machine.travel(NOW, tick=False)
def test_the_page_is_sent_once_for_each_size_and_day(
    app: Flask, client: FlaskClient, filled: None, session: Session
) -> None:
    first = client.get(JUNE)
    tag = first.headers["ETag"]
    assert client.get(JUNE, headers={"If-None-Match": tag}).status_code == 304
    with time_machine.travel(local("2020-07-11 00:00"), tick=False):
        assert client.get(JUNE, headers={"If-None-Match": tag}).status_code == 200
    with time_machine.travel(local("2020-07-10 23:59"), tick=False):
        assert client.get(JUNE, headers={"If-None-Match": tag}).status_code == 304
    _file_sealed(app, session, "2020-06-30 08:00")
    assert client.get(JUNE, headers={"If-None-Match": tag}).status_code == 200


@time_machine.travel(NOW, tick=False)
def test_sealed_entries_are_told_as_a_number_of_the_period_alone(
    app: Flask, client: FlaskClient, filled: None, session: Session
) -> None:
    _file_sealed(app, session, "2020-06-30 23:59")
    _file_sealed(app, session, "2020-07-01 00:00")
    assert "Trong kỳ còn 1 mục của thủ tục không nêu tên" in client.get(JUNE).text
    value = client.get("/ledger/statistics.json?period=2020-06&unit=H06.31").json
    assert value is not None
    assert value["sealed_entries"] == 1


def _file_sealed(app: Flask, session: Session, at: str) -> None:
    Chain(session, f"H06.31.01-2006{at[8:10]}-9000", sealed=True, at=local(at))
    publish_now(app)
    session.rollback()
    count_all(session)
