"""The log over HTTP, read as a stranger's tool would read it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from portal.ledger import commands, keys, note, tiles, tree
from portal.settings import Settings
from portal.transaction import unit_of_work
from tests.dossiers.counting import statements
from tests.ledger.acts import FILED
from tests.ledger.chains import Chain, reference
from tests.ledger.stored import with_triggers_off
from tests.publishing import publish_now

SIZE = 600


@pytest.fixture
def log(app: Flask, session: Session) -> list[bytes]:
    """600 entries; their bytes."""
    with unit_of_work(session):
        for number in range(SIZE):
            act = replace(FILED, reference=reference(number))
            commands.append(session, act=act, private={}, secret=bytes(32), sealed=False)
    publish_now(app)
    rows = [bytes(data) for (data,) in session.execute(text("select entry from ledger_entry order by position"))]
    session.rollback()
    return rows


def test_the_checkpoint_is_signed_and_fresh(app: Flask, client: FlaskClient, log: list[bytes]) -> None:
    answer = client.get("/ledger/checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    checkpoint = note.open_checkpoint(answer.data, keys.log_key(app.config["SETTINGS"]).verifier)
    assert (checkpoint.size, checkpoint.root) == (SIZE, tree.root_of(map(tree.leaf_hash, log)))
    assert client.get("/ledger/checkpoint", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_before_the_publisher_ran_there_is_no_checkpoint(client: FlaskClient) -> None:
    assert client.get("/ledger/checkpoint").status_code == 404
    assert client.get("/ledger/verify").status_code == 200


@pytest.mark.parametrize(("number", "width"), [(0, 256), (1, 256), (2, 88), (2, 1), (0, 7), (1, 255)])
def test_tiles_of_leaves_and_bundles_hold_the_entries(
    client: FlaskClient, log: list[bytes], number: int, width: int
) -> None:
    wanted = log[number * 256 : number * 256 + width]
    hashes = client.get(f"/ledger/tile/{tiles.render(tiles.Tile(0, number, width))}")
    assert hashes.data == b"".join(map(tree.leaf_hash, wanted))
    bundle = client.get(f"/ledger/tile/{tiles.render(tiles.Tile(None, number, width))}")
    assert tiles.parse_bundle(bundle.data, width) == wanted
    for answer in (hashes, bundle):
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers


def test_higher_tiles_hold_the_roots_of_those_below(client: FlaskClient, log: list[bytes]) -> None:
    hashes = [tree.leaf_hash(data) for data in log]
    roots = [tree.root_of(hashes[:256]), tree.root_of(hashes[256:512])]
    assert client.get("/ledger/tile/1/000.p/2").data == b"".join(roots)
    assert client.get("/ledger/tile/1/000.p/1").data == roots[0]


WRONG = """
0/002 0/003 0/003.p/1 0/002.p/89 1/000 1/000.p/3 1/001.p/1 2/000.p/1 entries/002 entries/003.p/1 0/0 0/000.p/0
0/000.p/256 0/x000/000 0/x001/000 64/000 entries/x999/x999/x999/x999/x999/999 63/x999/x999/x999/x999/x999/999
0/000/ x 0/-01 ../checkpoint 0//000
"""


@pytest.mark.parametrize("path", WRONG.split())
def test_what_is_not_there_is_404(client: FlaskClient, log: list[bytes], path: str) -> None:
    answer = client.get(f"/ledger/tile/{path}")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_partial_tiles_stay_readable_when_the_tile_has_grown(
    app: Flask, client: FlaskClient, session: Session, log: list[bytes]
) -> None:
    before = client.get("/ledger/tile/0/002.p/88").data
    Chain(session, reference(9000))
    publish_now(app)
    assert client.get("/ledger/tile/0/002.p/88").data == before
    assert client.get("/ledger/tile/0/002.p/89").data[:-32] == before


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()


def test_the_page_of_python_checks_the_whole_log(
    app: Flask, client: FlaskClient, session: Session, log: list[bytes], tmp_path: Path
) -> None:
    """As the page for visitors says: fetch the script, run it with the key."""
    settings: Settings = app.config["SETTINGS"]
    vkey = keys.log_key(settings).verifier.vkey
    page = client.get("/ledger/verify").text
    assert vkey.replace("+", "&#43;") in page or vkey in page
    script = tmp_path / "check.py"
    script.write_bytes(client.get("/ledger/check.py").data)
    with served(app) as url:

        def check(key: str = vkey) -> subprocess.CompletedProcess[str]:
            return subprocess.run([sys.executable, script, url, key], capture_output=True, text=True, check=False)

        sound = check()
        assert (sound.returncode, sound.stdout[:19]) == (0, "Sound: 600 entries,"), sound.stderr
        stranger = note.KeySigner(settings.ledger_origin, sha256(b"stranger").digest()).verifier.vkey
        assert check(stranger).returncode == 1
        rewriting = "update ledger_entry set entry = overlay(entry placing '2' from 60) where position = 5"
        with_triggers_off(session, rewriting)
        rewritten = check()
        assert rewritten.returncode == 1
        assert "NOT SOUND" in rewritten.stderr
    assert check().returncode == 2


def test_a_bundle_takes_two_statements(client: FlaskClient, session: Session, log: list[bytes]) -> None:
    for path in ("entries/000", "0/000", "0/002.p/88", "1/000.p/2"):
        with statements(session) as sent:
            assert client.get(f"/ledger/tile/{path}").status_code == 200
        assert len(sent) == 2, sent
