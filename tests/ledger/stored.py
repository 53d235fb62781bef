"""What the publisher left behind, looked at from outside; and publishers of a test's own log."""

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import handed_out, keyring, note, storage, tree
from portal.ledger.keyring import Ring
from portal.ledger.keys import LogKeys
from portal.ledger.note import Checkpoint, KeySigner
from portal.ledger.publisher import Publisher
from portal.settings import Settings

SIGNER = KeySigner("hai-dang.test/ledger", bytes(range(32)))
RING = Ring((keyring.LogKey(SIGNER.verifier, None, None, "file:ledger.key"),))


def new_publisher(app: Flask, file: Path, **changes: Any) -> Publisher:
    settings: Settings = app.config["SETTINGS"]
    return Publisher(settings.sqlalchemy_url, keys=keys_beside(file), checkpoint_file=file, **changes)


def keys_beside(file: Path) -> LogKeys:
    """A folder of keys next to the checkpoint's, which begins with the key of these tests."""
    folder = file.parent.parent / "keys"
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / "ledger.key").write_text(SIGNER.render() + "\n")
    return LogKeys(folder, SIGNER.verifier.name)


def published(file: Path) -> Checkpoint:
    found = handed_out.read(file, keys_beside(file).ring().open)
    assert found is not None
    return found


def has_published(file: Path, size: int) -> bool:
    return published(file).size == size


def stored_entries(session: Session) -> list[bytes]:
    session.rollback()
    rows = session.execute(text("select position, entry from ledger_entry order by position")).all()
    assert [row.position for row in rows] == list(range(len(rows)))
    return [row.entry for row in rows]


def assert_sound(session: Session, file: Path) -> int:
    """The checkpoint in the file, the head and the entries tell one story; returns the size."""
    entries = stored_entries(session)
    checkpoint, head = published(file), storage.head(session)
    root = tree.root_of(map(tree.leaf_hash, entries))
    assert (checkpoint.size, checkpoint.root) == (len(entries), root)
    assert head[:3] == (len(entries), root, len(entries))
    newest = storage.newest_checkpoint(session)
    assert newest == file.read_bytes()
    return len(entries)


def assert_every_tree_continues_the_one_before(session: Session) -> None:
    """Every checkpoint ever signed is a true state of the tree as it is now."""
    leaves = [tree.leaf_hash(data) for data in stored_entries(session)]
    nodes = tree.nodes_of(leaves)
    signed = [
        note.open_checkpoint(data, SIGNER.verifier)
        for (data,) in session.execute(text("select note from ledger_checkpoint order by size"))
    ]
    for old, new in itertools.pairwise(signed):
        proof = tree.consistency_proof(old.size, new.size, nodes)
        tree.verify_consistency(old.size, new.size, old.root, new.root, proof)
    assert signed[-1].root == tree.root_of(leaves)


def scalar(session: Session, statement: str, **values: Any) -> Any:
    session.rollback()
    return session.execute(text(statement), values).scalar()


def with_triggers_off(session: Session, statement: str) -> None:
    """What somebody with all rights over the database can do."""
    for table in (
        "ledger_entry",
        "ledger_opening",
        "ledger_checkpoint",
        "ledger_cosignature",
        "ledger_head",
        "ledger_tile",
    ):
        session.execute(text(f"alter table {table} disable trigger all"))
    session.execute(text(statement))
    session.commit()


def wait_until(done: Callable[[], bool], seconds: float = 90, *, every: float = 0.05) -> None:
    waited = threading.Event()
    for _ in range(int(seconds / every)):
        if done():
            return
        waited.wait(every)
    raise AssertionError("it did not happen in time")
