"""`script/nightly` and the bench's rows of the ledger, made small: they run, and they measure what they say."""

import re
import subprocess
import sys

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import ledger_rows, without_sha
from bench.lives import Lives
from portal.ledger.publisher import Publisher
from portal.settings import ROOT
from tests.ledger.stored import stored_entries
from tests.ledger.verify.mirrors import Mirror, audited, lives


def test_the_nightly_run_made_small() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "bench.nightly", "--entries", "700"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for what in ("appended", "published", "audited over HTTP"):
        assert re.search(rf"^{what}: 700 entries in .* s, [0-9,]+/s$", done.stdout, re.MULTILINE), done.stdout
    assert "audited again, nothing new" in done.stdout
    assert re.search(r"^SHA instructions +(this processor|not told)", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"^root: [A-Za-z0-9+/]{43}=$", done.stdout, re.MULTILINE)


def test_the_script_runs_it_with_what_it_is_given() -> None:
    script = (ROOT / "script" / "nightly").read_text(encoding="utf-8")
    assert script.rstrip().endswith('exec .venv/bin/python -X utf8 -m bench.nightly "$@"')
    assert (ROOT / "script" / "nightly").stat().st_mode & 0o111
    subprocess.run(["sh", "-n", "script/nightly"], cwd=ROOT, check=True)


def test_the_same_seed_gives_the_same_log(session: Session, publisher: Publisher) -> None:
    Lives(seed=1).append(session, 1200)
    first = [bytes(row) for row in session.execute(text("select entry from ledger_outbox order by id")).scalars()]
    session.rollback()
    Lives(seed=1).append(session, 1200)
    Lives(seed=2).append(session, 100)
    rows = session.execute(text("select entry from ledger_outbox order by id")).scalars().all()
    session.rollback()
    assert [bytes(row) for row in rows[1200:2400]] == first
    assert [bytes(row) for row in rows[2400:]] != first[:100]


def test_the_log_of_the_generator_is_sound(session: Session, publisher: Publisher) -> None:
    """With few dossiers at work at once, so that acts of every kind come up."""
    lives = Lives(seed=3, at_work=40)
    lives.append(session, 1500)
    publisher.publish_pending()
    entries = stored_entries(session)
    report = audited(Mirror(entries))
    assert (report.exit_code, report.size) == (0, 1500)
    acts = {act for data in entries for act in re.findall(rb'^{"act":"([a-z_]+)"', data)}
    assert {b"resolved", b"returned", b"supplement_given", b"opinion_given", b"passed"} <= acts
    assert any(b'"kind":"sealed"' in data for data in entries)


def test_the_row_of_the_audit(session: Session, publisher: Publisher) -> None:
    Lives(seed=4).append(session, 600)
    publisher.publish_pending()
    tree_alone, whole = ledger_rows.auditing(ledger_rows.stored_entries(600), rounds=2)
    assert len(tree_alone.ratios) == len(whole.ratios) == 2
    assert 0 < min(whole.ratios) < min(tree_alone.ratios) < 2
    assert re.search(r"target 0\.40: (met|missed by \d+%)$", str(whole))
    other = ledger_rows.Served([b"no entry"])
    with pytest.raises(RuntimeError, match="entry"):
        ledger_rows._audit(other)


def test_the_row_without_sha_instructions_is_of_the_same_entries_and_has_no_target() -> None:
    tree_alone, whole = without_sha.rows(list(lives(600)), rounds=2)
    assert tree_alone.startswith("audit, tree and tiles alone")
    assert whole.startswith("audit, from bundles")
    for row in (tree_alone, whole):
        assert re.search(r"/s   raw leaf hashing without SHA instructions +[0-9,]+/s   0\.\d{3} \([^)]+\)$", row), row
    with pytest.raises(subprocess.CalledProcessError):
        without_sha.rows([b"no entry"], rounds=1)
