import io
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal import sealing
from portal.dossiers import attachments
from portal.dossiers.attachments import Stored
from portal.dossiers.views import StoredFile
from portal.files import file_names, file_places
from portal.files.file_refusals import CODES, FileRefused
from tests.dossiers import corpus

LIMIT = 3 * 1024 * 1024
HONEST = corpus.honest()
HOSTILE = corpus.hostile()
EXIF_OF_CORPUS = b"\xff\xe1\x00\x6cExif\0\0" + bytes(100)
TRAILER_OF_CORPUS = b"\0" * 100


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """A file store of this test's own; the application's is put back afterwards."""
    before = attachments._Installed.files
    sealing.install_key(bytes(range(32)))
    attachments.install(tmp_path / "files", max_file_bytes=LIMIT, max_files=30)
    yield tmp_path / "files"
    attachments._Installed.files = before


def store(data: bytes, name: str, declared: str | None = None) -> Stored:
    return attachments.store(io.BytesIO(data), name=name, declared=declared)


def large(size: int) -> bytes:
    """A PDF of about this size that nothing makes smaller."""
    return corpus.pdf(corpus.CATALOG, corpus.PAGES, corpus.stream(os.urandom(size), b"", deflate=False))


def as_row(stored: Stored, **changes: object) -> StoredFile:
    facts = {
        "id": 1,
        "dossier_id": None,
        "reference": None,
        "key": stored.key,
        "name": stored.name,
        "media_type": stored.media_type,
        "size": stored.size,
        "sha256": stored.sha256,
        "scan": stored.scan,
        "preview": stored.preview,
    }
    return StoredFile(**(facts | changes))  # type: ignore[arg-type]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_taken_and_given_back_byte_for_byte(name: str) -> None:
    """Of a photograph, all that is the picture: what the corpus has besides is in `test_photographs`."""
    stored = store(HONEST[name], name)
    given = b"".join(attachments.read(as_row(stored)))
    assert given == HONEST[name].replace(EXIF_OF_CORPUS, b"").removesuffix(TRAILER_OF_CORPUS)
    assert (stored.name, stored.size) == (name, len(given))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_leaves_no_bytes(name: str, folder: Path) -> None:
    data, code = HOSTILE[name]
    with pytest.raises(FileRefused) as refusal:
        store(data, name)
    assert refusal.value.code == code
    assert files_in(folder) == []


def test_every_refusal_of_the_corpus_has_its_code_and_every_code_is_tried() -> None:
    tried = {code for _, code in HOSTILE.values()}
    elsewhere = {"file_too_large", "file_name", "file_malware"}
    of_templates = {"file_no_template", "file_not_scanned"}  # tests/template_files
    assert tried | elsewhere | of_templates == set(CODES)
    assert len(HOSTILE) >= 61
    assert len(HONEST) >= 12


def test_the_whole_corpus_is_read_in_seconds() -> None:
    began = time.monotonic()
    for name, (data, _) in HOSTILE.items():
        with pytest.raises(FileRefused):
            store(data, name)
    assert time.monotonic() - began < 60  # some seconds where nothing else runs


def test_a_file_over_the_limit_is_cut_off_while_it_is_read() -> None:
    class Endless(io.BytesIO):
        given = 0

        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            self.given += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(FileRefused) as refusal:
        attachments.store(endless, name="a.pdf")
    assert refusal.value.code == "file_too_large"
    assert refusal.value.facts["limit"] == LIMIT
    assert endless.given <= LIMIT + 2 * file_places.PIECE


def test_what_the_browser_declares_must_agree_where_it_says_anything() -> None:
    assert store(corpus.jpeg(), "a.jpg", "image/pjpeg").media_type == "image/jpeg"
    assert store(corpus.jpeg(), "a.jpg", "application/octet-stream").media_type == "image/jpeg"
    with pytest.raises(FileRefused) as refusal:
        store(corpus.jpeg(), "a.jpg", "application/pdf")
    assert refusal.value.code == "file_type_mismatch"


def test_a_name_without_anything_left_is_refused() -> None:
    with pytest.raises(FileRefused) as refusal:
        store(corpus.PLAIN_PDF, "/../ \u200b\u202e")
    assert refusal.value.code == "file_name"


def test_bytes_rest_sealed_and_a_large_file_in_pieces(folder: Path) -> None:
    data = large(2 * file_places.PIECE + 123)
    stored = store(data, "a.pdf")
    at_rest = (folder / stored.key).read_bytes()
    assert len(at_rest) == len(data) + 3 * (file_places.SEALED_PIECE - file_places.PIECE)
    assert data[:20] not in at_rest
    assert b"".join(attachments.read(as_row(stored))) == data


@pytest.mark.parametrize("damage", ["cut", "swapped", "another"])
def test_bytes_that_were_changed_in_the_store_are_never_given_out_whole(folder: Path, damage: str) -> None:
    stored = store(large(2 * file_places.PIECE), "a.pdf")
    path = folder / stored.key
    at_rest, size = path.read_bytes(), file_places.SEALED_PIECE
    changed = {
        "cut": at_rest[:size],
        "swapped": at_rest[size : 2 * size] + at_rest[:size] + at_rest[2 * size :],
        "another": sealing.seal(b"another file"),
    }
    path.write_bytes(changed[damage])
    with pytest.raises(file_places.Corrupt):
        b"".join(attachments.read(as_row(stored)))


def test_a_file_is_sent_as_an_attachment_that_cannot_run() -> None:
    headers = attachments.headers(as_row(store(corpus.PLAIN_PDF, 'Giấy "khai" sinh.pdf')))
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''Gi%E1%BA%A5y%20khai%20sinh.pdf" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert all(value.isascii() and "\n" not in value for value in headers.values())


def test_the_sweep_removes_only_old_files_without_a_row(folder: Path) -> None:
    kept, orphan, fresh = (store(corpus.PLAIN_PDF, "a.pdf") for _ in range(3))
    now = datetime.now(UTC)
    two_days_ago = (now - timedelta(days=2)).timestamp()
    for stored in (kept, orphan):
        os.utime(folder / stored.key, (two_days_ago, two_days_ago))
    assert attachments.sweep(lambda keys: {kept.key} & set(keys), at=now) == 1
    assert {str(path.relative_to(folder)) for path in files_in(folder)} == {kept.key, fresh.key}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\An\\đơn.pdf", "đơn.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("Nguye\u0302\u0303n.pdf", "Nguyễn.pdf"),
        ("  hai   khoảng\ttrắng .pdf ", "hai khoảng trắng.pdf"),
        ("con\x00trol\n.pdf", "control.pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("a" * 300, "a" * 150),
        ("...", ""),
        ('<img src="x">.png', "img src=x.png"),
    ],
)
def test_a_file_name_is_kept_as_a_harmless_label(given: str, kept: str) -> None:
    assert file_names.tidy(given) == kept
    assert file_names.tidy(kept) == kept
