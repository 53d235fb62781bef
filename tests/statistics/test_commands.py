"""The tables that pages read, against what the entries say."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import log, tiles
from portal.ledger.tiles import WIDTH, Tile
from portal.statistics import commands, figures, queries, recompute, sources
from portal.statistics.counting import Record
from portal.statistics.figures import Figures
from portal.statistics.following import Follower
from portal.statistics.periods import Period, parse
from portal.statistics.queries import BEHIND, Selection
from portal.transaction import unit_of_work
from tests.ledger.chains import Chain, reference
from tests.publishing import publish_now
from tests.statistics import small
from tests.statistics.logs import Story, told
from tests.statistics.stored import count_all, publish, tell

JUNE = parse("2020-06")
PERIODS = [
    (JUNE, small.TODAY),
    (parse("2020-Q2"), small.TODAY),
    (parse("2020"), small.TODAY),
    (Period(date(2020, 6, 9), date(2020, 6, 24)), small.TODAY),
    (Period(date(2020, 5, 28), date(2020, 6, 1)), small.TODAY),
    (Period(date(2020, 6, 11), date(2020, 6, 11)), date(2020, 6, 11)),
    (JUNE, date(2020, 6, 25)),
    (parse("2020"), date(2020, 6, 12)),
]


@pytest.fixture
def counted(app: Flask, session: Session) -> Session:
    """The small log, published and counted, in the plain part of it."""
    tell(app, session, small.stories().values())
    return session


def bundles(session: Session, folder: Path) -> Path:
    """What an outsider downloads: checkpoint and bundles."""
    head = log.head(session)
    assert head is not None
    (folder / "checkpoint").parent.mkdir(parents=True, exist_ok=True)
    (folder / "checkpoint").write_bytes(head.note)
    for number in range((head.size + WIDTH - 1) // WIDTH):
        wanted = Tile(None, number, tiles.width_at(None, number, head.size))
        data = log.tile(session, wanted)
        assert data is not None
        file = folder / "tile" / tiles.render(wanted)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


def outsider(folder: Path) -> Record:
    get = sources.of(str(folder))
    record = Record()
    record.take(sources.entries(get, sources.checkpoint(get)))
    return record


def test_the_tables_give_what_was_counted_by_hand(counted: Session) -> None:
    sums = queries.by_unit(counted, Selection(JUNE, small.TODAY))
    assert queries.of_codes(sums, [small.WARD]) == small.JUNE_WARD


@pytest.mark.parametrize(("period", "today"), PERIODS, ids=str)
def test_every_figure_is_the_same_from_the_tables_and_from_the_bundles(
    counted: Session, tmp_path: Path, period: Period, today: date
) -> None:
    record = outsider(bundles(counted, tmp_path))
    selection = Selection(period, today)
    of_unit, of_procedure = queries.by_unit(counted, selection), queries.by_procedure(counted, selection)
    compared = 0
    for unit, procedure, expected in recompute.lines(record, period, today=today):
        if unit:
            found = queries.of_codes(of_unit, [unit])
        elif procedure:
            found = queries.of_codes(of_procedure, [procedure])
        else:
            found = queries.of_codes(of_unit, set(of_unit))
        assert found == expected, (unit, procedure)
        compared += 1
    assert compared == 1 + 2 + 2


@pytest.mark.parametrize(("period", "today"), PERIODS, ids=str)
def test_behind_every_figure_are_as_many_dossiers(counted: Session, period: Period, today: date) -> None:
    for units in (None, frozenset({small.WARD}), frozenset({small.OTHER})):
        selection = Selection(period, today, units)
        sums = queries.by_unit(counted, selection)
        found = queries.of_codes(sums, units or set(sums))
        for name in BEHIND:
            rows = queries.behind(counted, selection, name, limit=100)
            assert len(rows) == _number(found, name), (name, units)


def _number(found: Figures, name: str) -> int:
    if name == "in_time":
        return found.on_time_rate.numerator
    if name == "dated":
        return found.on_time_rate.denominator
    return int(getattr(found, name))


TAKEN_BACK = {
    "asked": lambda story: story.do("supplement_asked", "2020-06-16 08:00"),
    "resolved": lambda story: story.resolved("2020-06-17 08:00"),
    "extended": lambda story: story.do("extended", "2020-06-17 08:00", due="2020-06-24 17:00"),
}


@pytest.mark.parametrize("act", sorted(TAKEN_BACK))
@pytest.mark.parametrize("most", [1, 2, 4096])
def test_what_was_taken_back_leaves_the_tables_as_if_it_had_never_been(
    app: Flask, session: Session, tmp_path: Path, act: str, most: int
) -> None:
    """However the entries fall into batches: what stood before the last act rests with the dossier's facts."""
    plain = Story(1, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 08:00")
    told_back = TAKEN_BACK[act](Story(2, "2020-06-15 08:00").received("2020-06-15 08:00", "2020-06-18 08:00"))
    word = told_back.act.act
    told_back.do("corrected", "2020-06-20 08:00", outcome=word, due="2020-06-18 08:00")
    publish(app, session, told([plain, told_back]))
    count_all(session, most=most)
    assert commands.check(session) == (len(plain.entries) + len(told_back.entries), [])
    sums = queries.by_unit(session, Selection(JUNE, small.TODAY))
    alone = Record()
    alone.take(plain.entries)
    once = figures.of(figures.sums_of(alone.dossiers.values(), JUNE, today=small.TODAY))
    found = queries.of_codes(sums, set(sums))
    for name in figures.PLAIN:
        assert getattr(found, name) == 2 * getattr(once, name), name
    lines = recompute.lines(outsider(bundles(session, tmp_path)), JUNE, today=small.TODAY)
    assert next(lines)[2] == found


def test_every_figure_has_its_dossiers() -> None:
    """But for sums of minutes, and what ended for whatever reason."""
    without = {"minutes_taken", "minutes_allowed", "ended"}
    assert set(figures.NAMES) - without == set(BEHIND) - {"in_time", "dated"}


def test_a_selection_of_procedures_counts_theirs_alone(counted: Session) -> None:
    selection = Selection(JUNE, small.TODAY, procedures=frozenset({"1.000894"}))
    sums = queries.by_unit(counted, selection)
    found = queries.of_codes(sums, set(sums))
    assert (found.filed, found.resolved, found.refused) == (1, 1, 1)
    within = queries.by_procedure(counted, Selection(JUNE, small.TODAY, units=frozenset({small.OTHER})))
    assert set(within) == {"1.001193"}


def test_months_are_told_apart(counted: Session) -> None:
    months = queries.by_month(counted, Selection(JUNE, small.TODAY), since=date(2020, 1, 1))
    assert {month: counter["filed"] for month, counter in months.items()} == {
        date(2020, 5, 1): 2,
        date(2020, 6, 1): 13,
    }


@pytest.mark.parametrize("most", [1, 2, 7, 4096])
def test_any_batches_give_the_same_tables(app: Flask, session: Session, most: int) -> None:
    publish(app, session, told(small.stories().values()))
    assert count_all(session, most=most) == log.size(session) == queries.size(session)
    assert commands.check(session) == (log.size(session), [])


def test_sealed_dossiers_are_counted_by_the_day_alone(app: Flask, session: Session) -> None:
    Chain(session, reference(1), sealed=True).receive(due_in_hours=1).resolve(hours=20)
    Chain(session, reference(2)).receive()
    publish_now(app)
    session.rollback()
    count_all(session)
    sums = queries.by_unit(session, Selection(JUNE, small.TODAY))
    assert queries.sealed_entries(sums) == 3
    assert queries.of_codes(sums, set(sums)).filed == 1
    stored = session.execute(text("select reference, unit from statistics_dossier")).all()
    assert [row.reference for row in stored] == [reference(2)]
    assert commands.check(session)[1] == []


# --- Held against the log ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tampering", "code"),
    [
        ("update statistics_cell set late = 0 where late > 0", "cell_differs"),
        ("update statistics_cell set on_time = on_time + 1 where span = 'm' and unit = '*'", "cell_differs"),
        ("delete from statistics_cell where span = 'd'", "cell_differs"),
        ("update statistics_cell set unit = 'H06.99' where unit = 'H06.32.01'", "cell_differs"),
        ("update statistics_dossier set timing = 'on_time' where timing = 'late'", "dossier_differs"),
        ("update statistics_dossier set overdue = '{}'", "dossier_differs"),
        ("delete from statistics_dossier where unit = 'H06.32.01'", "dossier_missing"),
        ("update statistics_dossier set reference = reference || '0'", "dossier_not_in_the_log"),
    ],
)
def test_a_tampered_table_is_found_and_made_right(counted: Session, tampering: str, code: str) -> None:
    assert commands.check(counted)[1] == []
    counted.execute(text(tampering))
    assert code in {finding.code for finding in commands.check(counted)[1]}
    commands.rebuild(counted)
    assert commands.check(counted)[1] == []


def test_a_cell_of_a_unit_that_never_was_is_found(counted: Session) -> None:
    counted.execute(text("update statistics_cell set unit = 'H06.99' where unit = 'H06.32.01'"))
    assert "unit_not_in_the_log" in {finding.code for finding in commands.check(counted)[1]}


def test_the_command_says_so_and_makes_it_anew(app: Flask, counted: Session) -> None:
    runner = app.test_cli_runner()
    sound = runner.invoke(args=["ledger", "recompute", "--check"])
    assert (sound.exit_code, "as the entries say" in sound.output) == (0, True)
    counted.execute(text("update statistics_cell set late = late + 1"))
    counted.commit()
    wrong = runner.invoke(args=["ledger", "recompute", "--check"])
    assert (wrong.exit_code, "NOT as the entries say" in wrong.output) == (1, True)
    assert runner.invoke(args=["ledger", "recompute"]).exit_code == 0
    assert runner.invoke(args=["ledger", "recompute", "--check"]).exit_code == 0


# --- All the time ------------------------------------------------------------------------------------------------


def test_the_follower_counts_what_is_published(app: Flask, session: Session) -> None:
    follower = Follower.of(app.config["SETTINGS"])
    publish(app, session, Story(1, "2020-06-15 08:00").entries)
    assert (follower.catch_up(), follower.catch_up()) == (1, 0)
    follower.close()
    assert queries.size(session) == 1


def test_what_is_interrupted_is_not_half_counted(app: Flask, session: Session) -> None:
    publish(app, session, told(small.stories().values()))
    with pytest.raises(RuntimeError), unit_of_work(session):
        commands.advance(session, most=5)
        raise RuntimeError
    assert queries.size(session) == 0
    assert count_all(session) == log.size(session)
    assert commands.check(session)[1] == []


def test_looking_for_news_takes_no_lock(counted: Session) -> None:
    assert commands.advance(counted) == 0
    with Session(counted.get_bind()) as another:
        assert another.execute(text("select size from statistics_head for update nowait")).scalar_one()
