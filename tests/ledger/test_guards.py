"""The database itself refuses to have the log rewritten."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.ledger.publisher import Publisher
from tests.ledger.chains import Chain, reference

REWRITING = [
    "update ledger_entry set entry = 'x'",
    "update ledger_entry set unit = null where position = 0",
    "delete from ledger_entry where position = 0",
    "delete from ledger_entry where position = 99",
    "truncate ledger_entry cascade",
    "insert into ledger_entry (position, entry) values (0, 'x')",
    "insert into ledger_entry (position, entry) values (-1, 'x')",
    "insert into ledger_entry (position, entry) values (9, '')",
    "update ledger_tile set root = hashes",
    "delete from ledger_tile",
    "truncate ledger_tile",
    "insert into ledger_tile values (0, 7, 'short', decode(repeat('00', 32), 'hex'))",
    "update ledger_checkpoint set note = 'x'",
    "delete from ledger_checkpoint",
    "truncate ledger_checkpoint cascade",
    "update ledger_opening set opening = 'x'",
    "update ledger_opening set position = 0, opening = null",
    "delete from ledger_opening",
    "truncate ledger_opening",
    "update ledger_head set size = size - 1",
    "update ledger_head set published = 0",
    "update ledger_head set published = size + 1",
    "delete from ledger_head",
    "truncate ledger_head",
    "insert into ledger_head values (2, 0, decode(repeat('00', 32), 'hex'), 0)",
    "update ledger_fault set kind = 'none'",
    "delete from ledger_fault",
    "truncate ledger_fault",
    "set session_replication_role = replica; delete from ledger_entry where position = 0",
    "set session_replication_role = replica; update ledger_checkpoint set note = 'x'",
]


@pytest.mark.parametrize("statement", REWRITING)
def test_rewriting_is_refused(session: Session, publisher: Publisher, statement: str) -> None:
    Chain(session)
    Chain(session, reference(2), sealed=True)
    publisher.publish_pending()
    session.execute(text("insert into ledger_fault (at, kind) values (now(), 'unreadable')"))
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text(statement))


def test_the_content_of_an_opening_can_be_erased_and_nothing_else(session: Session, publisher: Publisher) -> None:
    Chain(session, sealed=True)
    publisher.publish_pending()
    session.execute(text("update ledger_opening set opening = null where position = 0"))
    assert session.execute(text("select position, opening from ledger_opening")).one() == (0, None)
    with pytest.raises(IntegrityError):
        session.execute(text("update ledger_opening set opening = 'again' where position = 0"))
