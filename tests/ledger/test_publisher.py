"""From the act to the checkpoint, in one process, on a real database."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from portal.extensions import db
from portal.ledger import commands, entry, tree
from portal.ledger.note import Checkpoint
from portal.ledger.publisher import Publisher
from portal.transaction import unit_of_work
from tests.ledger.acts import FILED, SECRET
from tests.ledger.chains import Chain, reference
from tests.ledger.stored import (
    assert_every_tree_continues_the_one_before,
    assert_sound,
    has_published,
    new_publisher,
    published,
    scalar,
    stored_entries,
    wait_until,
)


def test_a_new_log_hands_out_the_empty_tree(session: Session, publisher: Publisher, checkpoint_file: Path) -> None:
    assert publisher.publish_pending() == 0
    assert published(checkpoint_file) == Checkpoint("hai-dang.test/ledger", 0, tree.EMPTY_ROOT)
    assert assert_sound(session, checkpoint_file) == 0


def test_an_act_gets_its_position_and_keeps_its_bytes(
    session: Session, publisher: Publisher, checkpoint_file: Path
) -> None:
    chain = Chain(session).receive().resolve()
    assert publisher.publish_pending() == 3
    assert stored_entries(session) == [appended.entry for appended in chain.appended]
    assert assert_sound(session, checkpoint_file) == 3
    assert scalar(session, "select count(*) from ledger_outbox") == 0
    row = session.execute(text("select * from ledger_dossier")).one()
    assert (row.reference, row.state, row.positions, row.late) == (FILED.reference, "resolved", [0, 1, 2], False)


def test_an_act_that_is_rolled_back_leaves_no_entry(session: Session, publisher: Publisher) -> None:
    def fail() -> None:
        with unit_of_work(session):
            commands.append(session, act=FILED, private={}, secret=SECRET, sealed=False)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert publisher.publish_pending() == 0
    assert stored_entries(session) == []


def test_a_row_that_commits_late_is_not_lost(
    app: Flask, session: Session, publisher: Publisher, checkpoint_file: Path
) -> None:
    with Session(db.engine) as slow:
        commands.append(slow, act=FILED, private={}, secret=SECRET, sealed=False)
        Chain(session, reference(2))
        assert publisher.publish_pending() == 1
        slow.commit()
    assert publisher.publish_pending() == 1
    assert assert_sound(session, checkpoint_file) == 2
    assert entry.members(stored_entries(session)[1]).reference == FILED.reference


def test_many_batches_make_the_tree_of_all(app: Flask, session: Session, checkpoint_file: Path) -> None:
    small = new_publisher(app, checkpoint_file, batch=100)
    with unit_of_work(session):
        for number in range(600):
            act = replace(FILED, reference=reference(number))
            commands.append(session, act=act, private={}, secret=SECRET, sealed=False)
    assert small.publish_pending() == 600
    assert assert_sound(session, checkpoint_file) == 600
    assert scalar(session, "select count(*) from ledger_tile") == 2
    assert scalar(session, "select count(*) from ledger_checkpoint") == 7
    small.close()
    again = new_publisher(app, checkpoint_file)
    Chain(session, reference(700))
    assert again.publish_pending() == 1
    assert assert_sound(session, checkpoint_file) == 601
    again.close()


def test_a_sealed_dossier_shows_its_day_alone_and_can_be_erased(
    session: Session, publisher: Publisher, checkpoint_file: Path
) -> None:
    chain = Chain(session, sealed=True).receive().resolve(hours=200)
    Chain(session, reference(2))
    publisher.publish_pending()
    for appended, data in zip(chain.appended, stored_entries(session), strict=False):
        assert data == appended.entry
        assert entry.is_sealed(data)
        assert FILED.reference.encode() not in data
        assert b"1.001193" not in data
    row = session.execute(text("select * from ledger_dossier where sealed")).one()
    assert (row.state, row.procedure, row.late, row.positions) == ("resolved", None, True, [0, 1, 2])
    assert scalar(session, "select sum(filed) from ledger_day") == 2
    with unit_of_work(session):
        assert commands.erase(session, reference=FILED.reference) == 3
    assert scalar(session, "select count(*) from ledger_opening where opening is not null") == 0
    assert scalar(session, "select count(*) from ledger_dossier") == 1
    figures = session.execute(text("select sum(filed), sum(received), sum(resolved), sum(late) from ledger_day")).one()
    assert tuple(figures) == (1, 0, 0, 0)
    assert assert_sound(session, checkpoint_file) == 4
    with unit_of_work(session):
        assert commands.erase(session, reference=FILED.reference) == 0
        assert commands.erase(session, reference=reference(2)) == 0
    assert scalar(session, "select count(*) from ledger_dossier") == 1


def test_eight_writers_and_one_publisher(app: Flask, session: Session, checkpoint_file: Path) -> None:
    writers, each = 8, 50
    stop = threading.Event()
    publisher = new_publisher(app, checkpoint_file, interval=0.2, batch=37)
    running = threading.Thread(target=publisher.run, args=(stop,))
    running.start()
    make_session = sessionmaker(db.engine)

    def write(writer: int) -> None:
        with make_session() as own:
            for number in range(each // 2):
                Chain(own, f"H06.31.{writer:02d}-200615-{number:04d}").receive()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: scalar(session, "select published from ledger_head") == writers * each)
    stop.set()
    running.join(10)
    assert not running.is_alive()
    assert assert_sound(session, checkpoint_file) == writers * each
    assert scalar(session, "select count(*) from ledger_dossier where state = 'in_progress'") == writers * each // 2
    assert scalar(session, "select count(*) from ledger_fault") == 0
    assert_every_tree_continues_the_one_before(session)


def test_an_append_wakes_the_publisher_at_once(app: Flask, session: Session, checkpoint_file: Path) -> None:
    """The interval is ten minutes; the act is in a checkpoint long before that all the same."""
    stop = threading.Event()
    publisher = new_publisher(app, checkpoint_file, interval=600.0)
    running = threading.Thread(target=publisher.run, args=(stop,))
    running.start()
    try:
        wait_until(checkpoint_file.exists)
        for number in range(3):
            Chain(session, reference(number))
            wait_until(partial(has_published, checkpoint_file, number + 1))
    finally:
        stop.set()
        with unit_of_work(session):
            session.execute(text("select pg_notify('ledger_outbox', '')"))
        running.join(10)


def test_what_becomes_due_turns_late_by_itself(app: Flask, session: Session, checkpoint_file: Path) -> None:
    now = [FILED.at]
    publisher = new_publisher(app, checkpoint_file, now=lambda: now[0])
    due = Chain(session).receive(due_in_hours=24).due
    waiting = Chain(session, reference(2)).receive(due_in_hours=24).do("supplement_asked")
    publisher.publish_pending()
    late = "select reference from ledger_dossier where late"
    now[0] = due
    publisher.publish_pending()
    assert scalar(session, late) is None
    now[0] = due + timedelta(seconds=1)
    publisher.publish_pending()
    assert session.execute(text(late)).scalars().all() == [FILED.reference]
    assert waiting.act.act == "supplement_asked"
    publisher.close()


def test_positions_follow_the_order_of_commits_not_of_clocks(session: Session, publisher: Publisher) -> None:
    Chain(session, at=datetime(2020, 6, 15, 9, tzinfo=UTC))
    Chain(session, reference(2), at=datetime(2020, 6, 14, 9, tzinfo=UTC))
    publisher.publish_pending()
    assert [entry.members(data).reference for data in stored_entries(session)] == [FILED.reference, reference(2)]
