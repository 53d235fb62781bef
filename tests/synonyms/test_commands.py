"""Editors add, change and remove synonyms; who and when stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.errors import Invalid, NotFound, Stale
from portal.synonyms import commands, queries, source
from portal.synonyms.commands import Problem, Wanted
from portal.transaction import unit_of_work
from tests.signing_in import make_officer

AT = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)
BIKES = Wanted("thuê xe đạp", ("1.001612",))


def add(session: Session, wanted: Wanted = BIKES, *, by: int | None = None) -> int:
    with unit_of_work(session):
        return commands.add(session, wanted, by=by, at=AT)


def problems(session: Session, wanted: Wanted) -> list[Problem]:
    with pytest.raises(Invalid) as refused, unit_of_work(session):
        commands.add(session, wanted, by=None, at=AT)
    return list(refused.value.problems)  # type: ignore[arg-type]


def test_each_act_is_written_down_with_who_and_when(session: Session) -> None:
    editor = make_officer(session, "H06.01", "editor").id
    made = add(session, by=editor)
    with unit_of_work(session):
        commands.change(session, made, Wanted("thuê xe máy", (), "cửa hàng"), seen_at=AT, by=editor, at=LATER)
    with unit_of_work(session):
        commands.remove(session, made, by=editor, at=LATER)
    done = [(change.act, change.phrase, change.by, change.at) for change in queries.changes(session, limit=3)]
    assert done == [
        ("removed", "thuê xe máy", editor, LATER),
        ("changed", "thuê xe máy", editor, LATER),
        ("added", "thuê xe đạp", editor, AT),
    ]


@pytest.mark.parametrize(
    "statement", ["update synonym_change set phrase = 'x'", "delete from synonym_change", "truncate synonym_change"]
)
def test_what_was_written_down_never_changes(session: Session, statement: str) -> None:
    with pytest.raises(DatabaseError, match="only grows"):
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted("", ("1.001612",)), [Problem("phrase", "missing")]),
        (Wanted("?!", ("1.001612",)), [Problem("phrase", "missing")]),
        (Wanted("x" * 101, ("1.001612",)), [Problem("phrase", "too_long")]),
        (Wanted("a\u202eb", ("1.001612",)), [Problem("phrase", "unreadable")]),
        (Wanted("thuê xe", ()), [Problem("codes", "means_nothing")]),
        (Wanted("thuê xe", (), "..."), [Problem("codes", "means_nothing")]),
        (
            Wanted("thuê xe", ("9.999999", "1.001612", "8.888888")),
            [Problem("codes", "unknown", "9.999999"), Problem("codes", "unknown", "8.888888")],
        ),
        (Wanted("MO QUAN CA PHE", ("1.001612",)), [Problem("phrase", "taken", "mở quán cà phê")]),
    ],
)
def test_what_is_wrong_is_said_all_at_once(session: Session, wanted: Wanted, found: list[Problem]) -> None:
    assert problems(session, wanted) == found


def test_the_second_of_two_editors_is_told(session: Session) -> None:
    made = add(session)
    with unit_of_work(session):
        commands.change(session, made, Wanted("thuê xe đạp", (), "cửa hàng"), seen_at=AT, by=None, at=LATER)
    with pytest.raises(Stale), unit_of_work(session):
        commands.change(session, made, Wanted("thuê xe", ("1.001612",)), seen_at=AT, by=None, at=LATER)
    with pytest.raises(NotFound):
        commands.remove(session, 0, by=None, at=AT)


def test_loading_again_undoes_nothing_that_editors_did(session: Session) -> None:
    found = queries.listed(session, q="mở quán cà phê").rows[0]
    with unit_of_work(session):
        commands.remove(session, found.id, by=None, at=AT)
        assert commands.load(session, source.read(), at=AT) == 0
    assert queries.listed(session, q="mở quán cà phê").rows == ()


def test_the_list_is_written_as_it_is_read(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yaml"
    source.write(queries.all_of_them(session), path)
    assert sorted(map(str, source.read(path))) == sorted(map(str, source.read()))


def test_the_list_pages_by_key(session: Session) -> None:
    whole = [row.id for row in queries.listed(session, limit=1000).rows]
    first = queries.listed(session, limit=50)
    second = queries.listed(session, limit=1000, after=first.after)
    assert [row.id for row in (*first.rows, *second.rows)] == whole


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("a: 1", "tệp phải là một danh sách"),
        ("- {phrases: [], finds: ['1.001612']}", "mỗi nhóm phải có “phrases”"),
        ("- {phrases: [x y]}", "nhóm không nói"),
        ("- {phrases: [x y], finds: [1.5]}", "mã trong dấu nháy"),
        ("- {phrases: [x y], finds: ['9.999999']}", "“9.999999” không có trên cổng"),
        ("- {phrases: [x y], means: a}\n- {phrases: [X-Y], means: a}", "trống hoặc có hai lần"),
        ("- {phrases: [x y], other: a}", "mỗi nhóm phải có “phrases”"),
    ],
)
def test_a_wrong_file_is_refused_with_its_faults(app: Flask, tmp_path: Path, written: str, complaint: str) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text(written, "utf-8")
    result = app.test_cli_runner().invoke(args=["synonyms", "load", str(path)])
    assert result.exit_code == 1
    assert complaint in result.output
    assert "Nothing was loaded" in result.output


def test_the_command_line_adds_and_writes(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("- phrases: [thuê xe đạp]\n  finds: ['1.001612']\n", "utf-8")
    run = app.test_cli_runner().invoke
    assert "1 phrases added" in run(args=["synonyms", "load", str(path)]).output
    assert "0 phrases added" in run(args=["synonyms", "load", str(path)]).output
    assert "phrases written" in run(args=["synonyms", "export", str(tmp_path / "all.yaml")]).output
    assert "thuê xe đạp" in (tmp_path / "all.yaml").read_text("utf-8")
