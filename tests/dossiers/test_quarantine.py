"""Until the scanner has answered, nobody opens a file; when it has, everybody is told what they need to know."""

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import attachments, commands, drafts, erasure, quarantine, upkeep
from portal.errors import Invalid
from portal.files.file_refusals import FileRefused
from portal.files.virus_scan import Clamd, Scan
from portal.people.queries import Person
from portal.transaction import unit_of_work
from tests import filing
from tests.dossiers import clamd as stand_in
from tests.dossiers import corpus, photographs
from tests.letters.mail_server import free_port
from tests.signing_in import make_citizen, make_officer, sign_in_as

BAD_PDF = corpus.pdf(corpus.CATALOG, corpus.PAGES, b"(" + stand_in.MALWARE + b")")
FIELD = "birth_paper"


@pytest.fixture
def scanner(app: Flask) -> Iterator[stand_in.Clamd]:
    before = attachments._Installed.files
    assert before is not None
    with stand_in.clamd() as there:
        attachments._Installed.files = replace(before, scanner=Clamd(there.address, seconds=5))
        yield there
    attachments._Installed.files = before


@pytest.fixture
def person(session: Session, client: FlaskClient) -> Person:
    made = make_citizen(session)
    sign_in_as(client, made)
    return made


def silent() -> None:
    """The scanner is away from now on."""
    files = attachments.installed()
    attachments._Installed.files = replace(files, scanner=Clamd(f"127.0.0.1:{free_port()}"))


def back(there: stand_in.Clamd) -> None:
    attachments._Installed.files = replace(attachments.installed(), scanner=Clamd(there.address, seconds=5))


def attach(session: Session, person: Person, token: UUID, data: bytes, name: str = "a.pdf") -> int:
    stored = attachments.store(io.BytesIO(data), name=name)
    with unit_of_work(session):
        return drafts.attach(session, token=token, person_id=person.id, field=FIELD, file=stored, at=clock.now())


def scan_of(session: Session, file_id: int) -> str:
    found: str = session.execute(text("select scan from attachment where id = :id"), {"id": file_id}).scalar_one()
    return found


def places_of(session: Session, file_id: int) -> set[str]:
    """In which places bytes lie under the file's key."""
    key: str = session.execute(text("select key from attachment where id = :id"), {"id": file_id}).scalar_one()
    files = attachments.installed()
    places = {"clean": files.clean, "quarantine": files.quarantine, "previews": files.previews}
    return {name for name, place in places.items() if (place.folder / key).exists()}


def letters(session: Session) -> list[str]:
    return [bytes(row.body).decode("latin-1") for row in session.execute(text("select body from letter order by id"))]


def test_a_file_that_was_found_clean_is_out_of_quarantine(
    scanner: stand_in.Clamd, session: Session, person: Person
) -> None:
    token = filing.draft(session, person)
    file_id = attach(session, person, token, corpus.PLAIN_PDF)
    assert scan_of(session, file_id) == "clean"
    assert places_of(session, file_id) == {"clean"}
    assert corpus.PLAIN_PDF in scanner.seen


def test_malware_is_refused_at_the_door_with_words_beside_the_field(
    scanner: stand_in.Clamd, client: FlaskClient, session: Session, person: Person
) -> None:
    before = in_quarantine()
    with pytest.raises(FileRefused) as refusal:
        attachments.store(io.BytesIO(BAD_PDF), name="a.pdf")
    assert refusal.value.code == "file_malware"
    token = filing.draft(session, person)
    page = client.post(
        f"/drafts/{token}/sections/papers",
        data={FIELD: (io.BytesIO(BAD_PDF), "giấy.pdf"), "then": "attach"},
        content_type="multipart/form-data",
    )
    assert page.status_code == 422
    assert "Tệp này có mã độc" in page.text
    assert f'id="f-{FIELD}-error"' in page.text
    assert in_quarantine() == before


def in_quarantine() -> set[str]:
    """The folder is one for all tests of this process."""
    return {str(path) for path in attachments.installed().quarantine.folder.rglob("*") if path.is_file()}


def test_while_the_scanner_is_away_the_person_goes_on_and_nobody_opens_the_file(
    scanner: stand_in.Clamd, client: FlaskClient, session: Session, person: Person
) -> None:
    token = filing.draft(session, person)
    silent()
    file_id = attach(session, person, token, photographs.jpeg(), "a.jpg")
    assert scan_of(session, file_id) == "waiting"
    assert places_of(session, file_id) == {"quarantine", "previews"}
    section = client.get(f"/drafts/{token}/sections/papers").text
    assert "đang kiểm tra mã độc" in section
    assert f'/files/{file_id}"' not in section
    for address in (f"/drafts/{token}/files/{file_id}", f"/drafts/{token}/files/{file_id}/preview"):
        assert client.get(address).status_code == 404
    reference = filed(session, token, person)
    officer = make_officer(session, filing.WARD_1, "receiver")
    desk = client.application.test_client()
    sign_in_as(desk, officer)
    assert "đang kiểm tra mã độc" in desk.get(f"/desk/dossiers/{reference}").text
    for who, face in ((desk, "/desk/dossiers"), (client, "/dossiers")):
        assert who.get(f"{face}/{reference}/files/{file_id}").status_code == 404
    back(scanner)
    assert quarantine.scan([Scan.WAITING], at=clock.now()) == quarantine.Scanned(clean=1)
    assert places_of(session, file_id) == {"clean", "previews"}
    assert desk.get(f"/desk/dossiers/{reference}/files/{file_id}").status_code == 200
    assert client.get(f"/dossiers/{reference}/files/{file_id}").status_code == 200


def test_the_two_places_have_two_keys(scanner: stand_in.Clamd, session: Session, person: Person) -> None:
    silent()
    stored = attachments.store(io.BytesIO(corpus.PLAIN_PDF), name="a.pdf")
    files = attachments.installed()
    at_rest = (files.quarantine.folder / stored.key).read_bytes()
    assert files.quarantine.unseal(at_rest) == corpus.PLAIN_PDF
    with pytest.raises(InvalidTag):
        files.clean.unseal(at_rest)


def test_malware_found_later_in_a_draft_is_destroyed_and_told_by_page_and_letter(
    scanner: stand_in.Clamd, client: FlaskClient, session: Session, person: Person
) -> None:
    token = filing.draft(session, person)
    session.execute(text("delete from attachment where field = :field"), {"field": FIELD})
    session.commit()
    silent()
    file_id = attach(session, person, token, BAD_PDF)
    back(scanner)
    assert quarantine.scan([Scan.WAITING], at=clock.now()) == quarantine.Scanned(found=1)
    assert scan_of(session, file_id) == "found"
    assert places_of(session, file_id) == set()
    page = client.get(f"/drafts/{token}/sections/papers").text
    assert "có mã độc, đã bỏ" in page
    assert "gửi tệp khác" in page
    assert client.get(f"/drafts/{token}/files/{file_id}").status_code == 404
    assert session.execute(text("select count(*) from letter where key like 'person/%'")).scalar() == 1
    with pytest.raises(Invalid), unit_of_work(session):
        commands.submit(
            session, token=token, person_id=person.id, language="vi", at=clock.now(), on=filing.REGISTER_DAY
        )
    attach(session, person, token, corpus.PLAIN_PDF)
    assert filed(session, token, person)


def test_malware_found_after_filing_leaves_the_dossier_and_tells_person_and_desk(
    scanner: stand_in.Clamd, client: FlaskClient, session: Session, person: Person
) -> None:
    token = filing.draft(session, person)
    silent()
    file_id = attach(session, person, token, BAD_PDF)
    reference = filed(session, token, person)
    back(scanner)
    quarantine.scan([Scan.WAITING], at=clock.now())
    assert scan_of(session, file_id) == "found"
    key = f"{reference}/file/{file_id}"
    assert session.execute(text("select count(*) from letter where key = :key"), {"key": key}).scalar() == 1
    assert "có mã độc, đã bỏ" in client.get(f"/dossiers/{reference}").text
    desk = client.application.test_client()
    sign_in_as(desk, make_officer(session, filing.WARD_1, "receiver"))
    assert "có mã độc, đã bỏ" in desk.get(f"/desk/dossiers/{reference}").text


def test_a_scanner_that_stays_silent_leaves_everything_in_quarantine(
    scanner: stand_in.Clamd, session: Session, person: Person
) -> None:
    token = filing.draft(session, person)
    silent()
    file_id = attach(session, person, token, corpus.PLAIN_PDF)
    assert quarantine.scan([Scan.WAITING], at=clock.now()).silent
    assert scan_of(session, file_id) == "waiting"
    now = datetime.now(UTC) + timedelta(days=3)
    two_days_ago = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    folder = attachments.installed().quarantine.folder
    for path in folder.rglob("*"):
        os.utime(path, (two_days_ago, two_days_ago))
    attachments.sweep(lambda keys: upkeep.known_keys(session, keys), at=now)
    assert places_of(session, file_id) == {"quarantine"}


def test_bytes_that_were_changed_in_quarantine_are_never_released(
    scanner: stand_in.Clamd, session: Session, person: Person
) -> None:
    token = filing.draft(session, person)
    session.execute(text("delete from attachment where field = :field"), {"field": FIELD})
    session.commit()
    silent()
    quarantined = attachments.installed().quarantine
    ids = [attach(session, person, token, corpus.pdf(word, corpus.PAGES)) for word in (b"(a)", b"(b)", b"(c)")]
    for file_id, bytes_ in zip(ids, (quarantined.seal(b"another file"), b"\x01" + bytes(60)), strict=False):
        key: str = session.execute(text("select key from attachment where id = :id"), {"id": file_id}).scalar_one()
        Path(quarantined.folder, key).write_bytes(bytes_)
    back(scanner)
    assert quarantine.scan([Scan.WAITING], at=clock.now()) == quarantine.Scanned(clean=1)
    assert [scan_of(session, file_id) for file_id in ids] == ["waiting", "waiting", "clean"]


def test_what_was_taken_before_there_was_a_scanner_is_scanned_by_command(
    app: Flask, session: Session, person: Person
) -> None:
    token = filing.draft(session, person)
    file_id = attach(session, person, token, corpus.PLAIN_PDF)
    assert scan_of(session, file_id) == "unscanned"
    runner = app.test_cli_runner()
    assert "PORTAL_CLAMD" in runner.invoke(args=["dossiers", "scan-files"]).output
    before = attachments.installed()
    with stand_in.clamd() as there:
        back(there)
        done = runner.invoke(args=["dossiers", "scan-files"])
    attachments._Installed.files = before
    assert done.exit_code == 0, done.output
    assert scan_of(session, file_id) == "clean"
    session.rollback()


def test_administrators_are_told_at_the_desk_and_others_are_not(client: FlaskClient, session: Session) -> None:
    words = "Tệp người dân gửi chưa được quét mã độc"
    sign_in_as(client, make_officer(session, filing.WARD_1, "receiver"))
    assert words not in client.get("/desk").text
    sign_in_as(client, make_officer(session, filing.WARD_1, "receiver", "administrator"))
    assert words in client.get("/desk").text


def test_files_that_wait_long_are_told_to_administrators_and_to_monitors(
    scanner: stand_in.Clamd, client: FlaskClient, session: Session, person: Person
) -> None:
    token = filing.draft(session, person)
    silent()
    file_id = attach(session, person, token, corpus.PLAIN_PDF)
    assert client.get("/readyz").get_json() == {"ready": True}
    session.execute(
        text("update attachment set added_at = now() - interval '11 minutes' where id = :id"), {"id": file_id}
    )
    session.commit()
    assert client.get("/readyz").get_json() == {"ready": True, "warning": "scanner"}
    admin = client.application.test_client()
    sign_in_as(admin, make_officer(session, filing.WARD_1, "administrator"))
    assert "1 tệp chờ quét mã độc đã hơn 10 phút" in admin.get("/desk").text


def test_erasing_a_person_destroys_what_waits_and_the_letters_about_it(
    scanner: stand_in.Clamd, session: Session, person: Person
) -> None:
    reference = filed(session, filing.draft(session, person), person)
    officer = filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.decline, reference, officer, reason="Lý do")
    token = filing.draft(session, person)
    silent()
    waiting = attach(session, person, token, photographs.jpeg(), "a.jpg")
    assert places_of(session, waiting) == {"quarantine", "previews"}
    with unit_of_work(session):
        erased = erasure.erase_person(session, reference=reference, at=clock.now())
    attachments.destroy(erased.files)
    files = attachments.installed()
    for key in erased.files:
        for place in (files.clean, files.quarantine, files.previews):
            assert not (place.folder / key).exists()


def filed(session: Session, token: UUID, person: Person) -> str:
    with unit_of_work(session):
        done = commands.submit(
            session, token=token, person_id=person.id, language="vi", at=clock.now(), on=filing.REGISTER_DAY
        )
    return done.reference
