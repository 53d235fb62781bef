"""What is taken in as a template file, and what is not; the same bytes come back."""

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock, sealing
from portal.files.file_places import Corrupt
from portal.files.file_refusals import FileRefused
from portal.files.virus_scan import Clamd
from portal.settings import Settings
from portal.template_files import commands, naming, queries, shelf
from portal.transaction import unit_of_work
from tests.dossiers import clamd as stand_in
from tests.dossiers.corpus import EXCEL, PLAIN_PDF, TYPES, jpeg, office
from tests.dossiers.open_documents import odt
from tests.letters.mail_server import free_port
from tests.template_files.files import DOCX, NAME, taken


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A shelf of its own for a test; the application's stands again behind it."""
    sealing.install_key(bytes(32))
    shelf.install(tmp_path / "templates")
    yield tmp_path / "templates"
    shelf.install(settings.template_files)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", PLAIN_PDF), ("Mẫu số 01.docx", DOCX), ("bảng.XLSX", office(EXCEL)), ("đơn.odt", odt())],
)
def test_a_form_to_fill_in_is_kept_under_its_content(folder: Path, name: str, data: bytes) -> None:
    found = shelf.take(BytesIO(data), name=f"C:\\mau\\{name}")
    assert (found.name, found.size, found.sha256) == (name, len(data), sha256(data).hexdigest())
    assert shelf.read(found.sha256) == data
    assert shelf.take(BytesIO(data), name="other" + Path(name).suffix).sha256 == found.sha256, "again is no trouble"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"", "file_empty"),
        ("", PLAIN_PDF, "file_name"),
        ("a.html", b"<html></html>", "file_type_unknown"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_type_unknown"),
        ("a.docx", PLAIN_PDF, "file_type_mismatch"),
        ("a.jpg", jpeg(), "file_no_template"),
        ("a.docx", office(parts={"word/vbaProject.bin": b"x"}), "file_macros"),
        ("a.docx", office(types=TYPES.replace(b"/>", b"><x ContentType='macroEnabled'/></Types>")), "file_macros"),
        ("a.pdf", PLAIN_PDF + bytes(naming.LARGEST), "file_too_large"),
    ],
)
def test_all_else_is_refused_and_nothing_is_kept(folder: Path, name: str, data: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        shelf.take(BytesIO(data), name=name)
    assert refused.value.code == code
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_where_there_is_a_scanner_its_word_is_needed(folder: Path) -> None:
    with stand_in.clamd() as there:
        shelf.install(folder, scanner=Clamd(there.address))
        found = shelf.take_bytes(DOCX, name=NAME)
        assert there.seen == [DOCX]
        assert shelf.read(found.sha256) == DOCX
        with pytest.raises(FileRefused, match="file_malware"):
            shelf.take_bytes(PLAIN_PDF + stand_in.MALWARE, name="a.pdf")
    shelf.install(folder, scanner=Clamd(f"127.0.0.1:{free_port()}"))
    with pytest.raises(FileRefused, match="file_not_scanned"):
        shelf.take_bytes(PLAIN_PDF, name="a.pdf")


def test_bytes_that_changed_on_the_disk_are_never_given_out(folder: Path) -> None:
    found, other = shelf.take_bytes(DOCX, name=NAME), shelf.take_bytes(PLAIN_PDF, name="a.pdf")
    here, there = (folder / one.sha256[:2] / one.sha256[2:] for one in (found, other))
    here.write_bytes(there.read_bytes())
    with pytest.raises(Corrupt):
        shelf.read(found.sha256)


def test_what_was_lost_is_put_back_by_its_bytes(folder: Path) -> None:
    found = shelf.take_bytes(DOCX, name=NAME)
    (folder / found.sha256[:2] / found.sha256[2:]).unlink()
    with pytest.raises(FileNotFoundError):
        shelf.read(found.sha256)
    shelf.restore(DOCX)
    assert shelf.read(found.sha256) == DOCX


def test_a_row_is_written_once_and_stays(session: Session) -> None:
    found = taken(session)
    with unit_of_work(session):
        commands.add(session, [found], at=clock.now())
    facts = queries.facts(session, [found.sha256, "0" * 64, "no digest"])
    assert facts == {found.sha256: naming.FileFacts(found.sha256, found.media_type, found.size)}
    session.rollback()
    for statement in (
        "update template_file set name = 'x.pdf'",
        "delete from template_file",
        "truncate template_file cascade",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()


@pytest.mark.parametrize("name", ["a.pdf", "Mẫu số 01 (ban hành).DOCX", "x.odt"])
def test_a_name_says_the_kind(name: str) -> None:
    assert naming.is_name(name)


@pytest.mark.parametrize(
    "name", ["a.html", "a.svg", "a", "../a.pdf", "a/b.pdf", " a.pdf", "a\u202e.pdf", "a.pdf.exe", ""]
)
def test_any_other_name_is_none(name: str) -> None:
    assert not naming.is_name(name)
