"""A key in a PKCS #12 file, read once: parsing an RSA key costs more than signing with it."""

from collections.abc import Sequence
from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from portal.signatures.refusals import CannotSign


class KeyFile:
    """Signs with what is in the file."""

    def __init__(self, key: object, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
        self._key, self.certificate, self.chain = key, certificate, chain

    @classmethod
    def read(cls, path: Path, password: bytes | None) -> "KeyFile":
        """Raises CannotSign where the file is not there, or the password not its own."""
        try:
            found = pkcs12.load_pkcs12(path.read_bytes(), password)
        except (OSError, ValueError) as error:
            raise CannotSign("key_not_there") from error
        if found.key is None or found.cert is None:
            raise CannotSign("key_not_there")
        certificate, *chain = (
            x509.Certificate.load(one.certificate.public_bytes(Encoding.DER))
            for one in (found.cert, *found.additional_certs)
        )
        return cls(found.key, certificate, tuple(one for one in chain if not _is_root(one)))

    def sign(self, data: bytes) -> bytes:
        match self._key:
            case rsa.RSAPrivateKey():
                return self._key.sign(data, padding.PKCS1v15(), SHA256())
            case ec.EllipticCurvePrivateKey():
                return self._key.sign(data, ec.ECDSA(SHA256()))
        raise CannotSign("key_not_there")


def _is_root(certificate: x509.Certificate) -> bool:
    return bool(certificate.subject == certificate.issuer)
