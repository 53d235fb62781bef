"""Finishing months: their files written, checked off by a signed list, and never touched again."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import log, note, storage
from portal.ledger.log import Published
from portal.ledger.note import Signer
from portal.opendata import coverage, selection, sums
from portal.opendata.archive import Archive, file_name
from portal.opendata.columns import LEDGER
from portal.opendata.coverage import Coverage
from portal.opendata.months import Month
from portal.opendata.selection import Bind
from portal.opendata.sums import Listed, Sums
from portal.opendata.whole_files import write_whole

GRACE = timedelta(days=1)
"""How long after its end a month is finished: the acts of its last minutes have had their positions long since."""

BUILDER_LOCK = 0x6F70656E64617461  # "opendata": one builder at a time


class AnotherBuilder(RuntimeError):
    """Somebody else is finishing months."""


class AnotherLog(RuntimeError):
    """The finished months are of a log that this one does not continue. Nothing was written."""


class NotTheSame(RuntimeError):
    """The files of one month do not have the same rows. The month is not finished."""


def build(session: Session, archive: Archive, *, signer: Signer, at: datetime) -> list[Month]:
    """Finish every month that ended a day or more before `at`; the months that were finished now.

    Safe to repeat and to break off: what is finished is left alone, what is half made is made anew.
    """
    if not session.execute(text("select pg_try_advisory_xact_lock(:key)"), {"key": BUILDER_LOCK}).scalar_one():
        raise AnotherBuilder("another process is finishing months")
    head = log.head(session)
    if head is None:
        return []
    for last in archive.months()[-1:]:
        _check_log(session, last, head)
    seen = coverage.of(session, archive.folder, head.size)
    coverage.keep(archive.folder, seen, root=head.root)
    made = []
    for month in selection.unfinished(seen, archive.closed()):
        if month.following.begins_at + GRACE > at:
            break
        _finish(session.get_bind(), archive, month, seen=seen, head=head, signer=signer)
        made.append(month)
    return made


def _check_log(session: Session, last: Sums, head: Published) -> None:
    signed = storage.checkpoint_note(session, last.size) if last.size <= head.size else None
    if signed is None or root_of(signed) != last.root:
        raise AnotherLog(f"{last.month} was finished at {last.size} entries of a log that is not this one")


def root_of(checkpoint: bytes) -> bytes:
    """The root in a signed checkpoint of our own database."""
    return note.parse_checkpoint(note.parse(checkpoint).text).root


def _finish(bind: Bind, archive: Archive, month: Month, *, seen: Coverage, head: Published, signer: Signer) -> None:
    entries = selection.of_month(month, seen, archive.closed())
    if entries is None:
        raise NotTheSame(f"{month} has no entries")
    names = {form: file_name(LEDGER.name, month, form) for form in LEDGER.formats}
    paths = {form: archive.folder / name for form, name in names.items()}
    write_whole(paths["csv"], lambda file: _write(file, selection.stream(bind, entries, "csv")))
    write_whole(paths["jsonl"], lambda file: _write(file, selection.stream(bind, entries, "jsonl")))
    about = {"ledger.size": str(head.size), "ledger.month": str(month)}
    write_whole(paths["parquet"], lambda file: selection.write_parquet(bind, entries, file, about))
    rows = _lines(paths["jsonl"])
    if _lines(paths["csv"]) != rows + 1:
        raise NotTheSame(f"the files of {month} differ in their rows")
    files = tuple(_listed(paths[form], names[form], rows) for form in LEDGER.formats)
    listed = sums.render(Sums(month, head.size, head.root, files), signer)
    write_whole(archive.list_path(month), lambda file: file.write(listed))


def _write(file: IO[bytes], blocks: Iterable[bytes]) -> None:
    for block in blocks:
        file.write(block)


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 18), b""))


def _listed(path: Path, name: str, rows: int) -> Listed:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Listed(name, digest, path.stat().st_size, rows)
