"""From entries to facts to figures, without a database."""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import entry
from portal.ledger.tree import leaf_hash
from portal.statistics import counting, facts, figures, reading
from portal.statistics.counting import Record
from portal.statistics.days import Days, Span
from portal.statistics.figures import Figures, Ratio
from portal.statistics.periods import Period
from tests.ledger.acts import after
from tests.statistics import small
from tests.statistics.logs import COMMITMENT, Story, each_day, local, record, sealed, told

JUNE = Period(date(2020, 6, 1), date(2020, 6, 30))


def of(stories: list[Story], period: Period = JUNE, today: date = small.TODAY) -> Figures:
    found = record(told(stories))
    return figures.of(figures.sums_of(found.dossiers.values(), period, today=today))


def test_the_small_log_gives_what_was_counted_by_hand() -> None:
    found = record(small.entries())
    ward = [one for one in found.dossiers.values() if one.unit == small.WARD]
    assert figures.of(figures.sums_of(ward, JUNE, today=small.TODAY)) == small.JUNE_WARD
    assert found.sealed == {date(2020, 6, 15): 1, date(2020, 7, 1): 1}


def test_rates_have_numerator_and_denominator() -> None:
    assert small.JUNE_WARD.on_time_rate == Ratio(4, 6)
    assert small.JUNE_WARD.online_rate == Ratio(6, 9)
    assert small.JUNE_WARD.handled == 10
    assert small.JUNE_WARD.late_plain == 1


def test_nothing_to_divide_by_is_no_number() -> None:
    assert Figures().on_time_rate.value is None
    assert Figures().online_rate.value is None
    assert Figures().time_rate.value is None


@pytest.mark.parametrize("last", list(each_day(date(2020, 5, 20), date(2020, 7, 9))))
def test_what_comes_in_is_what_goes_out_or_stays(last: date) -> None:
    found = record(small.entries())
    got = figures.of(figures.sums_of(found.dossiers.values(), Period(date(2020, 5, 20), last), today=small.TODAY))
    assert got.handled == got.ended + got.in_term + got.overdue + got.paused
    assert got.ended == got.resolved + got.withdrawn


def test_figures_of_months_add_up_to_those_of_the_quarter() -> None:
    stories = list(small.stories().values())
    months = [
        of(stories, Period(date(2020, 4, 1), date(2020, 4, 30))),
        of(stories, Period(date(2020, 5, 1), date(2020, 5, 31))),
        of(stories),
    ]
    quarter = of(stories, Period(date(2020, 4, 1), date(2020, 6, 30)))
    for name in figures.PLAIN:
        assert sum(getattr(month, name) for month in months) == getattr(quarter, name), name
    for name in ("in_term", "overdue", "paused", "waiting"):
        assert getattr(quarter, name) == getattr(months[-1], name), name


# --- Midnight ----------------------------------------------------------------------------------------------------


def test_a_day_ends_at_midnight_in_viet_nam() -> None:
    story = Story(1, "2020-06-30 23:59").received("2020-07-01 00:00", "2020-07-03 08:00")
    assert story.act.at == local("2020-07-01 00:00")
    assert (of([story]).filed, of([story]).received, of([story]).waiting) == (1, 0, 1)
    july = of([story], Period(date(2020, 7, 1), date(2020, 7, 1)))
    assert (july.filed, july.received, july.carried) == (0, 1, 0)


@pytest.mark.parametrize(
    ("resolved", "timing"),
    [
        ("2020-06-17 23:59", "early"),
        ("2020-06-18 00:00", "on_time"),
        ("2020-06-18 17:00", "on_time"),
        ("2020-06-18 17:01", "late"),
    ],
)
def test_early_is_before_the_due_day_and_late_after_the_due_instant(resolved: str, timing: str) -> None:
    story = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 17:00").resolved(resolved)
    assert getattr(of([story]), timing) == 1


def test_a_resolution_without_a_due_instant_is_neither_late_nor_in_time() -> None:
    story = Story(1, "2020-06-15 08:00").do("received", "2020-06-15 08:00").resolved("2020-06-16 08:00")
    got = of([story])
    assert (got.undated, got.resolved, got.timed) == (1, 1, 0)
    assert got.on_time_rate.value is None


def test_what_is_due_today_is_past_its_term_only_when_the_day_is_over() -> None:
    story = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 17:00")
    until_18 = Period(date(2020, 6, 1), date(2020, 6, 18))
    assert (of([story], until_18, date(2020, 6, 18)).overdue, of([story], until_18, date(2020, 6, 18)).in_term) == (
        0,
        1,
    )
    assert (of([story], until_18, date(2020, 6, 19)).overdue, of([story], until_18, date(2020, 6, 19)).in_term) == (
        1,
        0,
    )
    assert of([story], JUNE, date(2020, 6, 19)).overdue == 1


def test_what_ends_on_the_day_after_its_due_day_is_no_more_past_its_term_then() -> None:
    story = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 17:00").resolved("2020-06-19 08:00")
    assert of([story], today=date(2020, 6, 19)).overdue == 0
    assert of([story], Period(date(2020, 6, 1), date(2020, 6, 18)), date(2020, 6, 19)).overdue == 1


def test_a_day_that_has_not_come_counts_for_nothing() -> None:
    story = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 17:00")
    assert of([story], Period(date(2020, 6, 1), date(2020, 12, 31)), date(2020, 6, 16)).overdue == 0


# --- Acts --------------------------------------------------------------------------------------------------------


def test_a_correction_moves_the_due_instant() -> None:
    story = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-16 08:00")
    story.do("corrected", "2020-06-15 09:00", due="2020-06-22 08:00").resolved("2020-06-18 08:00")
    assert (of([story]).early, of([story]).late, of([story]).extended) == (1, 0, 0)


TOLD = {
    "supplement_asked": {},
    "passed": {"to": "H06.01"},
    "opinion_asked": {"to": "H06.01"},
    "extended": {"due": "2020-06-24 17:00"},
    "stopped": {},
    "resolved": {"outcome": "granted"},
}


@pytest.mark.parametrize("act", sorted(TOLD))
@pytest.mark.parametrize("on", ["2020-06-17", "2020-06-18", "2020-06-22"])
def test_what_was_taken_back_counts_as_if_it_had_never_been_done(act: str, on: str) -> None:
    story = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 08:00")
    before = record(story.entries).dossiers[story.reference]
    story.do(act, "2020-06-17 08:00", **TOLD[act])
    story.do("corrected", f"{on} 09:00", outcome=act, due="2020-06-18 08:00")
    found = record(story.entries).dossiers[story.reference]
    for name in facts.CHANGING:
        assert getattr(found, name) == getattr(before, name), name
    assert of([story]) == of([Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 08:00")])


def test_a_refusal_at_the_desk_and_a_return_are_taken_back_too() -> None:
    declined = Story(1, "2020-06-15 08:00").do("not_received", "2020-06-15 09:00")
    declined.do("corrected", "2020-06-16 09:00", outcome="not_received")
    assert (of([declined]).waiting, of([declined]).not_received) == (1, 0)
    returned = Story(2, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 08:00")
    returned.resolved("2020-06-17 08:00").do("returned", "2020-06-18 08:00")
    returned.do("corrected", "2020-06-19 08:00", outcome="returned")
    assert (of([returned]).early, of([returned]).returned) == (1, 0)


def test_a_pause_that_ended_with_a_refusal_goes_on_where_that_is_taken_back() -> None:
    story = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 08:00")
    story.do("supplement_asked", "2020-06-16 08:00")
    waits = of([story])
    story.do("resolved", "2020-06-24 08:00", outcome="refused", due="2020-06-29 08:00")
    story.do("corrected", "2020-06-25 08:00", outcome="resolved", due="2020-06-18 08:00")
    assert of([story]) == waits
    story.do("supplement_given", "2020-06-26 08:00", due="2020-07-02 08:00")
    assert (of([story]).paused, of([story]).in_term) == (0, 1)


def test_no_receipt_and_no_taking_back_is_taken_back() -> None:
    story = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 08:00")
    story.do("corrected", "2020-06-15 09:00", outcome="received")
    assert of([story]).received == 1
    story.do("supplement_asked", "2020-06-16 08:00")
    story.do("corrected", "2020-06-16 09:00", outcome="supplement_asked")
    story.do("corrected", "2020-06-16 10:00", outcome="corrected")
    assert (of([story]).paused, of([story]).received) == (0, 1)


def test_an_entry_that_continues_no_chain_counts_for_nothing() -> None:
    story = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 08:00")
    stray = entry.render(after(story.act, bytes(32), "resolved", outcome="granted"), COMMITMENT)
    doubled = story.entries[0]
    orphan = Story(2, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 08:00").entries[1]
    found = record([*story.entries, stray, doubled, orphan])
    assert list(found.dossiers) == [story.reference]
    assert found.dossiers[story.reference].n == 1
    story.resolved("2020-06-16 08:00")
    found.take(story.entries[2:])
    assert found.dossiers[story.reference].timing == "early"


def test_a_stopped_dossier_is_paused_and_one_that_waits_before_receipt_is_not() -> None:
    stopped = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 08:00")
    stopped.do("stopped", "2020-06-16 08:00")
    asked = Story(2, "2020-06-15 08:00").do("supplement_asked", "2020-06-15 09:00")
    got = of([stopped, asked])
    assert (got.paused, got.waiting, got.overdue, got.in_progress) == (1, 1, 0, 0)


def test_a_dossier_is_counted_where_it_was_filed_whoever_holds_it() -> None:
    story = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 08:00")
    story.do("handed_over", "2020-06-16 08:00", to="H06.32.01").do("resolved", "2020-06-17 08:00", outcome="granted")
    assert record(story.entries).dossiers[story.reference].unit == "H06.31.01"


def test_an_entry_of_a_key_is_no_act() -> None:
    key = json.dumps({"at": "2020-06-15T00:00:00Z", "kind": "key", "v": 1}, separators=(",", ":")).encode()
    found = record([key, sealed(date(2020, 6, 1))])
    assert (found.size, found.dossiers, sum(found.sealed.values())) == (2, {}, 1)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"nonsense", b'{"v":1,"v":1}', b"\xff", b'{"kind":"sealed","on":"2020-02-30","v":1}'],
)
def test_what_is_no_entry_is_refused(data: bytes) -> None:
    with pytest.raises(reading.Unreadable):
        reading.read(data)


def test_an_entry_with_a_blank_is_refused() -> None:
    data = Story(1, "2020-06-15 08:00").entries[0]
    assert isinstance(reading.read(data), reading.Seen)
    with pytest.raises(reading.Unreadable):
        reading.read(data.replace(b",", b", ", 1))


def test_the_outsiders_reader_reads_what_the_publisher_reads() -> None:
    for data in told(small.stories().values()):
        mine, theirs = reading.read(data), entry.members(data)
        assert isinstance(mine, reading.Seen)
        assert mine.reference == theirs.reference
        assert mine.on == entry.day(theirs.at)
        assert (mine.act, str(mine.n), mine.previous) == (theirs.act, theirs.n, theirs.previous)
        assert (mine.unit, mine.procedure, mine.channel) == (theirs.unit, theirs.procedure, theirs.channel)


# --- Days --------------------------------------------------------------------------------------------------------


def test_what_begins_and_ends_on_one_day_leaves_no_span() -> None:
    days = Days()
    days.begin(date(2020, 6, 1))
    days.end(date(2020, 6, 1))
    assert days == Days()


def test_what_ends_and_begins_again_on_one_day_never_ended() -> None:
    days = Days([Span(date(2020, 6, 1), None)])
    days.end(date(2020, 6, 5))
    days.begin(date(2020, 6, 5))
    assert days == Days([Span(date(2020, 6, 1), None)])


# --- In any batches ----------------------------------------------------------------------------------------------


@st.composite
def tales(draw: st.DrawFn) -> list[bytes]:
    """Some dossiers, each with any acts in any order that time allows, told together; a few chains broken."""
    stories = []
    for number in range(draw(st.integers(1, 5))):
        story = Story(number, "2020-06-15 08:00", channel=draw(st.sampled_from(entry.CHANNELS)))
        hours = draw(st.lists(st.integers(0, 60), max_size=6))
        for gap in hours:
            act = draw(st.sampled_from([one for one in entry.ACTS if one not in entry.TOWARDS]))
            due = draw(st.sampled_from([None, 1, 24, 100]))
            _do(story, act, gap, due)
        if draw(st.integers(0, 5)) == 0:
            story.entries.pop(0)
        stories.append(story)
    return told(stories)


def _do(story: Story, act: str, gap: int, due: int | None) -> None:
    changes: dict[str, object] = {"outcome": "granted"} if act == "resolved" else {}
    if act == "corrected" and gap % 3:
        changes = {"outcome": story.act.act}
    made = after(story.act, leaf_hash(story.entries[-1]), act, hours=gap, **changes)
    if due is not None:
        made = replace(made, due=made.at + timedelta(hours=due), rule="r")
    else:
        made = replace(made, due=None, rule=None)
    story.act = made
    story.entries.append(entry.render(made, COMMITMENT))


def _batches(entries: list[bytes], cuts: list[int]) -> Iterator[list[bytes]]:
    edges = [0, *sorted(min(cut, len(entries)) for cut in cuts), len(entries)]
    for low, high in itertools.pairwise(edges):
        yield entries[low:high]


def _in_batches(entries: list[bytes], cuts: list[int]) -> tuple[counting.Cells, Record]:
    """As the database's job does: facts of earlier batches are known, and what they added is replaced."""
    cells: counting.Cells = {}
    total = Record()
    for batch in _batches(entries, cuts):
        for known in total.dossiers.values():
            counting.add(cells, known, -1)
        total.take(batch)
        for known in total.dossiers.values():
            counting.add(cells, known)
    return counting.without_nothing(cells), total


@given(tales(), st.lists(st.integers(0, 40), max_size=5))
def test_any_batches_give_the_same_cells(entries: list[bytes], cuts: list[int]) -> None:
    whole, _ = _in_batches(entries, [])
    split, found = _in_batches(entries, cuts)
    assert split == whole
    assert found.dossiers == record(entries).dossiers


@given(tales(), st.integers(0, 20), st.integers(0, 12))
def test_cells_and_facts_give_the_same_figures_for_any_period(entries: list[bytes], start: int, length: int) -> None:
    first = date(2020, 6, 10) + timedelta(days=start)
    period = Period(first, first + timedelta(days=length))
    cells, found = _in_batches(entries, [])
    for today in (period.last, period.first, date(2020, 7, 30)):
        straight = figures.of(figures.sums_of(found.dossiers.values(), period, today=today))
        assert _added(cells, period, today) == straight


def _added(cells: counting.Cells, period: Period, today: date) -> Figures:
    sums: dict[int, Counter[str]] = {}
    for part, stretch in figures.parts(period, today=today):
        for key, counter in cells.items():
            if key.span == stretch.span and stretch.low <= key.begins <= stretch.high and key.procedure == "":
                sums.setdefault(part, Counter()).update(counter)
    return figures.of(sums)
