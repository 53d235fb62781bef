"""Lists and figures against a plain reckoning of the same entries."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal import clock
from portal.ledger import queries
from portal.ledger.publisher import Publisher
from portal.ledger.queries import BadKey, Dossier, Selection
from portal.ledger.selection import RUNNING, STATES_OF
from tests.dossiers.counting import statements
from tests.ledger.chains import Chain

UNITS = ("H06.31.01", "H06.31.02", "H06.32.01", "H06.01")
PROCEDURES = ("1.001193", "1.000894", "2.000815")
NOW = datetime(2020, 7, 1, tzinfo=UTC)


@pytest.fixture
def filled(session: Session, publisher: Publisher) -> list[Dossier]:
    """60 dossiers of several units, procedures, days and states; all of them, newest first."""
    for number in range(60):
        unit, procedure = UNITS[number % 4], PROCEDURES[number % 3]
        at = datetime(2020, 6, 1 + (number * 7) % 20, 3, tzinfo=UTC)
        reference, channel = f"{unit}-200601-{number:04d}", "post" if number % 11 == 5 else "online"
        chain = Chain(session, reference, unit=unit, procedure=procedure, channel=channel, at=at)
        step = number % 5
        if step >= 1:
            chain.receive(due_in_hours=48)
        if step == 2:
            chain.do("supplement_asked")
        if step >= 3:
            chain.resolve(hours=60 if number % 2 else 10)
        if step == 4:
            chain.do("returned")
    publisher.publish_pending()
    return list(queries.every_dossier(session, Selection(), after=None, most=1000, at=NOW))


def test_the_whole_list_is_newest_first_and_whole(filled: list[Dossier]) -> None:
    assert len(filled) == 60
    assert [(row.filed_on, row.first) for row in filled] == sorted(
        ((row.filed_on, row.first) for row in filled), reverse=True
    )
    assert {row.state for row in filled} == {"filed", "in_progress", "awaiting_supplement", "resolved", "returned"}
    assert any(row.late for row in filled)


FILTERS: list[tuple[Selection, Callable[[Dossier], bool]]] = [
    (Selection(units=frozenset({UNITS[0]})), lambda row: row.unit == UNITS[0]),
    (Selection(units=frozenset(UNITS[:3])), lambda row: row.unit in UNITS[:3]),
    (Selection(units=frozenset({*UNITS, *(f"H06.{n}" for n in range(40, 99))})), lambda _row: True),
    (Selection(units=frozenset()), lambda _row: False),
    (Selection(procedure=PROCEDURES[1]), lambda row: row.procedure == PROCEDURES[1]),
    (Selection(procedures=frozenset(PROCEDURES[:2])), lambda row: row.procedure in PROCEDURES[:2]),
    (Selection(procedures=frozenset()), lambda _row: False),
    (
        Selection(procedure=PROCEDURES[0], procedures=frozenset(PROCEDURES[1:])),
        lambda _row: False,
    ),
    (
        Selection(units=frozenset(UNITS[1:]), procedures=frozenset(PROCEDURES[:2])),
        lambda row: row.unit in UNITS[1:] and row.procedure in PROCEDURES[:2],
    ),
    (Selection(channel="post"), lambda row: row.channel == "post"),
    (Selection(state="in_progress"), lambda row: row.state == "in_progress"),
    (Selection(late=True), lambda row: row.late),
    (Selection(since=date(2020, 6, 5)), lambda row: row.filed_on >= date(2020, 6, 5)),
    (Selection(until=date(2020, 6, 5)), lambda row: row.filed_on <= date(2020, 6, 5)),
    (Selection(since=date(2020, 6, 5), until=date(2020, 6, 9)), lambda row: 5 <= row.filed_on.day <= 9),
    (Selection(q="h06.31.02-2"), lambda row: row.reference.startswith("H06.31.02-2")),
    (Selection(q="H06.31.01-200601-0004"), lambda row: row.reference == "H06.31.01-200601-0004"),
    (Selection(q="Nguyễn"), lambda _row: False),
    (Selection(q="%"), lambda _row: False),
    (Selection(q="_"), lambda _row: False),
    (
        Selection(units=frozenset(UNITS[:2]), procedure=PROCEDURES[0], state="returned", late=True),
        lambda row: row.unit in UNITS[:2] and row.procedure == PROCEDURES[0] and row.state == "returned" and row.late,
    ),
]


ORDERED: dict[str, tuple[Callable[[Dossier], bool], Callable[[Dossier], Any]]] = {
    "filed": (lambda _row: True, lambda row: (-row.filed_on.toordinal(), -row.first)),
    "due": (lambda row: row.state in RUNNING and row.due_at is not None, lambda row: (row.due_at, row.first)),
    "resolved": (
        lambda row: row.resolved_at is not None,
        lambda row: (-row.resolved_at.timestamp() if row.resolved_at else 0, -(row.resolved_position or 0)),
    ),
}


@pytest.mark.parametrize(("selection", "wanted"), FILTERS)
def test_every_filter_pages_through_exactly_its_rows(
    session: Session,
    filled: list[Dossier],
    publisher: Publisher,
    selection: Selection,
    wanted: Callable[[Dossier], bool],
) -> None:
    publisher.publish_pending()  # marks as late what is late by now
    for order, (listed, by) in ORDERED.items():
        if selection.state is not None and selection.state not in STATES_OF[order]:
            continue
        asked = _of_days(selection, order) if order != "filed" and (selection.since or selection.until) else wanted
        expected = [row.reference for row in sorted(filter(listed, filled), key=by) if asked(row)]
        _page_through(session, replace(selection, order=order), expected)


def _of_days(selection: Selection, order: str) -> Callable[[Dossier], bool]:
    """A period is of the days that the order goes by."""

    def asked(row: Dossier) -> bool:
        at = row.due_at if order == "due" else row.resolved_at
        assert at is not None
        return (selection.since or date.min) <= clock.local_day(at) <= (selection.until or date.max)

    return asked


def _page_through(session: Session, selection: Selection, expected: list[str]) -> None:
    for limit in (1, 7, 100):
        found: list[str] = []
        after: str | None = None
        for _turn in itertools.count():
            page = queries.dossiers(session, selection, after=after, limit=limit, at=NOW)
            found += [row.reference for row in page.rows]
            after = page.after
            if after is None:
                break
        assert found == expected


def test_rows_that_come_meanwhile_change_no_later_page(
    session: Session, filled: list[Dossier], publisher: Publisher
) -> None:
    first = queries.dossiers(session, Selection(), limit=10, at=NOW)
    session.rollback()
    Chain(session, "H06.31.01-200620-9999", at=datetime(2020, 6, 20, 9, tzinfo=UTC))
    publisher.publish_pending()
    second = queries.dossiers(session, Selection(), after=first.after, limit=10, at=NOW)
    assert [row.reference for row in first.rows + second.rows] == [row.reference for row in filled[:20]]


@pytest.mark.parametrize("order", ["due", "resolved"])
@pytest.mark.parametrize("key", ["", "x", "1.x", "-1", "99999999999.1", "9" * 19, "20200615.1.1"])
def test_a_key_of_another_order_is_refused(session: Session, order: str, key: str) -> None:
    with pytest.raises(BadKey):
        queries.dossiers(session, Selection(order=order), after=key, at=NOW)


@pytest.mark.parametrize("wrong", [{"order": "x"}, {"state": "'; drop table ledger_dossier"}, {"channel": "fax"}])
def test_what_is_written_into_a_statement_is_of_a_closed_alphabet(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        Selection(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["", "x", "20200615", "20200615.", "20200615.-1", "20201315.1", "20200615.1 ", "2.1"])
def test_a_key_that_is_none_is_refused(session: Session, key: str) -> None:
    with pytest.raises(BadKey):
        queries.dossiers(session, Selection(), after=key, at=NOW)


def test_what_is_due_is_late_before_the_publisher_has_looked(session: Session, publisher: Publisher) -> None:
    chain = Chain(session).receive(due_in_hours=24)
    publisher._now = lambda: chain.act.at
    publisher.publish_pending()
    rows = [queries.dossier(session, chain.act.reference, at=chain.due + timedelta(seconds=n)) for n in (0, 1)]
    assert [row.late for row in rows if row] == [False, True]


def test_figures_are_those_of_the_entries(session: Session, filled: list[Dossier]) -> None:
    whole = queries.figures(session, on=date(2020, 6, 30), days=30)
    assert whole.filed == 60
    assert whole.received == sum(row.received_at is not None for row in filled)
    assert whole.resolved == sum(row.resolved_at is not None for row in filled)
    assert whole.returned == sum(row.returned_at is not None for row in filled)
    done = [row for row in filled if row.resolved_at and row.due_at]
    assert whole.late == sum(row.resolved_at > row.due_at for row in done if row.resolved_at and row.due_at)
    assert whole.on_time == len(done) - whole.late
    one_day = queries.figures(session, on=date(2020, 6, 8))
    assert one_day.filed == sum(row.filed_on == date(2020, 6, 8) for row in filled)
    assert queries.figures(session, on=date(1999, 1, 1)) == queries.Figures(0, 0, 0, 0, 0, 0)


def test_what_was_resolved_last_comes_first_and_sealed_ones_stay_out(
    session: Session, filled: list[Dossier], publisher: Publisher
) -> None:
    Chain(session, "H06.31.01-200620-8888", sealed=True).receive().resolve()
    latest = Chain(session, "H06.31.01-200620-9999").receive().resolve()
    publisher.publish_pending()
    found = queries.just_resolved(session, limit=3)
    assert len(found) == 3
    assert found[0].reference == latest.act.reference
    assert not any(row.sealed for row in found)


def test_the_timeline_has_every_entry_in_order(session: Session, publisher: Publisher) -> None:
    Chain(session, "H06.31.01-200620-0001")
    chain = Chain(session, sealed=True).receive().resolve()
    publisher.publish_pending()
    found = queries.timeline(session, chain.act.reference, at=NOW)
    assert found is not None
    assert [item.act.act for item in found.entries if item.act] == ["filed", "received", "resolved"]
    assert [item.position for item in found.entries] == [1, 2, 3]
    assert all(item.sealed for item in found.entries)
    assert queries.timeline(session, "H06.31.01-200620-0002", at=NOW) is None


def test_procedures_seen_are_those_of_the_lists(session: Session, filled: list[Dossier]) -> None:
    assert queries.procedures_seen(session) == tuple(sorted(PROCEDURES))


def test_each_takes_one_statement(session: Session, filled: list[Dossier]) -> None:
    session.rollback()
    for ask in (
        lambda: queries.dossiers(session, Selection(), at=NOW),
        lambda: queries.dossiers(session, Selection(units=frozenset(UNITS), late=True), at=NOW),
        lambda: queries.timeline(session, filled[0].reference, at=NOW),
        lambda: queries.figures(session, on=date(2020, 6, 8)),
        lambda: queries.just_resolved(session),
        lambda: queries.procedures_seen(session),
    ):
        with statements(session) as sent:
            ask()
        assert len(sent) == 1
