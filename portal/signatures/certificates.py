"""What a certificate says of its holder. Pure.

A certificate of the demo authority carries a private extension of ours, so that it is known for one wherever it turns
up, whatever it is named.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from asn1crypto import crl, pem, x509

DEMO_OID = "2.25.276140377953217620861354498720419283361"
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Holder:
    """The names of a certificate, cut to a length that a page can show."""

    name: str
    organisation: str
    issuer: str
    serial: str
    sha256: str
    not_before: datetime
    not_after: datetime
    demo: bool


def holder(certificate: x509.Certificate) -> Holder:
    """What there is to say; names that are missing are empty."""
    subject, issuer = certificate.subject.native, certificate.issuer.native
    return Holder(
        name=_name(subject, "common_name") or _name(subject, "organization_name"),
        organisation=_name(subject, "organization_name"),
        issuer=_name(issuer, "common_name") or _name(issuer, "organization_name"),
        serial=f"{certificate.serial_number:x}"[:64],
        sha256=sha256(certificate.dump()).hexdigest(),
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        demo=is_demo(certificate),
    )


def is_demo(certificate: x509.Certificate) -> bool:
    """Whether it comes from a demo authority."""
    return any(one["extn_id"].dotted == DEMO_OID for one in certificate["tbs_certificate"]["extensions"])


def parse(data: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM or DER file, in its order; raises ValueError where there is none."""
    if not pem.detect(data):
        return (_checked(data),)
    found = tuple(_checked(der) for kind, _headers, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE")
    if not found:
        raise ValueError("no certificate in the file")
    return found


def parse_list(data: bytes) -> bytes:
    """A list of the revoked as DER, from a PEM or DER file; raises ValueError."""
    found = pem.unarmor(data)[2] if pem.detect(data) else data
    der_list: bytes = crl.CertificateList.load(found, strict=True).dump()
    return der_list


def der(certificates: Iterable[x509.Certificate]) -> Sequence[bytes]:
    return [one.dump() for one in certificates]


def _checked(data: bytes) -> x509.Certificate:
    found = x509.Certificate.load(data, strict=True)
    found.public_key.dump()  # what cannot be read is found now and not at the first signature
    return found


def _name(names: dict[str, object], what: str) -> str:
    value = names.get(what, "")
    said = value[-1] if isinstance(value, list) and value else value
    return " ".join(str(said or "").split())[:LONGEST_NAME]
