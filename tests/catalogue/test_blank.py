"""The blank form to print: every procedure has one that asks what its form asks."""

import io
from datetime import UTC, datetime

import pypdf
import pytest
from flask.testing import FlaskClient

from portal.papers.blank_form import BlankForm, Part, Question, blank_form
from portal.procedures import sources
from tests.procedures.files import content

PLACE = "/procedures/1.001193/history/1/blank.pdf"


def words(data: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(data), strict=True)
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize(("lang", "title"), [("vi", "TỜ KHAI"), ("en", "DECLARATION")])
def test_it_asks_what_the_form_asks(client: FlaskClient, lang: str, title: str) -> None:
    answer = client.get(PLACE, headers={"Accept-Language": lang})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    said = words(answer.data)
    assert title in said
    for section in content()["form"]["sections"]:
        for field in section["fields"]:
            label = " ".join(field["label"][lang].split())
            assert (label in said) is (field["type"] not in ("file", "calculated")) or field["type"] == "file", label
    again = client.get(PLACE, headers={"Accept-Language": lang, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_every_procedure_with_a_form_has_one_and_its_sheet_leads_there(client: FlaskClient) -> None:
    for path in sources.find([sources.CATALOGUE]):
        said = client.get(f"/procedures/{path.stem}.json").get_json()
        place = f"/procedures/{path.stem}/history/{said['revision']}/blank.pdf"
        asks = bool(said["form"]["sections"])
        assert (place in client.get(f"/procedures/{path.stem}").text) is asks, path.stem
        answer = client.get(place)
        assert answer.status_code == (200 if asks else 404), path.stem
        if asks:
            assert answer.data.startswith(b"%PDF-"), path.stem


@pytest.mark.parametrize("place", ["1.001193/history/2", "9.999999/history/1"])
def test_there_is_none_of_a_revision_that_does_not_exist(client: FlaskClient, place: str) -> None:
    assert client.get(f"/procedures/{place}/blank.pdf").status_code == 404


def test_letters_that_no_typeface_has_and_markup_are_only_text() -> None:
    form = BlankForm(
        code="9.000001",
        procedure="#strong[hiểm] $x$ \U00013000",
        revision=1,
        receiver="",
        parts=(Part("Phần \U00013000", (Question("*Câu* #hỏi \U00013000?", "line", options=("\U00013000",)),)),),
        papers=("#include \U00013000",),
        address="http://localhost/procedures/9.000001",
        at=datetime(2020, 6, 1, tzinfo=UTC),
    )
    said = words(blank_form(form, lang="vi"))
    assert "#strong[hiểm] $x$" in said
    assert "*Câu* #hỏi" in said
    assert blank_form(form, lang="vi") == blank_form(form, lang="vi")
