"""Somebody with all rights over the database, and with the log's key: found by whoever kept one older checkpoint.

The log is served by the portal itself over HTTP; triggers are switched off and rows changed by hand.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from portal.ledger import commands, note, tree
from portal.ledger.note import Checkpoint
from portal.ledger.publisher import Publisher
from portal.ledger.tiles import Growth
from portal.ledger.verify.findings import Report
from portal.ledger.verify.sources import WebSource
from portal.transaction import unit_of_work
from tests.ledger.acts import FILED, SECRET
from tests.ledger.chains import reference
from tests.ledger.stored import SIGNER, published, stored_entries
from tests.ledger.verify.mirrors import auditor, codes, opened

KEPT, SIZE = 500, 600


def append(session: Session, first: int, count: int) -> None:
    with unit_of_work(session):
        for number in range(first, first + count):
            act = replace(FILED, reference=reference(number))
            commands.append(session, act=act, private={}, secret=SECRET, sealed=False)


@pytest.fixture
def kept(session: Session, publisher: Publisher, checkpoint_file: Path) -> bytes:
    """The checkpoint of 500 entries, as somebody kept it; the log has grown to 600 since. One of 300 was signed too."""
    append(session, 0, 300)
    publisher.publish_pending()
    append(session, 300, KEPT - 300)
    publisher.publish_pending()
    data = checkpoint_file.read_bytes()
    append(session, KEPT, SIZE - KEPT)
    publisher.publish_pending()
    assert published(checkpoint_file).size == SIZE
    return data


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def audited(url: str, *kept: bytes) -> Report:
    source = WebSource(url, stop=threading.Event(), pauses=())
    return auditor(source, vkeys=[SIGNER.verifier.vkey]).audit(since=[opened(data) for data in kept])


def switch_triggers_off(session: Session) -> None:
    for table in session.execute(text("select relname from pg_class where relkind = 'r' and relname ~ '^ledger_'")):
        session.execute(text(f"alter table {table.relname} disable trigger all"))


def change_by_hand(session: Session, *statements: str) -> None:
    switch_triggers_off(session)
    for statement in statements:
        session.execute(text(statement))
    session.commit()


EDIT = "update ledger_entry set entry = overlay(entry placing '4' from 60) where position = 5"
DELETE = "delete from ledger_entry where position = 7"
CLOSE_THE_GAP = "update ledger_entry set position = position - 1 where position > 7"
MAKE_ROOM = "update ledger_entry set position = position + 1000000 where position >= 7"
FILL_IT = (
    "update ledger_entry set position = position - 999999 where position >= 1000000;"
    " insert into ledger_entry (position, entry, unit, procedure)"
    " select 7, overlay(entry placing '9999' from position('200615-' in convert_from(entry, 'utf8')) + 7),"
    " unit, procedure from ledger_entry where position = 3"
)
SWAP = (
    "update ledger_entry a set entry = b.entry from ledger_entry b where (a.position, b.position) in ((8, 9), (9, 8))"
)
TRUNCATE = "delete from ledger_entry where position >= 300"

ATTACKS = {
    "edit": [EDIT],
    "delete": [DELETE],
    "delete and close the gap": [DELETE, CLOSE_THE_GAP],
    "insert": [MAKE_ROOM, FILL_IT],
    "swap": [SWAP],
    "truncate": [TRUNCATE],
    "truncate all": ["truncate ledger_entry cascade"],
    "edit a tile": ["update ledger_tile set hashes = overlay(hashes placing '\\x00' from 9) where number = 0"],
    "lose the tiles": ["truncate ledger_tile"],
}


@pytest.mark.parametrize("statements", ATTACKS.values(), ids=ATTACKS)
def test_rows_changed_by_hand(session: Session, kept: bytes, url: str, statements: list[str]) -> None:
    assert audited(url, kept).exit_code == 0
    change_by_hand(session, *statements)
    report = audited(url, kept)
    assert not report.log_is_sound
    assert report.exit_code == (2 if statements == ATTACKS["lose the tiles"] else 1)


def test_a_head_set_back_to_a_checkpoint_that_was_signed(session: Session, kept: bytes, url: str) -> None:
    """The log of 300 entries is whole and signed; only who kept a later checkpoint knows that there were more."""
    switch_triggers_off(session)
    older = session.execute(text("select root from ledger_checkpoint where size = 300")).scalar_one()
    session.execute(
        text("update ledger_head set size = 300, published = 300, listed = 300, root = :root"), {"root": older}
    )
    change_by_hand(session, TRUNCATE)
    assert audited(url).exit_code == 0
    assert codes(audited(url, kept)) == {"went_back"}


REBUILT: dict[str, Callable[[list[bytes]], object]] = {
    "edited": lambda entries: entries.__setitem__(5, changed(entries[5])),
    "deleted": lambda entries: entries.pop(7),
    "inserted": lambda entries: entries.insert(7, changed(entries[3])),
    "swapped": lambda entries: entries.__setitem__(slice(8, 10), entries[9:7:-1]),
    "truncated and filled again": lambda entries: entries.__setitem__(
        slice(499, None), [changed(one) for one in entries[499:]]
    ),
}


def changed(data: bytes) -> bytes:
    """Another dossier's entry."""
    return data.replace(b"-200615-", b"-200616-")


@pytest.mark.parametrize("change", REBUILT.values(), ids=REBUILT)
def test_the_whole_log_rebuilt_with_the_same_key(
    session: Session, kept: bytes, url: str, change: Callable[[list[bytes]], object]
) -> None:
    """Every tile, root and signature is right; nobody without an older checkpoint can tell."""
    entries = stored_entries(session)
    change(entries)
    rebuild(session, entries)
    fresh = audited(url)
    assert (fresh.exit_code, fresh.size) == (0, len(entries))
    report = audited(url, kept)
    assert (codes(report), report.exit_code) == ({"forked"}, 1)


def rebuild(session: Session, entries: list[bytes]) -> None:
    switch_triggers_off(session)
    session.execute(text("truncate ledger_entry, ledger_tile, ledger_checkpoint cascade"))
    growth = Growth()
    full = growth.extend(map(tree.leaf_hash, entries))
    session.execute(
        text("insert into ledger_entry (position, entry) values (:position, :entry)"),
        [{"position": position, "entry": data} for position, data in enumerate(entries)],
    )
    session.execute(
        text("insert into ledger_tile (level, number, hashes, root) values (:level, :number, :hashes, :root)"),
        [{"level": one.level, "number": one.number, "hashes": one.hashes, "root": one.root} for one in full],
    )
    size, root = growth.size, growth.root()
    signed = note.sign(Checkpoint(SIGNER.verifier.name, size, root).render(), [SIGNER]).encode()
    session.execute(
        text("insert into ledger_checkpoint (size, root, note, at) values (:size, :root, :note, now())"),
        {"size": size, "root": root, "note": signed},
    )
    session.execute(
        text("update ledger_head set size = :size, published = :size, listed = :size, root = :root"),
        {"size": size, "root": root},
    )
    session.commit()
