"""What is packed for COPY is what the database reads: through a table with the types of the real one."""

import gc
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.ledger import packing
from portal.ledger.haste import without_looking_for_cycles
from portal.ledger.storage import cursor

START = datetime(1, 1, 2, tzinfo=UTC)
INSTANTS = st.integers(0, 315_000_000_000_000_000).map(lambda number: START + timedelta(microseconds=number))
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
POSITIONS = st.lists(st.integers(0, 2**63 - 1), max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(INSTANTS, DAYS, POSITIONS), min_size=1, max_size=5))
def test_the_database_reads_what_was_packed(session: Session, rows: list[tuple[datetime, date, list[int]]]) -> None:
    work = cursor(session)
    work.execute("create temporary table packed (at timestamptz, day date, positions int8[]) on commit drop")
    with work.copy("copy packed from stdin (format binary)") as copy:
        copy.set_types(["int8", "int4", "bytea"])
        for at, on, positions in rows:
            copy.write_row((packing.instant(at), packing.day(on), packing.positions(positions)))
    assert work.execute("select at, day, positions from packed", binary=True).fetchall() == rows
    session.rollback()


def test_looking_for_cycles_begins_again_whatever_happens() -> None:
    with pytest.raises(ZeroDivisionError), without_looking_for_cycles():
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled()
