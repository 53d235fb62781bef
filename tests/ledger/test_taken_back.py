"""An act that is taken back, in what the lists and the days of the ledger say, and in what an auditor remembers."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.ledger import entry, queries, rows, tree
from portal.ledger.publisher import Publisher
from portal.ledger.queries import Figures, Selection
from portal.ledger.verify.bounds import Bounds
from portal.ledger.verify.state import State
from tests.ledger.acts import DUE_AT, FILED, RULE, after
from tests.ledger.chains import Chain

NOW = datetime(2020, 6, 15, 12, tzinfo=UTC)
TODAY = date(2020, 6, 15)
DONE = Selection(order="resolved")
DUE = Selection(order="due")


@pytest.fixture
def resolved(session: Session, publisher: Publisher) -> Chain:
    """Received and resolved, and published so."""
    chain = Chain(session).receive()
    chain.do("passed", to="H06.01").do("resolved", unit="H06.01", outcome="granted")
    publisher.publish_pending()
    return chain


def test_a_result_that_is_taken_back_later_leaves_lists_days_and_newest_results(
    session: Session, publisher: Publisher, resolved: Chain
) -> None:
    assert queries.figures(session, on=TODAY) == Figures(1, 1, 1, 1, 0, 0)
    assert [row.outcome for row in queries.dossiers(session, DONE, at=NOW).rows] == ["granted"]
    session.rollback()
    resolved.do("corrected", unit="H06.01", outcome="resolved")
    publisher.publish_pending()
    assert queries.figures(session, on=TODAY) == Figures(1, 1, 0, 0, 0, 0)
    assert queries.just_resolved(session) == ()
    assert queries.dossiers(session, DONE, at=NOW).rows == ()
    (row,) = queries.dossiers(session, DUE, at=NOW).rows
    assert (row.state, row.holder, row.due_at, row.outcome) == ("in_progress", "H06.01", resolved.due, None)


def test_what_stands_before_the_last_act_rests_with_the_list_between_two_publications(
    session: Session, publisher: Publisher
) -> None:
    chain = Chain(session).receive().do("supplement_asked")
    publisher.publish_pending()
    chain.do("resolved", hours=200, outcome="refused")
    publisher.publish_pending()
    chain.do("corrected", outcome="resolved")
    publisher.publish_pending()
    row = queries.dossier(session, chain.act.reference, at=chain.act.at + timedelta(days=9))
    assert row is not None
    assert (row.state, row.late, row.resolved_at) == ("awaiting_supplement", False, None)


def test_an_auditor_that_is_closed_in_between_knows_what_stood_before(tmp_path: Path) -> None:
    acts = [FILED]
    for name, facts in (
        ("received", {"due": DUE_AT, "rule": RULE}),
        ("resolved", {"outcome": "granted"}),
        ("corrected", {"outcome": "resolved"}),
    ):
        leaf = tree.leaf_hash(entry.render(acts[-1], bytes(32)))
        acts.append(after(acts[-1], leaf, name, **facts))
    late = DUE_AT + timedelta(days=1)
    for position, act in enumerate(acts):
        state, data = State(tmp_path / "log.state"), entry.render(act, bytes(32))
        read = rows.read(data)
        assert isinstance(read, rows.Row)
        state.bring([act.reference])
        assert state.chains.fold(position, [read], [tree.leaf_hash(data)], Bounds()) == []
        state.save([])
        overdue = [one[0] for one in state.overdue(FILED.unit, at=late)]
        assert overdue == ([FILED.reference] if act.act in ("received", "corrected") else [])
        state.close()
