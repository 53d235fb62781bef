"""Keeping the figures' tables: a batch of new entries at a time, all of it anew, or held against the log."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.ledger import log, storage
from portal.statistics import counting, rows
from portal.statistics.counting import EVERY_UNIT, NOBODY, Cells, Record
from portal.statistics.facts import Facts

BATCH = 4096
MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """Something stored that the entries do not give: a stable word and where."""

    code: str
    where: str


def advance(session: Session, *, most: int = BATCH) -> int:
    """Count the next published entries, in the caller's transaction; how many. Two at a time wait for each other."""
    if not rows.anything_new(session):
        return 0
    low = rows.counted(session)
    high = min(low + most, log.size(session))
    if high <= low:
        return 0
    entries = _bytes(session, low, high)
    record = Record(rows.known(session, counting.references(entries)))
    cells: Cells = {}
    for facts in record.dossiers.values():
        counting.add(cells, facts, -1)
    record.take(entries)
    for facts in record.dossiers.values():
        counting.add(cells, facts)
    counting.add_sealed(cells, record.sealed)
    rows.write_dossiers(session, record.dossiers.values())
    rows.add_cells(session, counting.without_nothing(cells))
    rows.set_counted(session, high)
    return high - low


def rebuild(session: Session) -> int:
    """Forget everything and count all published entries anew, in the caller's transaction; how many."""
    rows.counted(session)
    record = recomputed(session, log.size(session))
    rows.clear(session)
    rows.write_dossiers(session, record.dossiers.values())
    for _unit, cells in _cells_by_unit(record):
        rows.add_cells(session, cells)
    rows.set_counted(session, record.size)
    return record.size


def check(session: Session) -> tuple[int, list[Finding]]:
    """Hold everything stored against the entries: how many were counted, and at most a hundred findings."""
    record = recomputed(session, rows.counted(session))
    found: list[Finding] = []
    for finding in (*_wrong_dossiers(session, record), *_wrong_cells(session, record)):
        found.append(finding)
        if len(found) >= MOST_FINDINGS:
            break
    return record.size, found


def recomputed(session: Session, size: int) -> Record:
    """What the first `size` entries of the log say, from their bytes alone."""
    record = Record()
    record.take(data for _position, data, _unit, _procedure in storage.entries(session, 0, size))
    return record


def _bytes(session: Session, low: int, high: int) -> list[bytes]:
    return [data for _position, data, _unit, _procedure in storage.entries(session, low, high)]


def _cells_by_unit(record: Record) -> Iterator[tuple[str, Cells]]:
    """Unit by unit, so that memory holds the cells of one."""
    of_unit: dict[str, list[Facts]] = defaultdict(list)
    for facts in record.dossiers.values():
        of_unit[facts.unit].append(facts)
    everywhere: Cells = {}
    for unit, dossiers in sorted(of_unit.items()):
        cells: Cells = {}
        for facts in dossiers:
            counting.add(cells, facts)
        for key in [key for key in cells if key.unit == EVERY_UNIT]:
            everywhere.setdefault(key, Counter()).update(cells.pop(key))
        yield unit, counting.without_nothing(cells)
    yield EVERY_UNIT, counting.without_nothing(everywhere)
    nobody: Cells = {}
    counting.add_sealed(nobody, record.sealed)
    yield NOBODY, nobody


def _wrong_dossiers(session: Session, record: Record) -> Iterator[Finding]:
    missing = set(record.dossiers)
    for stored in rows.every_dossier(session):
        reference = stored[0]
        missing.discard(reference)
        facts = record.dossiers.get(reference)
        if facts is None:
            yield Finding("dossier_not_in_the_log", reference)
        elif rows.row(facts) != tuple(stored):
            yield Finding("dossier_differs", reference)
    for reference in sorted(missing):
        yield Finding("dossier_missing", reference)


def _wrong_cells(session: Session, record: Record) -> Iterator[Finding]:
    seen: set[str] = set()
    for unit, cells in _cells_by_unit(record):
        seen.add(unit)
        stored = counting.without_nothing(rows.cells_of(session, unit))
        for key in sorted(cells.keys() | stored.keys()):
            if cells.get(key) != stored.get(key):
                yield Finding("cell_differs", " ".join((key.span, str(key.begins), key.unit, key.procedure)).rstrip())
    for unit in sorted(rows.units(session) - seen):
        yield Finding("unit_not_in_the_log", unit)
