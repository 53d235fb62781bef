"""Finds the signatures in a PDF and says what each is worth. Parses whatever comes: only for the file worker's child.

The rule is stricter than pyHanko's own: what was appended after the last signature, harmless or not, is never passed
over, and a signature followed by anything but further signatures does not hold.
"""

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.general import CMSStructuralError, MultivaluedAttributeError, NonexistentAttributeError, SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError, ValidationInfoReadingError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from portal.signatures.certificates import holder
from portal.signatures.findings import Bytes, Found, Reading, Trust
from portal.signatures.straight import finish

MOST_SIGNATURES = 20
MARK = b"/ByteRange"
SPAN = re.compile(rb"/ByteRange\s{0,8}\[\s{0,8}0\s{1,8}\d{1,10}\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{0,64}\]")
USAGE = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False)
BROKEN = (
    PdfError,
    SigningError,
    SignatureValidationError,
    CMSStructuralError,
    MultivaluedAttributeError,
    NonexistentAttributeError,
    ValidationError,
    PathError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    OSError,
)


def may_be_signed(data: bytes) -> bool:
    """Whether it is worth a look: a signature's place in the file cannot be hidden in a compressed part of it."""
    return MARK in data


def ends(data: bytes) -> tuple[int, ...]:
    """Up to where signatures say that they cover the file: looks at the bytes only, so it runs anywhere."""
    spans = [(int(start), int(length)) for start, length in SPAN.findall(data)][-MOST_SIGNATURES:]
    return tuple(start + length for start, length in spans if start + length <= len(data))


def read(data: bytes, *, roots: Sequence[x509.Certificate], at: datetime) -> Reading:
    """All signatures. `at`: when it counts for those without a trusted time stamp. Never raises for what is in it."""
    if not may_be_signed(data):
        return Reading((), len(data))
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        embedded = list(reader.embedded_signatures)
        contexts = _Contexts(reader, roots)
    except BROKEN:
        return Reading((), len(data), unreadable=True)
    found, unreadable = [], len(embedded) > MOST_SIGNATURES
    for one in embedded[:MOST_SIGNATURES]:
        if one.sig_object_type != "/Sig":
            continue
        try:
            found.append(_examined(one, contexts, at))
        except BROKEN:
            unreadable = True
    return Reading(tuple(sorted(found, key=lambda one: one.end)), len(data), unreadable or not embedded)


class _Contexts:
    """What certificates are judged by: the roots, and the evidence that the file brings along."""

    def __init__(self, reader: PdfFileReader, roots: Sequence[x509.Certificate]) -> None:
        self._roots = list(roots)
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except ValidationInfoReadingError:
            self._certificates, self._ocsps, self._crls = [], [], []
        else:
            self._certificates = list(store.load_certs())
            self._ocsps = [one.get_object().data for one in store.ocsps]
            self._crls = [one.get_object().data for one in store.crls]

    def at(self, moment: datetime) -> ValidationContext:
        return ValidationContext(
            trust_roots=self._roots,
            other_certs=self._certificates,
            ocsps=self._ocsps,
            crls=self._crls,
            moment=moment,
            revocation_mode="soft-fail",
        )


def _examined(embedded: EmbeddedPdfSignature, contexts: _Contexts, at: datetime) -> Found:
    status = finish(async_validate_pdf_signature(embedded, contexts.at(at), key_usage_settings=USAGE))
    stamped_at = _stamped_at(status)
    if stamped_at is not None and stamped_at != at:
        then, now = contexts.at(stamped_at), contexts.at(at)
        status = finish(async_validate_pdf_signature(embedded, then, now, key_usage_settings=USAGE))
    about = holder(embedded.signer_cert)
    claimed_at = embedded.self_reported_timestamp
    return Found(
        signer=about.name,
        organisation=about.organisation,
        issuer=about.issuer,
        certificate=about.sha256,
        demo=about.demo,
        bytes=_bytes(embedded, status),
        trust=_trust(status, about.not_before, about.not_after, stamped_at or at),
        claimed_at=_aware(claimed_at),
        stamped_at=stamped_at,
        not_after=about.not_after,
        end=int(embedded.byte_range[2]) + int(embedded.byte_range[3]),
    )


def _stamped_at(status: Any) -> datetime | None:
    stamp = status.timestamp_validity
    good = stamp is not None and stamp.intact and stamp.valid and stamp.trusted
    return _aware(stamp.timestamp) if good else None


def _bytes(embedded: EmbeddedPdfSignature, status: Any) -> Bytes:
    if not (status.intact and status.valid):
        return Bytes.CHANGED
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return Bytes.UNTOUCHED
    if status.coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        return Bytes.UNCLEAR
    changes = status.diff_result
    lawful = isinstance(changes, DiffResult) and changes.modification_level <= ModificationLevel.FORM_FILLING
    return Bytes.SIGNED_AFTER if lawful and _signed_after(embedded) else Bytes.ADDED_TO


def _signed_after(embedded: EmbeddedPdfSignature) -> bool:
    """Whether the file ends with a later signature, and not with something that nobody signed."""
    size = embedded.reader.stream.seek(0, io.SEEK_END)
    ends = (one.byte_range for one in embedded.reader.embedded_signatures)
    return any(int(span[2]) + int(span[3]) == size for span in ends)


def _trust(status: Any, not_before: datetime, not_after: datetime, moment: datetime) -> Trust:
    if status.revoked:
        return Trust.REVOKED
    if moment < not_before:
        return Trust.NOT_YET
    if moment > not_after:
        return Trust.EXPIRED
    return Trust.HELD if status.trusted else Trust.UNKNOWN_ISSUER


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)
