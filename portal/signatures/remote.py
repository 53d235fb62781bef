"""A key at a signing service: the Cloud Signature Consortium's `signatures/signHash`, version 2, over HTTPS.

    POST <address>/signatures/signHash
    Authorization: Bearer <token>
    {"credentialID": "...", "SAD": "...", "hashes": ["<base64>"],
     "hashAlgorithmOID": "2.16.840.1.101.3.4.2.1", "signAlgo": "1.2.840.113549.1.1.11"}

    200 {"signatures": ["<base64>"]}

The service sees a digest and never the paper. `SAD` is left out where the service needs none.
"""

import base64
import binascii
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from asn1crypto import x509

from portal import outgoing
from portal.signatures.refusals import CannotSign
from portal.signatures.signer import mechanism

SHA256_OID = "2.16.840.1.101.3.4.2.1"
ALGORITHMS = {"sha256_rsa": "1.2.840.113549.1.1.11", "sha256_ecdsa": "1.2.840.10045.4.3.2"}
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class SigningHouse:
    """Where it is and what it asks for. `inside`: host:port that may stand in the operator's own network."""

    address: str
    credential: str
    token: str
    activation: str | None = None
    inside: Collection[str] = ()


class RemoteKey:
    """Signs by asking the service."""

    def __init__(self, service: SigningHouse, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
        self._service, self.certificate, self.chain = service, certificate, chain

    def sign(self, data: bytes) -> bytes:
        service = self._service
        asked = {
            "credentialID": service.credential,
            "hashes": [base64.b64encode(sha256(data).digest()).decode()],
            "hashAlgorithmOID": SHA256_OID,
            "signAlgo": ALGORITHMS[mechanism(self.certificate)],
        }
        if service.activation is not None:
            asked["SAD"] = service.activation
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {service.token}"}
        try:
            where = outgoing.destination(f"{service.address}/signatures/signHash", allowed=service.inside)
            answer = outgoing.post(where, json.dumps(asked).encode(), headers, seconds=SECONDS)
        except (outgoing.NotAllowed, outgoing.Unreachable) as error:
            raise CannotSign("signing_service_silent") from error
        if answer.status != HTTPStatus.OK:
            raise CannotSign("signing_service_silent")
        return _signature(answer.body)


def _signature(body: bytes) -> bytes:
    try:
        return base64.b64decode(json.loads(body)["signatures"][0], validate=True)
    except (ValueError, KeyError, IndexError, TypeError, binascii.Error) as error:
        raise CannotSign("signing_service_silent") from error
