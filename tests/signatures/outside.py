"""What stands outside a portal, each on a port of this machine: a signing service, a time stamping authority."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

Answering = Callable[[str, bytes, dict[str, str]], tuple[int, bytes]]


@contextmanager
def serving(answer: Answering) -> Iterator[str]:
    """`127.0.0.1:port` of a server that answers by this function: (path, body, headers) -> (status, body)."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.say()

        def do_GET(self) -> None:
            self.say()

        def say(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, said = answer(self.path, body, dict(self.headers))
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_what: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Root:
    """An authority that certifies RSA keys."""

    def __init__(self, at: datetime) -> None:
        self._at, self._key = at, rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.certificate = self._made("Gốc Mẫu", self._key, x509.BasicConstraints(ca=True, path_length=None))

    def certify(
        self, name: str, key: rsa.RSAPrivateKey, *extensions: tuple[x509.ExtensionType, bool]
    ) -> x509.Certificate:
        usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
        basic = x509.BasicConstraints(ca=False, path_length=None)
        return self._made(name, key, basic, (usage, True), *extensions)

    def revoked(self, *certificates: x509.Certificate) -> bytes:
        """The list of the revoked, in DER."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(self._at).next_update(self._at + timedelta(days=9))
        for one in certificates:
            row = (
                x509.RevokedCertificateBuilder()
                .serial_number(one.serial_number)
                .revocation_date(self._at - timedelta(hours=1))
            )
            builder = builder.add_revoked_certificate(row.build())
        return builder.sign(self._key, SHA256()).public_bytes(Encoding.DER)

    def _made(
        self, name: str, key: rsa.RSAPrivateKey, basic: x509.BasicConstraints, *more: tuple[x509.ExtensionType, bool]
    ) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = subject if basic.ca else self.certificate.subject
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._at - timedelta(days=1))
            .not_valid_after(self._at + timedelta(days=365))
            .add_extension(basic, critical=True)
        )
        for extension, critical in more:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(self._key, SHA256())


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def asn1_certificate(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def signing_house(key: rsa.RSAPrivateKey, *, token: str) -> Answering:
    """Answers `signatures/signHash` as the Cloud Signature Consortium has it."""

    def answer(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        if path != "/csc/v2/signatures/signHash" or headers.get("Authorization") != f"Bearer {token}":
            return 401, b"{}"
        asked = json.loads(body)
        digest = base64.b64decode(asked["hashes"][0])
        made = key.sign(digest, padding.PKCS1v15(), utils.Prehashed(SHA256()))
        return 200, json.dumps({"signatures": [base64.b64encode(made).decode()]}).encode()

    return answer


def time_stamping(root: Root, *, at: datetime) -> Answering:
    """An authority whose clock stands at this instant."""
    key = rsa_key()
    usage = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
    certificate = asn1_certificate(root.certify("Dấu thời gian Mẫu", key, usage))
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register(asn1_certificate(root.certificate))
    stamper = DummyTimeStamper(
        certificate, keys.PrivateKeyInfo.load(der), certs_to_embed=store, fixed_dt=at, include_nonce=False
    )

    def answer(_path: str, body: bytes, _headers: dict[str, str]) -> tuple[int, bytes]:
        return 200, stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()

    return answer
