"""Telling in the log itself that a key begins."""

import itertools

from sqlalchemy.orm import Session

from portal.ledger import commands, key_entry, storage
from portal.ledger.entry import BadEntry
from portal.ledger.key_entry import KeyChange
from portal.ledger.keyring import Ring


def announce(session: Session, ring: Ring) -> None:
    """Append an entry for each key but the first that neither the log nor the outbox speaks of."""
    if len(ring.keys) == 1:
        return
    head = storage.head(session)
    known = {vkey for data in storage.key_entries(session) if (vkey := _announced(data, ring))}
    for number, (older, newer) in enumerate(itertools.pairwise(ring.keys), 1):
        ends = [key.until for key in ring.keys[:number] if key.until is not None]
        if newer.verifier.vkey not in known and newer.since is not None:
            change = KeyChange(newer.since, newer.verifier, older.verifier, head.size, head.root, max(ends))
            commands.append_key(session, change)


def _announced(data: bytes, ring: Ring) -> str | None:
    try:
        change = key_entry.parse(data)
    except BadEntry:
        return None
    return change.key.vkey if ring.bears_out(change) else None
