"""The one thing that everything that signs can do: `Signer`, and how a CMS signature comes of it."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from asn1crypto import algos, cms, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko.sign.attributes import CMSAttributeProvider, SigningCertificateV2Provider
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.signers.pdf_cms import Signer as CmsSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.signatures.refusals import CannotSign

MECHANISMS = {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}


class Signer(Protocol):
    """Holds a private key, or knows somebody who does. `chain`: the certificates above its own, without the root."""

    @property
    def certificate(self) -> x509.Certificate: ...

    @property
    def chain(self) -> Sequence[x509.Certificate]: ...

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of the data: RSA with PKCS #1 v1.5 padding, or ECDSA. Raises CannotSign."""
        ...


def mechanism(certificate: x509.Certificate) -> str:
    """How the key of this certificate signs; raises CannotSign for a kind of key that we do not sign with."""
    found = MECHANISMS.get(certificate.public_key.algorithm)
    if found is None:
        raise CannotSign("key_not_there")
    return found


class NamedOnce(SigningCertificateV2Provider):
    """Which certificate signs, as a signed attribute: the same bytes in each signature, so encoded once."""

    async def build_attr_value(self, dry_run: bool = False) -> tsp.SigningCertificateV2:
        return tsp.SigningCertificateV2.load(_named(self.signing_cert.dump()))


@lru_cache(maxsize=64)
def _named(certificate: bytes) -> bytes:
    der: bytes = as_signing_certificate_v2(x509.Certificate.load(certificate)).dump()
    return der


class Cms(CmsSigner):
    """Makes CMS signatures with any `Signer`. A signature that its own certificate does not confirm is not used."""

    def __init__(self, signer: Signer) -> None:
        chain = SimpleCertificateStore()
        chain.register_multiple([signer.certificate, *signer.chain])
        super().__init__(
            signing_cert=signer.certificate,
            cert_registry=chain,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": mechanism(signer.certificate)}),
        )
        self._signer = signer
        self._key = load_der_public_key(signer.certificate.public_key.dump())

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(512)
        made = self._signer.sign(data)
        if not self._confirms(made, data):
            raise CannotSign("key_not_there")
        return made

    def _signed_attr_providers(self, *facts: Any, **named: Any) -> Iterable[CMSAttributeProvider]:
        """pyHanko's own, but for the name of the certificate, which costs more than all else of a signature."""
        for one in super()._signed_attr_providers(*facts, **named):
            yield NamedOnce(one.signing_cert) if isinstance(one, SigningCertificateV2Provider) else one

    async def signed_attrs(self, *facts: Any, **named: Any) -> cms.CMSAttributes:
        """Encoded once: else each part of the signature around them encodes them anew, at each depth."""
        found = await super().signed_attrs(*facts, **named)
        return cms.CMSAttributes.load(found.dump())

    def signer_info(self, *facts: Any, **named: Any) -> cms.SignerInfo:
        """Encoded once, as `signed_attrs`."""
        return cms.SignerInfo.load(super().signer_info(*facts, **named).dump())

    def _confirms(self, signature: bytes, data: bytes) -> bool:
        try:
            if isinstance(self._key, rsa.RSAPublicKey):
                self._key.verify(signature, data, padding.PKCS1v15(), SHA256())
            elif isinstance(self._key, ec.EllipticCurvePublicKey):
                self._key.verify(signature, data, ec.ECDSA(SHA256()))
            else:
                return False
        except InvalidSignature:
            return False
        return True
