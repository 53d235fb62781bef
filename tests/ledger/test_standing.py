"""What entries say of a dossier, without a database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal.ledger import entry, projection, standing, tree
from portal.ledger.entry import Act
from portal.ledger.projection import Folded, Logged
from portal.ledger.standing import STATES, Standing
from tests.ledger.acts import FILED, RULE, after

DUE = FILED.at + timedelta(hours=10)


def logged(*acts: Act, sealed: bool = False) -> list[Logged]:
    items = []
    for position, act in enumerate(acts):
        data = entry.render(act, bytes(32))
        items.append(Logged(position, tree.leaf_hash(data), entry.members(data), sealed))
    return items


def chain(*steps: tuple[str, float, dict[str, object]]) -> list[Act]:
    """`filed`, then each (act, hours after the one before, changes)."""
    acts = [FILED]
    for name, hours, changes in steps:
        leaf = tree.leaf_hash(entry.render(acts[-1], bytes(32)))
        acts.append(after(acts[-1], leaf, name, hours=hours, **changes))
    return acts


def standing_of(acts: list[Act]) -> Standing:
    folded = projection.fold(logged(*acts), {})
    assert not folded.faults
    assert not folded.changed
    return folded.begun[0]


RECEIVED = ("received", 1.0, {"due": DUE, "rule": RULE})
RESOLVED_LATE: tuple[str, float, dict[str, object]] = ("resolved", 20.0, {"outcome": "refused"})
WAITS = ("awaiting_supplement", False)


def took_back(act: str, hours: float = 1.0) -> tuple[str, float, dict[str, object]]:
    return "corrected", hours, {"outcome": act}


@pytest.mark.parametrize(
    ("steps", "state", "late"),
    [
        ([], "filed", False),
        ([("not_received", 1, {"outcome": "incomplete"})], "not_received", False),
        ([("supplement_asked", 1, {})], "awaiting_supplement", False),
        ([("supplement_asked", 1, {}), ("supplement_given", 50, {})], "filed", False),
        ([RECEIVED], "in_progress", False),
        ([RECEIVED, ("supplement_asked", 1, {})], "awaiting_supplement", False),
        ([RECEIVED, ("supplement_asked", 20, {})], "awaiting_supplement", True),
        ([RECEIVED, ("supplement_asked", 1, {}), ("withdrawn", 90, {"due": None, "rule": None})], "withdrawn", False),
        (
            [RECEIVED, ("supplement_asked", 1, {}), ("supplement_given", 9, {"due": DUE + timedelta(9)})],
            "in_progress",
            False,
        ),
        ([RECEIVED, ("passed", 1, {"to": "H06.01"})], "in_progress", False),
        ([RECEIVED, ("extended", 1, {"due": DUE + timedelta(9)})], "in_progress", False),
        ([RECEIVED, ("resolved", 1, {"outcome": "granted"})], "resolved", False),
        ([RECEIVED, ("resolved", 9, {"outcome": "granted"})], "resolved", False),
        ([RECEIVED, ("resolved", 9.1, {"outcome": "refused"})], "resolved", True),
        ([RECEIVED, ("resolved", 1, {"outcome": "granted"}), ("returned", 500, {})], "returned", False),
        ([RECEIVED, ("resolved", 20, {"outcome": "granted"}), ("returned", 1, {})], "returned", True),
        ([RECEIVED, ("withdrawn", 1, {})], "withdrawn", False),
        ([RECEIVED, ("stopped", 1, {})], "stopped", False),
        (
            [RECEIVED, ("opinion_asked", 1, {"to": "H06.02"}), ("opinion_given", 1, {"to": "H06.01"})],
            "in_progress",
            False,
        ),
        ([RECEIVED, ("corrected", 1, {})], "in_progress", False),
        ([RECEIVED, ("corrected", 1, {"outcome": "received"})], "in_progress", False),
        ([("supplement_asked", 1, {}), took_back("supplement_asked")], "filed", False),
        ([("not_received", 1, {}), took_back("not_received")], "filed", False),
        ([("supplement_asked", 1, {}), ("not_received", 1, {}), took_back("not_received")], *WAITS),
        ([RECEIVED, ("supplement_asked", 1, {}), took_back("supplement_asked")], "in_progress", False),
        ([RECEIVED, ("supplement_asked", 1, {}), took_back("supplement_asked", 20)], "in_progress", True),
        ([RECEIVED, ("supplement_asked", 1, {}), RESOLVED_LATE, took_back("resolved")], *WAITS),
        ([RECEIVED, ("resolved", 1, {"outcome": "granted"}), took_back("resolved")], "in_progress", False),
        ([RECEIVED, ("resolved", 20, {"outcome": "granted"}), took_back("resolved")], "in_progress", True),
        ([RECEIVED, ("resolved", 1, {"outcome": "granted"}), took_back("resolved", 20)], "in_progress", True),
        ([RECEIVED, RESOLVED_LATE, ("returned", 1, {}), took_back("returned", 9)], "resolved", True),
        ([RECEIVED, ("stopped", 1, {}), took_back("stopped")], "in_progress", False),
    ],
)
def test_where_acts_leave_a_dossier(steps: list[tuple[str, float, dict[str, object]]], state: str, late: bool) -> None:
    found = standing_of(chain(*steps))
    assert (found.state, found.late) == (state, late)
    assert found.n == len(steps)
    assert found.positions == list(range(len(steps) + 1))
    assert found.state in STATES


def test_the_unit_that_received_stays_and_the_one_that_holds_moves() -> None:
    acts = chain(RECEIVED, ("passed", 1, {"to": "H06.01"}), ("passed", 1, {"unit": "H06.01", "to": "H06.02"}))
    found = standing_of(acts)
    assert (found.unit, found.holder) == ("H06.31.01", "H06.02")
    leaf = tree.leaf_hash(entry.render(acts[-1], bytes(32)))
    resolved = standing_of([*acts, after(acts[-1], leaf, "resolved", outcome="granted")])
    assert (resolved.unit, resolved.holder) == ("H06.31.01", "H06.31.01")


def test_a_successor_takes_over_what_the_unit_had_of_the_dossier() -> None:
    """Its desk, holding it, or both; the unit that received it stays what it was."""
    passed = chain(RECEIVED, ("passed", 1, {"to": "H06.01"}))
    desk = [*passed, _next(passed, "handed_over", unit="H06.31.01", to="H06.31.09")]
    found = standing_of(desk)
    assert (found.unit, found.desk, found.holder) == ("H06.31.01", "H06.31.09", "H06.01")
    both = [*desk, _next(desk, "handed_over", unit="H06.01", to="H06.02")]
    found = standing_of(both)
    assert (found.unit, found.desk, found.holder) == ("H06.31.01", "H06.31.09", "H06.02")
    found = standing_of([*both, _next(both, "resolved", unit="H06.02", outcome="granted")])
    assert (found.unit, found.desk, found.holder) == ("H06.31.01", "H06.31.09", "H06.31.09")


def test_what_was_taken_back_leaves_nothing_and_the_unit_that_did_it_holds_the_dossier() -> None:
    passed = chain(RECEIVED, ("passed", 1, {"to": "H06.01"}))
    resolved = [*passed, _next(passed, "resolved", unit="H06.01", outcome="granted")]
    assert standing_of(resolved).holder == "H06.31.01"
    found = standing_of([*resolved, _next(resolved, "corrected", unit="H06.01", outcome="resolved")])
    assert (found.holder, found.resolved_at, found.resolved_position, found.outcome) == ("H06.01", None, None, None)
    found = standing_of([*passed, _next(passed, "corrected", outcome="passed")])
    assert (found.holder, found.due_at) == ("H06.31.01", DUE)


def test_what_counts_is_what_the_fold_lets_stand_whoever_writes_a_correction() -> None:
    passed: tuple[str, float, dict[str, object]] = ("passed", 1.0, {"to": "H06.01"})

    def counted(*steps: tuple[str, float, dict[str, object]]) -> list[str]:
        return [act.act for act in standing.counting(item.act for item in logged(*chain(*steps)))]

    assert counted(RECEIVED, passed, took_back("passed")) == ["filed", "received"]
    assert counted(RECEIVED, took_back("received")) == ["filed", "received"]
    assert counted(RECEIVED, passed, took_back("passed"), took_back("received")) == ["filed", "received"]
    assert counted(took_back("filed")) == ["filed"]


def test_a_result_that_was_taken_back_is_counted_on_no_day() -> None:
    acts = chain(RECEIVED, RESOLVED_LATE, ("returned", 24, {}), took_back("returned", 24))
    counted = days(projection.fold(logged(*acts), {}))
    assert counted[date(2020, 6, 16)] == {"resolved": 1, "late": 1}
    assert counted[date(2020, 6, 17)] == {"returned": 0}
    acts = chain(RECEIVED, RESOLVED_LATE, took_back("resolved", 48))
    counted = days(projection.fold(logged(*acts), {}))
    assert counted[date(2020, 6, 16)] == {"resolved": 0, "late": 0}
    assert date(2020, 6, 18) not in counted or not any(counted[date(2020, 6, 18)].values())


def _next(acts: list[entry.Act], name: str, **members: Any) -> entry.Act:
    leaf = tree.leaf_hash(entry.render(acts[-1], bytes(32)))
    return after(acts[-1], leaf, name, **members)


def test_instants_and_days_are_those_of_the_acts() -> None:
    filed = replace(FILED, at=datetime(2020, 6, 14, 17, 30, tzinfo=UTC))
    found = standing_of([filed])
    assert found.filed_on == date(2020, 6, 15)
    acts = chain(RECEIVED, ("resolved", 2, {"outcome": "granted"}), ("returned", 3, {}))
    found = standing_of(acts)
    assert (found.received_at, found.resolved_at, found.returned_at) == tuple(act.at for act in acts[1:])
    assert (found.resolved_position, found.outcome, found.due_at) == (2, "granted", DUE)


def days(folded: Folded) -> dict[date, dict[str, int]]:
    return {day: dict(counter) for day, counter in folded.days.items()}


def test_figures_of_a_day() -> None:
    acts = chain(RECEIVED, ("resolved", 30, {"outcome": "granted"}), ("returned", 24, {}))
    assert days(projection.fold(logged(*acts), {})) == {
        date(2020, 6, 15): {"filed": 1, "received": 1},
        date(2020, 6, 16): {"resolved": 1, "late": 1},
        date(2020, 6, 17): {"returned": 1},
    }


def test_a_first_entry_that_is_a_receipt_counts_as_both() -> None:
    act = replace(FILED, act="received", channel="counter", due=DUE, rule=RULE)
    folded = projection.fold(logged(act), {})
    assert days(folded) == {date(2020, 6, 15): {"filed": 1, "received": 1}}
    assert folded.begun[0].state == "in_progress"


def test_a_sealed_dossier_keeps_its_procedure_out_of_the_lists() -> None:
    folded = projection.fold(logged(FILED, sealed=True), {})
    assert folded.begun[0].procedure is None
    assert folded.begun[0].sealed


@pytest.mark.parametrize(
    "break_it",
    [
        lambda act: replace(act, n=2),
        lambda act: replace(act, previous=bytes(32)),
        lambda act: replace(act, n=0, previous=None),
        lambda act: replace(act, reference="H06.31.01-200615-0999"),
    ],
)
def test_an_entry_that_continues_no_chain_is_a_fault_and_changes_nothing(break_it: Callable[[Act], Act]) -> None:
    sound = chain(RECEIVED)
    broken = break_it(sound[1])
    folded = projection.fold(logged(FILED, broken), {})
    assert [fault.position for fault in folded.faults] == [1]
    assert folded.begun[0].state == "filed"
    assert folded.begun[0].n == 0
    assert days(folded) == {date(2020, 6, 15): {"filed": 1}}


def test_after_a_fault_the_sound_chain_goes_on() -> None:
    sound = chain(RECEIVED)
    folded = projection.fold(logged(FILED, replace(sound[1], previous=bytes(32)), sound[1]), {})
    assert [fault.position for fault in folded.faults] == [1]
    assert folded.begun[0].positions == [0, 2]


def test_folding_in_pieces_is_folding_at_once() -> None:
    acts = chain(
        RECEIVED,
        ("passed", 1, {"to": "H06.01"}),
        ("supplement_asked", 1, {}),
        ("resolved", 30, {"outcome": "granted"}),
        took_back("resolved", 40),
        ("resolved", 30, {"outcome": "refused"}),
        ("returned", 1, {}),
        took_back("returned"),
        ("returned", 1, {}),
    )
    items = logged(*acts)
    whole = projection.fold(items, {}).begun[0]
    known: dict[str, Standing] = {}
    for item in items:
        folded = projection.fold([item], known)
        known = {found.reference: found for found in (*folded.begun, *folded.changed)}
    assert known[FILED.reference] == whole
