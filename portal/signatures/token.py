"""A key in a token or hardware module, spoken to by PKCS #11; it never leaves there.

Needs the package `python-pkcs11`, which an installation without tokens does without: see docs/signatures.md.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from asn1crypto import algos, x509

from portal.signatures.refusals import CannotSign
from portal.signatures.signer import mechanism
from portal.signatures.straight import finish


@dataclass(frozen=True, slots=True)
class Where:
    """The maker's library, the token's label in it, and the key's label in the token."""

    library: str
    token: str
    key: str
    pin: str | None


class Token:
    """Opens a session for each signature: a token that was pulled out and put back is found again."""

    def __init__(self, where: Where, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
        self._where, self.certificate, self.chain = where, certificate, chain

    def sign(self, data: bytes) -> bytes:
        try:
            pkcs11, hands = import_module("pkcs11"), import_module("pyhanko.sign.pkcs11")
        except ImportError as error:
            raise CannotSign("key_not_there") from error
        try:
            return self._sign(hands, data)
        except (pkcs11.PKCS11Error, hands.PKCS11Error, OSError, RuntimeError) as error:
            raise CannotSign("key_not_there") from error

    def _sign(self, hands: Any, data: bytes) -> bytes:
        criteria = import_module("pyhanko.config.pkcs11").TokenCriteria(label=self._where.token)
        session = hands.open_pkcs11_session(self._where.library, token_criteria=criteria, user_pin=self._where.pin)
        with session:
            signer = hands.PKCS11Signer(
                session,
                key_label=self._where.key,
                signing_cert=self.certificate,
                signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": mechanism(self.certificate)}),
            )
            with ThreadPoolExecutor(1) as beside:  # this thread runs a loop already: that of the signature around it
                made: bytes = beside.submit(finish, signer.async_sign_raw(data, "sha256")).result()
            return made
