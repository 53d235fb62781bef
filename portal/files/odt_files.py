"""What may harm in an OpenDocument text, on top of what `office_files` looks for in every zip.

Refused: encryption (named in the manifest), macros and what calls them, embedded programs, sections and data that
come from elsewhere. XML is searched in pieces as it inflates, not parsed.
"""

import re
from collections.abc import Iterator

from portal.files.file_refusals import FileRefused

ODT = "application/vnd.oasis.opendocument.text"
STATED = b"mimetype" + ODT.encode()  # the first member's name and, stored plain, its content
OVERLAP = 4096

ENTITIES = re.compile(rb"<!ENTITY|<!DOCTYPE[^>]*\[", re.IGNORECASE)
ENCRYPTED = re.compile(rb"<manifest:encryption-data\b|<encryption-data\b")
MACROS = re.compile(
    rb"<script:event-listener\b|<script:(?:module|library)\b|vnd\.sun\.star\.script:|xlink:href=[\"']macro:",
    re.IGNORECASE,
)
ACTIVE = re.compile(
    rb"<draw:(?:applet|plugin|floating-frame)\b|<draw:object-ole\b|<office:dde-source\b|<text:dde-connection|"
    rb"<text:section-source\b[^>]*xlink:href|vnd\.sun\.star\.oleobject|<form:[a-z-]+\b[^>]*xlink:href",
    re.IGNORECASE,
)


def is_odt(data: bytes, names: list[str]) -> bool:
    """Whether the archive states at its very start, as the format asks, that it is one."""
    return data[30 : 30 + len(STATED) + 2].startswith(STATED) and "content.xml" in names


def read(name: str, pieces: Iterator[bytes]) -> None:
    """Search one member. Raises FileRefused."""
    if not name.lower().endswith((".xml", ".rdf")):
        return
    before = b""
    for piece in pieces:
        text = before + piece
        if not before and text[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise FileRefused("file_active_content")  # in UTF-16 nothing would be found
        _search(text)
        before = text[-OVERLAP:]


def _search(text: bytes) -> None:
    for pattern, code in (
        (ENCRYPTED, "file_encrypted"),
        (ENTITIES, "file_active_content"),
        (MACROS, "file_macros"),
        (ACTIVE, "file_active_content"),
    ):
        if pattern.search(text):
            raise FileRefused(code)
