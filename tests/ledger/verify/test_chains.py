"""Dossiers' chains: every break is named, and the fold is that of the public lists."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import entry, rows, standing, tree
from portal.ledger.entry import Act
from portal.ledger.rows import Row
from portal.ledger.standing import Standing
from portal.ledger.verify.bounds import Bounds
from portal.ledger.verify.chains import DESK, DUE, HOLDER, STATE, UNIT, Chains
from portal.ledger.verify.findings import Finding
from tests.ledger.acts import DUE_AT, FILED, FILED_AT, RULE, after
from tests.ledger.verify.mirrors import lives


def row(data: bytes) -> Row:
    found = rows.read(data)
    assert isinstance(found, Row)
    return found


def fold(entries: list[bytes], bounds: Bounds | None = None, chains: Chains | None = None) -> list[Finding]:
    chains = chains or Chains()
    leaves = [tree.leaf_hash(data) for data in entries]
    return chains.fold(0, [row(data) for data in entries], leaves, bounds or Bounds())


def written(act: Act) -> tuple[bytes, bytes]:
    data = entry.render(act, bytes(32))
    return data, tree.leaf_hash(data)


FIRST, FIRST_LEAF = written(FILED)
RECEIVED = after(FILED, FIRST_LEAF, "received", due=DUE_AT, rule=RULE)


def test_whole_chains_have_no_fault() -> None:
    assert fold(list(lives(2000))) == []


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (replace(RECEIVED, n=2), "act 2 where act 1 was to follow"),
        (replace(RECEIVED, previous=bytes(32)), "act 1 does not name the act before it"),
        (FILED, "act 0 where act 1 was to follow"),
        (replace(RECEIVED, reference="H06.31.01-200615-0002"), "the dossier's first entry has number 1"),
    ],
)
def test_an_act_that_continues_no_chain_is_named_and_counts_for_nothing(act: Act, words: str) -> None:
    chains = Chains()
    broken, _ = written(act)
    sound, _ = written(RECEIVED)
    (fault,) = fold([FIRST, broken, sound], chains=chains)
    assert fault == Finding("chain", words, 1, act.reference)
    assert chains.dossiers[FILED.reference][STATE] == "in_progress"


def test_an_act_before_the_act_before_it() -> None:
    back, _ = written(replace(RECEIVED, at=FILED_AT - timedelta(seconds=1)))
    (fault,) = fold([FIRST, back])
    assert (fault.code, fault.position) == ("backwards", 1)


@pytest.mark.parametrize(("seconds", "late"), [(60, False), (61, True)])
def test_an_act_more_than_a_minute_older_than_a_log_without_it(seconds: int, late: bool) -> None:
    moments = [(0, FILED_AT - timedelta(days=1)), (1, FILED.at + timedelta(hours=1, seconds=seconds)), (2, DUE_AT)]
    data, _ = written(RECEIVED)
    found = fold([FIRST, data], Bounds(moments))
    assert [(fault.code, fault.position) for fault in found] == ([("late", 1)] if late else [])


def test_a_sealed_act_is_late_by_its_day() -> None:
    """All it shows is its day in Viet Nam; 17:30 UTC is the next one there."""
    sealed = [entry.render_sealed(FILED_AT.date(), bytes(32))]
    before = datetime(2020, 6, 15, 17, 0, 30, tzinfo=FILED_AT.tzinfo)
    assert fold(sealed, Bounds([(0, before)])) == []
    assert [fault.code for fault in fold(sealed, Bounds([(0, before + timedelta(minutes=1))]))] == ["late"]


STEPS = st.lists(st.sampled_from([act for act in entry.ACTS if act != "filed"]), max_size=12)


@given(STEPS, st.integers(0, 2**32))
def test_the_fold_is_that_of_the_public_lists(names: list[str], seed: int) -> None:
    chance, act, chains = random.Random(seed), FILED, Chains()
    data, leaf = written(act)
    standings = standing.begin(entry.members(data), position=0, leaf=leaf, sealed=False)
    entries = [data]
    for name in names:
        dated = chance.random() < 0.5
        act = after(
            act,
            leaf,
            name,
            unit=chance.choice(("H06.31.01", "H06.01")),
            to=chance.choice(("H06.01", "H06.02")) if name in entry.TOWARDS else None,
            outcome="granted" if name == "resolved" else act.act if name == "corrected" and dated else None,
            due=DUE_AT + timedelta(hours=chance.randrange(100)) if dated else None,
            rule=RULE if dated else None,
        )
        data, leaf = written(act)
        entries.append(data)
        standings.apply(entry.members(data), position=len(entries), leaf=leaf)
    assert fold(entries, chains=chains) == []
    _same(chains, standings)


def _same(chains: Chains, standings: Standing) -> None:
    dossier = chains.dossiers[standings.reference]
    due = "" if standings.due_at is None else entry.instant_text(standings.due_at)
    expected = (standings.state, due, standings.unit, standings.desk, standings.holder)
    assert (dossier[STATE], dossier[DUE], dossier[UNIT], dossier[DESK], dossier[HOLDER]) == expected
