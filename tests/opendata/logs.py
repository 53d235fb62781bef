"""A small log over two months, with a sealed dossier and one entry about keys, for the open data's tests."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger.key_entry import KeyChange, render
from portal.ledger.note import KeySigner
from portal.opendata import commands
from portal.opendata.archive import Archive, signer
from portal.opendata.months import Month
from portal.transaction import unit_of_work
from tests.ledger.chains import Chain, reference
from tests.publishing import publish_now

JUNE, JULY = Month(2020, 6), Month(2020, 7)
SEALED = reference(2)
LATER = datetime(2026, 11, 20, tzinfo=UTC)


def june(app: Flask, session: Session) -> None:
    """Six entries of June: one dossier resolved late, one sealed that waits."""
    Chain(session).receive(due_in_hours=2).do("passed", to="H06.31").resolve(hours=48)
    Chain(session, SEALED, sealed=True).receive()
    publish_now(app)
    session.rollback()


def july(
    app: Flask, session: Session, number: int = 3, *, at: datetime = datetime(2020, 7, 2, 3, 0, tzinfo=UTC)
) -> None:
    """Two entries of July, or of whenever `at` is."""
    Chain(session, reference(number), at=at).receive()
    publish_now(app)
    session.rollback()


def key_change(app: Flask, session: Session) -> bytes:
    """An entry about a key, put where the publisher puts entries; the log is not published anew."""
    data = render(change())
    with unit_of_work(session):
        session.execute(
            text("insert into ledger_entry (position, entry) select count(*), :data from ledger_entry"), {"data": data}
        )
    return data


def change() -> KeyChange:
    old, new = (KeySigner("hai-dang.pilot/ledger", bytes([number]) * 32).verifier for number in (1, 2))
    at = datetime(2020, 6, 30, 16, 59, 59, tzinfo=UTC)
    return KeyChange(at, new, old, 6, bytes(32), at)


def finish(app: Flask, session: Session, *, at: datetime = LATER) -> list[Month]:
    """What the nightly job does."""
    settings = app.config["SETTINGS"]
    made = commands.build(session, Archive.of(settings), signer=signer(settings), at=at)
    session.rollback()
    return made
