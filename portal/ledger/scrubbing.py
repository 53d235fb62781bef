"""Verifying the whole log once a day, beside the ordinary work, and remembering what came of it.

The result is a small file outside the database: whoever can rewrite the log's rows cannot thereby say it was sound.

    last-scrub.json  {"at": begun, "checkpoints": number, "findings": ["<code>: <where>", ...],
                      "seconds": number, "size": entries}
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from portal import clock, jobs, logs
from portal.ledger import handed_out, note
from portal.ledger.audit import audit
from portal.ledger.keys import LogKeys
from portal.settings import Settings
from portal.transaction import current_session

FILE = "last-scrub.json"
REST_SECONDS = 0.1
"""After every few thousand entries, which take about as long: half of one processor at most."""

log = logs.logger("portal.ledger.scrubbing")


@dataclass(frozen=True, slots=True)
class Scrub:
    """What the last one found, when it was begun, and how long it took."""

    at: datetime
    seconds: int
    size: int
    checkpoints: int
    findings: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.findings


class _Installation:
    settings: Settings | None = None


def configure(settings: Settings) -> None:
    """Which installation the nightly job scrubs."""
    _Installation.settings = settings


def scrub(session: Session, settings: Settings, *, at: datetime, rest: Callable[[], None]) -> Scrub:
    """Verify all of it now, remember the result, and tell loudly of anything that is not as it must be."""
    begun = time.monotonic()
    ring = LogKeys.of(settings).ring()
    try:
        last = handed_out.read(handed_out.path_of(settings), ring.open)
    except note.BadNote as error:
        found = Scrub(at, 0, 0, 0, (f"handed_out_unreadable: {error}",))
    else:
        report = audit(session, ring=ring, handed_out=last, rest=rest)
        findings = tuple(f"{finding.code}: {finding.where}" for finding in report.findings)
        found = Scrub(at, round(time.monotonic() - begun), report.size, report.checkpoints, findings)
    _remember(path_of(settings), found)
    if found.sound:
        log.info("ledger_sound", size=found.size, checkpoints=found.checkpoints, seconds=found.seconds)
    else:
        log.critical("ledger_not_sound", size=found.size, findings=found.findings[:10], of=len(found.findings))
    return found


def path_of(settings: Settings) -> Path:
    return handed_out.path_of(settings).with_name(FILE)


def last(settings: Settings) -> Scrub | None:
    """The result of the last one; None where there was none, or its file was cut off."""
    try:
        value = json.loads(path_of(settings).read_text())
        return Scrub(
            datetime.fromisoformat(value["at"]),
            value["seconds"],
            value["size"],
            value["checkpoints"],
            tuple(value["findings"]),
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _remember(path: Path, found: Scrub) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    value = {
        "at": found.at.isoformat(),
        "seconds": found.seconds,
        "size": found.size,
        "checkpoints": found.checkpoints,
        "findings": found.findings,
    }
    draft.write_text(json.dumps(value, sort_keys=True) + "\n")
    draft.replace(path)


@jobs.tasks.periodic(cron="10 18 * * *")  # 01:10 in Viet Nam
@jobs.task("ledger.scrub", queueing_lock="ledger.scrub")
def nightly(timestamp: int) -> None:
    """The periodic job; `timestamp` is the tick it belongs to."""
    session = current_session()

    def rest() -> None:
        session.rollback()  # no transaction stays open over hours
        time.sleep(REST_SECONDS)

    if _Installation.settings is None:
        raise RuntimeError("scrubbing.configure() was not called")
    scrub(session, _Installation.settings, at=clock.now(), rest=rest)
