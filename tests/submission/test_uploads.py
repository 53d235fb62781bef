"""Files in pieces, by the tus protocol: gone on with where they broke off, bounded, and nobody else's."""

import base64
import os
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock
from portal.dossiers import attachments, commands, drafts, erasure, queries, upkeep, uploads
from portal.people.queries import Person
from portal.transaction import unit_of_work
from tests import filing
from tests.dossiers import corpus
from tests.signing_in import make_citizen, sign_in_as

FIELD = "birth_paper"
PIECE = 256 * 1024
TUS = {"Tus-Resumable": "1.0.0"}


def large(size: int) -> bytes:
    return corpus.pdf(corpus.CATALOG, corpus.PAGES, corpus.stream(os.urandom(size), b"", deflate=False))


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session)
    sign_in_as(client, made)
    return made


@pytest.fixture
def draft(session: Session, person: Person) -> UUID:
    """One with room for files."""
    token = filing.draft(session, person)
    session.execute(text("delete from attachment"))
    session.commit()
    return token


def begin(client: FlaskClient, draft: UUID, size: int, name: str = "giấy.pdf", **facts: str) -> TestResponse:
    given = {"filename": name, "filetype": "application/pdf", "field": FIELD, "modified": "1700000000000", **facts}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in given.items())
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata}
    return client.post(f"/drafts/{draft}/uploads", headers=headers)


def patch(client: FlaskClient, address: str, offset: int, data: bytes) -> TestResponse:
    headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.patch(address, headers=headers, data=data)


def reached(client: FlaskClient, address: str) -> int:
    answer = client.head(address, headers=TUS)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return int(answer.headers["Upload-Offset"])


def send(client: FlaskClient, address: str, data: bytes, start: int = 0) -> TestResponse:
    for at in range(start, len(data), PIECE):
        answer = patch(client, address, at, data[at : at + PIECE])
        assert answer.status_code in (204, 422), answer.text
    return answer


def attached(session: Session, draft: UUID, person: Person) -> list[tuple[str, str, bytes]]:
    found = queries.draft(session, draft, person_id=person.id)
    assert found is not None
    session.rollback()
    return [(file.field, file.name, file.sha256) for file in found.files]


def pieces_at_rest() -> int:
    return len([path for path in attachments.installed().uploads.folder.rglob("*") if path.is_file()])


def test_a_file_that_broke_off_is_gone_on_with_and_is_the_same_in_the_end(
    client: FlaskClient, session: Session, person: Person, draft: UUID
) -> None:
    data = large(3 * PIECE)
    begun = begin(client, draft, len(data))
    assert begun.status_code == 201
    address = begun.location
    assert reached(client, address) == 0
    assert patch(client, address, 0, data[:PIECE]).headers["Upload-Offset"] == str(PIECE)
    assert patch(client, address, PIECE, data[PIECE : PIECE + 999]).status_code == 204
    there = reached(client, address)
    assert there == PIECE + 999
    assert send(client, address, data, there).status_code == 204
    assert attached(session, draft, person) == [(FIELD, "giấy.pdf", sha256(data).digest())]
    assert reached(client, address) == len(data), "who did not hear the answer learns that it is whole"
    page = client.get(f"/drafts/{draft}/attached/{FIELD}").text
    assert "giấy.pdf" in page
    assert "<html" not in page


def test_pieces_rest_sealed_and_are_gone_when_the_file_is_whole(
    client: FlaskClient, session: Session, person: Person, draft: UUID
) -> None:
    before = pieces_at_rest()
    data = large(2 * PIECE)
    address = begin(client, draft, len(data)).location
    patch(client, address, 0, data[:PIECE])
    assert pieces_at_rest() == before + 1
    newest = max(attachments.installed().uploads.folder.rglob("*/*"), key=lambda path: path.stat().st_mtime)
    assert data[100:200] not in newest.read_bytes()
    send(client, address, data, PIECE)
    assert pieces_at_rest() == before


def test_the_same_bytes_twice_or_at_another_place_are_a_conflict(
    client: FlaskClient, person: Person, draft: UUID
) -> None:
    data = large(2 * PIECE)
    address = begin(client, draft, len(data)).location
    assert patch(client, address, 5, data[5:10]).status_code == 409
    assert patch(client, address, 0, data[:PIECE]).status_code == 204
    again = patch(client, address, 0, data[:PIECE])
    assert (again.status_code, again.headers["Upload-Offset"]) == (409, str(PIECE))
    assert send(client, address, data, PIECE).status_code == 204
    assert patch(client, address, 0, data[:PIECE]).status_code == 409


def test_more_than_was_announced_is_refused_and_what_was_right_stays(
    client: FlaskClient, person: Person, draft: UUID
) -> None:
    address = begin(client, draft, 100).location
    assert patch(client, address, 0, bytes(101)).status_code == 422
    assert reached(client, address) == 0


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"MZ" + bytes(200), "Loại tệp này chưa dùng được"),
        ("a.jpg", corpus.PLAIN_PDF, "Nội dung tệp không đúng với đuôi"),
        ("a.pdf", corpus.hostile()["encrypted.pdf"][0], "có mật khẩu"),
        ("a.odt", corpus.hostile()["basic.odt"][0], "chứa macro"),
    ],
)
def test_a_whole_file_that_is_not_taken_is_told_in_words_and_forgotten(
    client: FlaskClient, session: Session, person: Person, draft: UUID, name: str, data: bytes, words: str
) -> None:
    address = begin(client, draft, len(data), name, filetype="").location
    answer = patch(client, address, 0, data)
    assert answer.status_code == 422
    assert words in answer.get_json()["message"]
    assert client.head(address, headers=TUS).status_code == 404
    assert attached(session, draft, person) == []


@pytest.mark.parametrize(
    ("size", "name", "facts", "words"),
    [
        (0, "a.pdf", {}, "không có nội dung"),
        (21 * 1024 * 1024, "a.pdf", {}, "Tệp quá nặng, nhiều nhất 20\u00a0MB"),
        (10, "../ \u200b", {}, "Tên tệp không đọc được"),
        (10, "a.html", {}, "Loại tệp này chưa dùng được"),
        (10, "a.pdf", {"field": "none"}, "Mục này không nhận tệp"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_a_byte_is_sent(
    client: FlaskClient, person: Person, draft: UUID, size: int, name: str, facts: dict[str, str], words: str
) -> None:
    answer = begin(client, draft, size, name, **facts)
    assert answer.status_code == 422
    assert words in answer.get_json()["message"]


def test_requests_that_are_not_of_the_protocol_are_refused(client: FlaskClient, person: Person, draft: UUID) -> None:
    address = begin(client, draft, 10).location
    body = {"Content-Type": "application/offset+octet-stream"}
    assert client.patch(address, data=b"x", headers={**body, "Upload-Offset": "0"}).status_code == 412
    assert client.patch(address, data=b"x", headers={**TUS, "Upload-Offset": "0"}).status_code == 415
    for offset in ("", "-1", "1e3", "٣", "9" * 40):
        assert patch_raw(client, address, offset) == 400
    for metadata in ("filename", "filename ***", "field \xff", "a" * 5000):
        headers = {**TUS, "Upload-Length": "10", "Upload-Metadata": metadata}
        assert client.post(f"/drafts/{draft}/uploads", headers=headers).status_code in (400, 422)
    about = client.options(f"/drafts/{draft}/uploads")
    assert about.headers["Tus-Extension"] == "creation,termination,expiration"


def patch_raw(client: FlaskClient, address: str, offset: str) -> int:
    headers = {**TUS, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream"}
    return client.patch(address, headers=headers, data=b"x").status_code


def test_a_strangers_upload_and_draft_do_not_exist(
    client: FlaskClient, session: Session, person: Person, draft: UUID
) -> None:
    address = begin(client, draft, 10).location
    stranger = client.application.test_client()
    other = make_citizen(session, name="Trần Văn Khác")
    sign_in_as(stranger, other)
    assert stranger.head(address, headers=TUS).status_code == 404
    assert patch(stranger, address, 0, b"x").status_code == 404
    assert stranger.delete(address, headers=TUS).status_code == 404
    assert begin(stranger, draft, 10).status_code == 404
    assert stranger.get(f"/drafts/{draft}/attached/{FIELD}").status_code == 404
    theirs = filing.draft(session, other)
    moved = address.replace(str(draft), str(theirs))
    assert stranger.head(moved, headers=TUS).status_code == 404
    assert client.head(moved, headers=TUS).status_code == 404
    assert patch(client, address, 0, b"x").status_code == 204


def test_without_the_sessions_token_nothing_is_written(client: FlaskClient, person: Person, draft: UUID) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = True
    try:
        assert begin(client, draft, 10).status_code == 400
    finally:
        client.application.config["WTF_CSRF_ENABLED"] = False


def test_a_cancelled_upload_is_gone(client: FlaskClient, person: Person, draft: UUID) -> None:
    address = begin(client, draft, 10).location
    assert client.delete(address, headers=TUS).status_code == 204
    assert client.head(address, headers=TUS).status_code == 404


def test_no_more_uploads_wait_than_a_draft_could_use(client: FlaskClient, person: Person, draft: UUID) -> None:
    answers = [begin(client, draft, 10, modified=str(n)) for n in range(uploads.MAX_UPLOADS + 1)]
    assert [answer.status_code for answer in answers] == [201] * uploads.MAX_UPLOADS + [422]
    assert "tải dở" in answers[-1].get_json()["message"]


def test_the_section_tells_of_a_file_that_broke_off_and_how_to_go_on(
    client: FlaskClient, person: Person, draft: UUID
) -> None:
    data = large(2 * PIECE)
    address = begin(client, draft, len(data)).location
    patch(client, address, 0, data[:PIECE])
    page = client.get(f"/drafts/{draft}/sections/papers").text
    assert "Tệp đang tải dở" in page
    assert f'data-address="{address}"' in page
    send(client, address, data, PIECE)
    assert "Tệp đang tải dở" not in client.get(f"/drafts/{draft}/sections/papers").text


def test_what_was_never_ended_is_swept_after_a_day(
    client: FlaskClient, session: Session, person: Person, draft: UUID
) -> None:
    data = large(2 * PIECE)
    address = begin(client, draft, len(data)).location
    patch(client, address, 0, data[:PIECE])
    kept = begin(client, draft, len(data), "b.pdf").location
    patch(client, kept, 0, data[:PIECE])
    session.execute(
        text("update upload set created_at = now() - interval '25 hours' where token = :t"), {"t": UUID(address[-36:])}
    )
    session.commit()
    for path in attachments.installed().uploads.folder.rglob("*/*"):
        os.utime(path, (1, 1))
    upkeep.run(at=clock.now())
    assert client.head(address, headers=TUS).status_code == 404
    assert reached(client, kept) == PIECE
    keys = session.execute(text("select key from upload_piece")).scalars().all()
    assert [(attachments.installed().uploads.folder / key).exists() for key in keys] == [True]
    assert send(client, kept, data, PIECE).status_code == 204


@pytest.mark.parametrize("end", ["discarded", "filed", "erased"])
def test_uploads_go_with_their_draft(
    client: FlaskClient, session: Session, person: Person, draft: UUID, end: str
) -> None:
    reference = filing.file_dossier(session, person)
    officer = filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.decline, reference, officer, reason="Lý do")
    token = filing.draft(session, person)
    data = large(2 * PIECE)
    address = begin(client, token, len(data), field="birth_paper").location
    assert patch(client, address, 0, data[:PIECE]).status_code == 204
    with unit_of_work(session):
        if end == "discarded":
            drafts.discard(session, token=token, person_id=person.id)
        elif end == "filed":
            commands.submit(
                session, token=token, person_id=person.id, language="vi", at=clock.now(), on=filing.REGISTER_DAY
            )
        else:
            erased = erasure.erase_person(session, reference=reference, at=clock.now())
            assert len(erased.pieces) == 1
    assert session.execute(text("select count(*) from upload where draft_token = :t"), {"t": token}).scalar() == 0
    assert session.execute(text("select count(*) from upload_piece")).scalar() == 0


def test_the_clock_of_an_upload_runs_a_day(client: FlaskClient, session: Session, person: Person, draft: UUID) -> None:
    address = begin(client, draft, 10).location
    assert "GMT" in client.head(address, headers=TUS).headers["Upload-Expires"]
    assert timedelta(days=1) == uploads.AGE
