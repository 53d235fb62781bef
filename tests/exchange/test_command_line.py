"""`procedures import`, `template`, `export --national` and JSON files, as an operator types them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.procedures import json_door, sources, yaml_door
from tests.exchange.books import BIKES, FIRST, WHOLE, book, first_sheet
from tests.procedures.files import content
from tests.signing_in import make_officer

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *arguments: app.test_cli_runner().invoke(args=["procedures", *map(str, arguments)])


def test_a_dry_run_says_every_problem_and_changes_nothing(run: Run, tmp_path: Path, session: Session) -> None:
    file = tmp_path / "thu-tuc.xlsx"
    rows = [[f"9.{number:06}", f"Thủ tục {number}", "Hộ tịch", "Cấp trời", "Công dân", "Giấy"] for number in range(500)]
    file.write_bytes(first_sheet(*rows))
    result = run("import", file, "--dry-run")
    assert result.exit_code == 1
    errors = [line for line in result.output.splitlines() if line.startswith("LỖI: ")]
    assert len(errors) == 500
    assert errors[7].startswith("LỖI: Trang “Thủ tục”, hàng 9, cột D (Cấp thực hiện): Không phải một trong")
    assert "500 errors in 500 procedures: nothing was imported." in result.output
    assert session.scalar(text("select count(*) from revision where code like '9.%'")) == 0


def test_a_right_file_becomes_files_over_what_is_published(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "thu-tuc.xlsx"
    file.write_bytes(book(WHOLE))
    assert "2 procedures can be imported. Nothing was changed." in run("import", file, "--dry-run").output
    result = run("import", file, "--to", tmp_path / "out")
    assert result.exit_code == 0, result.output
    made = yaml_door.read((tmp_path / "out" / "1.001193.yaml").read_bytes())
    assert made["revision"] == 2
    assert made["name"]["en"]
    missing = run("check", tmp_path / "out" / "1.001193.yaml").output.splitlines()
    assert [line.split(": ")[1] for line in missing if line.startswith("1.")] == ["result.en"]
    assert "9.000001.yaml" in run("check", tmp_path / "out").output


def test_an_import_begins_manuscripts_as_an_officer(run: Run, tmp_path: Path, session: Session) -> None:
    officer = make_officer(session, "H06.01", "editor")
    subject = session.scalar(text("select subject from identity where officer_id = :id"), {"id": officer.id})
    file = tmp_path / "thu-tuc.xlsx"
    file.write_bytes(book(WHOLE))
    assert "Say where to" in run("import", file).output
    assert "No officer is known" in run("import", file, "--officer", "nobody").output
    assert "2 manuscripts begun" in run("import", file, "--officer", subject).output
    again = run("import", file, "--officer", subject)
    assert again.output.count("LỖI: Trang “Thủ tục”") == 2
    assert "Nothing was imported" in again.output


def test_an_agency_that_the_register_does_not_know_is_a_problem(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "thu-tuc.xlsx"
    file.write_bytes(first_sheet([*BIKES, "H06.05; H06.ZZ"], headings=[*FIRST, "Nơi tiếp nhận hồ sơ"]))
    output = run("import", file, "--dry-run").output
    assert "LỖI: Trang “Thủ tục”, hàng 2, cột G (Nơi tiếp nhận hồ sơ)" in output
    assert "H06.ZZ" in output


def test_no_spreadsheet_is_refused_kindly(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "thu-tuc.xlsx"
    file.write_bytes(b"PK\x03\x04")
    result = run("import", file, "--dry-run")
    assert (result.exit_code, "lưu lại thành .xlsx" in result.output) == (1, True)


def test_the_template_comes_back_empty(run: Run, tmp_path: Path) -> None:
    assert run("template", tmp_path / "mau.xlsx").exit_code == 0
    assert "0 procedures can be imported" in run("import", tmp_path / "mau.xlsx", "--dry-run").output


def test_the_national_shape_goes_out_and_comes_in(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "national.json"
    assert "35 procedures written" in run("export", file, "--national").output
    answer = json.loads(file.read_text("utf-8"))
    assert {item["MATTHC"] for item in answer["result"]} >= {"1.001193", "1.001612"}
    result = run("import", file, "--national", "--to", tmp_path / "out")
    assert "35 procedures written" in result.output, result.output
    assert run("check", tmp_path / "out").exit_code == 0, "over what is published, English is kept"
    broken = tmp_path / "broken.json"
    broken.write_text('{"result": [{"MATTHC": "1.001193", "TENTTHC": {}}]}', "utf-8")
    assert "LỖI: result[0].TENTTHC:" in run("import", broken, "--national", "--dry-run").output


def test_a_revision_goes_out_as_json_and_comes_in_again(run: Run, tmp_path: Path) -> None:
    assert run("export", tmp_path, "1.001193", "--json").exit_code == 0
    file = tmp_path / "1.001193.json"
    assert json_door.read(file.read_bytes()) == yaml_door.read((sources.CATALOGUE / "1.001193.yaml").read_bytes())
    assert "1 procedure files are right." in run("check", tmp_path).output
    assert "1 unchanged" in run("load", tmp_path).output


def test_what_the_portal_publishes_as_json_is_a_file_that_load_takes(app: Flask, run: Run, tmp_path: Path) -> None:
    (tmp_path / "1.001193.json").write_bytes(app.test_client().get("/procedures/1.001193.json").data)
    assert run("check", tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"{", "dòng 1 không đúng cú pháp JSON"),
        (b'{"code": "1.001193", "code": "1.001193"}', "mã “code” có hai lần"),
        (b"[" * 100_000, "lồng nhau quá 30 tầng"),
        (b'{"a": NaN}', "“NaN” không phải số của JSON"),
        (b"\xff", "không ở bảng mã UTF-8"),
        (b" " * (json_door.LARGEST_JSON + 1), "tệp lớn quá"),
        (b"[]", "không đúng kiểu dữ liệu"),
    ],
)
def test_wrong_json_is_refused(run: Run, tmp_path: Path, data: bytes, complaint: str) -> None:
    (tmp_path / "1.001193.json").write_bytes(data)
    result = run("check", tmp_path)
    assert (result.exit_code, complaint in result.output) == (1, True), result.output


def test_the_same_revision_in_two_forms_is_refused(run: Run, tmp_path: Path) -> None:
    for form in ("yaml", "json"):
        sources.write(content("9.000001"), tmp_path, newest=True, form=form)
    assert "bản này có cả trong tệp 9.000001.json" in run("check", tmp_path).output


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=40).filter(str.strip))
def test_yaml_and_json_say_the_same(tmp_path: Path, name: str) -> None:
    made = content("9.000001", name={"vi": name, "en": name})
    files = [sources.write(made, tmp_path, newest=True, form=form) for form in ("yaml", "json")]
    assert yaml_door.read(files[0].read_bytes()) == json_door.read(files[1].read_bytes())
