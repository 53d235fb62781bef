"""JPEG and PNG without what a camera writes beside the picture: position, time, owner, thumbnails, edits. Pure.

The picture itself is not decoded: its segments and chunks are copied byte for byte, all others are left out, and
whatever follows the picture's end with them (a telephone may append a film there). Which side is up is kept.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from portal.files.file_refusals import FileRefused

MOST_PIXELS = 100_000_000  # an A3 page at 600 dpi has 70 million
MOST_PARTS = 50_000  # segments or chunks: a PNG of 20 MB in pieces of 8 KB has 2,500
JPEG_START = b"\xff\xd8"
JPEG_END = b"\xff\xd9"
PNG_START = b"\x89PNG\r\n\x1a\n"

EXIF = b"Exif\0\0"
ORIENTATION = 0x0112
AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")  # where a scan ends: a marker that is no restart
START_OF_SCAN, APP1 = 0xDA, 0xE1
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
JPEG_KEPT = FRAMES | {0xC4, 0xCC, START_OF_SCAN, 0xDB, 0xDC, 0xDD}
JPEG_KEPT_IF = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}

PNG_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
PNG_KEPT = PNG_CRITICAL | {
    *(b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs")
}


def clean_jpeg(data: bytes) -> bytes:
    """The picture alone. Raises FileRefused where it is damaged or has too many pixels."""
    out = [JPEG_START]
    orientation = 1
    framed = scanned = False
    for marker, segment, scan in _jpeg_segments(data):
        body = segment[4:]
        if marker == APP1 and body.startswith(EXIF):
            orientation = _orientation(body[len(EXIF) :]) or orientation
        if marker in FRAMES:
            height, width = struct.unpack(">HH", body[1:5].ljust(4, b"\0"))
            check_pixels(width, height)
            framed = True
        scanned = scanned or marker == START_OF_SCAN
        if marker in JPEG_KEPT or (marker in JPEG_KEPT_IF and body.startswith(JPEG_KEPT_IF[marker])):
            out += [segment, scan]
    if not (framed and scanned):
        raise FileRefused("file_damaged")
    if orientation != 1:
        exif = EXIF + _tiff(orientation)
        after_jfif = 2 if len(out) > 1 and out[1].startswith(b"\xff\xe0") else 0
        out.insert(1 + after_jfif, b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    return b"".join((*out, JPEG_END))


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(marker, the segment with its marker, what was scanned after it) up to the end of the picture."""
    at, count = len(JPEG_START), 0
    while data[at : at + 1] == b"\xff" and at + 2 <= len(data):
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xD9:
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end < at + 4 or end > len(data):
            break
        segment, at = data[at:end], end
        if marker == START_OF_SCAN:
            found = AFTER_SCAN.search(data, at)
            if found is None:
                break
            at = found.end() - 2
        yield marker, segment, data[end:at]
        count = _counted(count)
    raise FileRefused("file_damaged")


def clean_png(data: bytes) -> bytes:
    """The picture alone. Raises FileRefused where it is damaged or has too many pixels."""
    out = [PNG_START]
    orientation = 1
    for kind, chunk in _png_chunks(data):
        if len(out) == 1:
            if kind != b"IHDR" or len(chunk) != 25:
                raise FileRefused("file_damaged")
            check_pixels(*struct.unpack(">II", chunk[8:16]))
        if kind == b"eXIf":
            orientation = _orientation(chunk[8:-4]) or orientation
        if kind in PNG_KEPT:
            out.append(chunk)
        elif kind[:1].isupper():
            raise FileRefused("file_damaged")  # a critical chunk that nobody knows
    if not any(chunk[4:8] == b"IDAT" for chunk in out[1:]):
        raise FileRefused("file_damaged")
    if orientation != 1:
        out.insert(2, _png_chunk(b"eXIf", _tiff(orientation)))
    return b"".join(out)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(kind, the whole chunk), the end included; what is behind it is not looked at."""
    at, count = len(PNG_START), 0
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kind, chunk = data[at + 4 : at + 8], data[at:end]
        if end > len(data) or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
            break
        yield kind, chunk
        if kind == b"IEND":
            return
        at, count = end, _counted(count)
    raise FileRefused("file_damaged")


def _counted(count: int) -> int:
    if count >= MOST_PARTS:
        raise FileRefused("file_bomb")
    return count + 1


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def check_pixels(width: int, height: int) -> None:
    if width == 0 or height == 0:
        raise FileRefused("file_damaged")
    if width * height > MOST_PIXELS:
        raise FileRefused("file_bomb")


def _orientation(tiff: bytes) -> int | None:
    """Which side is up, 1 to 8, of the first directory; None where it does not say."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 10:
        return None
    first = struct.unpack_from(f"{order}I", tiff, 4)[0]
    if first + 2 > len(tiff):
        return None
    count = struct.unpack_from(f"{order}H", tiff, first)[0]
    for at in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, at)
        if tag == ORIENTATION:
            return value if 1 <= value <= 8 else None
    return None


def _tiff(orientation: int) -> bytes:
    """A directory that says which side is up, and nothing else."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
