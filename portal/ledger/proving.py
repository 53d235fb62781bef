"""From the log to a proof file: the leaf where it lies, its place in the tree as it was handed out.

The checkpoint is the newest that had its quorum of witnesses; for an act since then, the newest of all.
"""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from portal.ledger import commitment, entry, log
from portal.ledger.proof_file import Proof, Receipt
from portal.reading import read


@dataclass(frozen=True, slots=True)
class Leaf:
    """An act's bytes in the log, or still in the outbox. `position` None: no checkpoint has it yet."""

    data: bytes
    opening: bytes | None
    position: int | None

    @property
    def receipt(self) -> Receipt:
        """What anybody may have of it."""
        return Receipt(self.data, None if self.opening is None else commitment.parse_opening(self.opening))


def leaf(session: Session, reference: str, leaf_hash: bytes) -> Leaf | None:
    """The leaf of this hash among the dossier's; None where the lists have erased the dossier."""
    rows = read(session, _LEAF, {"reference": reference, "leaf": leaf_hash})
    return Leaf(*rows[0]) if rows else None


def proof(session: Session, position: int, receipt: Receipt) -> Proof | None:
    """The proof of this receipt in the published tree; None where its leaf is not there yet."""
    found = log.proven(session, position, by_witnesses=True)
    if found is None:
        return None
    if found.entry.data != receipt.entry:
        raise ValueError(f"the leaf at {position} is another")
    return Proof(receipt, position, found.proof, found.head.note)


def public_proof(session: Session, position: int) -> Proof | None:
    """The proof of the act at this position without anything private; None where there is no act.

    What opens a sealed leaf is in it while that is lawful.
    """
    found = log.proven(session, position, by_witnesses=True)
    if found is None or (found.entry.act is None and not found.entry.sealed):
        return None
    made = Proof(Receipt(found.entry.data), position, found.proof, found.head.note)
    kept = log.opening(session, position) if entry.is_sealed(found.entry.data) else None
    if kept is None or kept[1] is None:
        return made
    return replace(made, receipt=Leaf(kept[0], kept[1], position).receipt)


_LEAF = """
select e.entry, o.opening, case when e.position < h.published then e.position end
  from ledger_dossier d
 cross join ledger_head h
 cross join lateral (
         select unnest(d.positions) as position
          union select f.position from ledger_fault f where f.reference = d.reference and f.position is not null) as p
  join ledger_entry e on e.position = p.position
  left join ledger_opening o on o.position = p.position
 where d.reference = %(reference)s and sha256('\\x00'::bytea || e.entry) = %(leaf)s
union all
select entry, opening, null from ledger_outbox where sha256('\\x00'::bytea || entry) = %(leaf)s
 limit 1
"""
