"""Files to fill in, as the public gets them: on the sheet, at their address, for every revision that named them."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock
from portal.files.office_files import DOCX as DOCX_TYPE
from tests.procedures.writing import CODE, approved, publish
from tests.template_files.files import DOCX, NAME, named, pdf, taken, with_templates

DAY = timedelta(days=1)
PLACE = f"/procedures/{CODE}"


def address(digest: str, name: str) -> str:
    return f"/templates/{digest}/{quote(name)}"


def publish_with(session: Session, *files: dict[str, str], days_ago: int = 1) -> None:
    at = clock.now() - days_ago * DAY
    publish(session, approved(session, with_templates(*files), at=at), at=at)


def test_everybody_gets_the_file_that_a_published_revision_names(client: FlaskClient, session: Session) -> None:
    file = taken(session)
    publish_with(session, named(file))
    answer = client.get(address(file.sha256, NAME))
    assert (answer.status_code, answer.data) == (200, DOCX)
    assert answer.headers["Content-Type"] == DOCX_TYPE
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert quote(NAME) in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    again = client.get(address(file.sha256, NAME), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_no_published_revision_names_is_nobodys(client: FlaskClient, session: Session) -> None:
    shown, hidden = taken(session), taken(session, pdf("Bản thảo"), "ban-thao.pdf")
    publish_with(session, named(shown))
    approved(session, with_templates(named(hidden), code="9.000002"), code="9.000002")
    for digest, name in (
        (hidden.sha256, hidden.name),
        (shown.sha256, "other.docx"),
        (shown.sha256, "evil.html"),
        (shown.sha256.upper(), NAME),
        ("0" * 64, NAME),
        ("x", NAME),
    ):
        assert client.get(address(digest, name)).status_code == 404, (digest, name)


def test_the_sheet_offers_it_with_kind_and_size(client: FlaskClient, session: Session) -> None:
    file = taken(session, pdf("Tờ khai"), "to-khai.pdf")
    publish_with(session, named(file))
    page = client.get(PLACE, headers={"Accept-Language": "vi"}).text
    assert f'href="{address(file.sha256, "to-khai.pdf")}"' in page
    assert "PDF, " in page.partition("to-khai.pdf</a>")[2][:80]
    said = client.get(PLACE + ".json").get_json()
    assert said["cases"][0]["components"][1]["templates"] == [named(file)]


def test_an_older_revision_keeps_its_file_and_the_change_is_told_by_name(client: FlaskClient, session: Session) -> None:
    old, new = taken(session, pdf("Cũ"), "to-khai.pdf"), taken(session, pdf("Mới"), "to-khai.pdf")
    gone, more = taken(session, pdf("Bỏ"), "giay-bo.pdf"), taken(session, pdf("Thêm"), "giay-them.pdf")
    publish_with(session, named(old), named(gone), days_ago=3)
    publish_with(session, named(new), named(more), days_ago=1)
    assert old.sha256 in client.get(PLACE + "/history/1").text
    assert old.sha256 not in client.get(PLACE).text
    assert client.get(address(old.sha256, old.name)).status_code == 200
    changes = client.get(PLACE + "/history/2/changes", headers={"Accept-Language": "vi"}).text
    for words in ("to-khai.pdf", "giay-bo.pdf", "giay-them.pdf", "Tệp mẫu", "Nội dung tệp"):
        assert words in changes, words


def test_a_link_elsewhere_is_shown_with_where_it_leads(client: FlaskClient, session: Session) -> None:
    at = clock.now() - DAY
    said = with_templates()
    said["cases"][0]["components"][1]["template"] = {"name": "TK.docx", "url": "https://example.test/tk.docx"}
    publish(session, approved(session, said, at=at), at=at)
    page = client.get(PLACE).text
    assert 'href="https://example.test/tk.docx"' in page
    assert "TK.docx (example.test)" in page


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_is_changed_through_the_address(client: FlaskClient, method: str) -> None:
    assert getattr(client, method)(address("0" * 64, NAME)).status_code in (404, 405)
