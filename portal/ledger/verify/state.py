"""What an auditor remembers, in one SQLite file: the checkpoints it has seen, how far it has read, every dossier.

    meta        origin; edge (see `portal.ledger.verify.forest`); verified: the size up to which a root was right
    checkpoint  every checkpoint that was signed and read, whole, and when it was first seen
    moment      when the log had so many entries and no more
    dossier     the last act that counts of each dossier
    finding     what was found before, so that it is told once

Without a file it rests in a temporary one that is gone afterwards. It is written in steps, each whole or not at all,
so that an audit that was cut off goes on where it was.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from portal.ledger import entry
from portal.ledger.note import Checkpoint
from portal.ledger.verify import forest
from portal.ledger.verify.bounds import Moment
from portal.ledger.verify.chains import Chains
from portal.ledger.verify.findings import Finding
from portal.ledger.verify.forest import Forest

MOST_HELD = 100_000
"""Dossiers in memory."""
MOST_CHECKPOINTS = 100
"""Kept of those that are proven to continue each other: one would do."""
FORMAT = "hai-dang-verify/3"
EARLIER = ("hai-dang-verify/1", "hai-dang-verify/2")
"""Less was remembered of a dossier then, so its entries are read again; every checkpoint that was seen stays."""

_SCHEMA = """
create table if not exists meta (name text primary key, value blob not null) without rowid;
create table if not exists checkpoint (
    size integer not null, root blob not null, note blob not null, seen_at text not null, primary key (size, root)
) without rowid;
create table if not exists moment (size integer primary key, at text not null);
create table if not exists dossier (
    reference text primary key, n integer not null, leaf blob not null, at text not null, state text not null,
    due text not null, unit text not null, holder text not null, received integer not null, desk text not null,
    state_before text not null
) without rowid;
create table if not exists finding (
    id integer primary key, code text not null, position integer, reference text, words text not null,
    unique (code, position, reference, words)
);
"""
_READ_AGAIN = f"""
drop table dossier;
delete from meta where name in ('edge', 'verified');
update meta set value = cast('{FORMAT}' as blob) where name = 'format';
"""  # noqa: S608 - our own constant
_MOVED = "insert or replace into dossier values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_THIN = (
    "delete from checkpoint where size <"
    " (select min(size) from (select size from checkpoint order by size desc limit :most))"
)


class BadState(Exception):
    """The state cannot be read, is another log's, or is in use."""


class State:
    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.chains = Chains()
        try:
            self._db = sqlite3.connect("" if path is None else str(path), isolation_level=None, timeout=1)
            if path is None:
                self._db.execute("pragma journal_mode = off")
            else:
                self._db.execute("pragma locking_mode = exclusive")
                self._db.execute("pragma synchronous = normal")
            self._db.executescript("begin exclusive;" + _SCHEMA + "commit;")
            if self._meta("format", FORMAT.encode()).decode() in EARLIER:
                self._db.executescript("begin exclusive;" + _READ_AGAIN + _SCHEMA + "commit;")
            elif self._meta("format", FORMAT.encode()) != FORMAT.encode():
                raise BadState(f"{path} is the state of another version")
            self._set("format", FORMAT.encode())
            self.forest = forest.parse(self._meta("edge", Forest().render()))
            self._all_at_hand = self._db.execute("select 1 from dossier limit 1").fetchone() is None
        except (sqlite3.Error, ValueError) as error:
            raise BadState(f"{path}: {error}") from error

    def close(self) -> None:
        self._db.close()

    # --- The log -------------------------------------------------------------------------------------------------

    @property
    def origin(self) -> str | None:
        return self._meta("origin", b"").decode() or None

    @property
    def verified(self) -> int | None:
        """The size of the largest tree that was found sound."""
        value = self._meta("verified", b"")
        return int(value) if value else None

    def checkpoints(self) -> list[tuple[int, bytes, bytes]]:
        """Size, root and signed note of every checkpoint seen, the smallest first."""
        return list(self._db.execute("select size, root, note from checkpoint order by size, root"))

    def remember(self, seen: Checkpoint, note: bytes, at: datetime) -> None:
        """A signed checkpoint was seen, whether or not what it signs is sound."""
        with self._step():
            self._set("origin", seen.origin.encode())
            self._db.execute(
                "insert or ignore into checkpoint values (?, ?, ?, ?)",
                (seen.size, seen.root, note, entry.instant_text(at)),
            )

    def moments(self) -> list[Moment]:
        return [(size, entry.instant(at)) for size, at in self._db.execute("select size, at from moment")]

    def was(self, moments: Iterable[Moment]) -> None:
        """The log had so many entries then; of what is behind the edge one moment is enough."""
        with self._step():
            self._db.executemany(
                "insert into moment values (?, ?) on conflict (size) do update set at = max(at, excluded.at)",
                [(size, entry.instant_text(at)) for size, at in moments],
            )
            behind = "select max(at) from moment where size <= :size"
            self._db.execute(
                f"delete from moment where size < :size and at < ({behind})",  # noqa: S608
                {"size": self.forest.size},
            )

    # --- Progress ------------------------------------------------------------------------------------------------

    def bring(self, references: Iterable[str]) -> None:
        """Have these dossiers at hand, as far as there is something to know of them."""
        if self._all_at_hand:
            return
        wanted = json.dumps(list(set(references) - self.chains.dossiers.keys()))
        rows = self._db.execute("select * from dossier where reference in (select value from json_each(?))", (wanted,))
        for reference, *dossier in rows:
            self.chains.dossiers[reference] = dossier

    def save(self, findings: Iterable[Finding], *, verified: int | None = None) -> list[Finding]:
        """Keep how far the audit is; returns those of the findings that were not known before.

        Dossiers that all fit in memory are written only where a file keeps them, or somebody asks about them.
        """
        writes = self.path is not None or len(self.chains.dossiers) > MOST_HELD or not self._all_at_hand
        with self._step():
            if writes:
                self._db.executemany(_MOVED, self._moved())
            self._set("edge", self.forest.render())
            if verified is not None:
                self._set("verified", str(verified).encode())
                self._db.execute(_THIN, {"most": MOST_CHECKPOINTS})
            new = [finding for finding in findings if self._keep(finding)]
        if writes:
            self.chains.changed.clear()
        if len(self.chains.dossiers) > MOST_HELD:
            self.chains.dossiers.clear()
            self._all_at_hand = False
        return new

    def begin_anew(self) -> None:
        """Forget what was read; what was signed stays."""
        with self._step():
            self._db.execute("delete from dossier")
            self._db.execute("delete from meta where name in ('edge', 'verified')")
        self.chains = Chains()
        self.forest = Forest()
        self._all_at_hand = True

    def keep(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those that were not known before."""
        with self._step():
            return [finding for finding in findings if self._keep(finding)]

    def known_findings(self) -> int:
        return int(self._db.execute("select count(*) from finding").fetchone()[0])

    def overdue(self, unit: str, *, at: datetime) -> list[tuple[str, str, str]]:
        """Reference, due instant and holder of the open dossiers of a unit, or of one below it, past due then."""
        if self.chains.changed:
            with self._step():
                self._db.executemany(_MOVED, self._moved())
            self.chains.changed.clear()
        return list(
            self._db.execute(
                "select reference, due, holder from dossier where state = 'in_progress' and due <> '' and due < :at"
                " and (:unit in (unit, desk, holder) or substr(unit, 1, length(:below)) = :below"
                " or substr(desk, 1, length(:below)) = :below"
                " or substr(holder, 1, length(:below)) = :below) order by due, reference",
                {"unit": unit, "below": unit + ".", "at": entry.instant_text(at)},
            )
        )

    # --- Inside --------------------------------------------------------------------------------------------------

    def _keep(self, finding: Finding) -> bool:
        """Whether it is to be told: what is wrong with an act is told once, what is wrong with the log every time."""
        values = (finding.code, finding.position, finding.reference, finding.words)
        known = "select 1 from finding where code = ? and position is ? and reference is ? and words = ?"
        if self._db.execute(known, values).fetchone():
            return not finding.of_an_act
        self._db.execute("insert into finding (code, position, reference, words) values (?, ?, ?, ?)", values)
        return True

    def _moved(self) -> Iterator[tuple[object, ...]]:
        dossiers = self.chains.dossiers
        return ((reference, *dossiers[reference]) for reference in sorted(self.chains.changed))

    def _meta(self, name: str, otherwise: bytes) -> bytes:
        row = self._db.execute("select value from meta where name = ?", (name,)).fetchone()
        return otherwise if row is None else bytes(row[0])

    def _set(self, name: str, value: bytes) -> None:
        self._db.execute("insert or replace into meta values (?, ?)", (name, value))

    @contextmanager
    def _step(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")
