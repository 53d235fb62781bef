"""The whole log, recomputed from its stored entries and held against everything that was ever signed or derived."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.ledger import entry, intake, key_entry, storage
from portal.ledger.commitment import BadOpening
from portal.ledger.entry import BadEntry
from portal.ledger.keyring import Ring
from portal.ledger.note import BadNote, Checkpoint
from portal.ledger.storage import SignedCheckpoint
from portal.ledger.tiles import FullTile, Growth
from portal.ledger.tree import leaf_hash

MOST_FINDINGS = 100
REST_ROWS = storage.READ_ROWS


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be: a stable word and where."""

    code: str
    where: str


@dataclass(frozen=True, slots=True)
class Report:
    size: int
    checkpoints: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        return not self.findings


def audit(
    session: Session, *, ring: Ring, handed_out: Checkpoint | None, rest: Callable[[], None] | None = None
) -> Report:
    """Recompute everything, in bounded memory. Stops after a hundred findings: the log is not sound anyway.

    `rest` is called every few thousand entries: whoever has other work waits there.
    """
    head = storage.head(session)
    signed = [row for row in storage.signed_checkpoints(session) if row.size <= head.size]
    findings: list[Finding] = []
    work = _Audit(session, head=head, signed=signed, ring=ring, handed_out=handed_out, rest=rest or (lambda: None))
    for found in work.findings():
        findings.append(found)
        if len(findings) >= MOST_FINDINGS:
            break
    return Report(head.size, len(signed), tuple(findings))


class _Audit:
    def __init__(
        self,
        session: Session,
        *,
        head: storage.Head,
        signed: Sequence[SignedCheckpoint],
        ring: Ring,
        handed_out: Checkpoint | None,
        rest: Callable[[], None],
    ) -> None:
        self._session, self._head, self._signed = session, head, signed
        self._ring, self._handed_out, self._rest = ring, handed_out, rest
        self._roots = {row.size: row.root for row in signed}
        self._announced: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        wanted = {self._head.size: self._head.root} | self._roots
        if self._handed_out is not None:
            yield from self._remembered(self._handed_out, wanted)
        elif self._head.published:
            yield Finding("handed_out_missing", f"published {self._head.published}")
        if self._roots.get(self._head.size) != self._head.root:
            yield Finding("head_not_signed", f"size {self._head.size}")
        yield from self._signatures()
        yield from self._tree(wanted)
        yield from self._openings()
        yield from self._announcements()

    def _remembered(self, handed_out: Checkpoint, wanted: dict[int, bytes]) -> Iterator[Finding]:
        if handed_out.size > self._head.size:
            yield Finding("handed_out_ahead", f"handed out {handed_out.size}, stored {self._head.size}")
        if wanted.setdefault(handed_out.size, handed_out.root) != handed_out.root:
            yield Finding("handed_out_differs", f"size {handed_out.size}")

    def _signatures(self) -> Iterator[Finding]:
        """Each by a key that signed at its instant: a key that had ended by then is no longer believed."""
        for size, root, data, at in self._signed:
            try:
                checkpoint = self._ring.open(data, at=at)
            except BadNote:
                yield Finding("checkpoint_signature", f"size {size}")
                continue
            if (checkpoint.size, checkpoint.root) != (size, root):
                yield Finding("checkpoint_text", f"size {size}")

    def _tree(self, wanted: dict[int, bytes]) -> Iterator[Finding]:
        growth = Growth()
        if wanted.get(0, growth.root()) != growth.root():
            yield Finding("root", "size 0")
        for position, data, unit, procedure in storage.entries(self._session, 0, self._head.size):
            if position != growth.size:
                break
            yield from self._entry(position, data, (unit, procedure))
            full = growth.extend([leaf_hash(data)])
            yield from self._tiles(full)
            root = wanted.get(growth.size)
            if root is not None and root != growth.root():
                yield Finding("root", f"size {growth.size}")
            if not growth.size % REST_ROWS:
                self._rest()
        if growth.size != self._head.size:
            yield Finding("entry_missing", f"position {growth.size}")

    def _entry(self, position: int, data: bytes, columns: tuple[str | None, str | None]) -> Iterator[Finding]:
        expected: tuple[str | None, str | None] = (None, None)
        try:
            if key_entry.is_key(data):
                yield from self._key(position, key_entry.parse(data))
            elif not entry.is_sealed(data):
                act = entry.members(data)
                expected = (act.unit, act.procedure)
        except BadEntry:
            yield Finding("entry_unreadable", f"position {position}")
            return
        if columns != expected:
            yield Finding("entry_columns", f"position {position}")

    def _key(self, position: int, change: key_entry.KeyChange) -> Iterator[Finding]:
        self._announced.add(change.key.vkey)
        before = self._roots.get(change.size)
        if not self._ring.bears_out(change) or change.size > position or before != change.root:
            yield Finding("key_entry", f"position {position}")

    def _tiles(self, full: list[FullTile]) -> Iterator[Finding]:
        for tile in full:
            stored = next(storage.full_tiles(self._session, tile.level, tile.number, tile.number + 1), None)
            if stored != tile:
                yield Finding("tile", f"{tile.level}/{tile.number}")

    def _openings(self) -> Iterator[Finding]:
        for position, sealed, opening in storage.openings(self._session):
            try:
                intake.opened(sealed, opening)
            except (BadEntry, BadOpening):
                yield Finding("opening", f"position {position}")

    def _announcements(self) -> Iterator[Finding]:
        """Every key but the first begins in the log itself."""
        for key in self._ring.keys[1:]:
            if key.verifier.vkey not in self._announced:
                yield Finding("key_not_announced", key.verifier.key_id.hex())
