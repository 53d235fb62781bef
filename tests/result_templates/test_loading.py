"""Result templates from files: the portal's own, again and again, and what is wrong in one."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.procedures.schema import Fault
from portal.result_templates import commands, queries, sources
from portal.transaction import unit_of_work
from tests.result_templates.making import BODY, CODE, TITLE, in_force, publish

AT = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


def content(**more: Any) -> dict[str, Any]:
    return {
        "procedure": CODE,
        "outcome": "granted",
        "version": 1,
        "valid_from": "2020-01-01",
        "decision": None,
        "title": TITLE,
        "body": BODY.split("\n"),
        **more,
    }


def written(folder: Path, **more: Any) -> Path:
    path = folder / "x.json"
    path.write_text(json.dumps(content(**more)), "utf-8")
    return path


def load(session: Session, folder: Path, **more: Any) -> tuple[int, int]:
    with unit_of_work(session):
        return commands.load(session, sources.read([written(folder, **more)]), at=AT)


def codes(refused: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {fault.code for fault in refused.value.problems if isinstance(fault, Fault)}


def test_the_portals_own_are_right_and_loaded_once(session: Session) -> None:
    own = sources.read(sources.find([sources.CATALOGUE]))
    assert own
    for known in (0, len(own)):
        with unit_of_work(session):
            assert commands.load(session, own, at=AT) == (len(own) - known, known)


def test_a_loaded_one_is_in_force_from_its_day_without_an_officer(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path)
    found = in_force(session)["granted"]
    assert (found.title, found.body, found.number) == (TITLE, BODY, 1)
    assert (found.published_by, found.approved_by, found.decision) == (None, None, None)


def test_what_the_studio_published_under_the_files_number_stays(app: Flask, session: Session, tmp_path: Path) -> None:
    """An installation loads its files at every start: it starts, and says so."""
    publish(session, "Chấp thuận {{ applicant }}.")
    with pytest.raises(Invalid) as refused:
        load(session, tmp_path)
    assert codes(refused) == {"version_published"}
    session.rollback()
    file = str(written(tmp_path))
    started = app.test_cli_runner().invoke(args=["result-templates", "load", "--keep-published", file])
    assert started.exit_code == 0
    assert "x.json: " in started.output
    assert "cổng đã công bố bản 1 khác với tệp" in started.output
    assert in_force(session)["granted"].body == "Chấp thuận {{ applicant }}."


def test_lines_are_counted_from_one_whatever_is_wrong_in_them(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        sources.read([written(tmp_path, body=["right", "x" * 20_001, 7])])
    faults = [fault for fault in refused.value.problems if isinstance(fault, Fault)]
    assert {fault.path for fault in faults} == {"body[2]", "body[3]"}


def test_an_unknown_mark_is_refused_and_nothing_is_loaded(session: Session, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        load(session, tmp_path, body=["Chấp thuận {{ applicnt }}."])
    assert codes(refused) == {"mark_unknown_near"}
    assert in_force(session) == {}


def test_versions_come_in_their_order(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, version=3, valid_from="2021-01-01")
    with pytest.raises(Invalid) as refused:
        load(session, tmp_path, version=2)
    assert codes(refused) == {"version_published"}
    with pytest.raises(Invalid) as refused:
        load(session, tmp_path, version=4, valid_from="2021-01-01")
    assert codes(refused) == {"begins_before_another"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"body": "một chuỗi"}, "type"),
        ({"body": ["hai\ndòng"]}, "pattern"),
        ({"outcome": "maybe"}, "enum"),
        ({"surprise": 1}, "additionalProperties"),
        ({"begins_at": "2020-02-01T00:00:00Z"}, "begins_on_another_day"),
        ({"begins_at": "2020-13-01T00:00:00Z"}, "not_an_instant"),
    ],
)
def test_a_file_that_is_wrong_in_itself_is_refused(tmp_path: Path, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        sources.read([written(tmp_path, **more)])
    assert codes(refused) == {code}


def test_on_the_command_line_files_are_loaded_written_out_and_their_faults_told(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    assert "3 new, 0 unchanged." in runner.invoke(args=["result-templates", "load"]).output
    out = tmp_path / "out"
    assert "3 result templates written" in runner.invoke(args=["result-templates", "export", str(out)]).output
    assert "0 new, 3 unchanged." in runner.invoke(args=["result-templates", "load", str(out)]).output
    wrong = written(tmp_path, body=["**đậm"], version=7)
    told = runner.invoke(args=["result-templates", "load", str(wrong), "--lang", "en"])
    assert told.exit_code == 1
    assert "x.json: Line 1: " in told.output
    session.rollback()
    assert queries.newest(session, CODE, outcome="granted") is None


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"title": "Giấy\u200b chứng nhận"}, "Tên văn bản"),
        ({"body": ["Chấp thuận {{ applicant }}.", "Từ \u202engược"]}, "Dòng 2 của mẫu"),
        ({"body": ["Chấp thuận\U000e0041 {{ applicant }}."]}, "Dòng 1 của mẫu"),
        ({"decision": {"number": "1\u200f2", "on": "2020-01-01", "source": None}}, "Quyết định"),
        ({"decision": {"number": "12", "on": "2020-01-01", "source": "a\u2066b"}}, "Quyết định"),
    ],
)
def test_hidden_marks_are_refused_with_their_place(
    app: Flask, session: Session, tmp_path: Path, more: dict[str, Any], place: str
) -> None:
    told = app.test_cli_runner().invoke(args=["result-templates", "load", str(written(tmp_path, **more))])
    assert told.exit_code == 1
    assert f"x.json: {place}: có ký tự ẩn" in told.output
    assert len(told.output.splitlines()) == 2
    session.rollback()
    assert in_force(session) == {}
