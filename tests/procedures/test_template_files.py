"""Template files of procedures: named, checked before publishing, loaded from folders and written out again."""

from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal import clock
from portal.errors import Invalid
from portal.procedures import checking, commands, manuscripts, templates_named
from portal.procedures.differing import difference
from portal.template_files import queries, shelf
from portal.template_files.naming import NamedFile
from portal.transaction import unit_of_work
from tests.procedures.files import write
from tests.procedures.test_command_line import run
from tests.procedures.writing import CODE, approved, publish
from tests.template_files.files import DOCX, NAME, named, pdf, taken, with_templates

UNKNOWN = {"name": "a.pdf", "sha256": "0" * 64}


def beside(folder: Path, name: str, data: bytes) -> None:
    place = folder / "templates" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def digest_of(data: bytes, name: str = NAME) -> dict[str, str]:
    return named(shelf.take_bytes(data, name=name))


def test_every_way_to_name_a_file_is_seen() -> None:
    said = with_templates(UNKNOWN, {"name": "../a.pdf", "sha256": "1" * 64})
    said["cases"][0]["components"][0]["template"] = {"name": "x", "url": f"/templates/{'2' * 64}/M%E1%BA%ABu%201.docx"}
    assert dict(templates_named.named(said)) == {
        "cases[0].components[0].template.url": NamedFile("2" * 64, "Mẫu 1.docx"),
        "cases[0].components[1].templates[0]": NamedFile("0" * 64, "a.pdf"),
    }


@pytest.mark.parametrize("content", [{}, {"cases": 1}, {"cases": [1]}, {"cases": [{"components": [None]}]}])
def test_any_content_can_be_looked_through(content: dict[str, object]) -> None:
    assert list(templates_named.named(content)) == []


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ([UNKNOWN, UNKNOWN], "template_twice"),
        ([{**UNKNOWN, "name": "../a.pdf"}], "template_name"),
        ([{**UNKNOWN, "name": "a.html"}], "pattern"),
        ([{**UNKNOWN, "sha256": "x"}], "pattern"),
        ([{**UNKNOWN, "size": 1}], "additionalProperties"),
        ([{**UNKNOWN, "name": f"{n}.pdf"} for n in range(11)], "maxItems"),
    ],
)
def test_what_a_component_says_of_its_files_is_checked(files: list[dict[str, str]], complaint: str) -> None:
    assert any(complaint == fault.code for fault in checking.faults(with_templates(*files)))


def test_nothing_is_published_with_a_file_that_is_not_here(session: Session) -> None:
    file = taken(session, pdf("x"), "a.pdf")
    wrong = {"name": "a.docx", "sha256": file.sha256}
    found = manuscripts.check_content(session, with_templates(UNKNOWN, wrong), code=CODE, at=clock.now())
    told = {(finding.code, finding.path) for finding in found.errors}
    assert ("template_missing", "cases[0].components[1].templates[0]") in told
    assert ("template_of_other_kind", "cases[0].components[1].templates[1]") in told
    session.rollback()
    with pytest.raises(Invalid):
        approved(session, with_templates(UNKNOWN))
    session.rollback()
    publish(session, approved(session, with_templates(named(file), code="9.000002"), code="9.000002"))
    assert queries.public(session, file.sha256, "a.pdf") is not None


def test_the_difference_tells_files_by_name() -> None:
    kept, old = {"name": "k.pdf", "sha256": "1" * 64}, {"name": "a.pdf", "sha256": "2" * 64}
    before = with_templates(kept, old, {"name": "gone.pdf", "sha256": "3" * 64})
    after = with_templates({"name": "new.pdf", "sha256": "4" * 64}, kept, {**old, "sha256": "5" * 64})
    told = [(change.kind, change.part, change.name, change.member) for change in difference(before, after)]
    assert told == [
        ("added", "template", "new.pdf", None),
        ("changed", "template", "a.pdf", "sha256"),
        ("removed", "template", "gone.pdf", None),
    ]


def test_a_folder_brings_its_files_and_takes_them_out_again(app: Flask, session: Session, tmp_path: Path) -> None:
    data = pdf("Tờ khai để thử")
    file = digest_of(data, "Tờ khai.pdf")
    write(tmp_path, with_templates(file))
    status, said = run(app, "load", str(tmp_path))
    assert (status, "Tờ khai.pdf" in said) == (1, True)
    beside(tmp_path, "trong/thư mục nào cũng được.pdf", data)
    assert run(app, "check", str(tmp_path)) == (0, "1 procedure files are right.\n")
    assert run(app, "load", str(tmp_path)) == (0, "Procedures: 1 new, 0 revised, 0 unchanged.\n")
    assert queries.public(session, file["sha256"], "Tờ khai.pdf") is not None
    out = tmp_path / "out"
    status, said = run(app, "export", str(out), "9.000001")
    assert said == f"1 revisions of 1 procedures written to {out}, with 1 template files.\n"
    assert (out / "templates" / file["sha256"] / "Tờ khai.pdf").read_bytes() == data
    assert run(app, "load", str(out)) == (0, "Procedures: 0 new, 0 revised, 1 unchanged.\n")


def test_check_says_which_file_is_not_beside(app: Flask, tmp_path: Path) -> None:
    write(tmp_path, with_templates(UNKNOWN))
    status, said = run(app, "check", str(tmp_path))
    assert status == 0
    assert "9.000001.yaml: cases[0].components[1].templates[0]: tệp mẫu “a.pdf” không nằm trong thư mục" in said


def test_a_hostile_file_beside_is_refused_and_nothing_is_loaded(app: Flask, session: Session, tmp_path: Path) -> None:
    data = b"<html><script>alert(1)</script></html>"
    file = {"name": "a.pdf", "sha256": sha256(data).hexdigest()}
    write(tmp_path, with_templates(file))
    beside(tmp_path, "a.pdf", data)
    status, said = run(app, "load", str(tmp_path))
    assert (status, "tệp mẫu “a.pdf” không nhận được (file_type_unknown)" in said) == (1, True)
    assert queries.facts(session, [file["sha256"]]) == {}


def test_a_file_that_was_lost_comes_back_with_the_next_load(app: Flask, session: Session, tmp_path: Path) -> None:
    data = pdf("Mất rồi lại có")
    file = digest_of(data, "a.pdf")
    write(tmp_path, with_templates(file))
    beside(tmp_path, "a.pdf", data)
    run(app, "load", str(tmp_path))
    lost = app.config["SETTINGS"].template_files / file["sha256"][:2] / file["sha256"][2:]
    lost.unlink()
    status, said = run(app, "export", str(tmp_path / "out"), "9.000001")
    assert (status, "is not in the instance folder" in said) == (0, True)
    run(app, "load", str(tmp_path))
    assert shelf.read(file["sha256"]) == data


def test_loading_without_the_files_is_refused(session: Session, tmp_path: Path) -> None:
    path = write(tmp_path, with_templates(UNKNOWN))
    with pytest.raises(Invalid) as refused, unit_of_work(session):
        commands.load(session, [path], at=clock.now())
    assert "template_not_given" in str(refused.value.problems[0])
    file = taken(session, DOCX)
    path = write(tmp_path, with_templates({"name": "a.pdf", "sha256": file.sha256}))
    with pytest.raises(Invalid) as refused, unit_of_work(session):
        commands.load(session, [path], at=clock.now())
    assert "template_of_other_kind" in str(refused.value.problems[0])
