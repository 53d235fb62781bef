"""HEIC photographs, as telephones take them: told by their brands, checked, and emptied of all but the picture. Pure.

The file is a tree of boxes (ISO 14496-12, 23008-12). Pictures are items: `iinf` names them, `iloc` says where their
bytes lie. Every byte that does not belong to a picture item is overwritten with zeros, and what named it is called
`free`; sizes and places stay, so the picture is the same to the byte. Which side is up is a property (`irot`, `imir`)
and stays too. Films (`moov`) are not taken.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from portal.files.file_refusals import FileRefused
from portal.files.photographs import check_pixels

HEIC = "image/heic"
BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
NEUTRAL_BRANDS = frozenset({b"mif1", b"mif2", b"MiHB", b"MiHE"})  # of any still picture; the others tell the coding
PICTURES = frozenset({b"hvc1", b"lhv1", b"grid", b"iden", b"iovl", b"tmap"})
PROPERTIES = frozenset(
    {
        *(b"ispe", b"pixi", b"hvcC", b"lhvC", b"colr", b"irot", b"imir", b"clap", b"pasp", b"auxC", b"rloc", b"clli"),
        *(b"mdcv", b"amve", b"iscl", b"lsel", b"oinf", b"tols"),
    }
)
META_KEPT = frozenset({b"hdlr", b"pitm", b"iinf", b"iloc", b"iref", b"iprp", b"idat", b"dinf", b"grpl"})
MOST_BOXES = 20_000


@dataclass(frozen=True, slots=True)
class Box:
    kind: bytes
    at: int  # of its length
    body: int
    end: int


def is_heic(data: bytes) -> bool:
    """Whether the brands at the start say so."""
    size = int.from_bytes(data[:4], "big")
    if data[4:8] != b"ftyp" or size < 16 or size > len(data) or size > 1024:
        return False
    major = data[8:12]
    others = {data[at : at + 4] for at in range(16, size - 3, 4)}
    return major in BRANDS or (major in NEUTRAL_BRANDS and bool(others & BRANDS))


def clean(data: bytes) -> bytes:
    """The same file with nothing but its pictures in it. Raises FileRefused("file_damaged" | "file_bomb")."""
    try:
        return _clean(data)
    except (struct.error, IndexError):
        raise FileRefused("file_damaged") from None


def _clean(data: bytes) -> bytes:
    top = list(_boxes(data, 0, len(data)))
    kinds = [box.kind for box in top]
    if b"moov" in kinds:
        raise FileRefused("file_type_unknown")
    if kinds.count(b"meta") != 1:
        raise FileRefused("file_damaged")
    out = bytearray(data)
    for box in top:
        if box.kind not in (b"ftyp", b"meta", b"mdat"):
            _empty(out, box)
    meta = _by_kind(data, _body_of_full(top[kinds.index(b"meta")]))
    if not {b"iinf", b"iloc", b"iprp", b"pitm"} <= set(meta):
        raise FileRefused("file_damaged")
    for kind, box in meta.items():
        if kind not in META_KEPT:
            _empty(out, box)
    _clean_properties(data, out, meta[b"iprp"])
    pictures = _clean_items(data, out, meta[b"iinf"])
    idat = meta.get(b"idat")
    kept = [place for item, place in _places(data, meta[b"iloc"], idat) if item in pictures]
    _keep_only(data, out, [box for box in top if box.kind == b"mdat"] + ([idat] if idat else []), kept)
    return bytes(out)


def _boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    at = start
    for _count in range(MOST_BOXES):
        if at == end:
            return
        size, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1:
            size, body = struct.unpack_from(">Q", data, at + 8)[0], at + 16
        elif size == 0:
            size = end - at
        if size < body - at or at + size > end:
            break
        yield Box(kind, at, body, at + size)
        at += size
    raise FileRefused("file_damaged")


def _body_of_full(box: Box) -> Box:
    """Past the version and flags."""
    if box.end - box.body < 4:
        raise FileRefused("file_damaged")
    return Box(box.kind, box.at, box.body + 4, box.end)


def _by_kind(data: bytes, parent: Box) -> dict[bytes, Box]:
    found = list(_boxes(data, parent.body, parent.end))
    if len({box.kind for box in found}) != len(found):
        raise FileRefused("file_damaged")
    return {box.kind: box for box in found}


def _empty(out: bytearray, box: Box) -> None:
    out[box.at + 4 : box.at + 8] = b"free"
    out[box.body : box.end] = bytes(box.end - box.body)


def _clean_properties(data: bytes, out: bytearray, iprp: Box) -> None:
    containers = [box for box in _boxes(data, iprp.body, iprp.end) if box.kind == b"ipco"]
    if len(containers) != 1:
        raise FileRefused("file_damaged")
    sized = False
    for box in _boxes(data, containers[0].body, containers[0].end):
        if box.kind == b"ispe":
            check_pixels(*struct.unpack_from(">II", data, box.body + 4))
            sized = True
        if box.kind not in PROPERTIES:
            _empty(out, box)
    if not sized:
        raise FileRefused("file_damaged")


def _clean_items(data: bytes, out: bytearray, iinf: Box) -> frozenset[int]:
    """The ids of the pictures; what names any other item is emptied."""
    count = 2 if data[iinf.body] == 0 else 4
    pictures = set()
    for box in _boxes(data, iinf.body + 4 + count, iinf.end):
        version = data[box.body]
        if box.kind != b"infe" or version not in (2, 3):
            raise FileRefused("file_damaged")
        item, _protection, kind = struct.unpack_from(">HH4s" if version == 2 else ">IH4s", data, box.body + 4)
        at = box.body + (8 if version == 2 else 10)  # of the kind; names and the like follow
        if kind in PICTURES:
            pictures.add(item)
        else:
            out[at : at + 4] = b"free"
        out[at + 4 : box.end] = bytes(max(box.end - at - 4, 0))
    return frozenset(pictures)


def _places(data: bytes, iloc: Box, idat: Box | None) -> Iterator[tuple[int, tuple[int, int]]]:
    """(item, (start, end) in the file) of every extent."""
    reader = _Reader(data, iloc.body, iloc.end)
    version = reader.number(1)
    reader.number(3)
    sizes = reader.number(2)
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    for _item in range(reader.number(2 if version < 2 else 4)):
        item = reader.number(2 if version < 2 else 4)
        method = reader.number(2) & 15 if version else 0
        reader.number(2)
        start = reader.number(base)
        origin = {0: 0, 1: idat.body if idat else None}.get(method)
        for _extent in range(reader.number(2)):
            reader.number(index if version else 0)
            at, size = reader.number(offset), reader.number(length)
            if origin is None or origin + start + at + size > len(data):
                raise FileRefused("file_damaged")
            yield item, (origin + start + at, origin + start + at + size)


class _Reader:
    def __init__(self, data: bytes, at: int, end: int) -> None:
        self.data, self.at, self.end = data, at, end

    def number(self, size: int) -> int:
        if self.at + size > self.end:
            raise FileRefused("file_damaged")
        value = int.from_bytes(self.data[self.at : self.at + size], "big")
        self.at += size
        return value


def _keep_only(data: bytes, out: bytearray, holders: list[Box], kept: list[tuple[int, int]]) -> None:
    """Zeros in these boxes everywhere but at the kept places."""
    if not kept or len(kept) > MOST_BOXES or sum(end - start for start, end in kept) > len(data):
        raise FileRefused("file_damaged")
    for box in holders:
        out[box.body : box.end] = bytes(box.end - box.body)
        for start, end in kept:
            inside = slice(max(start, box.body), min(end, box.end))
            if inside.start < inside.stop:
                out[inside] = data[inside]
