"""What an auditor of before remembered is read by the one of now."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from portal.ledger.verify.state import State
from tests.ledger.verify.mirrors import Mirror, audited, lives

ENTRIES = list(lives(2_000))


@pytest.mark.parametrize("version", [1, 2])
def test_what_an_earlier_version_remembered_of_dossiers_is_read_again(tmp_path: Path, version: int) -> None:
    """Less was kept of each: no desks at first, and then not what stood before the last act. What was seen stays."""
    state, mirror = State(tmp_path / "log.state"), Mirror(ENTRIES[:300])
    assert audited(mirror, state).exit_code == 0
    state.close()
    with closing(sqlite3.connect(str(state.path))) as kept:
        expected = kept.execute("select reference, unit, desk from dossier order by reference").fetchall()
        kept.executescript(
            f"alter table dossier drop column {['desk', 'state_before'][version - 1]};"
            f" update meta set value = cast('hai-dang-verify/{version}' as blob) where name = 'format';"
        )
    mirror.grow(ENTRIES[300:600])
    later = State(state.path)
    report = audited(mirror, later)
    assert (report.exit_code, report.read) == (0, 600)
    assert [size for size, _root, _note in later.checkpoints()] == [300, 600]
    later.close()
    with closing(sqlite3.connect(str(state.path))) as kept:
        found = dict.fromkeys(kept.execute("select reference, unit, desk from dossier"))
    assert expected
    assert all(row in found for row in expected)
