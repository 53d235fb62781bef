"""The list as people and machines get it."""

import csv
import html
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.procedures import queries as procedures
from tests.dossiers.counting import statements
from tests.ledger.acts import FILED
from tests.ledger.chains import Chain, reference
from tests.publishing import publish_now

NOW = FILED.at + timedelta(days=1)


@pytest.fixture
def filled(app: Flask, session: Session) -> None:
    """A dossier of each kind, in Ward 1 and elsewhere; 30 more behind them."""
    for number in range(30):
        Chain(session, reference(100 + number), at=FILED.at - timedelta(days=3))
    Chain(session, reference(1)).receive().resolve()
    Chain(session, reference(2)).receive(due_in_hours=8).resolve(hours=20)
    Chain(session, reference(3)).receive(due_in_hours=8)
    Chain(session, reference(4, "H06.32.01"), unit="H06.32.01", procedure="1.000894")
    Chain(session, reference(5), sealed=True)
    publish_now(app)
    session.rollback()


def references(page: str) -> list[str]:
    return re.findall(r'<a class="govuk-link code" href="/ledger/dossiers/([^"]+)"', page)


@time_machine.travel(NOW, tick=False)
def test_the_list_shows_receipt_due_and_result(client: FlaskClient, filled: None) -> None:
    page = client.get("/ledger").text
    assert references(page)[:5] == [reference(5), reference(4, "H06.32.01"), reference(3), reference(2), reference(1)]
    assert len(references(page)) == 25
    assert "Phường 1" in page
    assert "15/06/2020, 09:30" in page
    assert "Đã giải quyết" in page
    assert page.count('<strong class="tag tag--late">Trễ hạn</strong>') == 2
    assert "Thủ tục không nêu tên" in page
    english = client.get("/ledger?lang=en").text
    assert "Ward 1" in english


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"q={reference(2)}", [2]),
        (f"q={reference(2).lower()}", [2]),
        ("unit=H06.32", ["H06.32.01"]),
        ("unit=H06.32.01", ["H06.32.01"]),
        ("unit=H06.99", []),
        ("procedure=1.000894", ["H06.32.01"]),
        ("state=resolved", [2, 1]),
        ("late=1", [3, 2]),
        ("late=1&state=resolved", [2]),
        ("from=2020-06-15&unit=H06.31", [5, 3, 2, 1]),
        ("from=2020-06-16", []),
        ("to=2020-06-11", []),
        ("unit=H06&from=2020-06-15&to=2020-06-15", [5, "H06.32.01", 3, 2, 1]),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_filters_narrow_page_json_and_csv_alike(
    client: FlaskClient, filled: None, query: str, expected: list[int | str]
) -> None:
    wanted = [reference(4, item) if isinstance(item, str) else reference(item) for item in expected]
    assert references(client.get(f"/ledger?{query}").text) == wanted
    data = client.get(f"/ledger.json?{query}").json
    assert data is not None
    assert [row["reference"] for row in data["dossiers"]] == wanted
    rows = list(csv.DictReader(io.StringIO(client.get(f"/ledger.csv?{query}").text.removeprefix("\ufeff"))))
    assert [row["reference"] for row in rows] == wanted


def test_the_way_through_all_pages(client: FlaskClient, filled: None) -> None:
    seen: list[str] = []
    address = "/ledger?unit=H06.31"
    while address:
        page = client.get(address).text
        seen += references(page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 34
    data = client.get("/ledger.json").json
    assert data is not None
    assert len(data["dossiers"]) == 35
    assert data["next"] is None


def test_nothing_found_says_what_to_do(client: FlaskClient, filled: None) -> None:
    page = client.get("/ledger?q=H06.31.01-200615-7777").text
    assert "Không có hồ sơ nào." in page
    assert 'href="/ledger"' in page


def test_an_empty_ledger_is_a_page_too(client: FlaskClient) -> None:
    answer = client.get("/ledger")
    assert answer.status_code == 200
    assert "Khi có hồ sơ đầu tiên được nộp" in answer.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=15/06/2020", "from"),
        ("to=2020-02-30", "to"),
        ("from=2020-06-02&to=2020-06-01", "to"),
        ("state=x", "state"),
    ],
)
def test_what_cannot_be_understood_is_said_beside_the_field(
    client: FlaskClient, filled: None, query: str, field: str
) -> None:
    answer = client.get(f"/ledger?{query}")
    assert answer.status_code == 422
    assert f'<a href="#f-{field}">' in answer.text
    assert f'id="f-{field}-error"' in answer.text
    assert references(answer.text) == []
    assert client.get(f"/ledger.json?{query}").status_code == 400
    assert client.get(f"/ledger.csv?{query}").status_code == 400


@pytest.mark.parametrize("after", ["x", "1", "20200615.", "20200615.-1", "99999999.1", "20200615.1'--", "9" * 400])
def test_a_wrong_key_is_a_400(client: FlaskClient, filled: None, after: str) -> None:
    for path in ("/ledger", "/ledger.json", "/ledger.csv"):
        assert client.get(path, query_string={"after": after}).status_code == 400


@pytest.mark.parametrize("q", ["<script>alert(1)</script>", "' or 1=1 --", "%", "𝒳😀", "\u202eabc", "x" * 5000])
def test_hostile_words_find_nothing_and_stay_text(client: FlaskClient, filled: None, q: str) -> None:
    for name in ("q", "unit", "procedure"):
        answer = client.get("/ledger", query_string={name: q})
        assert answer.status_code == 200
        assert references(answer.text) == []
        assert "<script>alert" not in answer.text


def test_a_page_takes_few_statements(client: FlaskClient, session: Session, filled: None) -> None:
    field = next(iter(procedures.fields_of(session, ["1.001193"]).values()))
    session.rollback()
    client.get(f"/ledger?unit=H06.31&field={field}")  # names are remembered for a minute
    questions = ["", "unit=H06.31", "late=1&state=resolved", "sort=due", "sort=resolved&unit=H06.31", "channel=online"]
    questions += [
        f"field={field}",
        f"field={field}&unit=H06&from=2020-06-01&sort=due",
        "q=H06.31",
        "procedure=1.001193",
    ]
    for address in map("/ledger?".__add__, questions):
        with statements(session) as sent:
            assert client.get(address).status_code == 200
        assert len(sent) == 1, sent


@time_machine.travel(NOW, tick=False)
def test_a_page_is_sent_again_only_when_the_log_grew(
    app: Flask, client: FlaskClient, session: Session, filled: None
) -> None:
    first = client.get("/ledger")
    tag = first.headers["ETag"]
    again = client.get("/ledger", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    with statements(session) as sent:
        client.get("/ledger", headers={"If-None-Match": tag})
    assert len(sent) == 1
    assert client.get("/ledger?late=1", headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/ledger", headers={"If-None-Match": tag, "Accept-Language": "en"}).status_code == 200
    session.rollback()
    Chain(session, reference(900))
    publish_now(app)
    assert client.get("/ledger", headers={"If-None-Match": tag}).status_code == 200


def test_a_page_turns_late_with_the_clock(app: Flask, client: FlaskClient, session: Session) -> None:
    chain = Chain(session).receive(due_in_hours=24)
    with time_machine.travel(chain.due - timedelta(minutes=1), tick=False):
        publish_now(app)
        before = client.get("/ledger")
        assert "tag--late" not in before.text
    with time_machine.travel(chain.due + timedelta(minutes=1), tick=False):
        after = client.get("/ledger", headers={"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200
        assert "tag--late" in after.text


def test_the_table_for_spreadsheets(client: FlaskClient, filled: None) -> None:
    answer = client.get("/ledger.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ledger.csv"'
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.text.startswith("\ufeffreference,")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 35
    done = next(row for row in rows if row["reference"] == reference(2))
    assert done["filed_at"] == "2020-06-15T09:30:00+07:00"
    assert (done["outcome"], done["late"], done["received_at"]) == ("granted", "true", "2020-06-15T10:30:00+07:00")
    rest = client.get(f"/ledger.csv?after={rows[9]['after']}").text
    assert [row["reference"] for row in csv.DictReader(io.StringIO(rest.removeprefix("\ufeff")))] == [
        row["reference"] for row in rows[10:]
    ]


def test_days_are_those_of_viet_nam(app: Flask, client: FlaskClient, session: Session) -> None:
    Chain(session, at=datetime(2020, 6, 14, 17, 30, tzinfo=UTC))
    publish_now(app)
    assert references(client.get("/ledger?from=2020-06-15&to=2020-06-15").text) == [FILED.reference]
    assert references(client.get("/ledger?to=2020-06-14").text) == []


NOT_THIS_LIST = "Địa chỉ này tiếp nối một danh sách khác"


@pytest.mark.parametrize(
    "other",
    ["", "unit=H06.31&late=1", "unit=H06.32", "sort=resolved&unit=H06.31", "q=H06.31&unit=H06.31"],
)
def test_the_place_of_another_list_is_refused_and_not_misread(client: FlaskClient, filled: None, other: str) -> None:
    page = client.get("/ledger?unit=H06.31").text
    older = re.search(r'rel="next" href="[^"]+after=([^"&]+)"', page)
    assert older is not None
    answer = client.get(f"/ledger?{other}&after={older[1]}")
    assert answer.status_code == 400
    assert NOT_THIS_LIST in answer.text
    assert references(answer.text) == []
    assert 'id="f-after"' in answer.text
    for ending in ("json", "csv"):
        refused = client.get(f"/ledger.{ending}?{other}&after={older[1]}")
        assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
        problem = refused.get_json(force=True)
        assert problem["code"] == "wrong_place"
        assert NOT_THIS_LIST in problem["detail"]
    assert client.get(f"/ledger?unit=H06.31&lang=en&after={older[1]}").status_code == 200


@pytest.mark.parametrize(
    "query", ["sort=x", "channel=fax", "field=x", "sort=due&state=returned", "sort=resolved&state=filed"]
)
def test_a_choice_that_does_not_exist_is_named(client: FlaskClient, filled: None, query: str) -> None:
    answer = client.get(f"/ledger?{query}")
    assert answer.status_code == 422
    name = query.partition("=")[0]
    assert f'<a href="#f-{name}">' in answer.text
    assert f'id="f-{name}"' in answer.text
    problem = client.get(f"/ledger.json?{query}").get_json(force=True)
    assert (problem["code"], list(problem["errors"])) == ("wrong_query", [name])


@time_machine.travel(NOW, tick=False)
def test_the_list_is_sorted_as_asked(client: FlaskClient, filled: None) -> None:
    assert references(client.get("/ledger?sort=due").text) == [reference(3)]
    resolved = client.get("/ledger?sort=resolved")
    assert references(resolved.text) == [reference(2), reference(1)]
    assert re.search(r'href="/ledger\?sort=resolved" aria-current="true"', resolved.text)
    for sort, wanted in (("due", [3]), ("resolved", [2, 1])):
        data = client.get(f"/ledger.json?sort={sort}").get_json(force=True)
        assert [row["reference"] for row in data["dossiers"]] == [reference(number) for number in wanted]
        table = client.get(f"/ledger.csv?sort={sort}").text.removeprefix("\ufeff")
        assert [row["reference"] for row in csv.DictReader(io.StringIO(table))] == [reference(n) for n in wanted]


@time_machine.travel(NOW, tick=False)
def test_field_and_channel_narrow(app: Flask, client: FlaskClient, session: Session, filled: None) -> None:
    Chain(session, reference(50), channel="post")
    publish_now(app)
    assert references(client.get("/ledger?channel=post").text) == [reference(50)]
    with app.app_context():
        fields = procedures.fields_of(session, ["1.001193", "1.000894", "x"])
    assert set(fields) == {"1.001193", "1.000894"}
    found = references(client.get(f"/ledger?field={fields['1.001193']}&from=2020-06-15").text)
    same = fields["1.001193"] == fields["1.000894"]
    assert found == [
        reference(50),
        *([reference(4, "H06.32.01")] if same else []),
        reference(3),
        reference(2),
        reference(1),
    ]
    assert references(client.get("/ledger?field=sealed").text) == []


@time_machine.travel(NOW, tick=False)
def test_each_row_says_how_it_stands_against_its_term(client: FlaskClient, filled: None) -> None:
    data = {row["reference"]: row for row in client.get("/ledger.json").get_json(force=True)["dossiers"]}
    # Due on Thursday 10:30, done on Monday 11:30; due on Monday 18:30, done on Tuesday 06:30: no working time late.
    assert data[reference(1)]["working_minutes_early"] == 3 * 480 - 60
    assert data[reference(2)]["working_minutes_early"] == 0
    assert data[reference(3)]["working_minutes_early"] is None
    page = client.get("/ledger?from=2020-06-15&unit=H06.31").text
    margins = re.findall(r'data-label="So với hẹn">([^<]*)<', page)
    assert margins == ["–", "đã trễ 2 giờ làm việc", "trễ dưới một giờ làm việc", "sớm 2 ngày 7 giờ làm việc"]


def test_what_is_chosen_is_shown_and_can_be_taken_away(client: FlaskClient, filled: None) -> None:
    page = client.get("/ledger?unit=H06.31&late=1&sort=resolved&from=2020-06-01").text
    chosen = re.findall(r'class="chosen__filter" href="([^"]+)">.*?</span>([^<]*)<', page)
    assert [(html.unescape(href), words.strip()) for href, words in chosen] == [
        ("/ledger?from=2020-06-01&late=1&sort=resolved", "Thành phố Vũng Tàu"),
        ("/ledger?unit=H06.31&late=1&sort=resolved", "Có kết quả từ 01/06/2020"),
        ("/ledger?unit=H06.31&from=2020-06-01&sort=resolved", "Trễ hạn"),
    ]
    assert '<details class="govuk-details finder__filters">' in page
    assert '<input type="hidden" name="sort" value="resolved">' in page
