"""`flask procedures ...`"""

from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from portal.procedures import queries, sources
from tests.procedures.files import content, write


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["procedures", *arguments])
    return result.exit_code, result.output


def test_check_counts_what_is_right(app: Flask) -> None:
    number = len(sources.find([sources.CATALOGUE]))
    assert run(app, "check") == (0, f"{number} procedure files are right.\n")


def test_check_names_every_fault_and_fails(app: Flask, tmp_path: Path) -> None:
    write(tmp_path, content(level="x"))
    status, said = run(app, "check", str(tmp_path))
    assert status == 1
    assert "9.000001.yaml: level: không nằm trong các lựa chọn, hãy chọn lại. Đang ghi: “x”." in said
    assert "Correct the lines above" in said


def test_faults_are_told_in_the_language_that_is_asked_for(app: Flask, tmp_path: Path) -> None:
    write(tmp_path, content(level="x", colour="red"))
    _status, said = run(app, "check", str(tmp_path), "--lang", "en")
    assert "9.000001.yaml: colour: is a member that the schema does not know, please remove it.\n" in said
    assert "9.000001.yaml: level: is not one of the choices, please choose again. It says: “x”." in said


def test_load_says_what_happened(app: Flask, session: Session, tmp_path: Path) -> None:
    path = write(tmp_path, content())
    assert run(app, "load", str(path)) == (0, "Procedures: 1 new, 0 revised, 0 unchanged.\n")
    assert run(app, "load", str(tmp_path)) == (0, "Procedures: 0 new, 0 revised, 1 unchanged.\n")
    write(tmp_path, content(summary={"vi": "Khác", "en": "Other"}))
    status, said = run(app, "load", str(tmp_path))
    assert status == 1
    assert "bản 1 đã công bố nên không sửa được nữa. Hãy ghi thành bản 2" in said
    assert "Nothing was loaded" in said
    assert queries.contents(session, codes=["9.000001"])[0][2] == content()


def test_a_start_goes_on_where_somebody_published_otherwise_and_keeps_that(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    """A release has files of its own under the numbers that an editor has given meanwhile."""
    ours, theirs = (content(revision=2, valid_from="2021-01-01", summary={"vi": one, "en": one}) for one in "AB")
    run(app, "load", str(write(tmp_path, content())))
    run(app, "load", str(write(tmp_path, ours)))
    write(tmp_path, theirs)
    write(tmp_path, content("9.000002"))
    status, said = run(app, "load", "--keep-published", str(tmp_path))
    assert status == 0, said
    kept, done = said.splitlines()
    assert kept.startswith("Giữ bản đã công bố / Kept as published: 9.000001.yaml: ")
    assert "cổng đã công bố bản 2 khác với tệp" in kept
    assert done == "Procedures: 1 new, 0 revised, 0 unchanged."
    assert [found[2] for found in queries.contents(session, codes=["9.000001"]) if found[1] == 2] == [ours]
    assert run(app, "load", str(tmp_path))[0] == 1, "who loads files by hand is refused as ever"


def test_what_nobody_published_otherwise_is_loaded_and_nothing_is_said(app: Flask, tmp_path: Path) -> None:
    write(tmp_path, content())
    said = "Procedures: {} new, {} revised, {} unchanged.\n"
    assert run(app, "load", "--keep-published", str(tmp_path)) == (0, said.format(1, 0, 0))
    write(tmp_path, content(revision=2, valid_from="2021-01-01"))
    assert run(app, "load", "--keep-published", str(tmp_path)) == (0, said.format(0, 1, 0))
    assert run(app, "load", "--keep-published", str(tmp_path)) == (0, said.format(0, 0, 1))


def test_what_is_exported_loads_again_without_change(app: Flask, tmp_path: Path) -> None:
    write(tmp_path, content())
    run(app, "load", str(tmp_path))
    write(tmp_path, content(revision=2, valid_from="2021-01-01"))
    run(app, "load", str(tmp_path))
    out = tmp_path / "out"
    number = len(sources.find([sources.CATALOGUE]))
    assert run(app, "export", str(out)) == (0, f"{number + 2} revisions of {number + 1} procedures written to {out}.\n")
    assert {path.name for path in out.glob("9.*")} == {"9.000001.yaml", "9.000001-r1.yaml"}
    assert run(app, "load", str(out)) == (0, f"Procedures: 0 new, 0 revised, {number + 1} unchanged.\n")


def test_export_of_an_unknown_code_fails(app: Flask, tmp_path: Path) -> None:
    status, said = run(app, "export", str(tmp_path / "out"), "9.999999", "1.001193")
    assert (status, "No such procedure: 9.999999" in said) == (1, True)
