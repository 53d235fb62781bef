"""The ledger's own rows: publishing beside COPY, an audit beside raw leaf hashing, an act's way into a checkpoint."""

import gc
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from statistics import median, quantiles

import psycopg
from sqlalchemy import text

from bench.installation import Bench
from bench.lives import Lives
from portal.extensions import db
from portal.ledger import note, tiles, tree
from portal.ledger.note import Checkpoint, KeySigner
from portal.ledger.publisher import Publisher
from portal.ledger.tiles import Growth, Tile
from portal.ledger.verify import bundles, downloads, signatures
from portal.ledger.verify.__main__ import CYCLES
from portal.ledger.verify.auditing import Auditor
from portal.ledger.verify.forest import Forest
from portal.ledger.verify.sources import NotThere
from portal.ledger.verify.state import State

PUBLISH_TARGET, AUDIT_TARGET, SECONDS_TARGET = 0.30, 0.40, 5.0
ENTRIES, COPIED_ROWS = 20_000, 1000
SAMPLES = 60
SIGNER = KeySigner("bench.test/ledger", sha256(b"bench").digest())


@dataclass(frozen=True, slots=True)
class Ratio:
    """Medians of entries a second, of the row and of its limit taken in turn, and the ratios of the rounds."""

    name: str
    limit_name: str
    rate: float
    limit: float
    ratios: tuple[float, ...]
    target: float | None

    def __str__(self) -> str:
        return (
            f"{self.name:26} {self.rate:>10,.0f}/s   {self.limit_name:24} {self.limit:>10,.0f}/s   "
            f"{median(self.ratios):.3f} ({min(self.ratios):.3f}-{max(self.ratios):.3f}){self._verdict}"
        )

    @property
    def _verdict(self) -> str:
        if self.target is None:
            return ""
        ratio = median(self.ratios)
        met = "met" if ratio >= self.target else f"missed by {1 - ratio / self.target:.0%}"
        return f", target {self.target:.2f}: {met}"


def show(bench: Bench, *, entries: int = ENTRIES, rounds: int = 3) -> None:
    lives = Lives(seed=11)
    for row in publishing(bench, lives, entries=entries, rounds=rounds):
        print(row, flush=True)
    print(visible(bench, lives), flush=True)
    for row in auditing(stored_entries(entries), rounds=rounds):
        print(row, flush=True)


# --- Publishing --------------------------------------------------------------------------------------------------


def publishing(bench: Bench, lives: Lives, *, entries: int, rounds: int) -> tuple[Ratio, Ratio]:
    """The way from the outbox to the signed checkpoint that everybody may have, and on into the lists.

    Beside it bare COPYs of the same bytes.
    """
    publisher, signed, listed = Publisher.of(bench.settings), [], []
    try:
        publisher.publish_pending()
        for _round in range(rounds):
            lives.append(db.session(), entries)
            waiting = _waiting()
            limit = entries / timed(partial(_copy, bench.settings.database_url, waiting))
            seconds: list[float] = []
            watching = threading.Thread(target=_until, args=(bench, _published() + entries, seconds))
            watching.start()
            whole = timed(publisher.publish_pending)
            watching.join()
            signed.append((entries / seconds[0], limit))
            listed.append((entries / whole, limit))
    finally:
        publisher.close()
    limit_name = "COPY, 1,000 rows a commit"
    return (
        ratio_of("published", limit_name, signed, PUBLISH_TARGET),
        ratio_of("published and listed", limit_name, listed, None),
    )


def _until(bench: Bench, size: int, seconds: list[float]) -> None:
    """Append how long it takes until a checkpoint of so many entries is handed out, as a reader sees it."""
    started = time.perf_counter()
    with psycopg.connect(bench.settings.database_url, autocommit=True) as connection:
        while True:
            row = connection.execute("select published from ledger_head").fetchone()
            if row is not None and row[0] >= size:
                seconds.append(time.perf_counter() - started)
                return
            time.sleep(0.01)


def _waiting() -> list[bytes]:
    rows = db.session().execute(text("select entry from ledger_outbox order by id")).scalars().all()
    db.session().rollback()
    return [bytes(row) for row in rows]


def _copy(url: str, entries: list[bytes]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop table if exists bench_copy")
        connection.execute("create table bench_copy (position int8 primary key, entry bytea not null)")
        for start in range(0, len(entries), COPIED_ROWS):
            with connection.cursor() as cursor, cursor.copy("copy bench_copy (position, entry) from stdin") as copy:
                for position, data in enumerate(entries[start : start + COPIED_ROWS], start):
                    copy.write_row((position, data))


def visible(bench: Bench, lives: Lives) -> str:
    """How long an act, appended alone, takes until it is in a checkpoint that everybody may have."""
    stop, publisher = threading.Event(), Publisher.of(bench.settings)
    running = threading.Thread(target=publisher.run, args=(stop,))
    running.start()
    seconds: list[float] = []
    try:
        for _sample in range(SAMPLES):
            goal = _published() + 1
            lives.append(db.session(), 1)
            started = time.perf_counter()
            while _published() < goal:
                stop.wait(0.005)
            seconds.append(time.perf_counter() - started)
    finally:
        stop.set()
        running.join(30)
        publisher.close()
    p99 = quantiles(seconds, n=100, method="inclusive")[98]
    verdict = "met" if p99 <= SECONDS_TARGET else f"missed by {p99 / SECONDS_TARGET - 1:.0%}"
    return (
        f"{'act to checkpoint':26} p50 {median(seconds):.2f} s, p99 {p99:.2f} s of {SAMPLES}, "
        f"target {SECONDS_TARGET:.0f} s: {verdict}"
    )


def _published() -> int:
    found = int(db.session().execute(text("select published from ledger_head")).scalar_one())
    db.session().rollback()
    return found


# --- Auditing ----------------------------------------------------------------------------------------------------


def stored_entries(most: int) -> list[bytes]:
    """Entries of the log as it is, from its beginning."""
    rows = db.session().execute(
        text("select entry from ledger_entry where position < :most order by position"), {"most": most}
    )
    found = [bytes(row) for row in rows.scalars()]
    db.session().rollback()
    return found


def auditing(
    entries: list[bytes], *, rounds: int, limit_name: str = "raw leaf hashing", target: float | None = AUDIT_TARGET
) -> tuple[Ratio, Ratio]:
    """A whole audit out of bundles at hand, in one process: tree, every tile, every entry's form, every chain.

    And of that the part that says whether these are the bytes that were signed. By the processor's time: raw hashing
    of a few thousand entries is over in one turn of a crowd, an audit of them is not.
    """
    served = Served(entries)
    tree_alone, whole = [], []
    with _looking_for_cycles_as_the_command_does():
        for _round in range(rounds):
            limit = len(entries) / _worked(lambda: raw_hashing(entries))
            tree_alone.append((len(entries) / _worked(lambda: _tree(served)), limit))
            whole.append((len(entries) / _worked(lambda: _audit(served)), limit))
    return (
        ratio_of("audit, tree and tiles alone", limit_name, tree_alone, None),
        ratio_of("audit, from bundles", limit_name, whole, target),
    )


@contextmanager
def _looking_for_cycles_as_the_command_does() -> Iterator[None]:
    before = gc.get_threshold()
    gc.collect()
    gc.set_threshold(*CYCLES)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def raw_hashing(entries: Iterable[bytes]) -> None:
    for data in entries:
        sha256(b"\x00" + data).digest()


def _tree(served: "Served") -> None:
    """The bundles' bytes to the signed root, holding every full tile of leaf hashes against them on the way."""
    edge = Forest()
    for number, width in downloads.wanted(0, served.size):
        data = served.read(f"tile/{tiles.render(Tile(None, number, width))}", 1 << 30)
        hashes = bundles.leaf_hashes(tiles.parse_bundle(data, width))
        if b"".join(hashes) != served.read(f"tile/{tiles.render(Tile(0, number, width))}", 1 << 30):
            raise RuntimeError("the bench's own tiles")
        if width == tiles.WIDTH:
            edge.add_full(hashes, bundles.root_of_full(hashes))
        else:
            edge.add(hashes)
    if edge.root() != served.root:
        raise RuntimeError("the bench's own tree")


def _audit(served: "Served") -> None:
    state = State(None)
    trust = signatures.of_vkeys([SIGNER.verifier.vkey])
    report = Auditor(served, trust, state, lambda: datetime(2020, 1, 1, tzinfo=UTC), connections=1).audit()
    state.close()
    if report.exit_code or report.size != served.size:
        raise RuntimeError(f"the audit of the bench's own log: {report}")


class Served:
    """A log at hand in memory, under its addresses."""

    name = "memory"

    def __init__(self, entries: list[bytes]) -> None:
        growth = Growth()
        full = growth.extend(map(tree.leaf_hash, entries))
        self.size = len(entries)
        self._files = {f"tile/{tiles.render(Tile(one.level, one.number))}": one.hashes for one in full}
        for level, row in enumerate(growth.partials):
            if row:
                tile = Tile(level, self.size >> (8 * level + 8), len(row))
                self._files[f"tile/{tiles.render(tile)}"] = b"".join(row)
        for start in range(0, self.size, 256):
            part = entries[start : start + 256]
            self._files[f"tile/{tiles.render(Tile(None, start // 256, len(part)))}"] = tiles.render_bundle(part)
        self.root = growth.root()
        checkpoint = Checkpoint(SIGNER.verifier.name, self.size, self.root)
        self._files["checkpoint"] = note.sign(checkpoint.render(), [SIGNER]).encode()

    def read(self, path: str, most: int) -> bytes:
        if path not in self._files:
            raise NotThere(path)
        return self._files[path][: most + 1]


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _worked(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def ratio_of(name: str, limit_name: str, pairs: list[tuple[float, float]], target: float | None) -> Ratio:
    ratios = tuple(rate / limit for rate, limit in pairs)
    rates, limits = zip(*pairs, strict=True)
    return Ratio(name, limit_name, median(rates), median(limits), ratios, target)
