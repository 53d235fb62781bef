"""Files of dossiers: taken in, checked, kept sealed in one of two places, given out again.

Bytes go to their place before the transaction that writes their row, under a random key; a file that never got a
row is removed by `sweep` after a day. So nothing acknowledged is ever lost, and nothing is removed by hand.

Where a scanner is configured a file goes into quarantine first and is moved on when it was found clean; without an
answer it stays there, and `portal.dossiers.quarantine` asks again. `docs/decisions/attachments.md`.
"""

import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from portal import clock, logs
from portal.dossiers.views import StoredFile
from portal.files import file_names, file_places, file_reading, signature_reading
from portal.files.file_places import FilePlace, open_place
from portal.files.file_refusals import FileRefused
from portal.files.virus_scan import OPENABLE, Clamd, Scan, ScannerSilent
from portal.signatures import findings

log = logs.logger(__name__)

ACCEPT = ".pdf,.jpg,.jpeg,.png,.heic,.heif,.docx,.xlsx,.odt,image/jpeg,image/png,image/heic"
ORPHAN_AGE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stored:
    """A checked file whose bytes are in the store already and whose row is still to be written."""

    key: str
    name: str
    media_type: str
    size: int
    sha256: bytes
    scan: Scan
    preview: bool  # whether a small picture of it lies beside
    signatures: dict[str, Any] | None = None  # a PDF's, as they were worth when it came (`findings.to_json`)


@dataclass(frozen=True, slots=True)
class FileStore:
    """Where files are kept, how many are taken, and who scans them; see `install`."""

    clean: FilePlace
    quarantine: FilePlace
    previews: FilePlace
    uploads: FilePlace  # pieces of files that are not whole yet
    max_file_bytes: int
    max_files: int
    scanner: Clamd | None


class _Installed:
    files: FileStore | None = None


def install(
    folder: Path,
    *,
    max_file_bytes: int,
    max_files: int,
    quarantine_key: bytes | None = None,
    scanner: Clamd | None = None,
) -> None:
    """Keep files in this folder from now on in this process; quarantine, previews, uploads in folders beside it.

    Without a `quarantine_key` what was not looked into yet is lost with the process.
    """
    apart = quarantine_key or secrets.token_bytes(32)
    _Installed.files = FileStore(
        clean=open_place(folder),
        quarantine=open_place(folder.with_name("quarantine"), key=apart),
        previews=open_place(folder.with_name("previews")),
        uploads=open_place(folder.with_name("uploads"), key=apart),
        max_file_bytes=max_file_bytes,
        max_files=max_files,
        scanner=scanner,
    )


def installed() -> FileStore:
    if _Installed.files is None:
        raise RuntimeError("no file store: attachments.install() was not called")
    return _Installed.files


def store(stream: IO[bytes], *, name: str, declared: str | None = None) -> Stored:
    """Read, check, scan and keep one uploaded file. Call before the transaction. Raises FileRefused.

    `declared` is the media type the browser named; it is compared, never trusted. What is kept of a photograph is
    the picture alone, so size and SHA-256 are those of the file as kept.
    """
    shown = file_names.tidy(name)
    if not shown:
        raise FileRefused("file_name")
    data = file_reading.bounded(stream, installed().max_file_bytes)
    examined = file_reading.examine(data, extension=file_names.extension(shown), declared=declared)
    key, kept = new_key(), examined.data
    scan = _keep(key, kept)
    if examined.preview:
        installed().previews.put(key, examined.preview)
    kind, digest = examined.media_type, sha256(kept).digest()
    return Stored(key, shown, kind, len(kept), digest, scan, examined.preview is not None, _signatures(kind, kept))


def read(file: StoredFile) -> Iterator[bytes]:
    """The file's bytes, piece by piece; the last one comes only if all were the right ones, else Corrupt."""
    if file.scan not in OPENABLE:
        raise PermissionError(f"{file.key} waits in quarantine")
    return file_places.whole(installed().clean.read(file.key), key=file.key, expected=file.sha256)


def preview(file: StoredFile) -> bytes:
    """The small JPEG made of a picture when it came."""
    return b"".join(installed().previews.read(file.key))


def copy(file: StoredFile) -> Stored:
    """The same bytes once more under a key of their own, so that each row's file lives and goes with its row."""
    if file.scan not in OPENABLE:
        raise PermissionError(f"{file.key} waits in quarantine")
    key = new_key()
    installed().clean.copy(file.key, key)
    if file.preview:
        installed().previews.copy(file.key, key)
    return Stored(key, file.name, file.media_type, file.size, file.sha256, file.scan, file.preview, file.signatures)


def copy_signed(file: StoredFile) -> Stored:
    """A signed paper of the portal's, copied; its signatures are read and judged anew from the bytes in the store."""
    copied = copy(file)
    return replace(copied, signatures=_signatures(file.media_type, b"".join(read(file))))


def headers(file: StoredFile) -> dict[str, str]:
    """How to send it: never shown inside our pages, never run, never kept by a cache."""
    return {
        "Content-Type": file.media_type,
        "Content-Length": str(file.size),
        "Content-Disposition": file_names.disposition(file.name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }


PREVIEW_HEADERS = {
    "Content-Type": "image/jpeg",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


def sweep(known: Callable[[Collection[str]], Collection[str]], *, at: datetime) -> int:
    """Remove files older than a day that have no row; `known` says which of some keys have one."""
    before, places = at - ORPHAN_AGE, installed()
    removed = places.clean.sweep(known, before=before) + places.quarantine.sweep(known, before=before)
    places.previews.sweep(known, before=before)
    return removed


def destroy(keys: Collection[str]) -> None:
    """Remove these files' bytes, after the commit that took their rows out; what is missed the sweep finds."""
    for place in (installed().clean, installed().quarantine, installed().previews):
        place.remove(keys)


def destroy_pieces(keys: Collection[str]) -> None:
    """The same of pieces of uploads."""
    installed().uploads.remove(keys)


def _signatures(kind: str, data: bytes) -> dict[str, Any] | None:
    if kind != "application/pdf":
        return None
    found = signature_reading.read(data, at=clock.now())
    return findings.to_json(found) if found.found or found.unreadable else None


def _keep(key: str, data: bytes) -> Scan:
    """Put it where it belongs by what the scanner says of it now."""
    scanner = installed().scanner
    if scanner is None:
        installed().clean.put(key, data)
        return Scan.UNSCANNED
    installed().quarantine.put(key, data)
    try:
        verdict = scanner.scan([data])
    except ScannerSilent as reason:
        log.warning("scanner_silent", reason=str(reason))
        return Scan.WAITING
    if verdict is Scan.CLEAN:
        installed().clean.put(key, data)
    installed().quarantine.remove([key])
    if verdict is not Scan.CLEAN:
        log.warning("malware_refused", size=len(data))
        raise FileRefused("file_malware")
    return verdict


def new_key() -> str:
    """A random place for a file's bytes."""
    random = secrets.token_hex(32)
    return f"{random[:2]}/{random[2:]}"
