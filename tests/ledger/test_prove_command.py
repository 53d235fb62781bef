"""`ledger prove` at the command line: a file that an outsider's program believes, or a sentence that says why not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import keys, proof, receipt_key, trust
from portal.settings import ROOT, Settings
from portal.transaction import unit_of_work
from tests import filing
from tests.publishing import publish_now
from tests.signing_in import make_citizen

NAME = "Nguyễn Thị Dòng Lệnh"


@pytest.fixture
def reference(app: Flask, session: Session) -> str:
    return filing.file_dossier(session, make_citizen(session, name=NAME))


def ledger(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["ledger", *words])


def vkeys(app: Flask) -> list[str]:
    settings: Settings = app.config["SETTINGS"]
    return [keys.published_keys(settings)[-1].vkey, receipt_key.receipt_key(settings).verifier.vkey]


def test_it_writes_a_proof_with_the_fields_that_were_named(app: Flask, reference: str, tmp_path: Path) -> None:
    publish_now(app)
    file = tmp_path / "one.tlog-proof"
    done = ledger(app, "prove", reference.lower(), "--show", "applicant.name", "--out", str(file))
    assert (done.exit_code, done.output) == (0, f"{file}: act 0 of {reference} is entry 0.\n")
    found = proof.check(file.read_bytes(), trust.parse_keys(vkeys(app))).facts
    assert found is not None
    assert (found.entry["reference"], found.shown) == (reference, {"applicant.name": NAME})
    assert found.promise is not None


def test_without_a_field_nothing_private_is_shown(
    app: Flask, reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_now(app)
    monkeypatch.chdir(tmp_path)
    assert ledger(app, "prove", reference).exit_code == 0
    found = proof.check((tmp_path / f"{reference}.tlog-proof").read_bytes(), trust.parse_keys(vkeys(app))).facts
    assert found is not None
    assert found.shown == {}


def test_it_says_which_fields_there_are(app: Flask, reference: str) -> None:
    listed = ledger(app, "prove", reference, "--fields").output.split()
    assert "applicant.name" in listed
    assert "file.0" in listed
    done = ledger(app, "prove", reference, "--show", "applicant.shoe_size")
    assert done.exit_code == 1
    assert "no field applicant.shoe_size" in done.output


def test_what_cannot_be_proven_is_told(app: Flask, session: Session, reference: str) -> None:
    assert "No checkpoint has this act yet" in ledger(app, "prove", reference).output
    assert f"{reference} has no act 1; its last is 0." in ledger(app, "prove", reference, "--n", "1").output
    for unknown in ("H06.31.01-200615-9999", "x", "a" * 400):
        assert "There is no dossier" in ledger(app, "prove", unknown).output
    publish_now(app)
    with unit_of_work(session):
        session.execute(text("delete from dossier_secret"))
    done = ledger(app, "prove", reference)
    assert (done.exit_code, "is erased" in done.output) == (1, True)


def test_the_key_that_promises_is_made_once_and_kept_from_others(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    once, again = (ledger(app, "receipt-key").output for _ in range(2))
    assert once == again == f"{receipt_key.receipt_key(settings).verifier.vkey}\n"
    assert once.startswith(f"{settings.ledger_origin}/receipt+")
    (file,) = settings.keys.glob("receipt-*.key")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_log_under_a_new_origin_gets_another_key_and_the_old_stays_known(tmp_path: Path) -> None:
    old = Settings(instance=tmp_path, ledger_origin="old.test/ledger")
    first = receipt_key.receipt_key(old).verifier
    new = Settings(instance=tmp_path, ledger_origin="new.test/ledger")
    second = receipt_key.receipt_key(new).verifier
    assert (first.name, second.name) == ("old.test/ledger/receipt", "new.test/ledger/receipt")
    assert receipt_key.public_keys(new) == (second, first)
    assert receipt_key.public_keys(old) == (first, second)


def test_an_outsider_checks_it_with_python_and_nothing_of_the_portal_running(
    app: Flask, reference: str, tmp_path: Path
) -> None:
    publish_now(app)
    file = tmp_path / "one.tlog-proof"
    ledger(app, "prove", reference, "--out", str(file))
    sound = outsider(app, file)
    assert (sound.returncode, f"on dossier {reference}" in sound.stdout) == (0, True), sound.stderr
    data = bytearray(file.read_bytes())
    data[data.index(b"index ") + 6] = ord("1")
    file.write_bytes(data)
    changed = outsider(app, file)
    assert (changed.returncode, changed.stdout) == (1, f"{proof.SENTENCES['not_included']}\n"), changed.stderr


def outsider(app: Flask, file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal.ledger.verify", "--proof", str(file)]
    for vkey in vkeys(app)[:1]:
        command += ["--vkey", vkey]
    return subprocess.run(
        command, cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False, timeout=60
    )
