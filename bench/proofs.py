"""Inclusion proofs out of a long log: each position for the first time after a cold start, and once more."""

import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

from alembic import command
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from portal.commandline.database import alembic_config
from portal.ledger import entry, log, note, storage, tree
from portal.ledger.entry import Act
from portal.ledger.note import Checkpoint, KeySigner
from portal.ledger.tiles import Growth
from portal.pilot.postgres import EmbeddedPostgres
from portal.settings import Settings
from portal.transaction import unit_of_work

COLD_TARGET, WARM_TARGET = 10.0, 3.0
ASKED = 1000
STATEMENTS = 3
BATCH = 65_536
AT = datetime(2020, 6, 15, 2, 30, tzinfo=UTC)
SIGNER = KeySigner("bench.test/long", sha256(b"bench").digest())
UNIT, PROCEDURE = "H06.31.01", "1.001193"


def show(entries: int) -> None:
    with TemporaryDirectory(prefix="hai-dang-bench-") as folder:
        data = Path(folder) / "postgres"
        with _server(data) as server:
            server.create_database("long")
            settings = Settings(instance=Path(folder) / "instance", database_url=server.url("long"))
            command.upgrade(alembic_config(settings.sqlalchemy_url), "head")
            started = time.perf_counter()
            with _engine(server) as engine, Session(engine) as session:
                _fill(session, entries)
            print(f"  a log of {entries:,} entries, written in {time.perf_counter() - started:,.0f} s", flush=True)
        _forget(data)
        chance = random.Random(12)
        positions = [chance.randrange(entries) for _number in range(ASKED)]
        with _server(data) as server, _engine(server) as engine:
            _say("cold", [_asked(engine, position) for position in positions], COLD_TARGET)
            _say("warm", [_asked(engine, position) for position in positions], WARM_TARGET)


class Took(NamedTuple):
    """Milliseconds of a proof by the clock and of this process, and of as many statements that read nothing."""

    proof: float
    own: float
    nothing: float


def _asked(engine: Engine, position: int) -> Took:
    started, worked = time.perf_counter(), time.process_time()
    with Session(engine) as session:
        found = log.proven(session, position)
    own, proof = time.process_time() - worked, time.perf_counter() - started
    if found is None:
        raise RuntimeError(f"no proof of {position}")
    tree.verify_inclusion(found.entry.leaf_hash, position, found.head.size, found.proof, found.head.root)
    started = time.perf_counter()
    with Session(engine) as session:
        for _statement in range(STATEMENTS):
            session.connection().exec_driver_sql("select 1").all()
    return Took(proof * 1000, own * 1000, (time.perf_counter() - started) * 1000)


def _say(how: str, took: Sequence[Took], target: float) -> None:
    """The clock says how busy the machine is, too: what reads nothing is there to be held beside it."""
    proof, own, nothing = (quantiles(each, n=100, method="inclusive") for each in zip(*took, strict=True))
    verdict = "met" if proof[98] <= target else f"missed by {proof[98] / target - 1:.0%}"
    print(
        f"{f'inclusion proof, {how}':26} p50 {proof[49]:.1f} ms ({own[49]:.1f} of it in Python), "
        f"p99 {proof[98]:.1f} ms of {len(took)}; "
        f"statements that read nothing: p50 {nothing[49]:.1f}, p99 {nothing[98]:.1f}; "
        f"target {target:.0f} ms: {verdict}",
        flush=True,
    )


# --- A long log --------------------------------------------------------------------------------------------------


def _fill(session: Session, count: int) -> None:
    """The rows that a publisher would have written, without the way to them: each entry begins a dossier."""
    growth, head = Growth(), storage.head(session)
    before, after = _form()
    for low in range(0, count, BATCH):
        entries = [b"%b%010d%b" % (before, number, after) for number in range(low, min(low + BATCH, count))]
        with unit_of_work(session):
            storage.write_entries(session, ((low + i, data, UNIT, PROCEDURE) for i, data in enumerate(entries)))
            storage.write_tiles(session, growth.extend(map(tree.leaf_hash, entries)))
    signed = Checkpoint(SIGNER.verifier.name, growth.size, growth.root())
    with unit_of_work(session):
        storage.write_checkpoint(session, signed, note.sign(signed.render(), [SIGNER]).encode(), at=AT)
        storage.swap_head(session, old=head, size=growth.size, root=growth.root())
        storage.mark_published(session, growth.size)
        session.connection().exec_driver_sql("analyze")


def _form() -> tuple[bytes, bytes]:
    """An entry, before and after the ten digits of its serial."""
    serial = "0" * 10
    act = Act(0, None, "filed", AT, f"{UNIT}-200615-{serial}", PROCEDURE, 1, UNIT, None, "online", None, None, None)
    before, found, after = entry.render(act, sha256(b"bench").digest()).partition(serial.encode())
    if not found:
        raise ValueError("an entry without its serial")
    return before, after


@contextmanager
def _server(folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def _engine(server: EmbeddedPostgres) -> Iterator[Engine]:
    engine = create_engine(server.url("long").replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        yield engine
    finally:
        engine.dispose()


def _forget(folder: Path) -> None:
    """Have the system let go of the server's files, as far as it will: the next read is one of the disk."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
