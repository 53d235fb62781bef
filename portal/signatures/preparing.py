"""The first half of a signature: the PDF with room for it, and the digest to be signed. Parses the PDF, has no key.

Everything is appended (an incremental update), so the bytes that were there stay the first bytes of what comes out.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from portal.signatures.places import Box
from portal.signatures.refusals import CannotSign

MOST_PAGES = 2000
UNREADABLE = (
    PdfError,
    SigningError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    AssertionError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves later that the certificates were good, in DER: it goes into the file (PAdES B-LT)."""

    certificates: Sequence[bytes] = ()
    ocsps: Sequence[bytes] = ()
    crls: Sequence[bytes] = ()

    def __bool__(self) -> bool:
        return bool(self.ocsps or self.crls)


@dataclass(frozen=True, slots=True)
class Wish:
    """One signature to come. `room`: hex digits kept for it; `stamp`: a PDF page to show at `box`, on the last page."""

    name: str
    signer: str
    at: datetime
    room: int
    reason: str = ""
    place: str = ""
    box: Box | None = None
    stamp: bytes = b""
    watermark: bytes = b""  # a PDF page to lay over every page before the signature
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class Prepared:
    """`start` and `end` are where the signature goes, `<` and `>` included; `digest` is SHA-256 of all else."""

    data: bytes
    digest: bytes
    start: int
    end: int


def prepare(pdf: bytes, wish: Wish) -> Prepared:
    """Raises CannotSign("not_signable") for a PDF that cannot be read, is encrypted, or forbids more signatures."""
    try:
        return _prepared(pdf, wish)
    except UNREADABLE as error:
        raise CannotSign("not_signable") from error


def _prepared(pdf: bytes, wish: Wish) -> Prepared:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    pages = int(writer.root["/Pages"]["/Count"])
    if writer.prev.encrypted or not 0 < pages <= MOST_PAGES:
        raise CannotSign("not_signable")
    if wish.watermark:
        _lay_over(writer, pages, wish.watermark)
    if wish.evidence:
        _add_evidence(writer, wish.evidence)
    writer.register_extension(ESIC_EXTENSION_1)
    place = _placed(writer, wish.box) if wish.box and wish.stamp else None
    steps = PdfCMSEmbedder(SigFieldSpec(wish.name, on_page=-1, box=place)).write_cms(wish.name, writer)
    field_reference = next(steps)
    if place is not None:
        _show(writer, field_reference.get_object(), wish.stamp)
    steps.send(SigObjSetup(sig_placeholder=_signature(wish)))
    found, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    return Prepared(output.getvalue(), found.document_digest, found.reserved_region_start, found.reserved_region_end)


def _signature(wish: Wish) -> SignatureObject:
    return SignatureObject(
        timestamp=wish.at,
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=wish.room,
        name=wish.signer,
        location=wish.place or None,
        reason=wish.reason or None,
    )


def _placed(writer: IncrementalPdfFileWriter, box: Box) -> tuple[int, int, int, int]:
    """The box in the coordinates of the last page, whose corner need not be at 0."""
    left, bottom, right, top = _page_box(writer, -1)
    x, y = max(left, right - box.right - box.width), bottom + box.bottom
    return round(x), round(y), round(min(right, x + box.width)), round(min(top, y + box.height))


def _page_box(writer: IncrementalPdfFileWriter, number: int) -> tuple[float, float, float, float]:
    page = writer.find_page_for_modification(number)[0].get_object()
    while True:
        found = page.get("/CropBox") or page.get("/MediaBox")
        if found is not None:
            x1, y1, x2, y2 = (float(side) for side in found)
            return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
        page = page["/Parent"]


def _show(writer: IncrementalPdfFileWriter, widget: Any, stamp: bytes) -> None:
    picture = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(stamp)))
    widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): picture})
    writer.update_container(widget)


def _lay_over(writer: IncrementalPdfFileWriter, pages: int, sheet: bytes) -> None:
    """Over each page, whatever state its own content leaves the pen in."""
    picture = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(sheet)))
    _left, _bottom, width, height = (float(side) for side in picture.get_object()["/BBox"])
    names = {pdf_name("/XObject"): generic.DictionaryObject({pdf_name("/PortalOverlay"): picture})}
    before = writer.add_object(generic.StreamObject(stream_data=b"q"))
    for number in range(pages):
        left, bottom, right, top = _page_box(writer, number)
        scale = f"{(right - left) / width:.5f} 0 0 {(top - bottom) / height:.5f} {left:.3f} {bottom:.3f} cm"
        over = writer.add_object(generic.StreamObject(stream_data=f"Q q {scale} /PortalOverlay Do Q".encode()))
        writer.add_stream_to_page(number, before, prepend=True)
        writer.add_stream_to_page(number, over, resources=generic.DictionaryObject(names))


def _add_evidence(writer: IncrementalPdfFileWriter, evidence: Evidence) -> None:
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(one) for one in evidence.certificates],
        ocsps=[ocsp.OCSPResponse.load(one) for one in evidence.ocsps],
        crls=[crl.CertificateList.load(one) for one in evidence.crls],
    )
