"""Files of the ledger as people get them: complete, exact, alike in every form."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import arro3.io
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import export, storage, tree
from portal.ledger.note import from_base64
from portal.opendata.columns import DOSSIERS, LEDGER
from tests.ledger.acts import FILED
from tests.opendata import logs

Rows = list[dict[str, Any]]


@pytest.fixture
def log(app: Flask, session: Session, folder: Path) -> None:
    logs.june(app, session)
    logs.july(app, session)


def of_csv(data: str) -> Rows:
    assert "\n" not in data.replace("\r\n", ""), "RFC 4180: every row ends with CRLF"
    return [{name: value or None for name, value in row.items()} for row in csv.DictReader(io.StringIO(data))]


def of_jsonl(data: str) -> Rows:
    assert data == "" or data.endswith("\n")
    return [json.loads(line) for line in data.splitlines()]


def of_parquet(data: bytes) -> Rows:
    table = arro3.io.read_parquet(io.BytesIO(data)).read_all()
    names = table.schema.names
    columns = [table.column(name).to_pylist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def as_cell(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def entry_bytes(row: dict[str, Any]) -> bytes:
    """The very bytes of the entry, from its line of JSON."""
    members = {name: value for name, value in row.items() if name not in ("index", "leaf_hash")}
    return json.dumps(members, sort_keys=True, separators=(",", ":")).encode()


def test_the_lines_of_json_are_the_entries_byte_for_byte(client: FlaskClient, session: Session, log: None) -> None:
    answer = client.get("/open-data/ledger.jsonl")
    assert answer.mimetype == "application/jsonl"
    rows = of_jsonl(answer.text)
    stored = [bytes(row.entry) for row in session.execute(text("select entry from ledger_entry order by position"))]
    assert [entry_bytes(row) for row in rows] == stored
    assert [row["index"] for row in rows] == list(range(8))
    assert [from_base64(row["leaf_hash"]) for row in rows] == [tree.leaf_hash(data) for data in stored]
    assert tree.root_of(map(tree.leaf_hash, stored)) == storage.head(session).root


def test_the_table_has_what_the_entries_say(client: FlaskClient, log: None) -> None:
    answer = client.get("/open-data/ledger.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    rows, lines = of_csv(answer.text), of_jsonl(client.get("/open-data/ledger.jsonl").text)
    assert answer.text.split("\r\n")[0] == ",".join(LEDGER.header)
    for row, line in zip(rows, lines, strict=True):
        for name in ("leaf_hash", "previous", "commitment"):
            line[name] = from_base64(line[name]).hex() if line.get(name) else None
        line.setdefault("kind", "act")
        said = {name: None if line.get(name) is None else str(line[name]) for name in LEDGER.header}
        assert row == said
    assert [row["kind"] for row in rows] == ["act"] * 4 + ["sealed"] * 2 + ["act"] * 2
    assert rows[2]["to"] == "H06.31"
    assert rows[3]["outcome"] == "granted"
    assert (rows[4]["on"], rows[4]["reference"], rows[4]["act"]) == ("2020-06-15", None, None)


def test_parquet_has_the_same_rows_with_types(client: FlaskClient, log: None) -> None:
    answer = client.get("/open-data/ledger.parquet")
    assert answer.mimetype == "application/vnd.apache.parquet"
    rows = of_parquet(answer.data)
    plain = of_csv(client.get("/open-data/ledger.csv").text)
    for row, expected in zip(rows, plain, strict=True):
        for name, value in row.items():
            written = value.strftime("%Y-%m-%dT%H:%M:%SZ") if name in ("at", "due") and value else value
            assert (None if written is None else str(written)) == expected[name], name
    assert type(rows[0]["index"]) is int
    assert rows[0]["at"] == FILED.at


def test_no_cell_is_a_formula(client: FlaskClient, session: Session, log: None) -> None:
    for name in ("ledger.csv", "dossiers.csv", "procedures.csv", "units.csv", "ledger-2020-06.csv"):
        cells = [cell for row in csv.reader(io.StringIO(client.get(f"/open-data/{name}").text)) for cell in row]
        assert len(cells) > 50
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    raw = session.execute(text("select string_agg(convert_from(entry, 'UTF8'), '') from ledger_entry")).scalar_one()
    assert '"commitment":"' in raw


def test_a_file_says_of_which_tree_it_is(client: FlaskClient, session: Session, log: None) -> None:
    for name in ("ledger.csv", "ledger.jsonl", "ledger.parquet", "dossiers.csv", "dossiers.parquet"):
        answer = client.get(f"/open-data/{name}")
        assert answer.headers["Ledger-Tree-Size"] == "8"
        assert answer.headers["Link"] == '</open-data/checkpoint-8>; rel="describedby"; type="text/plain"'
        assert name in answer.headers["Content-Disposition"]
    signed = client.get("/open-data/checkpoint-8")
    assert signed.text.split("\n")[1] == "8"
    assert signed.data == storage.checkpoint_note(session, 8)
    assert client.get("/open-data/checkpoint-6").text.split("\n")[1] == "6"


def test_what_came_since_is_fetched_by_position(client: FlaskClient, log: None) -> None:
    whole = client.get("/open-data/ledger.csv").text
    head, _, rest = whole.partition("\r\n")
    for at in range(9):
        older = client.get(f"/open-data/ledger.csv?to={at}").text.partition("\r\n")[2]
        newer = client.get(f"/open-data/ledger.csv?from={at}")
        assert older + newer.text.partition("\r\n")[2] == rest
        assert newer.text.startswith(head)
        assert f"ledger-{at}-8.csv" in newer.headers["Content-Disposition"]
    some = client.get("/open-data/ledger.jsonl?from=2&to=4").text
    assert [row["index"] for row in of_jsonl(some)] == [2, 3]
    assert of_parquet(client.get("/open-data/ledger.parquet?from=8").data) == []


def test_a_long_log_is_read_in_runs(client: FlaskClient, log: None, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {form: client.get(f"/open-data/ledger.{form}").data for form in ("csv", "jsonl")}
    monkeypatch.setattr(export, "RUN_ROWS", 3)
    assert {form: client.get(f"/open-data/ledger.{form}").data for form in whole} == whole
    assert len(of_parquet(client.get("/open-data/ledger.parquet").data)) == 8


def test_rows_stand_in_the_order_of_the_log(app: Flask, client: FlaskClient, session: Session, log: None) -> None:
    for number in range(4, 8):
        logs.july(app, session, number)
    for name, expected in (("ledger", list(range(16))), ("ledger-2020-07", list(range(6, 16)))):
        lines = of_jsonl(client.get(f"/open-data/{name}.jsonl").text)
        assert [row["index"] for row in lines] == expected, "by position, never by how it is written"
        assert [int(str(row["index"])) for row in of_csv(client.get(f"/open-data/{name}.csv").text)] == expected


def test_what_has_not_changed_is_not_sent_again(app: Flask, client: FlaskClient, session: Session, log: None) -> None:
    tags = {}
    for name in (
        "ledger.csv",
        "ledger.jsonl?from=3",
        "ledger.parquet",
        "dossiers.csv",
        "units.json",
        "ledger-2020-06.csv",
    ):
        answer = client.get(f"/open-data/{name}")
        tags[name] = answer.headers["ETag"]
        again = client.get(f"/open-data/{name}", headers={"If-None-Match": tags[name]})
        assert (again.status_code, again.data) == (304, b""), name
        assert again.headers["Access-Control-Allow-Origin"] == "*"
        assert again.headers["ETag"] == tags[name]
    weak = {name for name, tag in tags.items() if tag.startswith("W/")}
    assert weak == {"ledger.parquet"}, "what is made anew with other bytes has no strong tag"
    logs.july(app, session, 4)
    for name in ("ledger.csv", "ledger.jsonl?from=3", "ledger.parquet", "dossiers.csv"):
        assert client.get(f"/open-data/{name}", headers={"If-None-Match": tags[name]}).status_code == 200


def test_dossiers_stand_as_the_entries_leave_them(client: FlaskClient, log: None) -> None:
    rows = of_csv(client.get("/open-data/dossiers.csv").text)
    assert tuple(rows[0]) == DOSSIERS.header
    first, sealed, last = rows
    assert first["reference"] == FILED.reference
    assert (first["entries"], first["first_index"], first["state"], first["late"]) == ("4", "0", "resolved", "true")
    assert (first["filed_at"], first["holder"]) == ("2020-06-15T02:30:00Z", "H06.31.01")
    assert (sealed["sealed"], sealed["procedure"], sealed["late"]) == ("true", None, None)
    assert last["filed_at"] == "2020-07-02T03:00:00Z"
    lines = of_jsonl(client.get("/open-data/dossiers.jsonl").text)
    assert [{name: as_cell(value) for name, value in row.items()} for row in lines] == rows
    typed = of_parquet(client.get("/open-data/dossiers.parquet").data)
    assert [row["late"] for row in typed] == [True, None, None]
    assert [row["reference"] for row in of_csv(client.get("/open-data/dossiers-2020-07.csv").text)] == [
        last["reference"]
    ]


def test_a_file_made_at_once_has_its_checksum(client: FlaskClient, log: None) -> None:
    answer = client.get("/open-data/dossiers.csv")
    digest = hashlib.sha256(answer.data).digest()
    assert from_base64(answer.headers["Repr-Digest"].removeprefix("sha-256=:").removesuffix(":")) == digest
    assert answer.content_length == len(answer.data)


WRONG = ["from=9", "from=-1", "from=x", "from=", "to=9", "from=" + "9" * 400, "from=5&to=4", "from=00", "frm=1", "to=٣"]


def test_a_range_that_is_none_is_refused_in_words(client: FlaskClient, log: None) -> None:
    for query in WRONG:
        answer = client.get(f"/open-data/ledger.csv?{query}")
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), query
        assert answer.json is not None
        assert answer.json["code"] == "bad_parameter"
        assert len(answer.json["detail"]) > 20
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


MISSING = [
    *("ledger.xml", "ledger.", "ledger-2020-13.csv", "ledger-2020-6.csv", "ledger-2031-01.csv", "ledger-2019-01.csv"),
    *("ledger-2020-06.sums", "ledger-2020-06.xlsx", "ledger-9999-12.csv", "ledger-٢٠٢٠-06.csv", "dossiers-x.csv"),
    *("dossiers.xml", "procedures.parquet", "units.xlsx", "checkpoint-7", "checkpoint-9", "checkpoint--1"),
    *("checkpoint-" + "9" * 400, "checkpoint-06", "nothing.csv", "nothing.csv-metadata.json"),
    *("ledger-2020-6.csv-metadata.json", "units-2020-06.csv-metadata.json"),
]


def test_what_is_not_there_is_404(client: FlaskClient, log: None) -> None:
    for name in MISSING:
        assert client.get(f"/open-data/{name}").status_code == 404, name


def test_an_empty_log_has_no_files_and_no_fault(client: FlaskClient, folder: Path) -> None:
    for name in ("ledger.csv", "ledger-2020-06.csv"):
        assert client.get(f"/open-data/{name}").status_code == 404
    assert of_csv(client.get("/open-data/dossiers.csv").text) == []
    assert client.get("/open-data").status_code == 200
    assert client.get("/open-data/catalog.jsonld").status_code == 200


def test_pages_of_other_sites_may_read_and_may_ask_first(client: FlaskClient, log: None) -> None:
    answer = client.get("/open-data/ledger.csv", headers={"Origin": "https://elsewhere.test"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Ledger-Tree-Size" in answer.headers["Access-Control-Expose-Headers"]
    asked = client.options(
        "/open-data/ledger.csv",
        headers={"Origin": "https://elsewhere.test", "Access-Control-Request-Headers": "if-none-match"},
    )
    assert asked.status_code == 200
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]


def test_only_so_many_downloads_at_once(client: FlaskClient, log: None) -> None:
    taken = [client.get("/open-data/ledger.csv", buffered=False) for _ in range(8)]
    refused = client.get("/open-data/ledger.csv")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "10"
    for answer in taken:
        answer.close()
    assert client.get("/open-data/ledger.csv").status_code == 200
    assert client.head("/open-data/ledger.csv").status_code == 200
