"""The bytes of template files: looked into like what people send, scanned where there is a scanner, kept by content.

Bytes come here before the transaction that writes the file's row; what never got one lies there unread, under the
name of its content, until the same file comes again.
"""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO

from portal import logs
from portal.files import file_names, file_places, file_reading
from portal.files.file_places import FilePlace, open_place
from portal.files.file_refusals import FileRefused
from portal.files.virus_scan import Clamd, Scan, ScannerSilent
from portal.template_files.naming import KINDS, LARGEST

log = logs.logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file whose bytes are on the shelf and whose row is still to be written; `sha256` in hexadecimal."""

    sha256: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Shelf:
    place: FilePlace
    scanner: Clamd | None


class _Installed:
    shelf: Shelf | None = None


def install(folder: Path, *, scanner: Clamd | None = None) -> None:
    """Keep template files in this folder from now on in this process."""
    _Installed.shelf = Shelf(open_place(folder), scanner)


def _shelf() -> Shelf:
    if _Installed.shelf is None:
        raise RuntimeError("no place for template files: shelf.install() was not called")
    return _Installed.shelf


def take(stream: IO[bytes], *, name: str, declared: str | None = None) -> Taken:
    """Read, check, scan and keep a file. Call before the transaction. Raises FileRefused.

    Where there is a scanner and it does not answer, the file is refused: whoever sent it can send it again.
    """
    shown = file_names.tidy(name)
    if not shown:
        raise FileRefused("file_name")
    data = file_reading.bounded(stream, LARGEST)
    examined = file_reading.examine(data, extension=file_names.extension(shown), declared=declared)
    if examined.media_type not in KINDS:
        raise FileRefused("file_no_template", kind=examined.media_type)
    _scan(data)
    digest = sha256(data).hexdigest()
    _shelf().place.put(_key(digest), data, again=True)
    return Taken(digest, shown, examined.media_type, len(data))


def read(digest: str) -> bytes:
    """The file's bytes. FileNotFoundError where they are not here; Corrupt where they are not those taken in."""
    pieces = _shelf().place.read(_key(digest))
    return b"".join(file_places.whole(pieces, key=digest, expected=bytes.fromhex(digest)))


def has(digest: str) -> bool:
    return _shelf().place.has(_key(digest))


def restore(data: bytes) -> None:
    """Bytes of a file that has its row already, put back where they are missing."""
    digest = sha256(data).hexdigest()
    try:
        read(digest)
    except FileNotFoundError:
        _shelf().place.put(_key(digest), data, again=True)


def take_bytes(data: bytes, *, name: str) -> Taken:
    return take(BytesIO(data), name=name)


def _key(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:]}"


def _scan(data: bytes) -> None:
    scanner = _shelf().scanner
    if scanner is None:
        return
    try:
        verdict = scanner.scan([data])
    except ScannerSilent as reason:
        log.warning("scanner_silent", reason=str(reason))
        raise FileRefused("file_not_scanned") from None
    if verdict is not Scan.CLEAN:
        log.warning("malware_refused", size=len(data))
        raise FileRefused("file_malware")
