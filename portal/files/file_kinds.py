"""What a file is, by its bytes: an exact answer for the few kinds we take, a refusal for all others."""

from collections.abc import Callable

from portal.files import heic_files, odt_files, office_files, pdf_files, photographs
from portal.files.file_refusals import FileRefused

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
HEIC = heic_files.HEIC
PICTURES = frozenset({JPEG, PNG, HEIC})
EXTENSIONS = {
    PDF: frozenset({"pdf"}),
    JPEG: frozenset({"jpg", "jpeg"}),
    PNG: frozenset({"png"}),
    HEIC: frozenset({"heic", "heif"}),
    office_files.DOCX: frozenset({"docx"}),
    office_files.XLSX: frozenset({"xlsx"}),
    odt_files.ODT: frozenset({"odt"}),
}
# What browsers declare for these; any other declaration says nothing about the kind.
DECLARED = {kind: kind for kind in EXTENSIONS} | {
    "image/jpg": JPEG,
    "image/pjpeg": JPEG,
    "image/heif": HEIC,
    "application/x-pdf": PDF,
}
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Clean = Callable[[bytes], bytes]


def examine(data: bytes, *, extension: str, declared: str | None) -> tuple[str, bytes]:
    """The media type, and the bytes to keep: of a photograph the picture alone, of all else what came.

    Raises FileRefused where kind, extension and declaration disagree or the content may harm.
    """
    media_type, clean = _sniff(data)
    if extension not in EXTENSIONS[media_type]:
        raise FileRefused("file_type_mismatch", kind=media_type)
    said = DECLARED.get((declared or "").split(";")[0].strip().lower())
    if said is not None and said != media_type:
        raise FileRefused("file_type_mismatch", kind=media_type)
    return media_type, clean(data)


def _sniff(data: bytes) -> tuple[str, Clean]:
    if not data:
        raise FileRefused("file_empty")
    if data.startswith(b"%PDF-"):
        return PDF, _unchanged(pdf_files.check)
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG, photographs.clean_jpeg
    if data.startswith(photographs.PNG_START):
        return PNG, photographs.clean_png
    if data.startswith(b"PK\x03\x04"):
        return office_files.kind(data), _unchanged(office_files.check)
    if heic_files.is_heic(data):
        return HEIC, heic_files.clean
    if data.startswith(OLE_START) and ENCRYPTED_PACKAGE in data:
        raise FileRefused("file_encrypted")
    raise FileRefused("file_type_unknown")


def _unchanged(check: Callable[[bytes], None]) -> Clean:
    def checked(data: bytes) -> bytes:
        check(data)
        return data

    return checked
