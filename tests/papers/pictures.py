"""Reading a PNG (8 bit, not interlaced) without a library: rows of bytes, and the number of bytes a pixel."""

import struct
import zlib


def rows_of(png: bytes) -> tuple[list[bytes], int]:
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    step = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    data, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    raw = zlib.decompress(data)
    above, rows, line = bytearray(width * step), [], width * step + 1
    for number in range(height):
        current = bytearray(raw[number * line + 1 : (number + 1) * line])
        _unfilter(raw[number * line], current, above, step)
        rows.append(bytes(current))
        above = current
    return rows, step


def _unfilter(kind: int, row: bytearray, above: bytearray, step: int) -> None:
    for place, value in enumerate(row):
        left = row[place - step] if place >= step else 0
        up, corner = above[place], above[place - step] if place >= step else 0
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        row[place] = (value + guess) % 256


def _paeth(left: int, up: int, corner: int) -> int:
    estimate = left + up - corner
    return min((left, up, corner), key=lambda one: abs(estimate - one))
