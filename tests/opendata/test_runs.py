"""Kept runs of the ledger's rows: files are the same with them and without, and nothing wrong is taken from them."""

from collections.abc import Callable
from hashlib import sha256
from itertools import combinations_with_replacement
from zlib import crc32

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bench.lives import Lives
from portal.ledger import export, key_entry
from portal.opendata import entry_rows
from portal.opendata import runs as rows_file
from portal.opendata.runs import NotTheTree, Runs
from tests.ledger import small_log
from tests.ledger.stored import with_triggers_off
from tests.opendata import logs
from tests.opendata.small_runs import MARKED, RUN, downloaded, grow, keep, lines, mark
from tests.opendata.test_downloads import of_parquet


def test_files_are_the_same_with_runs_and_without(
    app: Flask, client: FlaskClient, session: Session, runs: Runs, lives: Lives
) -> None:
    for size in (1, RUN - 1, RUN, RUN + 1, 2 * RUN, 2 * RUN + 100):
        grow(app, session, lives, size)
        expected = lines(session)
        assert len(expected) == size
        assert downloaded(client) == b"".join(expected), "before the worker was there"
        keep(session, runs)
        assert len(list(runs.folder.glob("*"))) == size // RUN
        assert downloaded(client) == b"".join(expected)
    borders = sorted({0, 1, RUN - 1, RUN, RUN + 1, 300, 2 * RUN - 1, 2 * RUN, 2 * RUN + 1, size})
    for low, high in combinations_with_replacement(borders, 2):
        assert downloaded(client, f"?from={low}&to={high}") == b"".join(expected[low:high]), (low, high)


def test_other_forms_and_months_are_the_same_too(
    app: Flask, client: FlaskClient, session: Session, runs: Runs, lives: Lives
) -> None:
    grow(app, session, lives, RUN + 10)
    names = ("ledger.jsonl", "ledger-2020-01.csv", "ledger-2020-01.jsonl", "ledger.jsonl?from=5")
    before = {name: client.get(f"/open-data/{name}").data for name in names}
    rows = of_parquet(client.get("/open-data/ledger.parquet").data)
    assert keep(session, runs) == 1
    assert {name: client.get(f"/open-data/{name}").data for name in names} == before
    assert of_parquet(client.get("/open-data/ledger.parquet").data) == rows
    mark(session, runs, 0)
    assert {name: client.get(f"/open-data/{name}").data for name in names} == before, "runs are of all rows as CSV"


def test_rows_are_taken_from_whole_runs_only(
    app: Flask, client: FlaskClient, session: Session, runs: Runs, lives: Lives
) -> None:
    grow(app, session, lives, 2 * RUN + 5)
    keep(session, runs)
    mark(session, runs, RUN)
    expected = lines(session)
    assert downloaded(client) == b"".join([*expected[:RUN], MARKED, *expected[2 * RUN :]])
    assert downloaded(client, f"?from={RUN}&to={2 * RUN}") == MARKED
    assert downloaded(client, "?from=5") == b"".join([*expected[5:RUN], MARKED, *expected[2 * RUN :]])
    for low, high in ((RUN + 1, 2 * RUN), (RUN, 2 * RUN - 1), (0, RUN)):
        assert downloaded(client, f"?from={low}&to={high}") == b"".join(expected[low:high])


def test_asking_makes_nothing(app: Flask, client: FlaskClient, session: Session, runs: Runs, lives: Lives) -> None:
    grow(app, session, lives, RUN)
    downloaded(client)
    assert not runs.folder.exists()
    keep(session, runs)
    name = runs.path(0).name
    for address in (f"/open-data/{name}", f"/open-data/runs/{name}", f"/open-data/runs%2f{name}"):
        assert client.get(address).status_code == 404, "the file has no address of its own"


# --- What is not believed ----------------------------------------------------------------------------------------

SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut in the first line": lambda data: data[:100],
    "first line alone": lambda data: data[: rows_file.HEAD_BYTES],
    "cut off": lambda data: data[: len(data) // 2],
    "last byte missing": lambda data: data[:-1],
    "last row missing": lambda data: data[: data.rindex(b"\n", 0, -1) + 1],
    "a byte more": lambda data: data + b"\n",
    "twice": lambda data: data + data[rows_file.HEAD_BYTES :],
    "one bit of a row": lambda data: data[:1000] + bytes([data[1000] ^ 1]) + data[1001:],
    "two rows exchanged": lambda data: data[: rows_file.HEAD_BYTES] + b"".join(reversed(data[256:].splitlines(True))),
    "zeros, as after a power cut": lambda data: data[:4096] + bytes(len(data) - 4096),
    "other words in the first line": lambda data: data.replace(b"opendata-run", b"opendata-rum", 1),
    "without its first line": lambda data: data[rows_file.HEAD_BYTES :],
}


def test_a_spoilt_file_is_not_used_and_made_anew(
    client: FlaskClient, session: Session, runs: Runs, two_runs: bytes
) -> None:
    path = runs.path(RUN)
    sound = path.read_bytes()
    for name, spoil in SPOILT.items():
        path.write_bytes(spoil(sound))
        assert path.read_bytes() != sound, name
        assert downloaded(client) == two_runs, name
        assert keep(session, runs, thoroughly=True) == 1, name
        assert path.read_bytes() == sound, name
    assert keep(session, runs, thoroughly=True) == 0


def test_a_run_in_the_place_of_another_is_not_used(
    client: FlaskClient, session: Session, runs: Runs, two_runs: bytes
) -> None:
    runs.path(0).write_bytes(runs.path(RUN).read_bytes())
    assert downloaded(client) == two_runs
    assert keep(session, runs) == 1, "an hour later it is right again"


def test_a_run_of_another_log_is_not_used(
    app: Flask, client: FlaskClient, session: Session, runs: Runs, two_runs: bytes
) -> None:
    mark(session, runs, 0)
    assert downloaded(client).startswith(MARKED)
    with_triggers_off(session, "update ledger_tile set root = sha256(root) where level = 0 and number = 0")
    assert downloaded(client) == two_runs
    with pytest.raises(NotTheTree):
        keep(session, runs)
    assert runs.path(0).read_bytes().endswith(MARKED), "entries that do not give the tree are not written down"


def test_runs_of_other_columns_are_not_used_and_made_anew(
    client: FlaskClient, session: Session, runs: Runs, two_runs: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(rows_file, "MARK", "the update before")
        mark(session, runs, 0)
        assert downloaded(client).startswith(MARKED)
    assert downloaded(client) == two_runs
    assert keep(session, runs) == 1


def test_a_log_that_was_set_back_has_only_its_own_runs(
    client: FlaskClient, session: Session, runs: Runs, two_runs: bytes
) -> None:
    with_triggers_off(session, f"update ledger_head set published = {RUN + 1}, listed = {RUN + 1}")
    with_triggers_off(
        session, f"insert into ledger_checkpoint select {RUN + 1}, root, note, at from ledger_checkpoint limit 1"
    )
    assert downloaded(client) == b"".join(two_runs.splitlines(keepends=True)[: RUN + 1])
    assert keep(session, runs) == 0
    assert [path.name for path in runs.folder.iterdir()] == [runs.path(0).name]


def test_what_is_in_the_way_of_the_folder_takes_nothing_from_a_download(
    client: FlaskClient, session: Session, runs: Runs, two_runs: bytes
) -> None:
    runs.path(0).unlink()
    runs.path(0).mkdir()
    assert downloaded(client) == two_runs
    runs.path(0).rmdir()
    runs.path(RUN).unlink()
    runs.folder.rmdir()
    runs.folder.write_bytes(b"")
    assert downloaded(client) == two_runs


def test_rows_of_every_kind_are_those_of_this_form() -> None:
    change = key_entry.render(logs.change())
    specimens = [small_log.FILING, small_log.RECEIVED, small_log.SEALED, change]
    rows = b"".join(entry_rows.csv_row(b"%d" % number, data) for number, data in enumerate(specimens))
    known = (1, "49c049f08f2e3173")
    assert (rows_file.FORM, sha256(rows).hexdigest()[:16]) == known, "rows changed: rows_file.FORM has to be raised"


def test_a_first_line_says_what_the_file_is(session: Session, runs: Runs, two_runs: bytes) -> None:
    data = runs.path(RUN).read_bytes()
    head, rows = data[: rows_file.HEAD_BYTES], data[rows_file.HEAD_BYTES :]
    root = export.run_root(session, RUN)
    assert root is not None
    assert head.endswith(b" \n")
    name, form, low, high, node, length, check = head.split()
    assert (name, form) == (b"hai-dang/opendata-run", rows_file.MARK.encode())
    assert (int(low), int(high), node.decode()) == (RUN, 2 * RUN, root.hex())
    assert (int(length), int(check, 16)) == (len(rows), crc32(rows))
