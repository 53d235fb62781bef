"""Processes from files: loaded at every start of an installation, whatever was published meanwhile."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.procedures import json_door
from portal.procedures.schema import Fault
from portal.processes import commands, queries
from portal.processes.sources import Source
from portal.transaction import unit_of_work
from tests.processes.making import ON, content, publish, usual


def test_what_was_loaded_and_has_a_later_version_by_now_is_loaded_again_as_nothing(session: Session) -> None:
    """The installation loads its files at every start, also after an editor published the next version of one."""
    publish(session, usual())
    publish(session, usual(hours=2), version=2, valid_from="2020-03-01")
    again = Source(Path("x.json"), content(usual()))
    with unit_of_work(session):
        assert commands.load(session, [again], at=datetime(2020, 6, 1, tzinfo=UTC), on=ON) == (0, 1)
    other = Source(Path("x.json"), content(usual(hours=3)))
    with pytest.raises(Invalid) as refused, unit_of_work(session):
        commands.load(session, [other], at=datetime(2020, 6, 1, tzinfo=UTC), on=ON)
    assert "version_published" in {fault.code for fault in refused.value.problems if isinstance(fault, Fault)}


def test_a_start_goes_on_where_an_editor_published_another_process_and_keeps_that(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    publish(session, usual())
    files = {"1.001193.json": content(usual(hours=3)), "1.001612.json": content(usual(hours=3), code="1.001612")}
    for name, said in files.items():
        (tmp_path / name).write_text(json_door.write(said), "utf-8")
    run = app.test_cli_runner().invoke
    assert run(args=["processes", "load", str(tmp_path)]).exit_code == 1
    done = run(args=["processes", "load", "--keep-published", str(tmp_path)])
    assert done.exit_code == 0, done.output
    kept, loaded = done.output.splitlines()
    assert kept.startswith("Giữ bản đã công bố / Kept as published: 1.001193.json: ")
    assert "cổng đã công bố bản 1 khác với tệp" in kept
    assert loaded == "Processes: 1 new, 0 unchanged."
    found = queries.newest(session, "1.001193", agency="")
    assert found is not None and found.content == usual()


@pytest.mark.parametrize("command", ["check", "load"])
@pytest.mark.parametrize(
    ("place", "mark"), [("vi", "\u202e"), ("en", "\u200b"), ("vi", "\U000e0041"), ("decision", "\u2066")]
)
def test_hidden_marks_are_refused_with_their_place(
    app: Flask, session: Session, tmp_path: Path, command: str, place: str, mark: str
) -> None:
    said = content(usual())
    where = said["decision"] if place == "decision" else said["steps"][1]["name"]
    member = "number" if place == "decision" else place
    where[member] = f"{where[member]}{mark}x"
    (tmp_path / "1.001193.json").write_text(json_door.write(said), "utf-8")
    told = app.test_cli_runner().invoke(args=["processes", command, str(tmp_path)])
    assert told.exit_code == 1
    assert f"1.001193.json: {'Quyết định' if place == 'decision' else 'Bước 2'}: có ký tự ẩn" in told.output
    assert f"(U+{ord(mark):04X})" in told.output
    assert queries.newest(session, "1.001193", agency="") is None
