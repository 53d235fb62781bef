"""A document given once is chosen the next time instead of sent again; nobody chooses another's."""

import io
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import attachments, commands, drafts, erasure, own_files, queries, upkeep
from portal.people.queries import Person
from portal.transaction import unit_of_work
from tests import filing
from tests.dossiers import photographs
from tests.signing_in import make_citizen, sign_in_as

FIELD = "birth_paper"


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session)
    sign_in_as(client, made)
    return made


@pytest.fixture
def reference(session: Session, person: Person) -> str:
    """A dossier that was filed before, with a photograph among its files, and ended."""
    token = filing.draft(session, person)
    stored = attachments.store(io.BytesIO(photographs.jpeg()), name="ảnh giấy chứng sinh.jpg")
    with unit_of_work(session):
        drafts.attach(session, token=token, person_id=person.id, field=FIELD, file=stored, at=clock.now())
    with unit_of_work(session):
        done = commands.submit(
            session, token=token, person_id=person.id, language="vi", at=clock.now(), on=filing.REGISTER_DAY
        )
    officer = filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.decline, done.reference, officer, reason="Lý do")
    return done.reference


@pytest.fixture
def draft(session: Session, person: Person, reference: str) -> UUID:
    """A new one, without files."""
    token = filing.draft(session, person)
    session.execute(text("delete from attachment where draft_token = :t"), {"t": token})
    session.commit()
    return token


def photo(session: Session, person: Person) -> own_files.OwnFile:
    page = own_files.of_person(session, person_id=person.id)
    session.rollback()
    return next(row for row in page.rows if row.name.endswith(".jpg"))


def choose(client: FlaskClient, draft: UUID, *ids: object, field: str = FIELD) -> int:
    return client.post(
        f"/drafts/{draft}/sections/papers/own/{field}", data={"file": [str(one) for one in ids]}
    ).status_code


def keys_of(session: Session, where: str, **values: object) -> set[str]:
    found = session.execute(text(f"select key from attachment where {where}"), values).scalars()
    keys = set(found)
    session.rollback()
    return keys


def on_disk(keys: set[str]) -> set[str]:
    files = attachments.installed()
    return {key for key in keys for place in (files.clean, files.previews) if (place.folder / key).exists()}


def test_the_account_lists_the_documents_of_all_dossiers_once(
    client: FlaskClient, session: Session, person: Person, reference: str
) -> None:
    assert "Giấy tờ của tôi" in client.get("/account").text
    page = client.get("/account/files").text
    assert page.count("ảnh giấy chứng sinh.jpg") == 1
    assert reference in page
    again = filing.file_dossier(session, person)
    page = client.get("/account/files").text
    assert page.count("birth_paper.pdf") == 1, "the same bytes in two dossiers are one document"
    assert again in page


def test_a_document_is_chosen_for_a_field_and_is_the_same_bytes(
    client: FlaskClient, session: Session, person: Person, draft: UUID, reference: str
) -> None:
    section = client.get(f"/drafts/{draft}/sections/papers").text
    assert f'value="own-{FIELD}"' in section
    sent = client.post(f"/drafts/{draft}/sections/papers", data={"then": f"own-{FIELD}"})
    assert sent.status_code == 303
    chosen = photo(session, person)
    page = client.get(sent.location).text
    assert "Chọn từ giấy tờ của bạn" in page
    assert f'value="{chosen.id}"' in page
    assert choose(client, draft, chosen.id) == 303
    found = queries.draft(session, draft, person_id=person.id)
    assert found is not None
    (file,) = found.files
    assert (file.field, file.name, file.media_type) == (FIELD, chosen.name, "image/jpeg")
    given = client.get(f"/drafts/{draft}/files/{file.id}").data
    assert sha256(given).digest() == file.sha256
    assert client.get(f"/drafts/{draft}/files/{file.id}/preview").mimetype == "image/jpeg"
    old = client.get(f"/dossiers/{reference}/files/{chosen.id}")
    assert old.data == given
    assert client.get(f"/dossiers/{reference}/files/{chosen.id}/preview").headers["Cache-Control"] == "no-store"


def test_nobody_chooses_what_is_not_theirs_or_not_filed(
    client: FlaskClient, session: Session, person: Person, draft: UUID
) -> None:
    mine = photo(session, person)
    stranger = client.application.test_client()
    other = make_citizen(session, name="Trần Văn Khác")
    sign_in_as(stranger, other)
    theirs = filing.draft(session, other)
    assert mine.name not in stranger.get("/account/files").text
    assert mine.name not in stranger.get(f"/drafts/{theirs}/sections/papers/own/{FIELD}").text
    assert choose(stranger, theirs, mine.id) == 404
    assert choose(stranger, draft, mine.id) == 404
    assert stranger.get(f"/drafts/{draft}/sections/papers/own/{FIELD}").status_code == 404
    in_a_draft = session.execute(text("select id from attachment where draft_token = :t"), {"t": theirs}).scalar_one()
    session.rollback()
    assert choose(client, draft, in_a_draft) == 404
    assert choose(stranger, theirs, in_a_draft) == 404
    for wrong in ("0", "9" * 18, "9" * 30, "x", "-1", "1e3"):
        assert choose(client, draft, wrong) == 404
    assert choose(client, draft, mine.id, in_a_draft) == 404
    assert keys_of(session, "draft_token = :t", t=draft) == set()


def test_a_file_that_waits_for_the_scanner_or_is_gone_cannot_be_chosen(
    client: FlaskClient, session: Session, person: Person, draft: UUID
) -> None:
    mine = photo(session, person)
    for state in ("waiting", "found"):
        session.execute(text("update attachment set scan = :s where id = :id"), {"s": state, "id": mine.id})
        session.commit()
        assert mine.name not in client.get("/account/files").text
        assert choose(client, draft, mine.id) == 404


def test_without_a_choice_or_with_too_many_the_page_says_so(
    client: FlaskClient, session: Session, person: Person, draft: UUID
) -> None:
    address = f"/drafts/{draft}/sections/papers/own/{FIELD}"
    page = client.post(address)
    assert page.status_code == 422
    assert "Hãy chọn ít nhất một giấy tờ" in page.text
    mine = photo(session, person)
    statuses = [choose(client, draft, mine.id) for _time in range(4)]
    assert statuses == [303, 303, 303, 422]
    assert "Hãy gửi nhiều nhất 3 tệp" in client.post(address, data={"file": str(mine.id)}).text
    assert choose(client, draft, mine.id, field="none") == 404


def test_each_copy_lives_and_goes_with_its_own_row(
    client: FlaskClient, session: Session, person: Person, draft: UUID, reference: str
) -> None:
    mine = photo(session, person)
    assert choose(client, draft, mine.id) == 303
    old = keys_of(session, "id = :id", id=mine.id)
    new = keys_of(session, "draft_token = :t", t=draft)
    assert len(old | new) == 2
    client.post(f"/drafts/{draft}/discard")
    later = clock.now() + timedelta(days=2)
    attachments.sweep(lambda keys: upkeep.known_keys(session, keys), at=later)
    assert on_disk(new) == set()
    assert on_disk(old) == old
    again = filing.draft(session, person)
    assert choose(client, again, mine.id) == 303
    copied = keys_of(session, "draft_token = :t and media_type = 'image/jpeg'", t=again)
    with unit_of_work(session):
        erased = erasure.erase_person(session, reference=reference, at=clock.now())
    attachments.destroy(erased.files)
    assert on_disk(old | copied) == set()
