"""What an auditor of before remembered is read by the one of now."""

import sqlite3
from contextlib import closing
from pathlib import Path

from portal.ledger.verify.state import State
from tests.ledger.verify.mirrors import Mirror, audited, lives

ENTRIES = list(lives(2_000))


def test_what_an_earlier_version_remembered_is_read_on(tmp_path: Path) -> None:
    """Before units handed over, nothing was kept of desks: a dossier's was that of the unit that received it."""
    state, mirror = State(tmp_path / "log.state"), Mirror(ENTRIES[:300])
    assert audited(mirror, state).exit_code == 0
    state.close()
    with closing(sqlite3.connect(str(state.path))) as kept:
        expected = kept.execute("select reference, unit, desk from dossier order by reference").fetchall()
        kept.executescript(
            "alter table dossier drop column desk; update meta set value = cast('hai-dang-verify/1' as blob)"
            " where name = 'format';"
        )
    mirror.grow(ENTRIES[300:600])
    later = State(state.path)
    report = audited(mirror, later)
    assert (report.exit_code, report.read) == (0, 300)
    later.close()
    with closing(sqlite3.connect(str(state.path))) as kept:
        found = dict.fromkeys(kept.execute("select reference, unit, desk from dossier"))
    assert expected
    assert all(row in found for row in expected)
