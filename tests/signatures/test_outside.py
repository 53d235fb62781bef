"""Keys at a signing service, time stamps, and lists of the revoked that are asked for over the network."""

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from portal import outgoing
from portal.signatures import reading
from portal.signatures.refusals import CannotSign
from portal.signatures.remote import RemoteKey, SigningHouse
from portal.signatures.revocation import Checking
from portal.signatures.roll import BadRoll, Roll
from portal.signatures.time_stamps import Stamper
from portal.signatures.token import Token, Where
from tests.signatures.authority import AT, Authority, pdfsig, signed
from tests.signatures.outside import Answering, Root, asn1_certificate, rsa_key, serving, signing_house, time_stamping


def remote(host: str, certificate: x509.Certificate, *, token: str = "right") -> RemoteKey:
    service = SigningHouse(f"http://{host}/csc/v2", "credential-1", token, inside=frozenset({host}))
    return RemoteKey(service, asn1_certificate(certificate), ())


def silent(_path: str, _body: bytes, _headers: dict[str, str]) -> tuple[int, bytes]:
    return 500, b""


def test_a_key_at_a_signing_service_signs(paper: bytes, tmp_path: Path) -> None:
    root, key = Root(AT), rsa_key()
    certificate = root.certify("Cơ quan Mẫu", key)
    with serving(signing_house(key, token="right")) as host:
        made = signed(paper, remote(host, certificate))
    assert "Signature is Valid." in pdfsig(made, tmp_path)
    assert reading.read(made, roots=[asn1_certificate(root.certificate)], at=AT).whole


@pytest.mark.parametrize("answer", [b"", b"{}", b'{"signatures": []}', b'{"signatures": ["!"]}', b"[1]"])
def test_an_answer_that_is_none_signs_nothing(paper: bytes, answer: bytes) -> None:
    certificate = Root(AT).certify("Cơ quan Mẫu", rsa_key())
    with serving(lambda _path, _body, _headers: (200, answer)) as host, pytest.raises(CannotSign) as refusal:
        signed(paper, remote(host, certificate))
    assert refusal.value.reason == "signing_service_silent"


def test_a_signature_by_another_key_is_not_used(paper: bytes) -> None:
    certificate = Root(AT).certify("Cơ quan Mẫu", rsa_key())
    with serving(signing_house(rsa_key(), token="right")) as host, pytest.raises(CannotSign) as refusal:
        signed(paper, remote(host, certificate))
    assert refusal.value.reason == "key_not_there"


@pytest.mark.parametrize("answer", [silent, signing_house(rsa_key(), token="another")])
def test_a_service_that_refuses_signs_nothing(paper: bytes, answer: Answering) -> None:
    certificate = Root(AT).certify("Cơ quan Mẫu", rsa_key())
    with serving(answer) as host, pytest.raises(CannotSign) as refusal:
        signed(paper, remote(host, certificate))
    assert refusal.value.reason == "signing_service_silent"


def test_no_request_goes_to_an_address_inside_that_nobody_allowed(paper: bytes) -> None:
    certificate = Root(AT).certify("Cơ quan Mẫu", rsa_key())
    signer = RemoteKey(SigningHouse("https://127.0.0.1", "c", "t"), asn1_certificate(certificate), ())
    with pytest.raises(CannotSign) as refusal:
        signed(paper, signer)
    assert refusal.value.reason == "signing_service_silent"


def test_the_service_sees_a_digest_and_never_the_paper(paper: bytes) -> None:
    seen: list[bytes] = []
    key = rsa_key()
    inner = signing_house(key, token="right")

    def watching(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        seen.append(body)
        return inner(path, body, headers)

    with serving(watching) as host:
        signed(paper, remote(host, Root(AT).certify("Cơ quan Mẫu", key)))
    asked = json.loads(seen[0])
    assert set(asked) == {"credentialID", "hashes", "hashAlgorithmOID", "signAlgo"}
    assert [len(base64.b64decode(one)) for one in asked["hashes"]] == [32]


def test_a_token_without_its_library_says_that_the_key_is_not_there(paper: bytes) -> None:
    certificate = asn1_certificate(Root(AT).certify("Cơ quan Mẫu", rsa_key()))
    token = Token(Where("/nowhere/pkcs11.so", "token", "key", "1234"), certificate, ())
    with pytest.raises(CannotSign) as refusal:
        signed(paper, token)
    assert refusal.value.reason == "key_not_there"


def test_a_time_stamp_says_when_and_outlives_the_certificate(authority: Authority, paper: bytes) -> None:
    root = Root(AT)
    with serving(time_stamping(root, at=AT)) as host:
        stamper = Stamper(outgoing.destination(f"http://{host}/", allowed={host}))
        made = signed(paper, authority.roll.agency("H06"), stamper=stamper)
    roots = [*authority.roots, asn1_certificate(root.certificate)]
    found = reading.read(made, roots=roots, at=AT + timedelta(days=30)).found[0]
    assert found.stamped_at == AT
    assert found.holds


def test_a_silent_time_stamping_authority_means_no_signature(authority: Authority, paper: bytes) -> None:
    with serving(silent) as host, pytest.raises(CannotSign) as refusal:
        stamper = Stamper(outgoing.destination(f"http://{host}/", allowed={host}))
        signed(paper, authority.roll.agency("H06"), stamper=stamper)
    assert refusal.value.reason == "time_stamp_silent"


def certified_with_list(root: Root, host: str) -> tuple[x509.Certificate, RemoteKey]:
    """A certificate that names where its list of the revoked is; the key never gets to sign."""
    address = x509.UniformResourceIdentifier(f"http://{host}/revoked.crl")
    point = x509.DistributionPoint([address], None, None, None)
    certificate = root.certify("Cơ quan Mẫu", rsa_key(), (x509.CRLDistributionPoints([point]), False))
    return certificate, remote(host, certificate)


@pytest.mark.parametrize(("listed", "reason"), [(True, "revoked"), (False, "signing_service_silent")])
def test_the_list_of_the_revoked_is_asked_for(paper: bytes, listed: bool, reason: str) -> None:
    root = Root(AT)
    held: dict[str, bytes] = {}

    def answer(path: str, _body: bytes, _headers: dict[str, str]) -> tuple[int, bytes]:
        return (200, held["list"]) if path == "/revoked.crl" else (500, b"")

    with serving(answer) as host:
        certificate, signer = certified_with_list(root, host)
        held["list"] = root.revoked(certificate) if listed else root.revoked()
        checking = Checking([asn1_certificate(root.certificate)], online=True, required=True, inside=frozenset({host}))
        with pytest.raises(CannotSign) as refusal:
            signed(paper, signer, checking=checking)
    assert refusal.value.reason == reason


def test_a_list_that_cannot_be_had_means_no_signature_where_it_is_required(paper: bytes) -> None:
    root = Root(AT)
    with serving(silent) as host, pytest.raises(CannotSign) as refusal:
        _certificate, signer = certified_with_list(root, host)
        roots = [asn1_certificate(root.certificate)]
        signed(paper, signer, checking=Checking(roots, online=True, required=True, inside=frozenset({host})))
    assert refusal.value.reason == "revocation_unknown"


ROLL = """
[agency]
kind = "remote"
address = "{address}"
credential = "c"
token_file = "token"
certificates = "agency.pem"

[units."H06.31"]
kind = "remote"
address = "https://signing.example"
credential = "d"
token_file = "token"
certificates = "agency.pem"
"""


def write_roll(folder: Path, address: str) -> Path:
    certificate = Root(AT).certify("Cơ quan Mẫu", rsa_key())
    (folder / "agency.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "token").write_text("right")
    file = folder / "signers.toml"
    file.write_text(ROLL.format(address=address))
    return file


def test_a_ward_signs_with_the_seal_of_the_unit_above_it(tmp_path: Path) -> None:
    roll = Roll.read(write_roll(tmp_path, "https://signing.example"), demo=False)
    assert roll.agency("H06.31.01") is roll.agency("H06.31")
    assert roll.agency("H06.15") is not roll.agency("H06.31")


@pytest.mark.parametrize("address", ["http://signing.example", "https://10.0.0.1", "ftp://signing.example"])
def test_a_roll_with_an_address_that_may_not_be_is_refused_at_the_start(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadRoll):
        Roll.read(write_roll(tmp_path, address), demo=False)
