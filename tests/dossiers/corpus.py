"""Files to try the door with: honest ones as people send them, hostile ones as attackers would make them."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

import typst

from tests.dossiers.hostile_heics import hostile_heics
from tests.dossiers.open_documents import ODT, hostile_odts, odt

EOL = b"\n"


def pdf(*objects: bytes, trailer: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of numbered objects; readers repair what its cross-reference table lacks."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, content) for n, content in enumerate(objects, 1))
    return head + body + b"trailer\n<< /Root 1 0 R " + trailer + b" >>\nstartxref\n0\n%%EOF\n"


def stream(content: bytes, dictionary: bytes = b"/Filter /FlateDecode", *, deflate: bool = True) -> bytes:
    data = zlib.compress(content) if deflate else content
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), dictionary, data)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [] /Count 0 >>"
SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
PLAIN_PDF = pdf(CATALOG, PAGES)


def object_stream(hidden: bytes, dictionary: bytes = b"/Filter /FlateDecode", *, deflate: bool = True) -> bytes:
    return stream(b"7 0 " + hidden, b"/Type /ObjStm /N 1 /First 4 " + dictionary, deflate=deflate)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 2, height: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + bytes(min(width, 16)) for _ in range(min(height, 16))))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int = 8, height: int = 8, *, exif: bytes = b"") -> bytes:
    app1 = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif if exif else b""
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\x34" * 20
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + app1 + frame + scan + b"\xff\xd9"


TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
WORD = "word/document.xml"
EXCEL = "xl/workbook.xml"


def office(
    main: str = WORD,
    parts: Mapping[str, bytes] | Sequence[tuple[str, bytes]] = (),
    *,
    types: bytes | None = TYPES,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    more = list(parts.items()) if isinstance(parts, Mapping) else list(parts)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        if types is not None:
            archive.writestr("[Content_Types].xml", types)
        archive.writestr(main, b"<document>" + "Đơn đề nghị".encode() * 50 + b"</document>")
        for name, content in more:
            archive.writestr(name, content)
    return data.getvalue()


def relation(kind: str, target: str, mode: str = "External") -> bytes:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<Relationships><Relationship Id="r1" Type="{base}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        "</Relationships>"
    ).encode()


def flagged_encrypted(data: bytes) -> bytes:
    """The same archive with the encryption bit of every member set."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(signature, at + 4)
    return bytes(changed)


def lying_size(data: bytes, size: int) -> bytes:
    """The same archive whose directory claims another inflated size for every member."""
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", changed, at + 24, size)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def typeset(text: str) -> bytes:
    return bytes(typst.compile(text.encode(), format="pdf"))


def honest() -> dict[str, bytes]:
    """name -> bytes; each is to be taken."""
    return {
        "plain.pdf": PLAIN_PDF,
        "giấy chứng sinh.pdf": typeset("= Giấy chứng sinh\nNguyễn Văn Thử"),
        "link.pdf": typeset('#link("https://example.test")[xem]'),
        "opens-at-a-page.pdf": pdf(b"<< /Type /Catalog /Pages 2 0 R /OpenAction [3 0 R /Fit] >>", PAGES, b"<< >>"),
        "object-stream.pdf": pdf(CATALOG, PAGES, object_stream(b"<< /Type /Font >>")),
        "ascii85.pdf": pdf(
            CATALOG,
            PAGES,
            stream(
                base64.a85encode(zlib.compress(b"BT (Xin chao) Tj ET")) + b"~>",
                b"/Filter [/ASCII85Decode /FlateDecode]",
                deflate=False,
            ),
        ),
        "scan.jpg": jpeg(),
        "ảnh thẻ 3×4.JPEG": jpeg(300, 400, exif=b"Exif\0\0" + bytes(100)),
        "trailing.jpg": jpeg() + b"\0" * 100,
        "photo.png": png(),
        "đơn.docx": office(),
        "bảng.xlsx": office(EXCEL, {"xl/printerSettings/printerSettings1.bin": b"\x01" * 40}),
        "with-link.docx": office(parts={"word/_rels/document.xml.rels": relation("hyperlink", "https://example.test")}),
        "stored.docx": office(method=zipfile.ZIP_STORED),
        "đơn.odt": odt({"styles.xml": b"<office:document-styles/>", "Pictures/1.png": png()}),
    }


def hostile() -> dict[str, tuple[bytes, str]]:
    """name -> (bytes, the refusal's code)."""
    return {**_mismatched(), **_pdfs(), **_images(), **hostile_heics(), **_offices(), **hostile_odts()}


def _mismatched() -> dict[str, tuple[bytes, str]]:
    return {
        "empty.pdf": (b"", "file_empty"),
        "page.html": (b"<html><script>alert(1)</script>", "file_type_unknown"),
        "page.pdf": (b"<html><script>alert(1)</script>", "file_type_unknown"),
        "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "file_type_unknown"),
        "drawing.png": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "file_type_unknown"),
        "program.exe": (b"MZ" + bytes(200), "file_type_unknown"),
        "program.pdf": (b"MZ" + bytes(200), "file_type_unknown"),
        "polyglot.pdf": (b"MZ" + PLAIN_PDF, "file_type_unknown"),
        "script.sh": (b"#!/bin/sh\nrm -rf /\n", "file_type_unknown"),
        "animation.gif": (b"GIF89a" + bytes(50), "file_type_unknown"),
        "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_type_unknown"),
        "picture.avif": (b"\0\0\0\x18ftypavif" + b"\0\0\0\0avifmif1" + bytes(50), "file_type_unknown"),
        "sheet.ods": (odt(stated=ODT.replace(b"text", b"spreadsheet")), "file_type_unknown"),
        "sheet.odt": (odt(stated=ODT.replace(b"text", b"spreadsheet")), "file_type_unknown"),
        "text.docx": (odt(), "file_type_mismatch"),
        "word.odt": (office(), "file_type_mismatch"),
        "polyglot.png": (png()[:33] + b"%PDF-1.7\n" + png()[33:], "file_damaged"),
        "polyglot.jpg": (b"GIF89a" + jpeg(), "file_type_unknown"),
        "archive.zip": (office("readme.txt"), "file_type_unknown"),
        "archive.docx": (office("readme.txt"), "file_type_unknown"),
        "both.docx": (office(WORD, {EXCEL: b"x"}), "file_type_unknown"),
        "no-types.docx": (office(types=None), "file_type_unknown"),
        "sheet.docx": (office(EXCEL), "file_type_mismatch"),
        "text.xlsx": (office(WORD), "file_type_mismatch"),
        "scan.png": (jpeg(), "file_type_mismatch"),
        "scan.pdf": (jpeg(), "file_type_mismatch"),
        "form.jpg": (PLAIN_PDF, "file_type_mismatch"),
        "form.pdf.exe": (PLAIN_PDF, "file_type_mismatch"),
        "form": (PLAIN_PDF, "file_type_mismatch"),
        ".pdf": (PLAIN_PDF, "file_type_mismatch"),
        "fdp.\u202etxt": (PLAIN_PDF, "file_type_mismatch"),
    }


def _pdfs() -> dict[str, tuple[bytes, str]]:
    active, damaged = "file_active_content", "file_damaged"
    by_name = CATALOG[:-2]
    return {
        "encrypted.pdf": (pdf(CATALOG, PAGES, trailer=b"/Encrypt 3 0 R"), "file_encrypted"),
        "encrypted-escaped.pdf": (pdf(CATALOG, PAGES, trailer=b"/#45ncrypt 3 0 R"), "file_encrypted"),
        "script.pdf": (pdf(by_name + b"/OpenAction 3 0 R >>", PAGES, SCRIPT), active),
        "script-escaped.pdf": (pdf(by_name + b"/OpenAction << /S /J#61vaScript >> >>", PAGES), active),
        "script-all-escaped.pdf": (
            pdf(by_name + b"/AA << /O << /S /" + b"".join(b"#%02x" % c for c in b"JavaScript") + b" >> >> >>", PAGES),
            active,
        ),
        "named-scripts.pdf": (pdf(by_name + b"/Names << /JavaScript 3 0 R >> >>", PAGES), active),
        "script-in-object-stream.pdf": (pdf(CATALOG, PAGES, object_stream(SCRIPT)), active),
        "script-in-untyped-stream.pdf": (pdf(CATALOG, PAGES, stream(b"7 0 " + SCRIPT, b"/N 1 /First 4")), active),
        "script-deep-in-a-stream.pdf": (pdf(CATALOG, PAGES, object_stream(b" " * 3_000_000 + SCRIPT)), active),
        "script-across-pieces.pdf": (pdf(CATALOG, PAGES, object_stream(b" " * (1024 * 1024 - 20) + SCRIPT)), active),
        "script-behind-a-comment.pdf": (
            pdf(CATALOG, PAGES, b"% 9 0 obj << >>\nstream\nendstream\n" + object_stream(SCRIPT)),
            active,
        ),
        "script-stream-with-blanks.pdf": (
            pdf(CATALOG, PAGES, object_stream(SCRIPT).replace(b">>\nstream\n", b">>\nstream  \r\n")),
            active,
        ),
        "script-in-ascii85.pdf": (
            pdf(
                CATALOG,
                PAGES,
                object_stream(
                    base64.a85encode(zlib.compress(b"7 0 " + SCRIPT)) + b"~>",
                    b"/Filter [/ASCII85Decode /FlateDecode]",
                    deflate=False,
                ).replace(b"7 0 ", b"", 1),
            ),
            active,
        ),
        "script-in-hex.pdf": (
            pdf(CATALOG, PAGES, object_stream(SCRIPT.hex().encode(), b"/Filter /ASCIIHexDecode", deflate=False)),
            damaged,
        ),
        "script-in-lzw.pdf": (
            pdf(CATALOG, PAGES, object_stream(b"\x80\x0b", b"/Filter /LZWDecode", deflate=False)),
            damaged,
        ),
        "script-in-predictor.pdf": (
            pdf(CATALOG, PAGES, object_stream(b"x", b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>")),
            damaged,
        ),
        "launch.pdf": (pdf(by_name + b"/OpenAction << /S /Launch /F (cmd.exe) >> >>", PAGES), active),
        "submit.pdf": (pdf(CATALOG, PAGES, b"<< /S /SubmitForm /F (https://example.test) >>"), active),
        "import.pdf": (pdf(CATALOG, PAGES, b"<< /S /ImportData >>"), active),
        "other-file.pdf": (pdf(CATALOG, PAGES, b"<< /S /GoToR /F (\\\\\\\\host\\\\share) >>"), active),
        "embedded.pdf": (pdf(by_name + b"/Names << /EmbeddedFiles 3 0 R >> >>", PAGES), active),
        "rich-media.pdf": (pdf(CATALOG, PAGES, b"<< /Subtype /RichMedia >>"), active),
        "xfa.pdf": (pdf(by_name + b"/AcroForm << /XFA 3 0 R >> >>", PAGES), active),
        "truncated.pdf": (PLAIN_PDF[:40], damaged),
        "bomb.pdf": (pdf(CATALOG, PAGES, *[_bomb()] * 6), "file_bomb"),
    }


def _bomb() -> bytes:
    return stream(bytes(50 * 1024 * 1024))


def _images() -> dict[str, tuple[bytes, str]]:
    return {
        "pixels.png": (png(50_000, 50_000), "file_bomb"),
        "pixels.jpg": (jpeg(65_000, 65_000), "file_bomb"),
        "flat.png": (png(0, 10), "file_damaged"),
        "flat.jpg": (jpeg(0, 10), "file_damaged"),
        "cut.png": (png()[:30], "file_damaged"),
        "cut.jpg": (jpeg()[:12], "file_damaged"),
        "no-frame.jpg": (b"\xff\xd8\xff\xd9" + bytes(20), "file_damaged"),
        "no-scan.jpg": (jpeg()[:41] + b"\xff\xd9", "file_damaged"),
        "endless.jpg": (jpeg()[:-2], "file_damaged"),
        "long-segment.jpg": (b"\xff\xd8\xff\xe1\xff\xff" + bytes(100), "file_damaged"),
        "no-data.png": (png()[:33] + chunk(b"IEND", b""), "file_damaged"),
        "sum.png": (png()[:-20] + b"x" + png()[-19:], "file_damaged"),
        "unknown-critical.png": (png()[:33] + chunk(b"BOMB", b"x") + png()[33:], "file_damaged"),
        "late-header.png": (png()[:8] + chunk(b"tEXt", b"a") + png()[8:], "file_damaged"),
        "long-chunk.png": (png()[:33] + b"\xff\xff\xff\xffIDAT" + bytes(99), "file_damaged"),
    }


def _offices() -> dict[str, tuple[bytes, str]]:
    active, macros, bomb, damaged = "file_active_content", "file_macros", "file_bomb", "file_damaged"
    rels = "word/_rels/settings.xml.rels"
    return {
        "macro.docx": (office(parts={"word/vbaProject.bin": b"x"}), macros),
        "macro-upper.docx": (office(parts={"WORD/VBAPROJECT.BIN": b"x"}), macros),
        "macro-type.docx": (office(types=TYPES + b"application/vnd.ms-word.document.macroEnabled.main+xml"), macros),
        "macro-sheet.xlsx": (office(EXCEL, {"xl/macrosheets/sheet1.xml": b"x"}), macros),
        "control.docx": (office(parts={"word/activeX/activeX1.xml": b"x"}), macros),
        "embedded.docx": (office(parts={"word/embeddings/oleObject1.bin": b"x"}), active),
        "program.docx": (office(parts={"word/media/setup.exe": b"MZ"}), macros),
        "template.docx": (office(parts={rels: relation("attachedTemplate", "https://example.test/t.dotm")}), active),
        "remote-object.docx": (office(parts={rels: relation("oleObject", "https://example.test/o")}), active),
        "remote-frame.docx": (office(parts={rels: relation("frame", "file://host/share")}), active),
        "entities.docx": (office(types=b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + TYPES), active),
        "utf16.docx": (office(types=TYPES.decode().encode("utf-16")), active),
        "climbing.docx": (office(parts={"../../etc/passwd": b"x"}), damaged),
        "absolute.docx": (office(parts={"/etc/passwd": b"x"}), damaged),
        "same-name.docx": (office(parts={"WORD/Document.xml": b"x"}), damaged),
        "bomb.docx": (office(parts={"word/media/a.xml": bytes(60 * 1024 * 1024)}), bomb),
        "many-bombs.docx": (office(parts=[(f"word/media/{n}.bmp", bytes(900_000)) for n in range(250)]), bomb),
        "many-members.docx": (office(parts=[(f"word/{n}.xml", b"") for n in range(2100)]), bomb),
        "lying.docx": (lying_size(office(parts={"word/a.xml": bytes(5_000_000)}), 10), damaged),
        "encrypted.docx": (flagged_encrypted(office()), "file_encrypted"),
        "password.docx": (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
            "file_encrypted",
        ),
        "cut.docx": (office()[:-30], damaged),
        "flipped.docx": (_flipped(office(method=zipfile.ZIP_STORED)), damaged),
    }


def _flipped(data: bytes) -> bytes:
    at = data.index("Đơn".encode())
    return data[:at] + b"\x00" + data[at + 1 :]
