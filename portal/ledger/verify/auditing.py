"""The audit itself: from a signed checkpoint to the entries, and back to its root."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from portal.ledger import note, tiles, tree
from portal.ledger.rows import REFERENCE
from portal.ledger.tiles import WIDTH, BadTile, Tile
from portal.ledger.tree import NotProven
from portal.ledger.verify import bundles, downloads
from portal.ledger.verify.bounds import Bounds
from portal.ledger.verify.bundles import Bundle
from portal.ledger.verify.downloads import Outcome, Part
from portal.ledger.verify.findings import MOST_SHOWN, Finding, NotSound, Report
from portal.ledger.verify.forest import Computed
from portal.ledger.verify.signatures import NO_KEY, Opened, Trust, TrustNobody
from portal.ledger.verify.sources import NotThere, Source, Stopped, TooLong, Unreadable
from portal.ledger.verify.state import State

FOLD_AFTER = 32
"""Bundles that are read before their chains are followed."""
SAVE_AFTER = 20_000
"""Dossiers that have moved on before that is kept: a few seconds of work."""
MOST_IN_VAIN = 20
"""Tiles that are not there or cannot be read, each of them asked for again and again, before the audit ends."""


class CouldNotTell(Exception):
    """Without this there is nothing to say about the log."""


@dataclass(frozen=True, slots=True)
class Auditor:
    """Who audits, and with what."""

    source: Source
    trust: Trust
    state: State
    now: Callable[[], datetime]
    tell: Callable[[int, int], None] = lambda _done, _size: None
    look: Callable[[int, Bundle], None] = lambda _first, _bundle: None
    connections: int = 8
    stop: threading.Event = field(default_factory=threading.Event)

    def audit(self, *, since: Sequence[Opened] = ()) -> Report:
        """Everything new since the state was kept, and everything where there is none."""
        report = Report(self.source.name, known=self.state.known_findings())
        started = time.perf_counter()
        run = _Audit(self, report)
        try:
            run.run(since)
        except NotSound as stop:
            run.found.append(stop.finding)
        except CouldNotTell as stop:
            report.unread.append(str(stop))
        report.add(self.state.keep(run.found))
        if isinstance(self.trust, TrustNobody):
            report.unread.append(NO_KEY)
        report.seconds = time.perf_counter() - started
        return report


class _Audit:
    """One run of it."""

    def __init__(self, auditor: Auditor, report: Report) -> None:
        self.source, self.trust, self.state = auditor.source, auditor.trust, auditor.state
        self.auditor, self.report = auditor, report
        self.found: list[Finding] = []
        self._in_vain = 0
        self._folding: list[tuple[int, Bundle, int]] = []

    def run(self, since: Sequence[Opened]) -> None:
        asked_at = self.auditor.now()
        new = self._checkpoint()
        self._held_against(new, since)
        self.state.remember(new.checkpoint, new.data, asked_at)
        self.bounds = Bounds([*self.state.moments(), *_cosigned(since, asked_at)])
        passed = self.state.forest.size
        try:
            self._grow(new, since)
            self._behind(new, [one for one in since if one.checkpoint.size < passed])
            self._upper_tiles()
        except (Stopped, CouldNotTell, NotSound):
            self._keep()
            raise
        self._keep(verified=new.checkpoint.size)
        self.state.was([(new.checkpoint.size, asked_at), *_cosigned([new, *since], asked_at)])

    # --- The checkpoint ------------------------------------------------------------------------------------------

    def _checkpoint(self) -> Opened:
        try:
            data = self.source.read("checkpoint", note.MAX_NOTE_BYTES)
        except (Unreadable, NotThere) as error:
            raise CouldNotTell(str(error)) from error
        except TooLong as error:
            raise NotSound(Finding("signature", str(error))) from error
        new = self.trust.open(data)
        report, checkpoint = self.report, new.checkpoint
        report.origin, report.size, report.root = checkpoint.origin, checkpoint.size, checkpoint.root
        report.checkpoint, report.signers = data, new.signers
        report.cosigners = tuple(one.name for one in new.cosigned)
        return new

    def _held_against(self, new: Opened, since: Sequence[Opened]) -> None:
        """What can be said before a single entry is read."""
        checkpoint = new.checkpoint
        known = self.state.origin
        if known not in (None, checkpoint.origin):
            raise NotSound(Finding("other_log", f"the state is of the log {known!r}, not of {checkpoint.origin!r}"))
        older = [(one.checkpoint.size, one.checkpoint.root, one.data) for one in since]
        for size, root, data in [*self.state.checkpoints(), *older]:
            if size == checkpoint.size and root != checkpoint.root:
                self._evidence(new.data, data)
                raise NotSound(Finding("forked", f"two checkpoints of {size} entries are signed, with different roots"))
            if size > checkpoint.size:
                self._evidence(new.data, data)
                words = f"a checkpoint of {size} entries was signed before; now there are {checkpoint.size}"
                raise NotSound(Finding("went_back", words))

    def _evidence(self, new: bytes, old: bytes) -> None:
        """Both signed checkpoints, in the report and beside the state: they prove it to anybody."""
        self.report.against = old
        if self.state.path is None:
            return
        for data in (new, old):
            checkpoint = note.parse_checkpoint(note.parse(data).text)
            name = f"{self.state.path.name}.{checkpoint.size}-{checkpoint.root.hex()[:8]}.checkpoint"
            file = self.state.path.with_name(name)
            try:
                file.write_bytes(data)
            except OSError as error:
                self.report.unread.append(f"evidence could not be kept: {file}: {error.strerror}")
            else:
                if str(file) not in self.report.evidence:
                    self.report.evidence.append(str(file))

    # --- The entries ---------------------------------------------------------------------------------------------

    def _grow(self, new: Opened, since: Sequence[Opened]) -> None:
        size = new.checkpoint.size
        self._roots = {size: (root, data) for size, root, data in self.state.checkpoints()}
        self._roots |= {one.checkpoint.size: (one.checkpoint.root, one.data) for one in since}
        self._new = new
        self._compare_root()
        wanted = downloads.wanted(self.state.forest.size, size) if self.state.forest.size < size else ()
        self.auditor.tell(self.state.forest.size, size)
        with closing(downloads.parts(self.source, wanted, connections=self.auditor.connections)) as parts:
            for part in parts:
                self._take(part)
                self.auditor.tell(self.state.forest.size, size)
                if len(self._folding) >= FOLD_AFTER:
                    self._fold()
                if self.auditor.stop.is_set():
                    raise Stopped

    def _take(self, part: Part) -> None:
        tile = Tile(None, part.number, part.width)
        try:
            bundle = bundles.read(self._bundle(part.entries), part.width)
        except BadTile as error:
            raise NotSound(Finding("bundle", f"tile/{tiles.render(tile)}: {error}")) from error
        forest = self.state.forest
        old, first = forest.size % WIDTH, part.number * WIDTH
        if bundle.hashes[:old] != forest.rows[0]:
            changed = next(i for i, one in enumerate(forest.rows[0]) if bundle.hashes[i] != one)
            raise self._no_longer(
                Finding("changed", f"entry {first + changed} was another one before", first + changed)
            )
        self._say_what_is_in(bundle, first, old)
        self.auditor.look(first, bundle)
        self._compare_tile(Computed(Tile(0, part.number, part.width), b"".join(bundle.hashes)), part.hashes)
        completed = self._plant(bundle, first, old)
        self._folding.append((first, bundle, old))
        self.report.read += len(bundle.hashes) - old
        for computed in completed:
            self._compare_tile(computed, downloads.read_tile(self.source, computed.tile))

    def _say_what_is_in(self, bundle: Bundle, first: int, old: int) -> None:
        for offset, reason in bundle.bad.items():
            if offset >= old:
                self.found.append(Finding("entry", f"entry {first + offset}: {reason}", first + offset))
        for offset, change in bundle.keys.items():
            if offset >= old:
                self.report.keys = [*self.report.keys, (first + offset, change)][:MOST_SHOWN]

    def _plant(self, bundle: Bundle, first: int, old: int) -> list[Computed]:
        """Let the tree grow by the bundle, stopping at each size of which a signed root is known; full tiles above."""
        forest = self.state.forest
        end = first + len(bundle.hashes)
        stops = sorted(size for size in self._roots if first + old < size < end)
        if not stops and not old and bundle.root is not None:
            completed = forest.add_full(bundle.hashes, bundle.root)
        else:
            completed = []
            for start, stop in zip([first + old, *stops], [*stops, end], strict=True):
                completed += forest.add(bundle.hashes[start - first : stop - first])
                self._compare_root()
        self._compare_root()
        return completed

    def _compare_root(self) -> None:
        known = self._roots.get(self.state.forest.size)
        if known is None or known[0] == self.state.forest.root():
            return
        size, new = self.state.forest.size, self._new.checkpoint
        if size == new.size:
            raise self._no_longer(Finding("root", f"the {size} entries do not give the root that is signed"))
        self._evidence(self._new.data, known[1])
        words = f"the first {size} entries are not those of which a checkpoint was signed before"
        raise self._no_longer(Finding("forked", words))

    def _no_longer(self, finding: Finding) -> NotSound:
        """What was read so far may be worth nothing: the next audit begins anew, with every signed checkpoint seen."""
        self._folding.clear()
        self.state.begin_anew()
        return NotSound(finding)

    def _behind(self, new: Opened, passed: Iterable[Opened]) -> None:
        """Older checkpoints of sizes that were passed in earlier audits: proven consistent by a few tiles."""
        size, root = new.checkpoint.size, new.checkpoint.root
        for one in passed:
            old = one.checkpoint
            try:
                proof = self._consistency(old.size, size)
                if proof is not None:
                    tree.verify_consistency(old.size, size, old.root, root, proof)
            except (NotProven, BadTile) as error:
                self._evidence(new.data, one.data)
                words = f"the log does not continue the checkpoint of {old.size} entries: {error}"
                raise NotSound(Finding("forked", words)) from error

    def _consistency(self, old: int, size: int) -> list[bytes] | None:
        """The proof out of the tiles that are served; None where one is not, which is kept in mind."""
        hashes: dict[tuple[int, int], list[bytes]] = {}
        for tile in tiles.tiles_for(tree.consistency_ranges(old, size), size):
            data = self._served(tile, downloads.read_tile(self.source, tile))
            if data is None:
                return None
            hashes[tile.level or 0, tile.number] = tiles.parse_hashes(data, tile.width)
        return tree.consistency_proof(old, size, tiles.nodes_from(lambda level, number: hashes[level, number]))

    # --- Tiles ---------------------------------------------------------------------------------------------------

    def _upper_tiles(self) -> None:
        for computed in self.state.forest.partials():
            self._compare_tile(computed, downloads.read_tile(self.source, computed.tile))

    def _compare_tile(self, computed: Computed, outcome: Outcome) -> None:
        served = self._served(computed.tile, outcome)
        if served is not None and served != computed.hashes:
            self.found.append(Finding("tile", f"tile/{tiles.render(computed.tile)} is not that of the entries"))

    def _served(self, tile: Tile, outcome: Outcome) -> bytes | None:
        """The bytes of a tile of hashes; None where there are none, which is kept in mind."""
        if isinstance(outcome, bytes):
            return outcome
        self._in_vain += 1
        if isinstance(outcome, Unreadable):
            self.report.unread.append(str(outcome))
            if self._in_vain > MOST_IN_VAIN:
                raise CouldNotTell("so much cannot be read that there is no point in going on")
            return None
        finding = Finding("missing" if isinstance(outcome, NotThere) else "tile", str(outcome))
        if self._in_vain > MOST_IN_VAIN:
            raise NotSound(finding)
        self.found.append(finding)
        return None

    def _bundle(self, outcome: Outcome) -> bytes:
        if isinstance(outcome, bytes):
            return outcome
        if isinstance(outcome, Unreadable):
            raise CouldNotTell(str(outcome))
        raise NotSound(Finding("missing" if isinstance(outcome, NotThere) else "bundle", str(outcome)))

    # --- Keeping -------------------------------------------------------------------------------------------------

    def _fold(self) -> None:
        """Follow the dossiers' chains through what was read; keep it now and then."""
        state = self.state
        state.bring(row[REFERENCE] for _, bundle, _ in self._folding for row in bundle.rows)
        for first, bundle, old in self._folding:
            self.found += state.chains.fold(first + old, bundle.rows[old:], bundle.hashes[old:], self.bounds)
        self._folding.clear()
        if len(state.chains.changed) > SAVE_AFTER:
            self._keep()

    def _keep(self, *, verified: int | None = None) -> None:
        """Keep how far the audit is, in one step."""
        if self._folding:
            self._fold()
        state = self.state
        self.report.add(state.save(self.found, verified=verified))
        self.found.clear()


def _cosigned(opened: Sequence[Opened], now: datetime) -> list[tuple[int, datetime]]:
    """When witnesses saw these; a time to come says nothing."""
    times = [(one.checkpoint.size, one.cosigned_at) for one in opened]
    return [(size, at) for size, at in times if at is not None and at <= now]
