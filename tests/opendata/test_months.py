"""Finished months: which entries are whose, files that never change, lists that anybody can check."""

import hashlib
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import export, log, note
from portal.ledger.note import BadNote, KeySigner
from portal.opendata import columns, commands, coverage, entry_rows, months, parquet, selection, sums
from portal.opendata.archive import Archive
from portal.opendata.commands import AnotherBuilder, AnotherLog
from portal.opendata.coverage import Span
from portal.opendata.months import BadMonth, Month
from portal.opendata.sums import Listed, Sums
from tests.opendata import logs
from tests.opendata.logs import JULY, JUNE, finish
from tests.opendata.test_downloads import entry_bytes, of_csv, of_jsonl, of_parquet

FORMS = ("csv", "jsonl", "parquet")


@pytest.fixture
def kept(app: Flask) -> Archive:
    return Archive.of(app.config["SETTINGS"])


def positions(client: FlaskClient, month: Month) -> list[int]:
    return [row["index"] for row in of_jsonl(client.get(f"/open-data/ledger-{month}.jsonl").text)]


def test_a_finished_month_is_served_as_it_was_finished_for_ever(
    app: Flask, client: FlaskClient, session: Session, folder: Path
) -> None:
    logs.june(app, session)
    before = {form: client.get(f"/open-data/ledger-2020-06.{form}") for form in FORMS}
    assert before["csv"].headers["Cache-Control"] == "no-cache"
    assert finish(app, session) == [JUNE]
    files = {form: client.get(f"/open-data/ledger-2020-06.{form}") for form in FORMS}
    assert files["csv"].data == before["csv"].data
    assert files["jsonl"].data == before["jsonl"].data
    assert of_parquet(files["parquet"].data) == of_parquet(before["parquet"].data)
    assert "immutable" in files["csv"].headers["Cache-Control"]
    logs.july(app, session, 3, at=datetime(2020, 6, 30, 10, 0, tzinfo=UTC))
    assert finish(app, session) == [JULY]
    for form in FORMS:
        assert client.get(f"/open-data/ledger-2020-06.{form}").data == files[form].data
    assert positions(client, JUNE) == [0, 1, 2, 3, 4, 5]
    assert positions(client, JULY) == [6, 7], "what comes late is in the next month"


def test_every_entry_is_in_one_month_and_none_is_lost(
    app: Flask, client: FlaskClient, session: Session, folder: Path, kept: Archive
) -> None:
    size = 6
    logs.june(app, session)
    spread = [(7, 31), (6, 30), (9, 1), (8, 31), (6, 1), (10, 5)]
    for number, (month, day) in enumerate(spread, start=3):
        logs.july(app, session, number, at=datetime(2020, month, day, 17, 30, tzinfo=UTC))
        size += 2
        finish(app, session, at=datetime(2020, month, day, 18, 0, tzinfo=UTC))
        offered = [*(item.month for item in kept.months()), *open_months(session, kept)]
        assert offered == sorted(set(offered))
        found = sorted(index for month in offered for index in positions(client, month))
        assert found == list(range(size)), "neither lost nor twice, whatever is finished"


def open_months(session: Session, kept: Archive) -> list[Month]:
    session.rollback()
    head = log.head(session)
    assert head is not None
    seen = coverage.of(session, kept.folder, head.size)
    found = selection.unfinished(seen, kept.closed())
    session.rollback()
    return found


def test_a_month_is_that_of_the_clock_in_viet_nam(
    app: Flask, client: FlaskClient, session: Session, folder: Path
) -> None:
    logs.july(app, session, 3, at=datetime(2020, 6, 30, 16, 59, 59, tzinfo=UTC))
    assert positions(client, JUNE) == [0]
    assert positions(client, JULY) == [1]


def test_entries_of_other_months_between_do_not_end_a_file(
    app: Flask, client: FlaskClient, session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, month in enumerate((7, 6, 6, 7), start=3):
        logs.july(app, session, number, at=datetime(2020, month, 10, 3, 0, tzinfo=UTC))
    monkeypatch.setattr(export, "RUN_ROWS", 2)
    assert positions(client, JULY) == [0, 1, 6, 7]
    assert [row["index"] for row in of_csv(client.get("/open-data/ledger-2020-07.csv").text)] == ["0", "1", "6", "7"]
    typed = of_parquet(client.get("/open-data/ledger-2020-07.parquet").data)
    assert [row["index"] for row in typed] == [0, 1, 6, 7]
    assert finish(app, session) == [JUNE, JULY]
    assert of_parquet(client.get("/open-data/ledger-2020-07.parquet").data) == typed


def test_empty_blocks_are_not_the_end() -> None:
    file = io.BytesIO()
    header = ",".join("" for _ in columns.UNITS.columns)
    row = b"H06,77,a,b,province,province,,2020-01-01,,\r\n"
    assert header.count(",") == row.count(b",")
    parquet.write(columns.UNITS, [b"", row, b"", b"", row, b""], file, about={"size": "2"})
    assert len(of_parquet(file.getvalue())) == 2


def test_a_month_is_not_finished_before_it_is_over(app: Flask, session: Session, folder: Path) -> None:
    logs.july(app, session)
    assert finish(app, session, at=datetime(2020, 8, 1, 16, 59, 59, tzinfo=UTC)) == []
    assert finish(app, session, at=datetime(2020, 8, 1, 17, 0, 0, tzinfo=UTC)) == [JULY]
    assert finish(app, session) == []


def test_the_signed_list_checks_every_file(
    app: Flask, client: FlaskClient, session: Session, folder: Path, kept: Archive
) -> None:
    logs.june(app, session)
    finish(app, session)
    answer = client.get("/open-data/ledger-2020-06.sums")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    listed = sums.parse(answer.data, note.parse_vkey(kept.verifier.vkey))
    checkpoint = note.parse_checkpoint(note.parse(client.get("/open-data/checkpoint-6").data).text)
    assert (listed.month, listed.size, listed.root) == (JUNE, 6, checkpoint.root)
    assert [file.name for file in listed.files] == [f"ledger-2020-06.{form}" for form in FORMS]
    for file in listed.files:
        data = client.get(f"/open-data/{file.name}").data
        assert (hashlib.sha256(data).hexdigest(), len(data), 6) == (file.digest, file.bytes, file.rows)
    assert answer.text.startswith("hai-dang.pilot/ledger/open-data\nmonth 2020-06\ntree 6 ")


def test_a_part_of_a_finished_file_can_be_fetched(
    app: Flask, client: FlaskClient, session: Session, folder: Path
) -> None:
    logs.june(app, session)
    finish(app, session)
    whole = client.get("/open-data/ledger-2020-06.csv")
    part = client.get("/open-data/ledger-2020-06.csv", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    tag = {"If-None-Match": whole.headers["ETag"]}
    assert client.get("/open-data/ledger-2020-06.csv", headers=tag).status_code == 304


def test_what_was_half_made_is_made_anew(
    app: Flask, client: FlaskClient, session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.june(app, session)
    folder.mkdir(parents=True)
    (folder / "ledger-2020-06.csv").write_text("half")
    assert len(of_csv(client.get("/open-data/ledger-2020-06.csv").text)) == 6, "without a list it counts for nothing"
    assert finish(app, session) == [JUNE]
    assert len(of_csv((folder / "ledger-2020-06.csv").read_bytes().decode())) == 6
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_list_that_somebody_changed_is_not_believed(
    app: Flask, client: FlaskClient, session: Session, folder: Path, kept: Archive
) -> None:
    logs.june(app, session)
    finish(app, session)
    path = kept.list_path(JUNE)
    path.write_bytes(path.read_bytes().replace(b"tree 6", b"tree 5"))
    with pytest.raises(BadNote):
        kept.month(JUNE)


def test_months_of_another_log_are_not_continued(app: Flask, session: Session, folder: Path) -> None:
    logs.june(app, session)
    finish(app, session)
    logs.july(app, session)
    session.execute(text("alter table ledger_checkpoint disable trigger all"))
    session.execute(text("update ledger_checkpoint set note = (select note from ledger_checkpoint where size = 8)"))
    session.commit()
    with pytest.raises(AnotherLog):
        finish(app, session)


def test_two_do_not_finish_months_at_once(app: Flask, session: Session, folder: Path) -> None:
    logs.june(app, session)
    with Session(session.get_bind()) as other:
        other.execute(text("select pg_advisory_xact_lock(:key)"), {"key": commands.BUILDER_LOCK})
        with pytest.raises(AnotherBuilder):
            finish(app, session)
    session.rollback()
    assert finish(app, session) == [JUNE]


def test_the_command_finishes_and_says_so(app: Flask, session: Session, folder: Path) -> None:
    logs.june(app, session)
    run = app.test_cli_runner().invoke
    assert run(args=["opendata", "build"]).output.splitlines()[-1] == "Finished: 2020-06."
    assert run(args=["opendata", "build"]).output.splitlines()[-1] == "Finished: nothing new."
    assert run(args=["opendata", "vkey"]).output.startswith("hai-dang.pilot/ledger/open-data+")


def test_coverage_of_a_file_is_that_of_the_entries(app: Flask, session: Session, folder: Path, kept: Archive) -> None:
    logs.june(app, session)
    finish(app, session)
    logs.july(app, session)
    assert json.loads((folder / coverage.FILE).read_text())["months"] == {"2020-06": [0, 5, 6]}
    spans = {JUNE: Span(0, 5, 6), JULY: Span(6, 7, 2)}
    assert coverage.of(session, folder, 8).spans == spans
    (folder / coverage.FILE).write_text('{"size": 6, "root": "another", "months": {"2019-01": [0, 5, 6]}}')
    assert coverage.of(session, folder, 8).spans == spans, "a file of another log is not believed"


def test_an_entry_about_a_key_is_in_the_files(app: Flask, session: Session, folder: Path) -> None:
    logs.june(app, session)
    data = logs.key_change(app, session)
    row = of_jsonl(export.entries(session, 6, 7, None, entry_rows.json_row).decode())[0]
    assert entry_bytes(row) == data
    cells = export.entries(session, 6, 7, None, entry_rows.csv_row).decode().rstrip("\r\n").split(",")
    assert (cells[0], cells[2], cells[6], cells[5]) == ("6", "key", "2020-06-30T16:59:59Z", "")
    assert [tuple(seen) for seen in export.months(session, 6, 7)] == [("2020-06", 6, 6, 1)]


@given(st.integers(1900, 2198), st.integers(1, 12))
def test_months_are_written_and_read_alike(year: int, number: int) -> None:
    month = Month(year, number)
    assert months.parse(str(month)) == month
    assert months.of(month.first_day) == months.of(month.last_day) == month
    assert month.following > month
    assert month.bounds[1] == month.following.bounds[0]


@pytest.mark.parametrize(
    "word", ["", "2020", "2020-6", "2020-00", "2020-13", "0001-01", "9999-12", "2020-06-01", "٢٠٢٠-٠٦"]
)
def test_anything_else_is_no_month(word: str) -> None:
    with pytest.raises(BadMonth):
        months.parse(word)


def test_a_list_has_one_spelling() -> None:
    signer = KeySigner("example.test/ledger/open-data", bytes(32))
    listed = Sums(JUNE, 6, bytes(range(32)), (Listed("ledger-2020-06.csv", "ab" * 32, 10, 1),))
    data = sums.render(listed, signer)
    assert sums.parse(data, signer.verifier) == listed
    head, file = "example.test/ledger/open-data\nmonth 2020-06\ntree 6 " + note.to_base64(bytes(32)), "ab" * 32
    wrong = [
        f"{head}\n{file} 010 1 ledger.csv\n",
        f"{head}\n{file} 10 1 ../ledger.csv\n",
        f"{head}\n{file.upper()} 10 1 ledger.csv\n",
        f"{head}\n{file} 10 1\n",
        f"{head.replace('2020-06', '2020-13')}\n",
        f"{head.replace('tree 6', 'tree 06')}\n",
        f"{head.replace('example', 'another')}\n",
    ]
    for words in wrong:
        with pytest.raises(BadNote):
            sums.parse(note.sign(words, [signer]).encode(), signer.verifier)
    with pytest.raises(BadNote):
        sums.parse(data, KeySigner("example.test/ledger/open-data", bytes(range(32))).verifier)
