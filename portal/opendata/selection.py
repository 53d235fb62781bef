"""Which entries a download holds: a range of positions, a month, or all; and what it is made of. Pure but for reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from portal.later import Later
from portal.ledger import export
from portal.ledger.export import Form, Moments
from portal.opendata import entry_rows
from portal.opendata.archive import Closed
from portal.opendata.columns import DOSSIERS, LEDGER, Table
from portal.opendata.coverage import Coverage, Span
from portal.opendata.months import Month
from portal.opendata.runs import Runs

if TYPE_CHECKING:
    from portal.opendata import parquet
else:
    parquet = Later("portal.opendata.parquet")

HEADER_END = "\r\n"
BLOCK_BYTES = 1 << 16

Bind = Any  # an engine, or a connection: what a session takes


@dataclass(frozen=True, slots=True)
class Entries:
    """Positions `low` up to `high`; of them those whose moment fits."""

    low: int
    high: int
    moments: Moments | None = None


def of_month(month: Month, coverage: Coverage, closed: Closed | None) -> Entries | None:
    """A month that is not finished, up to the coverage's size; None where it has no entry, or is finished.

    The month after the last finished one also holds what came too late for the finished ones.
    """
    if closed is not None and month <= closed.month:
        return None
    spans = [coverage.spans[month]] if month in coverage.spans else []
    late_from = None
    if closed is not None and month == closed.month.following:
        late = _late(coverage, closed)
        late_from = closed.size if late else None
        spans += [late] if late else []
    if not spans:
        return None
    low, high = min(span.first for span in spans), max(span.last for span in spans) + 1
    since, until = month.bounds
    days = (str(month.first_day), str(month.following.first_day))
    return Entries(low, high, Moments(since, until, *days, late_from))


def unfinished(coverage: Coverage, closed: Closed | None) -> list[Month]:
    """The months that have entries and are not finished, oldest first."""
    found = [month for month in coverage.spans if closed is None or month > closed.month]
    if closed is not None and _late(coverage, closed) and closed.month.following not in found:
        found.append(closed.month.following)
    return sorted(found)


def _late(coverage: Coverage, closed: Closed) -> Span | None:
    """What has a moment in a finished month and a position that its files do not reach."""
    spans = [span for month, span in coverage.spans.items() if month <= closed.month and span.last >= closed.size]
    return Span(closed.size, max(span.last for span in spans), len(spans)) if spans else None


def header(table: Table) -> bytes:
    return (",".join(table.header) + HEADER_END).encode()


def stream(bind: Bind, entries: Entries, form: Form, runs: Runs | None = None) -> Iterator[bytes]:
    """The whole file, a run of positions at a time; no connection is held between them.

    With `runs` those that are kept are taken from there: the file is the same.
    """
    if form == "csv":
        yield header(LEDGER)
    for block in rows(bind, entries, form, runs):
        for start in range(0, len(block), BLOCK_BYTES):
            yield block[start : start + BLOCK_BYTES]


def rows(bind: Bind, entries: Entries, form: Form, runs: Runs | None = None) -> Iterator[bytes]:
    kept = runs if form == "csv" and entries.moments is None else None
    for low, high in export.runs(entries.low, entries.high):
        with Session(bind) as session:
            block = kept.read(session, low) if kept is not None and high - low == export.RUN_ROWS else None
            if block is None:
                block = export.entries(session, low, high, entries.moments, entry_rows.WRITERS[form])
        if block:
            yield block


def write_parquet(
    bind: Bind, entries: Entries, file: IO[bytes], about: dict[str, str], runs: Runs | None = None
) -> None:
    parquet.write(LEDGER, rows(bind, entries, "csv", runs), file, about=about)


def write_dossiers(session: Session, form: str, month: Month | None, file: IO[bytes], about: dict[str, str]) -> None:
    """Dossiers in one statement, as they stand at one size of the log."""
    days = (None, None) if month is None else (str(month.first_day), str(month.following.first_day))
    if form == "parquet":
        parquet.write(DOSSIERS, export.dossiers(session, "csv", *days), file, about=about)
        return
    if form == "csv":
        file.write(header(DOSSIERS))
    for block in export.dossiers(session, "csv" if form == "csv" else "jsonl", *days):
        file.write(block)
