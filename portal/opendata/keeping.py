"""Keeping the runs: what is not there is made, what is of no use is thrown away."""

import shutil

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import export, log
from portal.opendata.runs import Runs

FREE_BYTES = 1 << 30
"""What stays free on the disk: the files are a convenience, and the database may lie on the same one."""

KEEPER_LOCK = 0x6F70656E72756E73  # "openruns": one at a time, so that nobody's half-written file is thrown away


def keep_runs(session: Session, runs: Runs, *, thoroughly: bool = False) -> int:
    """Make the runs of published entries that are not there; how many were made now.

    Safe to repeat, to break off, and to leave out. `thoroughly`: every file is read whole, and made anew where it is
    spoilt.
    """
    if not session.execute(text("select pg_try_advisory_xact_lock(:key)"), {"key": KEEPER_LOCK}).scalar_one():
        return 0
    size = log.size(session)
    wanted = [low for low, high in export.runs(0, size) if high - low == export.RUN_ROWS]
    _tidy(runs, wanted)
    made = 0
    for low in wanted:
        if runs.read(session, low) is not None if thoroughly else runs.there(session, low):
            continue
        runs.folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        if shutil.disk_usage(runs.folder).free < FREE_BYTES:
            break
        runs.make(session, low)
        made += 1
    return made


def _tidy(runs: Runs, wanted: list[int]) -> None:
    """Throw away what a power cut left half written, and runs that this log has not, or not any more."""
    names = {runs.path(low).name for low in wanted}
    for path in runs.folder.iterdir() if runs.folder.is_dir() else ():
        if path.name not in names and path.is_file():
            path.unlink()
