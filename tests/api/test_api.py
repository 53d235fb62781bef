"""The API as programs use it: every route by its own document, pages by cursor, refusals in words."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from sqlalchemy.orm import Session

from portal.blueprints.api import cursors
from portal.blueprints.api.cursors import BadCursor
from portal.ledger import canonical, note, tree
from portal.ledger.note import from_base64
from tests.dossiers.counting import statements
from tests.ledger.acts import FILED
from tests.ledger.chains import reference
from tests.opendata import logs
from tests.opendata.conftest import folder
from tests.statistics.stored import count_all

__all__ = ["folder"]

HOST = "http://localhost"
ADDRESSES = {
    "/api/v1/procedures": ["", "?q=khai+sinh", "?limit=3&level=commune", "?field=ho-tich&audience=citizen"],
    "/api/v1/procedures/{code}": ["1.001193", "2.000635"],
    "/api/v1/units": ["", "?on=2020-06-15&level=district", "?on=2025-08-01&limit=100"],
    "/api/v1/units/{code}": ["H06", "H06.31.01", "H29"],
    "/api/v1/units/{code}/successors": ["H06.31.01", "H06.35", "G22"],
    "/api/v1/ledger/entries": ["", "?from=6", "?from=8", "?limit=2&from=3"],
    "/api/v1/ledger/entries/{index}": ["0", "4", "7"],
    "/api/v1/ledger/checkpoint": [""],
    "/api/v1/dossiers/{reference}": [reference(1), reference(2), reference(3)],
    "/api/v1/statistics": ["", "?period=2020-06", "?period=2020-Q2&by=procedure", "?period=2020"],
    "/api/v1/openapi.json": [""],
}
OWN = {"/api/v1/me/dossiers", "/api/v1/me/dossiers/{reference}"}  # by token only: test_tokens.py


@pytest.fixture
def log(app: Flask, session: Session, folder: Path) -> None:
    logs.june(app, session)
    logs.july(app, session)


def get(client: FlaskClient, address: str) -> Any:
    answer = client.get(address.removeprefix(HOST))
    assert answer.status_code == 200, (address, answer.text)
    return answer.json


def document(client: FlaskClient) -> Any:
    return get(client, "/api/v1/openapi.json")


def samples() -> list[tuple[str, str]]:
    """(path of the document, address to ask)"""
    return [
        (path, re.sub(r"\{\w+\}", one, path) if "{" in path else path + one)
        for path, some in ADDRESSES.items()
        for one in some
    ]


def test_the_document_lists_every_route_and_no_other(app: Flask, client: FlaskClient) -> None:
    found = document(client)
    served = {str(rule) for rule in app.url_map.iter_rules() if str(rule).startswith("/api/v1")}
    assert set(found["paths"]) == {re.sub(r"<(\w+)>", r"{\1}", rule) for rule in served} == set(ADDRESSES) | OWN
    assert found["openapi"] == "3.1.0"
    for path, item in found["paths"].items():
        named = {parameter["name"] for parameter in item["get"]["parameters"] if parameter["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path))
        assert item["get"]["operationId"]
    assert len({item["get"]["operationId"] for item in found["paths"].values()}) == len(found["paths"])


def test_every_schema_of_the_document_is_one_and_leads_somewhere(client: FlaskClient) -> None:
    found = document(client)
    for schema in found["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for target in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(found)):
        node = found
        for part in target.split("/"):
            node = node[part]


def test_real_answers_are_what_the_document_says(client: FlaskClient, log: None) -> None:
    found = document(client)
    closed = 0
    for path, address in samples():
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.text)
        schema = found["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        errors = list(Draft202012Validator({**schema, "components": found["components"]}).iter_errors(answer.json))
        assert not errors, (address, errors[:2])
        closed += found["components"]["schemas"][schema["$ref"].rpartition("/")[2]].get("additionalProperties") is False
    assert closed > 20, "models refuse members that they do not declare"


def test_the_check_would_find_a_wrong_answer(client: FlaskClient, log: None) -> None:
    found = document(client)
    schema = {"$ref": "#/components/schemas/ProvenEntry", "components": found["components"]}
    right = get(client, "/api/v1/ledger/entries/0")
    assert Draft202012Validator(schema).is_valid(right)
    for wrong in ({"name": "x"}, {"index": "0"}, {"leaf_hash": "x"}, {"proof": None}):
        assert not Draft202012Validator(schema).is_valid(right | wrong)


def test_refusals_are_what_the_document_says(client: FlaskClient, log: None) -> None:
    found = document(client)
    schema = {"$ref": "#/components/schemas/Problem", "components": found["components"]}
    for address in ("/api/v1/units/H99", "/api/v1/units?limit=0", "/api/v1/nothing", "/api/v1/ledger/entries/9"):
        answer = client.get(address)
        assert answer.mimetype == "application/problem+json"
        assert Draft202012Validator(schema).is_valid(answer.json)


@pytest.mark.parametrize(
    ("address", "key", "total"),
    [
        ("/api/v1/procedures?limit=7", "code", 35),
        ("/api/v1/procedures?limit=1&q=khai+sinh", "code", None),
        ("/api/v1/units?limit=30&on=2020-06-15", "agency_code", None),
        ("/api/v1/units?limit=3&level=district&on=2020-06-15", "agency_code", 8),
        ("/api/v1/ledger/entries?limit=3", "index", 8),
        ("/api/v1/ledger/entries?limit=3&from=2", "index", 6),
    ],
)
def test_pages_joined_are_the_whole_list(
    client: FlaskClient, log: None, address: str, key: str, total: int | None
) -> None:
    seen: list[Any] = []
    following: str | None = address
    while following:
        page = get(client, following)
        assert page["items"]
        assert (page["next"] is None) is (page["cursor"] is None)
        seen += [item[key] for item in page["items"]]
        following = page["next"]
    whole = get(client, re.sub(r"limit=\d+", "limit=100", address))
    assert seen[: len(whole["items"])] == [item[key] for item in whole["items"]]
    assert len(set(seen)) == len(seen) > 1
    assert total is None or len(seen) == total


def test_another_querys_cursor_is_refused(client: FlaskClient, log: None) -> None:
    pages = [
        "/api/v1/procedures?limit=2",
        "/api/v1/procedures?limit=2&level=commune",
        "/api/v1/units?limit=2",
        "/api/v1/ledger/entries?limit=2",
        "/api/v1/ledger/entries?limit=2&from=1",
    ]
    given_by = {address: get(client, address)["cursor"] for address in pages}
    for address in pages:
        for other, cursor in given_by.items():
            answer = client.get(f"{address}&cursor={cursor}")
            assert answer.status_code == (200 if other == address else 400), (address, other)
            if other != address:
                assert answer.json is not None
                assert answer.json["code"] == "bad_cursor"
                assert "cursor" in answer.json["detail"]
    more = client.get(f"/api/v1/units?limit=5&cursor={given_by['/api/v1/units?limit=2']}")
    assert more.status_code == 200, "a page may be longer than the one before"


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3), st.text(max_size=40))
def test_a_cursor_is_read_as_it_was_written(query: dict[str, str], key: str) -> None:
    cursor = cursors.write(query, key)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)
    assert cursors.read(query, cursor) == key
    with pytest.raises(BadCursor):
        cursors.read(query | {"more": "x" + query.get("more", "")}, cursor)


@given(st.text(max_size=40))
def test_any_other_word_is_no_cursor(word: str) -> None:
    with pytest.raises(BadCursor):
        cursors.read({"q": "x"}, word)


WRONG = {
    400: [
        *("ledger/entries/-1", "ledger/entries/00", "ledger/entries/x", "ledger/entries/" + "9" * 400),
        *(
            "ledger/entries?from=-1",
            "ledger/entries?from=9",
            "ledger/entries?from=" + "9" * 400,
            "ledger/entries?from=",
        ),
        *("ledger/entries?limit=0", "ledger/entries?limit=101", "ledger/entries?limit=x", "ledger/entries?form=1"),
        *("ledger/entries?limit=1&limit=2", "ledger/entries?cursor=x", "ledger/entries?cursor=", "units?cursor=AAAA"),
        *("units?on=2020-13-01", "units?on=2020", "units?on=2020-02-30", "units?level=galaxy", "units/x"),
        *("procedures?field=%C4%90", "procedures?level=x", "procedures?q=" + "x" * 201, "procedures?page=2"),
        *("statistics?period=2020-13", "statistics?period=x", "statistics?by=field", "statistics?cursor=AAAA"),
        *("dossiers/x", "dossiers/" + "A" * 61, "checkpoint/1?x=1", "ledger/checkpoint?x=1", "ledger/entries?limit=٣"),
    ],
    404: [
        *("ledger/entries/8", "ledger/entries/" + "9" * 18, "units/H99", "units/H99/successors", "procedures/9.999999"),
        *("dossiers/H06.31.01-200615-9999", "nothing", "", "ledger"),
    ],
}


def test_what_cannot_be_answered_is_refused_in_words(client: FlaskClient, log: None) -> None:
    for status, addresses in WRONG.items():
        for address in addresses:
            answer = client.get(f"/api/v1/{address}")
            expected = 404 if address.startswith("checkpoint/") else status
            assert (answer.status_code, answer.mimetype) == (expected, "application/problem+json"), address
            assert answer.json is not None
            assert answer.json["status"] == expected
            assert len(answer.json["detail"]) > 15
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert answer.headers["Cache-Control"] == "no-store"


def test_refusals_are_in_the_language_asked_for(client: FlaskClient, log: None) -> None:
    vi = client.get("/api/v1/units/H99").json
    assert vi is not None
    assert "Không có đơn vị nào" in vi["detail"]


def test_other_methods_change_nothing(client: FlaskClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = client.open("/api/v1/units", method=method)
        assert answer.status_code in (400, 405)
        assert answer.mimetype == "application/problem+json"


def test_what_has_not_changed_is_not_sent_again(app: Flask, client: FlaskClient, session: Session, log: None) -> None:
    for _path, address in samples():
        answer = client.get(address)
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), address
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    before = client.get("/api/v1/ledger/entries").headers["ETag"]
    logs.july(app, session, 4)
    assert client.get("/api/v1/ledger/entries", headers={"If-None-Match": before}).status_code == 200


def test_pages_of_other_sites_may_read_and_may_ask_first(client: FlaskClient) -> None:
    asked = client.options(
        "/api/v1/units", headers={"Origin": "https://elsewhere.test", "Access-Control-Request-Headers": "if-none-match"}
    )
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    assert asked.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    assert "Access-Control-Allow-Origin" not in client.get("/signin").headers


def test_an_entry_is_proven(client: FlaskClient, log: None) -> None:
    for index in range(8):
        value = get(client, f"/api/v1/ledger/entries/{index}")
        leaf = from_base64(value["leaf"])
        assert canonical.render(value["entry"]) == leaf
        assert tree.leaf_hash(leaf) == from_base64(value["leaf_hash"])
        proof, root = [from_base64(step) for step in value["proof"]], from_base64(value["root"])
        tree.verify_inclusion(tree.leaf_hash(leaf), index, value["size"], proof, root)
    head = get(client, "/api/v1/ledger/checkpoint")
    assert note.parse_checkpoint(note.parse(head["note"].encode()).text).root == from_base64(head["root"])
    assert get(client, "/api/v1/ledger/entries/4")["opening"] == f"{HOST}/ledger/entries/4/opening.json"


def test_a_dossier_has_its_acts_in_order(client: FlaskClient, log: None) -> None:
    value = get(client, f"/api/v1/dossiers/{FILED.reference}")
    assert [act["act"] for act in value["acts"]] == ["filed", "received", "passed", "resolved"]
    assert [act["index"] for act in value["acts"]] == [0, 1, 2, 3]
    assert (value["late"], value["state"], value["filed_at"]) == (True, "resolved", "2020-06-15T02:30:00Z")
    sealed = get(client, f"/api/v1/dossiers/{reference(2)}")
    assert (sealed["sealed"], sealed["procedure"]) == (True, None)


def test_figures_are_those_of_the_entries(client: FlaskClient, session: Session, log: None) -> None:
    count_all(session)
    june = get(client, "/api/v1/statistics?period=2020-06")
    assert (june["size"], june["first"], june["last"]) == (8, "2020-06-01", "2020-06-30")
    assert june["sealed_entries"] == 2
    assert [item["code"] for item in june["items"]] == ["H06.31.01"]
    figures = june["items"][0]["figures"]
    assert figures == june["total"]
    assert (figures["received"], figures["resolved"], figures["late"], figures["in_progress"]) == (1, 1, 1, 0)
    quarter = get(client, "/api/v1/statistics?period=2020-Q3&by=procedure")
    assert [(item["code"], item["figures"]["received"]) for item in quarter["items"]] == [(FILED.procedure, 1)]
    assert get(client, "/api/v1/statistics?period=2021")["total"]["received"] == 0


def test_units_follow_each_other(client: FlaskClient) -> None:
    found = get(client, "/api/v1/units/H06.35/successors")
    assert [(item["unit"]["agency_code"], item["share"], item["on"]) for item in found["items"]] == [
        ("H06.39", 1.0, "2025-01-01")
    ]
    assert get(client, "/api/v1/units/H06.31.01")["parent"] == "H06.31"
    assert get(client, "/api/v1/units?on=2030-01-01")["on"] == "2030-01-01"


def test_an_answer_takes_a_fixed_number_of_statements(
    app: Flask, client: FlaskClient, session: Session, log: None
) -> None:
    expected = {
        "procedures": 1,
        "procedures/1.001193": 1,
        "units": 1,
        "units/H06": 1,
        "units/H06.31.01/successors": 2,
        "ledger/entries": 2,
        "ledger/entries?limit=100": 2,
        "ledger/entries/1": 3,
        "ledger/checkpoint": 1,
        f"dossiers/{FILED.reference}": 1,
        "statistics?period=2020-06": 2,
        "statistics?period=2020&by=procedure": 3,
        "openapi.json": 0,
    }
    for address, count in expected.items():
        with statements(session) as sent:
            assert client.get(f"/api/v1/{address}").status_code == 200
        assert len(sent) == count, (address, sent)


def test_the_examples_of_the_page_work(client: FlaskClient, log: None) -> None:
    for language in ("vi", "en"):
        page = client.get(f"/api?lang={language}")
        assert page.status_code == 200
        shown = [
            html.unescape(line)
            for line in re.findall(r"curl &#39;([^ ]+)&#39;|curl '([^ ]+)'", page.text)
            for line in line
            if line
        ]
        assert len(shown) == 5
        for address in shown:
            assert address.startswith(f"{HOST}/api/v1/")
            get(client, address)
        for path in (*ADDRESSES, *OWN):
            assert html.escape(path.replace("{", "<").replace("}", ">")) in page.text
    assert client.get("/api", headers={"If-None-Match": page.headers["ETag"]}).status_code in (200, 304)
    assert "/api" in client.get("/open-data").text
