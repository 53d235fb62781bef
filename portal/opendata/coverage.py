"""Which months the log has entries of, and where: kept in a small file, brought up to the present when asked.

Derived and checked: the file names the tree that it was made from, and one of another log, or of a state that was
since set back, is not believed. What the file does not reach yet is read from the entries.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from portal.ledger import export, note, storage
from portal.ledger.note import to_base64
from portal.opendata import months
from portal.opendata.months import Month
from portal.opendata.whole_files import write_whole

FILE = "coverage.json"


@dataclass(frozen=True, slots=True)
class Span:
    """First and last position of a month's entries, and how many there are."""

    first: int
    last: int
    rows: int

    def joined(self, other: "Span") -> "Span":
        return Span(min(self.first, other.first), max(self.last, other.last), self.rows + other.rows)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The months of the entries below `size`, by the moments that the entries name."""

    size: int
    spans: Mapping[Month, Span]


def of(session: Session, folder: Path, size: int) -> Coverage:
    """The coverage of the first `size` entries."""
    known = _read(session, folder / FILE, size)
    spans = dict(known.spans)
    for seen in export.months(session, known.size, size) if known.size < size else ():
        month, span = months.parse(seen.month), Span(seen.first, seen.last, seen.rows)
        spans[month] = spans[month].joined(span) if month in spans else span
    return Coverage(size, dict(sorted(spans.items())))


def keep(folder: Path, coverage: Coverage, *, root: bytes) -> None:
    """Write it down for the next time; `root` is of the tree of that size."""
    rows = {str(month): [span.first, span.last, span.rows] for month, span in coverage.spans.items()}
    value = {"size": coverage.size, "root": to_base64(root), "months": rows}
    data = json.dumps(value, indent=1).encode() + b"\n"
    write_whole(folder / FILE, lambda file: file.write(data))


def _read(session: Session, path: Path, size: int) -> Coverage:
    nothing = Coverage(0, {})
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return nothing
    if value["size"] > size or not _is_of_this_log(session, value["size"], value["root"]):
        return nothing
    return Coverage(value["size"], {months.parse(month): Span(*span) for month, span in value["months"].items()})


def _is_of_this_log(session: Session, size: int, root: str) -> bool:
    found = storage.checkpoint_note(session, size)
    return found is not None and to_base64(note.parse_checkpoint(note.parse(found).text).root) == root
