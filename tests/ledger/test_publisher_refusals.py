"""When nothing may be signed: another publisher, a rewritten log, a restored backup, a strange key."""

from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.ledger import handed_out, keys, note, tree
from portal.ledger.growing import RefusedToSign
from portal.ledger.note import BadNote, Checkpoint
from portal.ledger.publisher import AnotherPublisher, Publisher
from portal.pilot.postgres import EmbeddedPostgres
from portal.settings import Settings
from tests.ledger.chains import Chain, reference
from tests.ledger.stored import (
    RING,
    SIGNER,
    assert_sound,
    new_publisher,
    published,
    scalar,
    with_triggers_off,
)


def test_a_second_publisher_is_refused_and_takes_over_when_the_first_is_gone(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path
) -> None:
    publisher.publish_pending()
    second = new_publisher(app, checkpoint_file)
    with pytest.raises(AnotherPublisher):
        second.publish_pending()
    publisher.close()
    Chain(session)
    assert second.publish_pending() == 1
    with pytest.raises(AnotherPublisher):
        publisher.publish_pending()
    second.close()
    assert assert_sound(session, checkpoint_file) == 1


def test_a_publisher_whose_head_was_moved_signs_nothing(
    session: Session, publisher: Publisher, checkpoint_file: Path
) -> None:
    Chain(session)
    publisher.publish_pending()
    session.execute(text("update ledger_head set size = 2, root = decode(repeat('00', 32), 'hex')"))
    session.commit()
    Chain(session, reference(2))
    before = checkpoint_file.read_bytes()
    for _ in range(2):
        with pytest.raises(RefusedToSign):
            publisher.publish_pending()
    assert checkpoint_file.read_bytes() == before
    assert scalar(session, "select count(*) from ledger_outbox") == 1


@pytest.mark.parametrize(
    "tampering",
    [
        "update ledger_entry set entry = overlay(entry placing 'X' from 40) where position = 1",
        "delete from ledger_entry where position = 1",
        "delete from ledger_checkpoint where size = 3",
        "update ledger_checkpoint set note = (select note from ledger_checkpoint where size = 0) where size = 3",
    ],
)
def test_a_rewritten_log_is_not_signed(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path, tampering: str
) -> None:
    publisher.publish_pending()
    Chain(session).receive().resolve()
    publisher.publish_pending()
    publisher.close()
    with_triggers_off(session, tampering)
    Chain(session, reference(2))
    with pytest.raises(RefusedToSign):
        new_publisher(app, checkpoint_file).publish_pending()
    assert published(checkpoint_file).size == 3


@pytest.mark.parametrize("entries_after", [0, 1, 5])
def test_a_database_set_back_to_yesterday_is_refused(
    app: Flask,
    session: Session,
    publisher: Publisher,
    checkpoint_file: Path,
    postgres: EmbeddedPostgres,
    entries_after: int,
) -> None:
    """Two entries were handed out since; the database of before comes back, and may even grow past them."""
    publisher.publish_pending()
    other_history = checkpoint_file.parent / "other"
    other_history.write_bytes(checkpoint_file.read_bytes())
    publisher.close()
    _leave(session)
    _run(postgres, "create database portal_yesterday template portal_test strategy file_copy")
    chain = Chain(session)
    chain.receive()
    publisher.publish_pending()
    publisher.close()
    assert published(checkpoint_file).size == 2
    _leave(session)
    _run(postgres, "drop database portal_test with (force)", "alter database portal_yesterday rename to portal_test")
    for number in range(entries_after):
        Chain(session, reference(100 + number))
    if entries_after:
        rebuilt = new_publisher(app, other_history)
        assert rebuilt.publish_pending() == entries_after
        rebuilt.close()
    before = checkpoint_file.read_bytes()
    with pytest.raises(RefusedToSign):
        new_publisher(app, checkpoint_file).publish_pending()
    assert checkpoint_file.read_bytes() == before


def _leave(session: Session) -> None:
    session.close()
    db.engine.dispose()


def _run(postgres: EmbeddedPostgres, *statements: str) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_file_that_is_lost_is_not_made_anew_by_itself(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path
) -> None:
    """Without it nobody would notice a database that was set back."""
    Chain(session)
    publisher.publish_pending()
    publisher.close()
    kept = checkpoint_file.read_bytes()
    checkpoint_file.unlink()
    Chain(session, reference(2))
    with pytest.raises(RefusedToSign, match="the file that remembers"):
        publisher.publish_pending()
    assert scalar(session, "select count(*) from ledger_outbox") == 1
    checkpoint_file.write_bytes(kept)
    assert publisher.publish_pending() == 1
    assert assert_sound(session, checkpoint_file) == 2


def test_a_checkpoint_file_that_is_not_ours_stops_the_publisher(
    session: Session, publisher: Publisher, checkpoint_file: Path
) -> None:
    checkpoint_file.parent.mkdir()
    for content in (b"", b"nonsense", note.sign(Checkpoint("another", 0, tree.EMPTY_ROOT).render(), [SIGNER]).encode()):
        checkpoint_file.write_bytes(content)
        with pytest.raises(BadNote):
            publisher.publish_pending()
    assert scalar(session, "select count(*) from ledger_checkpoint") == 0


def test_a_smaller_checkpoint_never_replaces_a_larger(tmp_path: Path) -> None:
    def signed(size: int, root: bytes = tree.EMPTY_ROOT) -> bytes:
        return note.sign(Checkpoint("hai-dang.test/ledger", size, root).render(), [SIGNER]).encode()

    file = tmp_path / "ledger" / "checkpoint"
    handed_out.write(file, signed(5), RING.open)
    for smaller in (signed(4), signed(0), signed(5, bytes(32))):
        with pytest.raises(handed_out.GoneBack):
            handed_out.write(file, smaller, RING.open)
    handed_out.write(file, signed(5), RING.open)
    handed_out.write(file, signed(6), RING.open)
    assert published(file).size == 6
    assert sorted(path.name for path in file.parent.iterdir()) == [".checkpoint.lock", "checkpoint"]


def test_what_was_committed_but_not_handed_out_is_handed_out_at_the_next_start(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path
) -> None:
    publisher.publish_pending()
    Chain(session)
    before = checkpoint_file.read_bytes()
    checkpoint_file.unlink()
    checkpoint_file.mkdir()
    with pytest.raises(IsADirectoryError):
        publisher.publish_pending()
    assert scalar(session, "select size from ledger_head") == 1
    assert scalar(session, "select published from ledger_head") == 0
    checkpoint_file.rmdir()
    checkpoint_file.write_bytes(before)
    assert publisher.publish_pending() == 0
    assert assert_sound(session, checkpoint_file) == 1


def test_the_key_of_the_installation_is_made_once_and_is_private(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path, database_url="postgresql://x/y")
    made = keys.log_key(settings)
    assert keys.log_key(settings).verifier == made.verifier
    file = tmp_path / "keys" / "ledger.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in file.parent.iterdir()) == ["ledger.key", "ledger.keys"]
    assert made.verifier.name == "hai-dang.pilot/ledger"
    renamed = settings.model_copy(update={"ledger_origin": "other/ledger"})
    with pytest.raises(BadNote, match="origin"):
        keys.log_key(renamed)
