"""Before a signature: whether the certificate still holds, asked of those who issued it (OCSP, lists of the revoked).

What they answered is kept as evidence and goes into the file, so that it can be checked when they are long gone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from asn1crypto import crl, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.errors import (
    ExpiredError,
    NotYetValidError,
    OCSPFetchError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.fetchers.common_utils import format_ocsp_request, process_ocsp_response_data

from portal import logs, outgoing
from portal.signatures.certificates import der
from portal.signatures.preparing import Evidence
from portal.signatures.refusals import CannotSign, Reason
from portal.signatures.signer import Signer
from portal.signatures.straight import finish

log = logs.logger(__name__)

LONGEST_LIST = 8 * 1024 * 1024
SECONDS = 15.0
NO_ANSWER = (outgoing.NotAllowed, outgoing.Unreachable, OCSPFetchError, ValueError, TypeError)


@dataclass(frozen=True, slots=True)
class Checking:
    """How it is asked. `lists`: lists of the revoked that are at hand, in DER; `required`: no answer, no signature."""

    roots: Sequence[x509.Certificate] = ()
    online: bool = False
    required: bool = False
    inside: frozenset[str] = frozenset()  # host:port that may be plain or in the operator's own network
    lists: Sequence[bytes] = ()


def check(signer: Signer, *, at: datetime, checking: Checking) -> Evidence:
    """What was found out; raises CannotSign where the certificate does not hold, or nobody says that it does."""
    if at < signer.certificate.not_valid_before:
        raise CannotSign("not_yet_valid")
    if at >= signer.certificate.not_valid_after:
        raise CannotSign("expired")
    if not (checking.online or checking.required or checking.lists):
        return Evidence()
    found = _gathered(signer, checking)
    reason = finish(_trouble(signer, found, at, checking))
    if reason is not None:
        raise CannotSign(reason)
    return found


async def _trouble(signer: Signer, found: Evidence, at: datetime, checking: Checking) -> Reason | None:
    context = ValidationContext(
        trust_roots=list(checking.roots),
        other_certs=list(signer.chain),
        moment=at,
        ocsps=list(found.ocsps),
        crls=list(found.crls),
        # Forgiven below where it need not be: with less, lists are not looked at for certificates without addresses.
        revocation_mode="require",
    )
    try:
        await CertificateValidator(signer.certificate, validation_context=context).async_validate_path()
    except RevokedError:
        return "revoked"
    except ExpiredError:
        return "expired"
    except NotYetValidError:
        return "not_yet_valid"
    except (PathBuildingError, PathValidationError, ValidationError) as error:
        log.warning("certificate_not_confirmed", error=type(error).__name__)
        return "revocation_unknown" if checking.required else None
    return None


def _gathered(signer: Signer, checking: Checking) -> Evidence:
    ocsps: list[bytes] = []
    lists = list(checking.lists)
    for certificate, issuer in _links(signer, checking.roots) if checking.online else ():
        answer = _ocsp(certificate, issuer, checking)
        if answer is not None:
            ocsps.append(answer)
            continue
        lists += _lists(certificate, checking)
    above = [*signer.chain, *(root for root in checking.roots if _issued_by_any(signer, root))]
    return Evidence(der([signer.certificate, *above]), tuple(ocsps), tuple(lists))


def _links(signer: Signer, roots: Sequence[x509.Certificate]) -> Iterator[tuple[x509.Certificate, x509.Certificate]]:
    """Each certificate of the chain with the one that issued it."""
    known = [*signer.chain, *roots]
    for one in (signer.certificate, *signer.chain):
        issuer = next((other for other in known if other.subject == one.issuer), None)
        if issuer is not None:
            yield one, issuer


def _issued_by_any(signer: Signer, root: x509.Certificate) -> bool:
    return any(one.issuer == root.subject for one in (signer.certificate, *signer.chain))


def _ocsp(certificate: x509.Certificate, issuer: x509.Certificate, checking: Checking) -> bytes | None:
    asked = format_ocsp_request(certificate, AuthorityWithCert(issuer), certid_hash_algo="sha1", request_nonces=False)
    for address in certificate.ocsp_urls:
        try:
            where = outgoing.destination(address, allowed=checking.inside)
            answer = outgoing.post(where, asked.dump(), {"Content-Type": "application/ocsp-request"}, seconds=SECONDS)
            made = process_ocsp_response_data(answer.body, ocsp_request=asked, ocsp_url=address)
        except NO_ANSWER as error:
            log.warning("ocsp_silent", error=type(error).__name__)
            continue
        body: bytes = made.dump()
        return body
    return None


def _lists(certificate: x509.Certificate, checking: Checking) -> Iterator[bytes]:
    for point in certificate.crl_distribution_points:
        try:
            where = outgoing.destination(point.url or "", allowed=checking.inside)
            answer = outgoing.get(where, {}, seconds=SECONDS, longest=LONGEST_LIST)
            if answer.status != HTTPStatus.OK:
                continue
            yield crl.CertificateList.load(answer.body, strict=True).dump()
        except NO_ANSWER as error:
            log.warning("revocation_list_silent", error=type(error).__name__)
