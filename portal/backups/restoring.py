"""Putting a backup back into an installation that has none of its data yet.

Three steps, in this order, each safe to repeat after it was broken off: `check` reads everything and changes nothing;
`put_back` has the files in their places and then the database, all of it or nothing; `settle`, once the schema is that
of this code, ends what must not come to life again and compares what is there with what was backed up.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.backups import copying, facts, sealed_dump, sums
from portal.backups.facts import Facts
from portal.backups.faults import NotDone
from portal.dossiers import erasures, upkeep
from portal.ledger import handed_out, listing
from portal.ledger.audit import audit
from portal.ledger.keys import LogKeys
from portal.ledger.note import BadNote
from portal.letters import commands as letters
from portal.people import commands as people
from portal.settings import Settings
from portal.template_files import queries as template_files
from portal.transaction import unit_of_work

MARK = "restore-unfinished"
_FILLED = text(
    "select exists (select from pg_class where relnamespace = 'public'::regnamespace and not exists"
    " (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e'))"
)
"""Whether anything is in the schema but what belongs to extensions."""
PUBLISHER_MENDS = frozenset({"handed_out_missing", "head_not_signed"})
"""Findings that are no harm in what was just put back: the publisher signs, or waits to be told, when it starts."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup whose every byte is the one that was sealed."""

    backup: Path
    facts: Facts
    digests: dict[str, str]


@dataclass(frozen=True, slots=True)
class Settled:
    """`wrong`: what is not as it was backed up; `behind`: a checkpoint of so many entries is known here, more than were
    put back. `unerased`: dossiers whose person was erased later and is not again, since one of theirs is open."""

    ledger_size: int
    dossiers: int
    signed_out: int
    letters: int
    erased: int
    unerased: tuple[str, ...]
    wrong: tuple[str, ...]
    behind: int | None
    remembers: bool  # whether the log's last checkpoint is known here at all


def check(backup: Path, settings: Settings) -> Checked:
    """Raises `NotDone` where it is not a whole backup of this installation's keys."""
    digests = sums.read(backup, key=sums.box(settings))
    sums.check(backup, digests)
    return Checked(backup, facts.read((backup / facts.FILE).read_bytes()), digests)


def begun(session: Session, settings: Settings, checked: Checked) -> bool:
    """Whether the database of this backup is in its place, of a restore that was broken off. Raises `NotDone` where
    the database has anything else in it."""
    filled = session.scalar(_FILLED)
    session.rollback()
    if not filled:
        return False
    if _marked(settings) != checked.backup.name:
        raise NotDone(
            "the database is not empty, and a backup is never put over anything: choose a new INSTANCE, or an empty "
            "DATABASE_URL"
        )
    return True


def refuse_unfinished(settings: Settings) -> None:
    """Raises `NotDone` where a restore was broken off: who was erased is not yet so again, letters are not marked."""
    if (name := _marked(settings)) is not None:
        raise NotDone(
            f"the restore of {name} was broken off: type it again, or remove {settings.instance / MARK} to begin "
            "without its data"
        )


def put_back(settings: Settings, checked: Checked) -> int:
    """Files, and who was erased since; then the database. How many files were copied. Raises `NotDone`."""
    try:
        copied = copying.put_back(checked.backup, settings.instance, checked.digests)
        erasures.join(settings, checked.backup / copying.WITHIN / erasures.FILE)
        (settings.instance / MARK).write_text(checked.backup.name)
    except OSError as error:
        raise NotDone(f"{error.strerror}: {error.filename}") from error
    dumped, key = checked.backup / sealed_dump.FILE, sums.box(settings)
    sealed_dump.restore(settings.database_url, dumped, server=checked.facts.server, unseal=key.unseal)
    return copied


def settle(session: Session, settings: Settings, checked: Checked, *, at: datetime) -> Settled:
    """Nobody is signed in; letters that may have gone out since are marked as repeats; who was erased is so again."""
    with unit_of_work(session):
        signed_out = people.end_all(session, at=at)
        doubted = letters.doubt_waiting(session, at=at)
        listing.catch_up(session, at=at)  # nobody is erased before
    again = erasures.again(session, settings, at=at)
    wrong, behind, remembers = _compared(session, settings, checked.facts)
    now = facts.of(session, origin=settings.ledger_origin, at=at)
    os.sync()
    (settings.instance / MARK).unlink(missing_ok=True)
    return Settled(
        now.ledger_size,
        now.dossiers,
        signed_out,
        doubted,
        again.erased,
        again.open,
        (*wrong, *_lost(session)),
        behind,
        remembers,
    )


def _compared(session: Session, settings: Settings, said: Facts) -> tuple[list[str], int | None, bool]:
    """What differs; how far the log was known to be, where that is further; whether anything is known."""
    now = facts.of(session, origin=settings.ledger_origin, at=said.made_at)
    wrong = [
        f"{name}: {getattr(now, name)} where the backup says {getattr(said, name)}"
        for name in ("ledger_size", "ledger_root", "dossiers", "origin")
        if getattr(now, name) != getattr(said, name)
    ]
    try:
        ring = LogKeys.of(settings).ring()
        last = handed_out.read(handed_out.path_of(settings), ring.open)
    except BadNote as error:
        return [*wrong, f"ledger: {error}"], None, True
    report = audit(session, ring=ring, handed_out=last)
    ahead = last is not None and last.size > now.ledger_size
    harmless = PUBLISHER_MENDS | ({"handed_out_ahead"} if ahead else frozenset())
    wrong += [f"ledger: {one.code}: {one.where}" for one in report.findings if one.code not in harmless]
    return wrong, last.size if last is not None and ahead else None, last is not None


def _lost(session: Session) -> list[str]:
    missing = upkeep.missing_files(session) + template_files.missing(session)
    return [f"files without their bytes: {len(missing)}, such as {missing[0]}"] if missing else []


def _marked(settings: Settings) -> str | None:
    try:
        return (settings.instance / MARK).read_text()
    except FileNotFoundError:
        return None
