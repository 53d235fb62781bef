"""What other packages do with the ledger: append an act; erase what a sealed dossier's entries stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.errors import Refused
from portal.ledger import commitment, entry, key_entry, projection, tree
from portal.ledger.entry import Act
from portal.ledger.key_entry import KeyChange

CHANNEL = "ledger_outbox"
"""The NOTIFY channel that wakes the publisher."""

_APPEND = text(
    "with written as (insert into ledger_outbox (at, entry, opening) values (:at, :entry, :opening) returning id) "
    "select pg_notify('ledger_outbox', '') from written"
)
_ERASE = text(
    "with gone as (delete from ledger_dossier where reference = :reference "
    "              returning positions, filed_on, received_at, resolved_at, returned_at, due_at), "
    "erased as (update ledger_opening set opening = null from gone "
    "           where ledger_opening.position = any(gone.positions) returning ledger_opening.position) "
    "select (select count(*) from erased) as entries, "
    "       filed_on, received_at, resolved_at, returned_at, due_at from gone"
)


@dataclass(frozen=True, slots=True)
class Appended:
    """The entry as it will stand in the log, before it has a position: both are final."""

    leaf_hash: bytes
    entry: bytes


def append(session: Session, *, act: Act, private: Mapping[str, Any], secret: bytes, sealed: bool) -> Appended:
    """Write the act's entry to the outbox, in the transaction of the act itself.

    `private` are the named values that the entry commits to and does not show; `secret` is the dossier's. A sealed
    entry shows its day alone; the one it stands for is kept beside the log. Raises `BadEntry` or `NotCanonical`
    for what has no place in the log: a fault of the caller, not of a person.
    """
    inner = entry.render(act, commitment.commit(private, secret=secret, n=act.n))
    shown, opening = (inner, None) if not sealed else _sealed(act, inner, secret)
    session.execute(_APPEND, {"at": act.at, "entry": shown, "opening": opening})
    return Appended(tree.leaf_hash(shown), shown)


def append_key(session: Session, change: KeyChange) -> None:
    """Write the log's entry about a key of its own to the outbox."""
    session.execute(_APPEND, {"at": change.at, "entry": key_entry.render(change), "opening": None})


def _sealed(act: Act, inner: bytes, secret: bytes) -> tuple[bytes, bytes]:
    fields = {commitment.SEALED_FIELD: inner.decode()}
    outer = commitment.commit(fields, secret=secret, n=act.n, purpose=commitment.SEALED)
    opening = commitment.open_fields(fields, show=fields.keys(), secret=secret, n=act.n, purpose=commitment.SEALED)
    return entry.render_sealed(clock.local_day(act.at), outer), opening.render()


def erase(session: Session, *, reference: str) -> int:
    """Erase what the sealed entries of this dossier stand for, and its row in the lists; how many were erased.

    The log itself is untouched: its sealed entries can no longer be opened by the portal. Nothing records which
    dossier it was. A dossier that is not sealed has nothing to erase here: its entries show nobody.

    Refused("lists_behind") while entries wait to be listed: whose they are is not known before.
    """
    if session.execute(text("select listed < size from ledger_head")).scalar_one():
        raise Refused("lists_behind")
    if not session.execute(text("select sealed from ledger_dossier where reference = :r"), {"r": reference}).scalar():
        return 0
    row = session.execute(_ERASE, {"reference": reference}).one()
    projection.uncount(session, row)
    return int(row.entries)
