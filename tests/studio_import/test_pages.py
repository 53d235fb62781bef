"""An editor hands in a file, sees every problem by its place, and begins manuscripts where nothing is wrong."""

import io
import json
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.exchange import sheets
from portal.procedures import manuscripts
from tests.exchange.books import FIRST, WHOLE, book, first_sheet
from tests.signing_in import make_officer, sign_in_as

PLACE = "/studio/import"


@pytest.fixture
def editor(app: Flask, session: Session) -> FlaskClient:
    browser = app.test_client()
    sign_in_as(browser, make_officer(session, "H06.01", "editor"))
    return browser


def send(editor: FlaskClient, data: bytes, *, do: str = "look", name: str = "thu-tuc.xlsx") -> TestResponse:
    return editor.post(PLACE, data={"do": do, "files": (io.BytesIO(data), name)})


def open_manuscripts(session: Session) -> list[str]:
    session.rollback()
    return sorted(row.code for row in manuscripts.manuscripts(session).rows)


def test_looking_a_file_over_changes_nothing(editor: FlaskClient, session: Session) -> None:
    answer = send(editor, book(WHOLE))
    assert answer.status_code == 200
    assert "2 thủ tục nhập được" in unescape(answer.text)
    assert open_manuscripts(session) == []


def test_a_right_file_becomes_manuscripts(editor: FlaskClient, session: Session) -> None:
    answer = send(editor, book(WHOLE), do="import")
    assert "Đã tạo 2 bản thảo" in unescape(answer.text)
    assert open_manuscripts(session) == ["1.001193", "9.000001"]
    again = send(editor, book(WHOLE), do="import")
    assert again.status_code == 409
    assert unescape(again.text).count("đang có một bản thảo khác") == 2


@pytest.mark.parametrize("do", ["look", "import"])
def test_five_hundred_errors_are_five_hundred_lines(editor: FlaskClient, session: Session, do: str) -> None:
    rows = [[f"9.{n:06}", f"Thủ tục <b>{n}</b>", "Hộ tịch", "Cấp <i>trời", "Công dân", "Giấy"] for n in range(500)]
    answer = send(editor, first_sheet(*rows), do=do)
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert page.count("cột D (Cấp thực hiện)") == 500
    assert "<i>" not in answer.text
    assert open_manuscripts(session) == []


def test_the_national_shape_is_known_by_its_content(editor: FlaskClient) -> None:
    wrong = json.dumps({"result": [{"MATTHC": "1.001193", "TENTTHC": {}}]}).encode()
    assert "result[0].TENTTHC" in send(editor, wrong, name="x.xlsx").text


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7", b"\xff\xd8\xff\xe0", b"{", b"[" * 60_000])
def test_no_file_that_can_be_read_is_refused_kindly(editor: FlaskClient, data: bytes) -> None:
    answer = send(editor, data)
    assert answer.status_code == 422
    assert 'id="f-files-error"' in answer.text


def test_nothing_chosen_is_said(editor: FlaskClient) -> None:
    assert editor.post(PLACE, data={"do": "import"}).status_code == 422


def test_csv_files_come_together(editor: FlaskClient) -> None:
    files = [
        (io.BytesIO("\n".join(";".join(map(str, row)) for row in rows).encode()), f"{name}.csv")
        for name, rows in WHOLE.items()
    ]
    assert "2 thủ tục nhập được" in unescape(editor.post(PLACE, data={"files": files}).text)


def test_the_template_is_what_is_read(editor: FlaskClient) -> None:
    answer = editor.get(f"{PLACE}/template.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert sheets.read([("mau.xlsx", answer.data)]).problems == ()
    assert FIRST[0] == "Mã thủ tục"
