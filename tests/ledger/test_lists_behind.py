"""Lists, figures and feeds are written after the entries are signed: a moment behind, never ahead, each entry once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import CheckViolation
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.errors import Refused
from portal.ledger import commands, handed_out, listing, log
from portal.ledger.publisher import Publisher
from portal.settings import Settings
from portal.transaction import unit_of_work
from tests.ledger.acts import FILED
from tests.ledger.chains import Chain, reference
from tests.ledger.feed_reading import parsed, position
from tests.ledger.stored import assert_sound, new_publisher, scalar, wait_until
from tests.ledger.watched import HELD
from tests.publishing import publish_now

DERIVED = ("ledger_dossier", "ledger_day", "ledger_unit_feed")


@contextmanager
def broken(session: Session, table: str) -> Iterator[None]:
    """Nothing can be written to that table meanwhile."""
    session.rollback()
    session.execute(text(f"alter table {table} add constraint broken check (false) not valid"))
    session.commit()
    yield
    session.rollback()
    free(session)
    session.execute(text(f"alter table {table} drop constraint broken"))
    session.commit()


def free(session: Session) -> None:
    """Until the server has noticed that a publisher that failed is gone, and with it its lock."""
    wait_until(lambda: not scalar(session, f"select count(*) {HELD}"), every=0.002)


def sizes(session: Session) -> tuple[int, int]:
    session.rollback()
    return log.sizes(session)


@pytest.mark.parametrize("table", DERIVED)
def test_lists_that_cannot_be_written_keep_nothing_from_being_signed(
    session: Session, publisher: Publisher, checkpoint_file: Path, table: str
) -> None:
    Chain(session)
    publisher.publish_pending()
    with broken(session, table):
        for number in range(2, 5):
            Chain(session, reference(number))
            with pytest.raises(CheckViolation, match="broken"):
                publisher.publish_pending()
            free(session)
            assert assert_sound(session, checkpoint_file) == number
            assert sizes(session) == (number, 1)
    assert scalar(session, "select count(*) from ledger_dossier") == 1
    assert publisher.publish_pending() == 0
    assert sizes(session) == (4, 4)
    assert scalar(session, "select count(*) from ledger_dossier") == 4
    assert scalar(session, "select sum(filed) from ledger_day") == 4
    assert scalar(session, "select count(*) from ledger_unit_feed") == 4


def test_the_operator_is_told_of_lists_that_stand_still(app: Flask, session: Session, checkpoint_file: Path) -> None:
    """The clock of the publisher says that it signed long ago."""
    with broken(session, "ledger_dossier"):
        Chain(session)
        publisher = new_publisher(app, checkpoint_file, now=lambda: datetime(2020, 6, 15, 9, tzinfo=UTC))
        with pytest.raises(CheckViolation):
            publisher.publish_pending()
        free(session)
        said = app.test_cli_runner().invoke(args=["ledger", "status"])
        assert "published: 1; in the lists: 0" in said.output
        assert "signed and in no list for more than a minute" in said.output
        assert said.exit_code == 1
    publisher.publish_pending()
    publisher.close()
    said = app.test_cli_runner().invoke(args=["ledger", "status"])
    assert "in the lists: 1" in said.output
    assert "in no list" not in said.output


def test_a_broken_chain_is_told_once_however_often_the_lists_are_tried(
    session: Session, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    Chain(session)
    publisher.publish_pending()
    Chain(session)  # the same dossier begins again
    with broken(session, "ledger_unit_feed"), pytest.raises(CheckViolation):
        publisher.publish_pending()
    assert scalar(session, "select count(*) from ledger_fault") == 0
    publisher.publish_pending()
    assert scalar(session, "select count(*) from ledger_fault") == 1
    assert sum("ledger_chain_broken" in str(record.msg) for record in caplog.records) == 1


def test_pages_change_their_tags_when_the_lists_do(app: Flask, client: FlaskClient, session: Session) -> None:
    """Between checkpoint and lists a page is made of the old lists; it must not be taken for the new one later."""
    Chain(session)
    publish_now(app)
    with broken(session, "ledger_dossier"):
        Chain(session, reference(2))
        with pytest.raises(CheckViolation):
            publish_now(app)
        assert client.get("/ledger/checkpoint").text.splitlines()[1] == "2"
        assert client.get("/ledger/entries/1").status_code == 200
        pages = ["/ledger?q=H06", "/ledger/entries/1", "/ledger/feed.atom?unit=H06", "/ledger/feed.json?before=9"]
        before = {page: client.get(page) for page in pages}
        assert reference(2) not in before["/ledger?q=H06"].text
        assert [position(item) for item in parsed(client, "/ledger/feed.atom?unit=H06").entries] == [0]
    publish_now(app)
    for page, answer in before.items():
        assert client.get(page, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200, page
    assert reference(2) in client.get("/ledger?q=H06").text
    assert [position(item) for item in parsed(client, "/ledger/feed.atom?unit=H06").entries] == [1, 0]


def test_a_file_of_dossiers_belongs_to_a_tree_that_was_signed(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    Chain(session)
    publish_now(app)
    with broken(session, "ledger_day"):
        Chain(session, reference(2))
        with pytest.raises(CheckViolation):
            publish_now(app)
        answer = client.get("/open-data/dossiers.csv")
        assert reference(2) not in answer.text
        assert 'rel="' in answer.headers["Link"]
        assert "checkpoint-1" in answer.headers["Link"]


def test_many_acts_are_signed_before_the_lists_have_their_turn_but_not_for_ever(
    app: Flask, session: Session, checkpoint_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_BEHIND", 25)
    monkeypatch.setattr(listing, "BATCH", 8)
    session.execute(text("create table watched (published int8, listed int8)"))
    session.execute(
        text(
            "create function watch() returns trigger language plpgsql as "
            "'begin insert into watched values (new.published, new.listed); return new; end'"
        )
    )
    session.execute(text("create trigger watch after update on ledger_head for each row execute function watch()"))
    session.commit()
    for number in range(1, 101):
        Chain(session, reference(number))
    publisher = new_publisher(app, checkpoint_file, batch=5)
    assert publisher.publish_pending() == 100
    publisher.close()
    seen = [tuple(row) for row in session.execute(text("select published, listed from watched"))]
    assert max(published - listed for published, listed in seen) == 25
    assert all(listed <= published and listed % 5 == 0 for published, listed in seen)
    assert seen[-1] == (100, 100)
    assert scalar(session, "select count(*) from ledger_dossier") == 100


def test_nobody_is_erased_while_it_is_not_known_whose_the_newest_entries_are(
    app: Flask, session: Session, settings: Settings
) -> None:
    chain = Chain(session, sealed=True)
    publish_now(app)
    with broken(session, "ledger_dossier"):
        chain.receive()
        with pytest.raises(CheckViolation):
            publish_now(app)
        with pytest.raises(Refused, match="lists_behind"), unit_of_work(session):
            commands.erase(session, reference=FILED.reference)
    publish_now(app)
    with unit_of_work(session):
        assert commands.erase(session, reference=FILED.reference) == 2
    assert handed_out.path_of(settings).exists()
