"""`flask ledger ...`: the whole log recomputed; every kind of tampering is named."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import handed_out, note, tree
from portal.ledger.audit import Report, audit
from portal.ledger.publisher import Publisher
from portal.settings import Settings
from tests.ledger.chains import Chain, reference
from tests.ledger.stored import RING, SIGNER, scalar, with_triggers_off
from tests.publishing import forget_handed_out, publish_now


def audited(session: Session, file: Path) -> Report:
    session.rollback()
    return audit(session, ring=RING, handed_out=handed_out.read(file, RING.open))


@pytest.fixture
def log(session: Session, publisher: Publisher, checkpoint_file: Path) -> Path:
    """300 entries, one sealed, in a few checkpoints; their checkpoint file."""
    publisher.publish_pending()
    Chain(session, sealed=True)
    Chain(session, reference(2)).receive().resolve()
    publisher.publish_pending()
    for number in range(296):
        Chain(session, reference(1000 + number))
    publisher.publish_pending()
    return checkpoint_file


def test_a_sound_log_is_sound(session: Session, log: Path) -> None:
    report = audited(session, log)
    assert report.findings == ()
    assert (report.size, report.checkpoints, report.sound) == (300, 3, True)


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("update ledger_entry set entry = overlay(entry placing '1' from 60) where position = 5", "root"),
        (
            "update ledger_entry set entry = overlay(entry placing '\\x00' from 1) where position = 5",
            "entry_unreadable",
        ),
        ("delete from ledger_entry where position = 7", "entry_missing"),
        ("delete from ledger_entry where position = 299", "entry_missing"),
        ("update ledger_entry set unit = 'H06.01' where position = 5", "entry_columns"),
        ("update ledger_tile set hashes = overlay(hashes placing '\\x00' from 9) where number = 0", "tile"),
        ("delete from ledger_tile", "tile"),
        ("update ledger_checkpoint set note = overlay(note placing 'x' from 1) where size = 4", "checkpoint_signature"),
        ("update ledger_checkpoint set root = decode(repeat('00', 32), 'hex') where size = 4", "checkpoint_text"),
        ("delete from ledger_checkpoint where size = 300", "head_not_signed"),
        ("update ledger_head set size = 4, published = 4, listed = 4", "handed_out_ahead"),
        ("update ledger_opening set opening = overlay(opening placing 'x' from 20)", "opening"),
        (
            "update ledger_entry a set entry = b.entry from ledger_entry b "
            "where (a.position, b.position) in ((8, 9), (9, 8))",
            "root",
        ),
    ],
)
def test_tampering_is_named(session: Session, log: Path, tampering: str, found: str) -> None:
    with_triggers_off(session, tampering)
    report = audited(session, log)
    assert not report.sound
    assert found in {finding.code for finding in report.findings}


def test_a_rebuilt_log_with_the_same_key_is_not_what_was_handed_out(session: Session, log: Path) -> None:
    """All rights over the database and the key, but not over the file outside it."""
    before = log.read_bytes()
    with_triggers_off(session, "update ledger_entry set entry = overlay(entry placing '2' from 60) where position = 5")
    with_triggers_off(session, "truncate ledger_checkpoint, ledger_cosignature")
    rows = [bytes(row) for (row,) in session.execute(text("select entry from ledger_entry order by position"))]
    root = tree.root_of(map(tree.leaf_hash, rows))
    forged = note.sign(note.Checkpoint(SIGNER.verifier.name, 300, root).render(), [SIGNER]).encode()
    session.execute(text("update ledger_head set root = :root"), {"root": root})
    session.execute(
        text("insert into ledger_checkpoint values (300, :root, :note, now())"), {"root": root, "note": forged}
    )
    session.commit()
    report = audited(session, log)
    assert "handed_out_differs" in {finding.code for finding in report.findings}
    assert log.read_bytes() == before


def test_the_commands(app: Flask, session: Session) -> None:
    settings: Settings = app.config["SETTINGS"]
    forget_handed_out(settings)
    run = app.test_cli_runner().invoke
    assert note.parse_vkey(run(args=["ledger", "vkey"]).stdout.strip()).name == settings.ledger_origin
    Chain(session).receive()
    assert run(args=["ledger", "publish"]).stdout == "Published: 2.\n"
    assert run(args=["ledger", "publish"]).stdout == "Published: 0.\n"
    result = run(args=["ledger", "verify"])
    assert result.exit_code == 0
    assert "Entries: 2; checkpoints: 2; sound." in result.output
    with_triggers_off(session, "update ledger_entry set entry = overlay(entry placing '2' from 60) where position = 1")
    result = run(args=["ledger", "verify"])
    assert result.exit_code == 1
    assert "NOT SOUND" in result.output
    result = run(args=["ledger", "publish"])
    assert result.exit_code == 1
    assert "Nothing was signed" in result.output


def test_publishing_beside_a_publisher_says_so(app: Flask, session: Session, publisher: Publisher) -> None:
    publisher.publish_pending()
    result = app.test_cli_runner().invoke(args=["ledger", "publish"])
    assert result.exit_code == 1
    assert "at work already" in result.output


def test_the_test_helper_publishes(app: Flask, session: Session) -> None:
    Chain(session)
    assert publish_now(app) == 1
    Chain(session, reference(2))
    assert publish_now(app) == 1
    assert scalar(session, "select published from ledger_head") == 2
