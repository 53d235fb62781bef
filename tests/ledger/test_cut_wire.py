"""The connection to the database cut at every single statement of the publisher, before it and after its answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.ledger import key_entry
from portal.ledger.publisher import Publisher
from portal.pilot.postgres import EmbeddedPostgres
from tests.ledger.stored import keys_beside, stored_entries
from tests.ledger.watched import INTERRUPTIONS, Watched, until_it_works
from tests.ledger.wire import Wire, wire_to

START = datetime(2020, 1, 1, tzinfo=UTC)
ACTS = 60  # every fourth round or so fills a tile


@pytest.fixture
def wire(postgres: EmbeddedPostgres) -> Iterator[Wire]:
    with wire_to(postgres) as made:
        yield made


def cut_off(publisher: Publisher) -> bool:
    try:
        publisher.publish_pending()
    except INTERRUPTIONS:
        return True
    return False


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_change_of_keys_that_is_cut_off_at_any_statement_is_announced_once(
    session: Session, checkpoint_file: Path, wire: Wire, when: str
) -> None:
    """A new key before each blow; every key is announced in the log, and signs, once and for all."""
    keys, log = keys_beside(checkpoint_file), Watched(session, checkpoint_file)
    now = [START]
    publisher = Publisher(wire.url, keys=keys, checkpoint_file=checkpoint_file, now=lambda: now[0])
    until_it_works(publisher.publish_pending)
    step, broke = 0, True
    while broke:
        step += 1
        publisher.close()
        log.wait_for_the_lock()
        now[0] += timedelta(hours=1)
        keys.rotate(*keys.make_key(), at=now[0], overlap=timedelta(minutes=90))
        log.file_acts(2)
        wire.arm(step, when)
        cut_off(publisher)
        broke = wire.disarm()
        log.look()
        until_it_works(publisher.publish_pending)
        log.look()
    publisher.close()
    log.assert_whole()
    assert [key_entry.is_key(data) for data in stored_entries(session)].count(True) == step > 40


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_publisher_that_is_cut_off_at_any_statement_goes_on(
    session: Session, checkpoint_file: Path, wire: Wire, when: str
) -> None:
    publisher = Publisher(wire.url, keys=keys_beside(checkpoint_file), checkpoint_file=checkpoint_file)
    log = Watched(session, checkpoint_file)
    step, broke = 0, True
    while broke:
        step += 1
        log.file_acts(ACTS)
        wire.arm(step, when)
        interrupted = cut_off(publisher)
        broke = wire.disarm()
        assert interrupted or not broke or when == "after"
        log.look()
        until_it_works(publisher.publish_pending)
        if step % 16 == 0:
            log.assert_whole()
        publisher.close()
        log.wait_for_the_lock()
    assert step > 40, "the wire counts too few statements"
    log.assert_whole()
