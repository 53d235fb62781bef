"""The child's side of signatures: both tasks that parse a PDF, from what came over the wire to what goes back.

Several parts travel as one: `sizes` says how long each is.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

import tzlocal
from asn1crypto import x509

from portal.signatures import findings, preparing, reading
from portal.signatures.places import Box
from portal.signatures.preparing import Evidence, Wish
from portal.signatures.refusals import CannotSign

Answer = tuple[dict[str, Any], bytes]
LOADED_LATE = (
    "pyhanko.pdf_utils.filters",
    "pyhanko.pdf_utils.metadata.xmp_xml",
    "pyhanko.pdf_utils.crypt.pdfmac",
    "cryptography.hazmat.backends.openssl",
    "lxml.etree",
)


def prepare() -> None:
    """Load what pyHanko loads when it first needs it: later no file may be opened."""
    for name in LOADED_LATE:
        import_module(name)
    tzlocal.get_localzone()


def ask_read(data: bytes, *, roots: Sequence[bytes], at: datetime) -> Answer:
    """The question of `answer_read`."""
    return _packed({"task": "signatures", "at": at.isoformat()}, (data, *roots))


def answer_read(asked: Mapping[str, Any], body: bytes) -> Answer:
    data, *roots = _parts(asked["sizes"], body)
    known = [x509.Certificate.load(one) for one in roots]
    found = reading.read(data, roots=known, at=datetime.fromisoformat(asked["at"]))
    return {}, json.dumps(findings.to_json(found)).encode()


def ask_prepare(pdf: bytes, wish: Wish) -> Answer:
    """The question of `answer_prepare`."""
    box, evidence = wish.box, wish.evidence
    message = {
        "task": "prepare",
        "name": wish.name,
        "signer": wish.signer,
        "at": wish.at.isoformat(),
        "room": wish.room,
        "reason": wish.reason,
        "place": wish.place,
        "box": None if box is None else [box.right, box.bottom, box.width, box.height],
        "evidence": [len(evidence.certificates), len(evidence.ocsps), len(evidence.crls)],
    }
    proofs = (*evidence.certificates, *evidence.ocsps, *evidence.crls)
    return _packed(message, (pdf, wish.stamp, wish.watermark, *proofs))


def answer_prepare(asked: Mapping[str, Any], body: bytes) -> Answer:
    pdf, stamp, watermark, *proofs = _parts(asked["sizes"], body)
    certificates, ocsps, _crls = asked["evidence"]
    wish = Wish(
        name=asked["name"],
        signer=asked["signer"],
        at=datetime.fromisoformat(asked["at"]),
        room=asked["room"],
        reason=asked["reason"],
        place=asked["place"],
        box=None if asked["box"] is None else Box(*asked["box"]),
        stamp=stamp,
        watermark=watermark,
        evidence=Evidence(
            tuple(proofs[:certificates]),
            tuple(proofs[certificates : certificates + ocsps]),
            tuple(proofs[certificates + ocsps :]),
        ),
    )
    try:
        ready = preparing.prepare(pdf, wish)
    except CannotSign as refusal:
        return {"refused": refusal.reason}, b""
    return {"digest": ready.digest.hex(), "start": ready.start, "end": ready.end}, ready.data


def _packed(message: dict[str, Any], parts: Sequence[bytes]) -> Answer:
    return {**message, "sizes": [len(part) for part in parts]}, b"".join(parts)


def _parts(sizes: Sequence[int], body: bytes) -> Iterator[bytes]:
    start = 0
    for size in sizes:
        yield body[start : start + size]
        start += size
