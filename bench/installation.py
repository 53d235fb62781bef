"""A portal to measure: an embedded PostgreSQL with fsync on, the portal and the bare pages behind granian."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.request import urlopen

from alembic import command
from flask import Flask

from portal import clock, create_app
from portal.commandline.database import alembic_config
from portal.pilot import addresses
from portal.pilot.installation import CONNECTIONS
from portal.pilot.postgres import EmbeddedPostgres
from portal.procedures import commands as procedures
from portal.procedures import sources
from portal.settings import ROOT, Settings
from portal.synonyms import commands as synonyms
from portal.synonyms import source as synonyms_file
from portal.transaction import unit_of_work
from portal.units import commands as units

WORKERS = 2
READY_SECONDS = 60
NEVER = "1000000000"

Name = TypeVar("Name", str, int)


@dataclass(frozen=True, slots=True)
class Bench:
    """What there is to measure."""

    app: Flask
    settings: Settings
    portal: tuple[str, int]
    bare: tuple[str, int]
    portal_process: int
    bare_process: int
    environment: dict[str, str]


@contextmanager
def installed() -> Iterator[Bench]:
    """A portal with units and procedures in a folder of its own, gone afterwards."""
    with side_by_side([""]) as benches:
        yield benches[""]


@contextmanager
def side_by_side(names: Iterable[Name], folder: Path | None = None) -> Iterator[dict[Name, Bench]]:
    """One portal for each name, with a database of its own on the same server, under the same keys, so that what is
    measured of one can be measured of another in turn. A `folder` that is named stays, and what is in it is used again.
    """
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hai-dang-bench-")))
        server = EmbeddedPostgres(place / "postgres")
        server.start()
        stack.callback(server.stop)
        found: dict[Name, Bench] = {}
        for name in names:
            instance = place / f"instance{name}"
            if found and not instance.exists():
                shutil.copytree(next(iter(found.values())).settings.instance / "keys", instance / "keys")
            server.create_database(f"portal{name}")
            found[name] = stack.enter_context(_serving(instance, server.url(f"portal{name}")))
        yield found


def prepared(instance: Path, url: str) -> tuple[Flask, Settings]:
    """A portal with units and procedures that nobody serves yet."""
    settings = Settings(instance=instance, database_url=url, port=addresses.free_port())
    app = create_app(settings)
    command.upgrade(alembic_config(settings.sqlalchemy_url), "head")
    with app.app_context(), unit_of_work() as session:
        units.load(session)
        procedures.load(session, [sources.CATALOGUE], at=clock.now())
        synonyms.load(session, synonyms_file.read(), at=clock.now())
    return app, settings


@contextmanager
def _serving(instance: Path, url: str) -> Iterator[Bench]:
    app, settings = prepared(instance, url)
    bare_port = addresses.free_port()
    environment = os.environ | {
        "INSTANCE": str(instance),
        "DATABASE_URL": url,
        "PORT": str(settings.port),
        "PORTAL_TRACK_ATTEMPTS_PER_HOUR": NEVER,
    }
    processes = [_portal(settings.port, environment), _granian("granian", "bench.plain:app", bare_port, environment)]
    try:
        _wait(f"http://127.0.0.1:{settings.port}/healthz")
        _wait(f"http://127.0.0.1:{bare_port}/hello")
        pids = [process.pid for process in processes]
        portal, bare = ("127.0.0.1", settings.port), ("127.0.0.1", bare_port)
        yield Bench(app, settings, portal, bare, pids[0], pids[1], environment)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(40)


def _portal(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return _granian("portal.serving", "wsgi:app", port, environment)


THREAD_EACH = ("--blocking-threads", str(CONNECTIONS), "--backpressure", str(CONNECTIONS))


def _granian(
    module: str, target: str, port: int, environment: dict[str, str], threads: Sequence[str] = THREAD_EACH
) -> subprocess.Popen[bytes]:
    arguments = ["--interface", "wsgi", "--http", "1", "--no-ws", "--host", "127.0.0.1", "--port", str(port)]
    arguments += ["--workers", str(WORKERS), *threads, "--workers-kill-timeout", "10"]
    command_line = [sys.executable, "-m", module, *arguments, target]
    return subprocess.Popen(command_line, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


@contextmanager
def another(bench: Bench, target: str, threads: Sequence[str]) -> Iterator[tuple[tuple[str, int], int]]:
    """Another server over the same portal: where it answers, and its process."""
    port = addresses.free_port()
    process = _granian("portal.serving", target, port, bench.environment, threads)
    try:
        _wait(f"http://127.0.0.1:{port}/readyz")
        yield ("127.0.0.1", port), process.pid
    finally:
        process.terminate()
        process.wait(40)


def seconds_to_first_answer(bench: Bench) -> tuple[float, float]:
    """Of another server of this portal, from nothing to a page: by the clock, and of processors."""
    port = addresses.free_port()
    started = time.monotonic()
    process = _portal(port, bench.environment)
    try:
        _wait(f"http://127.0.0.1:{port}/ledger")
        return time.monotonic() - started, sum(map(_worked, [process.pid, *children(process.pid)]))
    finally:
        process.terminate()
        process.wait(40)


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of one process: what it takes of the machine (pages that several have, each its part), and what it sees."""

    share: int
    resident: int


def largest_memory(process: int) -> Memory:
    """Of the processes that this server has begun the one that takes most."""
    return max(map(_memory, children(process)), key=lambda memory: memory.share)


def children(process: int) -> list[int]:
    return list(map(int, Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()))


def _worked(process: int) -> float:
    """Seconds of processor that it has had so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> Memory:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
    sizes = {name: int(value.split()[0]) * 1024 for name, value in (line.split(":", 1) for line in lines)}
    return Memory(share=sizes["Pss"], resident=sizes["Rss"])


def _wait(address: str) -> None:
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            urlopen(address, timeout=5).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
