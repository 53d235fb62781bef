"""What should never be: kept where operators and the public see it, and told loudly in the log.

An entry that does not continue its dossier's chain gets its position like every other: whoever filed it was promised
that it would be in the log. It changes no list (see `portal.ledger.standing`). An outbox row that is no entry at all
was promised to nobody: it is kept here instead of in the log. Neither stops the entries after it.
docs/decisions/ledger-publisher.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import logs
from portal.ledger.projection import ChainFault
from portal.ledger.storage import Pending

CHAIN = "chain"
UNREADABLE = "unreadable"

log = logs.logger("portal.ledger.faults")

_KEEP = text(
    "insert into ledger_fault (at, kind, position, reference, entry) values (:at, :kind, :position, :reference, :entry)"
)


@dataclass(frozen=True, slots=True)
class Fault:
    at: datetime
    kind: str
    position: int | None
    reference: str | None


def keep_broken(session: Session, broken: Sequence[ChainFault], *, at: datetime) -> None:
    for fault in broken:
        log.critical("ledger_chain_broken", position=fault.position, reference=fault.reference)
        row = {"at": at, "kind": CHAIN, "position": fault.position, "reference": fault.reference, "entry": None}
        session.execute(_KEEP, row)


def keep_unreadable(session: Session, unreadable: Sequence[Pending], *, at: datetime) -> None:
    for pending in unreadable:
        log.critical("ledger_row_unreadable", sha256=sha256(pending.entry).hexdigest())
        row = {"at": at, "kind": UNREADABLE, "position": None, "reference": None, "entry": pending.entry}
        session.execute(_KEEP, row)


def all_of_them(session: Session, *, most: int = 1000) -> list[Fault]:
    """The faults, newest first."""
    rows = session.execute(
        text("select at, kind, position, reference from ledger_fault order by id desc limit :most"), {"most": most}
    )
    return [Fault(*row) for row in rows]
