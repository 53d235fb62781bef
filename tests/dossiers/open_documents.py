"""OpenDocument texts, honest and hostile."""

import io
import random
import zipfile
from collections.abc import Mapping

ODT = b"application/vnd.oasis.opendocument.text"


def odt(
    parts: Mapping[str, bytes] | None = None,
    *,
    content: bytes = b"<office:document-content/>",
    manifest: bytes = b"<manifest:manifest/>",
    stated: bytes = ODT,
) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", stated, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
        for name, more in (parts or {}).items():
            archive.writestr(name, more)
    return data.getvalue()


def hostile_odts() -> dict[str, tuple[bytes, str]]:
    active, macros = "file_active_content", "file_macros"
    encrypted = b'<manifest:file-entry><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'
    ole = b'<manifest:file-entry manifest:media-type="application/vnd.sun.star.oleobject"/>'
    event = b'<office:event-listeners><script:event-listener script:event-name="dom:load"/></office:event-listeners>'
    noise = random.Random(1).randbytes(512 * 1024 - 5).hex().encode()
    return {
        "encrypted.odt": (odt(manifest=encrypted), "file_encrypted"),
        "basic.odt": (odt({"Basic/Standard/Module1.xml": b"<x/>"}), macros),
        "script.odt": (odt({"Scripts/python/a.py": b"x"}), macros),
        "event.odt": (odt(content=event), macros),
        "macro-link.odt": (odt(content=b'<text:a xlink:href="macro:///Standard.Module1.Main"/>'), macros),
        "event-across-pieces.odt": (
            odt(content=noise + event),
            macros,
        ),
        "event-in-styles.odt": (odt({"styles.xml": event}), macros),
        "ole.odt": (odt(manifest=ole), active),
        "frame.odt": (odt(content=b'<draw:floating-frame xlink:href="https://example.test"/>'), active),
        "section.odt": (odt(content=b'<text:section-source xlink:href="https://example.test/a.odt"/>'), active),
        "dde.odt": (odt(content=b'<office:dde-source office:dde-application="soffice"/>'), active),
        "entities.odt": (odt(content=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), active),
        "utf16.odt": (odt(content="<a/>".encode("utf-16")), active),
        "climbing.odt": (odt({"../../etc/passwd": b"x"}), "file_damaged"),
        "bomb.odt": (odt({"Pictures/a.bmp": bytes(60 * 1024 * 1024)}), "file_bomb"),
    }
