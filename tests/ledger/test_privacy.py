"""Nothing of a person in any public byte: planted values, filed as people file them, searched for everywhere."""

import base64
import io
import json
import re
from collections.abc import Iterator
from hashlib import md5, sha1, sha256
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import commands
from portal.dossiers.life import Outcome
from portal.ledger import handed_out
from portal.people.queries import Person
from portal.settings import Settings
from tests.filing import WARD_1, act, file_dossier, officer_of
from tests.publishing import publish_now
from tests.signing_in import make_citizen
from tests.statistics.stored import count_all

NAME = "Nguyễn Thị Canari"
NATIONAL_ID = "077190123456"
EMAIL = "canari.rieng@example.test"
PHONE = "0987654321"
ADDRESS = "999 đường Canari, Phường 1"
NOTE = "Lý do riêng Canari: thiếu giấy chứng sinh"
PLANTED = (NAME, NATIONAL_ID, EMAIL, PHONE, ADDRESS, NOTE, "Canari", "canari")
SEALED_CODE = "1.001022"
"""Recognition of parents and children: sealed."""
STATISTICS = (
    "/ledger/statistics",
    "/ledger/statistics?by=procedure",
    "/ledger/statistics.json?by=procedure",
    "/ledger/statistics.csv?by=field",
    "/ledger/statistics/dossiers?figure=filed",
    "/ledger/statistics/dossiers.csv?figure=resolved",
)


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session, name=NAME, national_id=NATIONAL_ID, email=EMAIL, phone=PHONE, address=ADDRESS)


@pytest.fixture
def references(app: Flask, session: Session, person: Person) -> list[str]:
    """Two dossiers, one of them of a sealed procedure, through receipt, supplement, decision; published."""
    filed = [file_dossier(session, person), file_dossier(session, person, code=SEALED_CODE)]
    receiver = officer_of(session, WARD_1, "receiver")
    leader = officer_of(session, WARD_1, "leader")
    for reference in filed:
        act(session, commands.receive, reference, receiver)
        act(session, commands.resolve, reference, leader, outcome=Outcome.REFUSED, reason=NOTE)
    publish_now(app)
    session.rollback()
    count_all(session)
    return filed


def public_bytes(client: FlaskClient, app: Flask, references: list[str]) -> Iterator[tuple[str, bytes]]:
    """Every public address there is for these dossiers, and what it answers."""
    size = int(client.get("/ledger/checkpoint").text.split("\n")[1])
    addresses = [
        "/ledger",
        "/ledger.json",
        "/ledger.csv",
        "/ledger/feed.atom",
        "/ledger/feed.json",
        "/ledger/checkpoint",
        *STATISTICS,
    ]
    addresses += ["/ledger/verify", "/ledger?lang=en", "/ledger/feed.atom?unit=H06&procedure=1.001193", "/"]
    for reference in references:
        addresses += [f"/ledger/dossiers/{reference}{view}" for view in ("", "/feed.atom", "/feed.json")]
    addresses += ["/ledger/live", "/ledger/policy", "/ledger?sort=due", "/ledger.csv?sort=resolved"]
    addresses += [f"/ledger/tile/{kind}/000.p/{size}" for kind in ("0", "entries")]
    for index in range(size):
        addresses += [
            f"/ledger/entries/{index}",
            f"/ledger/entries/{index}.json",
            f"/ledger/entries/{index}/opening.json",
            f"/ledger/entries/{index}.tlog-proof",
        ]
    for address in addresses:
        answer = client.get(address)
        yield address, answer.data + str(answer.headers).encode()
    yield "the file outside", handed_out.path_of(app.config["SETTINGS"]).read_bytes()


def spellings(value: str) -> set[bytes]:
    """The value itself, escaped, and every plain hash of it that somebody might search for."""
    raw = value.encode()
    found = {raw, json.dumps(value)[1:-1].encode(), base64.b64encode(raw)}
    for algorithm in (md5, sha1, sha256):
        digest = algorithm(raw).digest()
        found |= {
            digest,
            digest.hex().encode(),
            base64.b64encode(digest),
            base64.urlsafe_b64encode(digest).rstrip(b"="),
        }
    return found


def test_no_planted_value_is_in_any_public_byte(
    app: Flask, client: FlaskClient, session: Session, references: list[str]
) -> None:
    searched = {value: spellings(value) for value in PLANTED}
    seen = 0
    for address, data in public_bytes(client, app, references):
        seen += 1
        opened = b"".join(_decoded(data))
        opened += b"".join(_decoded(opened))  # a proof file has base64 in base64
        for value, forms in searched.items():
            for form in forms:
                assert form not in data, (address, value)
                assert form not in opened, (address, value)
    assert seen > 25


@pytest.mark.parametrize("form", sorted(spellings(NATIONAL_ID)))
def test_the_search_would_find_it(form: bytes) -> None:
    for data in (form, b"x" + form + b"x", base64.b64encode(b'["salt","applicant.id","' + form + b'"]')):
        everywhere = data + b"".join(_decoded(data))
        assert any(spelt in everywhere for spelt in spellings(NATIONAL_ID))


def _decoded(data: bytes) -> Iterator[bytes]:
    """What stands in base64 inside the answer."""
    for run in re.findall(rb"[A-Za-z0-9+/_-]{24,}={0,2}", data):
        whole = run[: len(run) // 4 * 4].replace(b"-", b"+").replace(b"_", b"/")
        yield base64.b64decode(whole)


def test_the_tables_that_are_public_hold_none_of_it(session: Session, references: list[str]) -> None:
    rows = io.StringIO()
    for table in ("entry", "opening", "tile", "checkpoint", "dossier", "day", "fault", "outbox", "head"):
        for (row,) in session.execute(text(f"select t::text from ledger_{table} t")):
            rows.write(row)
    stored = rows.getvalue()
    for value in PLANTED:
        assert value not in stored
        assert value.encode().hex() not in stored


def test_a_sealed_procedure_is_named_only_on_the_dossiers_own_page(client: FlaskClient, references: list[str]) -> None:
    lists = ("/ledger", "/ledger.csv", "/ledger.json", "/ledger/feed.atom", "/ledger/feed.json", *STATISTICS)
    for address in lists:
        answer = client.get(address).text
        assert SEALED_CODE not in answer.replace("&procedure=", "")
        assert "Đăng ký nhận cha, mẹ, con" not in answer
    for index in range(6):
        entry = client.get(f"/ledger/entries/{index}.json").json
        assert entry is not None
        assert SEALED_CODE not in json.dumps(entry)


def test_a_sealed_dossier_is_behind_no_figure(client: FlaskClient, references: list[str]) -> None:
    plain, sealed = references
    for address in STATISTICS:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert sealed not in answer.text
    assert plain in client.get("/ledger/statistics/dossiers?figure=filed").text


def test_the_log_of_the_process_holds_none_of_it(
    client: FlaskClient, references: list[str], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    client.get(f"/ledger/dossiers/{references[0]}")
    written = "".join([*capfd.readouterr(), *(str(record.msg) for record in caplog.records)])
    assert not any(value in written for value in PLANTED)


def test_the_instance_shows_the_world_only_the_checkpoint(app: Flask, references: list[str]) -> None:
    settings: Settings = app.config["SETTINGS"]
    folder: Path = handed_out.path_of(settings).parent
    assert sorted(path.name for path in folder.iterdir()) == [".checkpoint.lock", "checkpoint"]
    assert (folder / ".checkpoint.lock").read_bytes() == b""
