"""What goes wrong in a batch stops nobody and loses nothing.

The connection cut at every statement: `test_cut_wire.py`. Processes killed and stopped: `test_killed_publishers.py`.
"""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import commands, handed_out, note, storage
from portal.ledger import publisher as module
from portal.ledger.audit import audit
from portal.ledger.publisher import NoSpace, Publisher
from portal.transaction import unit_of_work
from tests.ledger.acts import FILED, SECRET, after
from tests.ledger.agents import ssh_agent
from tests.ledger.chains import Chain, reference
from tests.ledger.stored import assert_sound, keys_beside, new_publisher, scalar, wait_until


def test_an_error_in_the_middle_of_a_batch_changes_nothing_and_is_got_over(
    session: Session, publisher: Publisher, checkpoint_file: Path
) -> None:
    """A check constraint stands in for whatever may fail at each of the publisher's writes."""
    publisher.publish_pending()
    tables = ("ledger_entry", "ledger_checkpoint", "ledger_head")
    for size, table in enumerate(tables):
        Chain(session, reference(size))
        session.execute(text(f"alter table {table} add constraint broken check (false) not valid"))
        session.commit()
        with pytest.raises(Exception, match="broken"):
            publisher.publish_pending()
        assert assert_sound(session, checkpoint_file) == size
        session.execute(text(f"alter table {table} drop constraint broken"))
        session.commit()
        assert publisher.publish_pending() == 1
        assert assert_sound(session, checkpoint_file) == size + 1


def test_a_broken_chain_is_logged_reported_and_stops_nobody(
    session: Session, publisher: Publisher, checkpoint_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chain = Chain(session)
    chain.receive()
    with unit_of_work(session):
        wrong = after(chain.act, bytes(32), "resolved", outcome="granted")
        commands.append(session, act=wrong, private={}, secret=SECRET, sealed=False)
    Chain(session, reference(2))
    assert publisher.publish_pending() == 4
    assert assert_sound(session, checkpoint_file) == 4
    fault = session.execute(text("select kind, position, reference from ledger_fault")).one()
    assert tuple(fault) == ("chain", 2, FILED.reference)
    states = session.execute(text("select reference, state from ledger_dossier order by reference")).all()
    assert [tuple(row) for row in states] == [(FILED.reference, "in_progress"), (reference(2), "filed")]
    loud = [record for record in caplog.records if "ledger_chain_broken" in str(record.msg)]
    assert [record.levelname for record in loud] == ["CRITICAL"]


def test_an_outbox_row_that_is_no_entry_is_set_aside_and_stops_nobody(
    session: Session, publisher: Publisher, checkpoint_file: Path
) -> None:
    session.execute(text("insert into ledger_outbox (at, entry) values (now(), 'nonsense')"))
    session.commit()
    Chain(session)
    assert publisher.publish_pending() == 2
    assert assert_sound(session, checkpoint_file) == 1
    fault = session.execute(text("select kind, position, entry from ledger_fault")).one()
    assert tuple(fault) == ("unreadable", None, b"nonsense")


def test_a_sealed_entry_without_its_opening_is_set_aside(session: Session, publisher: Publisher) -> None:
    Chain(session, sealed=True)
    Chain(session, reference(2), sealed=True)
    session.execute(text("update ledger_outbox set opening = null where id = (select min(id) from ledger_outbox)"))
    session.execute(text("update ledger_outbox set opening = 'x' where opening is not null"))
    session.commit()
    assert publisher.publish_pending() == 2
    assert scalar(session, "select count(*) from ledger_fault where kind = 'unreadable'") == 2


def test_a_clock_that_goes_back_takes_neither_checkpoints_nor_keys_back(
    app: Flask, session: Session, checkpoint_file: Path
) -> None:
    """The first key has ended when the clock is set back to its time: it does not sign again."""
    keys, now = keys_beside(checkpoint_file), [datetime(2026, 3, 1, 8, tzinfo=UTC)]
    publisher = new_publisher(app, checkpoint_file, now=lambda: now[0])
    publisher.publish_pending()
    keys.rotate(*keys.make_key(), at=now[0] + timedelta(days=1), overlap=timedelta(days=1))
    now[0] += timedelta(days=30)
    Chain(session)
    publisher.publish_pending()
    for back in (1, 60, 20_000):
        now[0] -= timedelta(days=back)
        Chain(session, reference(back))
        publisher.publish_pending()
        publisher.close()
    newest = keys.ring().newest.verifier.key_id
    session.rollback()
    signed = storage.signed_checkpoints(session)
    assert [row.at for row in signed] == sorted(row.at for row in signed)
    assert {line.key_id for row in signed[1:] for line in note.parse(row.note).signatures} == {newest}
    report = audit(session, ring=keys.ring(), handed_out=handed_out.read(checkpoint_file, keys.ring().open))
    assert (report.findings, report.size) == ((), 5)


def test_a_disk_that_is_nearly_full_is_waited_for(
    session: Session, publisher: Publisher, checkpoint_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.publish_pending()
    Chain(session)
    monkeypatch.setattr(module, "FREE_BYTES", 1 << 62)
    with pytest.raises(NoSpace):
        publisher.publish_pending()
    assert scalar(session, "select count(*) from ledger_outbox") == 1
    monkeypatch.undo()
    assert publisher.publish_pending() == 1
    assert assert_sound(session, checkpoint_file) == 1


def test_a_signer_that_is_away_is_told_and_waited_for(
    app: Flask, session: Session, checkpoint_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()
    publisher = new_publisher(app, checkpoint_file, interval=0.1)
    keys = keys_beside(checkpoint_file)
    private = checkpoint_file.parent.parent / "keys" / "ledger.key"
    with ssh_agent() as agent:
        line = agent.add()
        verifier, place = keys.key_of_agent(str(agent.socket), line)
        keys.ring()
        keys.rotate(verifier, place, at=datetime(2026, 1, 1, tzinfo=UTC), overlap=timedelta(0))
        private.unlink()
        Chain(session)
        assert publisher.publish_pending() == 2
    Chain(session, reference(2))
    running = threading.Thread(target=publisher.run, args=(stop,))
    running.start()
    try:
        wait_until(lambda: "ledger_signer_failed" in caplog.text)
        assert scalar(session, "select count(*) from ledger_outbox") == 1
    finally:
        stop.set()
        running.join(10)
