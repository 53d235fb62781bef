"""`script/nightly`: a large log, made by the ordinary commands, published, served, audited from outside over HTTP."""

import argparse
import json
import logging
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import text

from bench import ledger_rows, without_sha
from bench.installation import Bench, installed
from bench.lives import Lives
from portal.extensions import db
from portal.ledger.keys import LogKeys
from portal.ledger.publisher import Publisher
from portal.settings import ROOT

SEED = 20200106
AUDITED_IN_MEMORY = 100_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/nightly", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000, help="how many (1000000)")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same log")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    with installed() as bench, bench.app.app_context():
        return _run(bench, asked.entries, asked.seed)


def _run(bench: Bench, entries: int, seed: int) -> int:
    session = db.session()
    _say("appended", entries, _timed(lambda: Lives(seed).append(session, entries)))
    _say("published", entries, _timed(lambda: _publish(bench)))
    size = session.execute(text("select pg_database_size(current_database())")).scalar_one()
    session.rollback()
    print(f"database: {size / 1e6:,.0f} MB")
    first, code = _audit(bench)
    _say("audited over HTTP", first["entries_read"], first["seconds"])
    print(f"  at most {first['memory'] / 1e6:,.0f} MB of memory")
    second, again = _audit(bench)
    print(f"audited again, nothing new: {second['seconds']:.2f} s, {second['entries_read']} entries read")
    print(f"root: {first['root']}")
    at_hand = ledger_rows.stored_entries(AUDITED_IN_MEMORY)
    for row in ledger_rows.auditing(at_hand, rounds=3):
        print(row)
    without_sha.show(at_hand, rounds=3)
    if (first["size"], second["entries_read"]) != (entries, 0):
        print(f"NOT what was made: {first['size']} of {entries} entries")
        return 1
    return code or again


def _publish(bench: Bench) -> None:
    publisher = Publisher.of(bench.settings)
    try:
        while publisher.publish_pending():
            pass
    finally:
        publisher.close()


def _audit(bench: Bench) -> tuple[dict[str, Any], int]:
    """As an outsider does it: the module, in a process of its own, with a state that the next audit goes by."""
    host, port = bench.portal
    vkey = LogKeys.of(bench.settings).ring().newest.verifier.vkey
    state = bench.settings.instance / "auditor.state"
    command = [sys.executable, "-m", "portal.ledger.verify", f"http://{host}:{port}", "--vkey", vkey]
    with (
        TemporaryFile() as said,
        subprocess.Popen([*command, "--state", str(state), "--json"], cwd=ROOT, stdout=said) as process,
    ):
        memory = 0
        while process.poll() is None:
            memory = max(memory, _memory(process.pid))
            time.sleep(0.02)
        said.seek(0)
        line = said.read()
    found: dict[str, Any] = json.loads(line)
    if process.returncode:
        print(line.decode())
    return found | {"memory": memory}, process.returncode


def _memory(pid: int) -> int:
    """The most that the process has had so far, in bytes. (What `wait` tells includes the process that began it.)"""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:  # it has just ended
        return 0
    found = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _say(what: str, entries: int, seconds: float) -> None:
    print(f"{what}: {entries:,} entries in {seconds:,.1f} s, {entries / seconds:,.0f}/s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
