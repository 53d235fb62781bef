"""Files that say they are HEIC photographs, and are not, or not whole."""

import struct


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def hostile_heics() -> dict[str, tuple[bytes, str]]:
    start, damaged = box(b"ftyp", b"heic\0\0\0\0mif1heic"), "file_damaged"
    full = bytes(4)
    deep = b""
    for _depth in range(200):
        deep = box(b"meta", full + deep)
    return {
        "only-brands.heic": (start, damaged),
        "zeros.heic": (start + bytes(50), damaged),
        "film.heic": (start + box(b"moov", bytes(50)), "file_type_unknown"),
        "empty-meta.heic": (start + box(b"meta", full), damaged),
        "no-meta-body.heic": (start + box(b"meta", b""), damaged),
        "too-long-box.heic": (start + b"\xff\xff\xff\xf0meta", damaged),
        "wide-box.heic": (start + b"\0\0\0\x01meta" + b"\xff" * 8, damaged),
        "many-boxes.heic": (start + box(b"free", b"") * 30_000, damaged),
        "deep.heic": (start + deep, damaged),
        "pixels.heic": (start + box(b"meta", full + _heic_parts(60_000, 60_000)), "file_bomb"),
        "nothing-placed.heic": (start + box(b"meta", full + _heic_parts(8, 8)), damaged),
        "two-metas.heic": (start + box(b"meta", full + _heic_parts(8, 8)) * 2, damaged),
    }


def _heic_parts(width: int, height: int) -> bytes:
    size = box(b"ispe", bytes(4) + struct.pack(">II", width, height))
    item = box(b"infe", b"\x02\0\0\0" + struct.pack(">HH", 1, 0) + b"hvc1\0")
    return (
        box(b"pitm", bytes(4) + b"\0\x01")
        + box(b"iinf", bytes(4) + b"\0\x01" + item)
        + box(b"iloc", bytes(4) + b"\x44\0" + b"\0\0")
        + box(b"iprp", box(b"ipco", size))
    )
