"""What became of a signed promise: an auditor with a receipt, and logs that keep it, break it, or are not due yet."""

import json
import shlex
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.ledger import keys, promise, proof_file, receipt_key, tree
from portal.ledger.cosignature import Cosigner
from portal.ledger.note import KeySigner
from portal.ledger.proof_file import Receipt
from portal.ledger.verify import command
from portal.settings import ROOT, Settings
from portal.transaction import unit_of_work
from tests import filing
from tests.design.conftest import serving as serving_portal
from tests.ledger.acts import FILED_AT
from tests.ledger.verify.mirrors import SIGNER, VKEY, Mirror, lives
from tests.ledger.verify.servers import serving
from tests.publishing import publish_now
from tests.signing_in import make_citizen, sign_in_as

PROMISING = KeySigner(promise.key_name(SIGNER.verifier.name), bytes(range(1, 33)))
WITNESS = Cosigner("witness.test/one", bytes(range(2, 34)))
KEYS = ["--vkey", VKEY, "--vkey", PROMISING.verifier.vkey, "--vkey", WITNESS.witness.vkey]
ENTRIES = list(lives(300))
DUE = FILED_AT + promise.TERM


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    """The command listens to signals, as it should in a process of its own."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def audit(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = command.main([str(word) for word in words])
    out, errors = capsys.readouterr()
    return code, out + errors


def unrelated(entries: list[bytes]) -> list[bytes]:
    """Entries whose acts are followed by none: leaving one out breaks no chain."""
    return [entry for entry in entries if b'"n":0,' in entry]


@pytest.fixture
def entries() -> list[bytes]:
    return unrelated(ENTRIES)


@pytest.fixture
def dropped(entries: list[bytes]) -> list[bytes]:
    return entries[:7] + entries[8:]


def receipt(folder: Path, entry: bytes, *, at: datetime = FILED_AT, signer: KeySigner = PROMISING) -> Path:
    """A receipt with the promise for this entry."""
    file = folder / "mine.receipt.json"
    signed = promise.make(tree.leaf_hash(entry), at=at, signer=signer)
    file.write_bytes(proof_file.render_receipt(Receipt(entry, promise=signed)))
    return file


# --- A portal with a database, one of whose rows is taken away before it is published ----------------------------


@pytest.fixture
def portal(app: Flask) -> Iterator[str]:
    with serving_portal(app) as address:
        yield address


def vkeys(app: Flask) -> list[str]:
    settings: Settings = app.config["SETTINGS"]
    both = [keys.published_keys(settings)[-1].vkey, receipt_key.receipt_key(settings).verifier.vkey]
    return [word for vkey in both for word in ("--vkey", vkey)]


def filed_with_receipt(app: Flask, session: Session, folder: Path, *, at: datetime) -> Path:
    """Somebody filed then, and has the receipt from the portal itself."""
    person = make_citizen(session)
    reference = filing.file_dossier(session, person, at=at)
    client = app.test_client()
    sign_in_as(client, person)
    file = folder / f"{reference}.receipt.json"
    file.write_bytes(client.get(f"/dossiers/{reference}/receipt.json").data)
    return file


def drop_what_waits(session: Session) -> None:
    """By somebody with all rights over the database, before the publisher comes to it."""
    with unit_of_work(session):
        session.execute(text("delete from ledger_outbox"))


def test_a_portal_that_never_logs_a_receipt_is_convicted_by_it(
    app: Flask, session: Session, portal: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filed = filed_with_receipt(app, session, tmp_path, at=clock.now() - timedelta(days=2))
    drop_what_waits(session)
    filing.file_dossier(session, make_citizen(session))
    assert publish_now(app) == 1
    code, said = audit(capsys, portal, *vkeys(app), "--promise", filed, "--keep", tmp_path / "kept", "--quiet")
    assert (code, "PROMISE BROKEN" in said, "NOT SOUND" in said) == (1, True, False), said
    assert "is an act of" in said
    assert f"kept as evidence: {filed} and the whole log in {tmp_path / 'kept'}" in said
    code, said = audit(capsys, f"file:{tmp_path / 'kept'}", *vkeys(app), "--promise", filed, "--quiet")
    assert (code, "PROMISE BROKEN" in said) == (1, True), "whoever has the evidence sees the same, without the portal"


def test_a_portal_that_logs_it_is_not(
    app: Flask, session: Session, portal: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filed = filed_with_receipt(app, session, tmp_path, at=clock.now() - timedelta(days=2))
    publish_now(app)
    code, said = audit(capsys, portal, *vkeys(app), "--promise", filed)
    assert (code, "Promise kept: the leaf" in said) == (0, True), said


def test_before_it_is_due_nobody_is_accused(
    app: Flask, session: Session, portal: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filed = filed_with_receipt(app, session, tmp_path, at=clock.now() - timedelta(hours=23))
    drop_what_waits(session)
    filing.file_dossier(session, make_citizen(session))
    publish_now(app)
    code, said = audit(capsys, portal, *vkeys(app), "--promise", filed)
    assert (code, "Promise not yet due" in said) == (2, True), said


# --- What shows that the log is of later than the promise --------------------------------------------------------


def test_a_quiet_portal_convicts_itself_before_whoever_asks_it(
    tmp_path: Path, entries: list[bytes], dropped: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """No act is later than the promise and nobody cosigned: the auditor's own clock tells; the checkpoint is kept."""
    file = receipt(tmp_path, entries[7])
    with serving(Mirror(dropped)) as server:
        code, said = audit(capsys, server.url, *KEYS, "--promise", file)
    assert (code, "by your own clock" in said) == (1, True), said
    (kept,) = tmp_path.glob("mine.receipt.json.*.checkpoint")
    assert kept.read_bytes() == Mirror(dropped).checkpoint


def test_a_copy_without_a_time_convicts_nobody(
    tmp_path: Path, entries: list[bytes], dropped: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    file, folder = receipt(tmp_path, entries[7]), Mirror(dropped).save(tmp_path / "copy")
    code, said = audit(capsys, f"file:{folder}", *KEYS, "--promise", file)
    assert (code, "Could not tell whether the promise is kept" in said) == (2, True), said


@pytest.mark.parametrize(("seen", "code"), [(DUE - timedelta(seconds=1), 2), (DUE, 1)])
def test_a_witness_s_time_convicts_for_everybody(
    tmp_path: Path,
    entries: list[bytes],
    dropped: list[bytes],
    seen: datetime,
    code: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mirror = Mirror(dropped)
    mirror.cosign(WITNESS, seen)
    folder = mirror.save(tmp_path / "copy")
    found, said = audit(capsys, f"file:{folder}", *KEYS, "--promise", receipt(tmp_path, entries[7]))
    assert (found, "was cosigned at" in said) == (code, code == 1), said


def test_what_came_in_after_a_witness_saw_the_log_without_it_is_late(
    tmp_path: Path, entries: list[bytes], dropped: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    mirror = Mirror(dropped[:20])
    mirror.cosign(WITNESS, DUE + timedelta(hours=1))
    older = tmp_path / "older.checkpoint"
    older.write_bytes(mirror.checkpoint)
    folder = mirror.grow([entries[7]]).save(tmp_path / "copy")
    file = receipt(tmp_path, entries[7])
    code, said = audit(capsys, f"file:{folder}", *KEYS, "--promise", file, "--since", older)
    assert (code, "PROMISE BROKEN" in said, "came after that time" in said) == (1, True, True), said
    code, said = audit(capsys, f"file:{folder}", *KEYS, "--promise", file)
    assert (code, "Promise kept" in said) == (0, True), said


def test_a_proof_file_carries_its_promise_too(
    tmp_path: Path, entries: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    proofs = ROOT / "tests" / "ledger" / "proofs"
    given = [word for vkey in (proofs / "keys.txt").read_text().split() for word in ("--vkey", vkey)]
    with serving(Mirror(entries)) as server:
        code, said = audit(capsys, server.url, *given, "--promise", proofs / "everything.tlog-proof")
    assert (code, "NOT SOUND" in said, "Could not tell whether the promise is kept" in said) == (1, True, True), said


# --- What is no ground to accuse anybody --------------------------------------------------------------------------


def test_of_a_log_that_is_not_whole_nothing_is_said(
    tmp_path: Path, entries: list[bytes], dropped: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    mirror = Mirror(dropped)
    name = next(name for name in mirror.files if name.startswith("tile/entries/"))
    mirror.files[name] = mirror.files[name][:-5]
    with serving(mirror) as server:
        code, said = audit(capsys, server.url, *KEYS, "--promise", receipt(tmp_path, entries[7]), "--json")
    told = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert (code, told[0]["sound"], told[1]["promise"]["state"]) == (1, False, "unknown")


def test_a_receipt_without_a_good_promise_is_refused(
    tmp_path: Path, entries: list[bytes], dropped: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    forger = KeySigner(PROMISING.verifier.name, bytes(32))
    other_log = KeySigner("another.test/ledger/receipt", bytes(range(3, 35)))
    bare = tmp_path / "bare.json"
    bare.write_bytes(proof_file.render_receipt(Receipt(entries[7])))
    with serving(Mirror(dropped)) as server:
        for file in (receipt(tmp_path, entries[7], signer=forger), bare, Path(__file__)):
            assert audit(capsys, server.url, *KEYS, "--promise", file)[0] == 2
        keys = [*KEYS, "--vkey", other_log.verifier.vkey]
        code, said = audit(capsys, server.url, *keys, "--promise", receipt(tmp_path, entries[7], signer=other_log))
        assert (code, "the promise is about another log" in said) == (2, True), said
        code, said = audit(capsys, server.url, "--vkey", VKEY, "--promise", receipt(tmp_path, entries[7]))
        assert (code, "needs the key that made it" in said) == (2, True), said


@pytest.mark.parametrize(
    "words",
    ["--promise x", "https://portal.example --promise x", "https://portal.example --vkey k --promise x --state s"],
)
def test_what_cannot_be_asked_is_said_at_once(words: str) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(shlex.split(words))
    assert ended.value.code == 2


def test_a_folder_with_something_in_it_is_not_written_into(
    tmp_path: Path, entries: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").write_text("x")
    with serving(Mirror(entries)) as server:
        code, said = audit(capsys, server.url, *KEYS, "--keep", tmp_path)
    assert (code, "is not empty" in said) == (2, True)
