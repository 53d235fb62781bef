"""Runs of the ledger's rows, kept in files as they are sent: `export.RUN_ROWS` positions from a multiple of that on.

What is at a position never changes, so neither do the rows of a run. A file is derived and believed only for what it
says of itself, in a first line of `HEAD_BYTES` that is held against the log each time:

    hai-dang/opendata-run <mark> <first position> <next run's> <root> <length> <CRC-32>, blanks, \n
    the rows, CSV

`root` is the node of the tree over the run's entries, `mark` what the rows look like. A file of another log, of a state
that was since set back, of other columns, cut off or spoilt says something else than what is asked for, and is as good
as none. docs/decisions/open-data.md says why.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from sqlalchemy.orm import Session

from portal.ledger import export, tree
from portal.opendata import entry_rows
from portal.opendata.columns import LEDGER
from portal.opendata.whole_files import write_whole
from portal.settings import Settings

NAME = "hai-dang/opendata-run"
FORM = 1
"""To be raised whenever `entry_rows.csv_row` writes an entry in another way; other columns are seen without it."""

MARK = sha256(f"{FORM} {','.join(LEDGER.header)}".encode()).hexdigest()[:16]
HEAD_BYTES = 256


class NotTheTree(RuntimeError):
    """The entries of a run are not those that the tree was made of. Nothing was kept."""


@dataclass(frozen=True, slots=True)
class Runs:
    folder: Path

    @classmethod
    def of(cls, settings: Settings) -> "Runs":
        return cls(settings.instance / "opendata" / "runs")

    def read(self, session: Session, low: int) -> bytes | None:
        """The rows of the run from position `low` on; None where they are not kept, or are not of this log."""
        try:
            with self.path(low).open("rb", buffering=0) as file:
                head, about = file.read(HEAD_BYTES), _about(session, low)
                if about is None or not head.startswith(about):
                    return None
                rows = file.readall()
        except OSError:
            return None
        return rows if head == _head(about, rows) else None

    def there(self, session: Session, low: int) -> bool:
        """Whether the file says that it is that run; its rows are not looked at."""
        try:
            with self.path(low).open("rb", buffering=0) as file:
                head, about = file.read(HEAD_BYTES), _about(session, low)
        except OSError:
            return False
        return about is not None and head.startswith(about)

    def make(self, session: Session, low: int) -> None:
        """Write the run from position `low` on, whose entries are all published; raises `NotTheTree`."""
        rows = export.entries(session, low, low + export.RUN_ROWS, None, entry_rows.csv_row)
        about = _about_of(low, _root_of(rows))
        if about != _about(session, low):
            raise NotTheTree(f"the entries from {low} on do not give the tree")
        write_whole(self.path(low), lambda file: file.write(_head(about, rows) + rows))

    def path(self, low: int) -> Path:
        return self.folder / f"{LEDGER.name}-{low}-{low + export.RUN_ROWS}.csv"


def _head(about: bytes, rows: bytes) -> bytes:
    words = b"%b%d %08x" % (about, len(rows), crc32(rows))
    return words.ljust(HEAD_BYTES - 1) + b"\n"


def _about(session: Session, low: int) -> bytes | None:
    """How the first line of that run begins; None while the tree has not all of it."""
    root = export.run_root(session, low)
    return None if root is None else _about_of(low, root)


def _about_of(low: int, root: bytes) -> bytes:
    return f"{NAME} {MARK} {low} {low + export.RUN_ROWS} {root.hex()} ".encode()


def _root_of(rows: bytes) -> bytes:
    """Of the tree over the leaf hashes that the rows name."""
    return tree.root_of(bytes.fromhex(row.split(b",", 2)[1].decode()) for row in rows.splitlines())
