"""Beside the question for a paper lies the file to fill in."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock
from tests import filing
from tests.procedures.writing import CODE, approved, publish
from tests.signing_in import make_citizen, sign_in_as
from tests.template_files.files import DOCX, NAME, named, taken, with_templates


def test_the_file_is_offered_beside_the_upload_and_can_be_had(client: FlaskClient, session: Session) -> None:
    at = clock.now() - timedelta(days=1)
    file = taken(session)
    said = with_templates(named(file))
    said["cases"][0]["components"][2]["template"] = {"name": "Mẫu khác", "url": "https://example.test/x"}
    publish(session, approved(session, said, at=at), at=at)
    person = make_citizen(session)
    sign_in_as(client, person)
    token = filing.draft(session, person, code=CODE)
    (section,) = (
        one["key"] for one in said["form"]["sections"] if any(field["key"] == "birth_paper" for field in one["fields"])
    )
    page = client.get(f"/drafts/{token}/sections/{section}", headers={"Accept-Language": "vi"}).text
    assert "Mẫu để tải về, điền rồi đính kèm:" in page
    assert page.count(f"{NAME}</a>") == 1, "each file beside the question of its paper only"
    address = page.partition('<div class="offered-here">')[2].partition('href="')[2].partition('"')[0]
    assert client.get(address).data == DOCX
