"""A certificate authority for pilots: made once in the instance, known by its extension wherever it turns up.

Its keys lie in files like any other; nothing that it says is worth anything outside the pilot, and production refuses
it. `folder/` gets the root, a list of the revoked, a PKCS #12 file each for the agency and the officers, and the roll.
"""

import os
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from portal.signatures.certificates import DEMO_OID

ROLL = "signers.toml"
YEARS = timedelta(days=3650)
BEFORE = timedelta(days=1)  # clocks differ
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
AUTHORITY = "DEMO Hải Đăng – không có giá trị pháp lý"


def make(folder: Path, *, agency: str, officers: Mapping[str, str], at: datetime) -> bool:
    """Make what is missing: all of it the first time, later only officers who came since. Whether something was made.

    `officers`: names by subject.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    root_file, key_file = folder / "demo-root.pem", folder / "demo-root.p12"
    password = _password(folder / "demo.password")
    if not key_file.exists():
        _make_root(root_file, key_file, password, at)
    authority = pkcs12.load_pkcs12(key_file.read_bytes(), password)
    wanted = {"agency.p12": agency} | {_file(subject): name for subject, name in officers.items()}
    made = [name for name in wanted if not (folder / name).exists()]
    for name in made:
        organisation = agency if name == "agency.p12" else AUTHORITY
        _write(folder / name, _certified(authority, wanted[name], organisation, password, at))
    if made or not (folder / ROLL).exists():
        _write(folder / "demo-revoked.pem", _revoked(authority, (), at))
        _write(folder / ROLL, _roll(officers).encode())
    return bool(made)


def revoke(folder: Path, name: str, *, at: datetime) -> None:
    """Put the certificate of this file (`agency.p12`) on the list of the revoked."""
    password = _password(folder / "demo.password")
    authority = pkcs12.load_pkcs12((folder / "demo-root.p12").read_bytes(), password)
    found = pkcs12.load_pkcs12((folder / name).read_bytes(), password).cert
    if found is None:
        raise LookupError(name)
    _write(folder / "demo-revoked.pem", _revoked(authority, (found.certificate.serial_number,), at))


def _file(subject: str) -> str:
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in subject)
    return f"officer-{kept}.p12"


def _roll(officers: Mapping[str, str]) -> str:
    entry = 'kind = "pkcs12"\nfile = "{}"\npassword_file = "demo.password"\n'
    parts = [
        '# Made for the pilot: docs/signatures.md says what may stand here.\nroots = ["demo-root.pem"]\n',
        "[agency]\n" + entry.format("agency.p12"),
        *(f'[officers."{subject}"]\n' + entry.format(_file(subject)) for subject in officers),
        '[revocation]\nlists = ["demo-revoked.pem"]\nrequired = true\n',
    ]
    return "\n".join(parts)


def _make_root(root_file: Path, key_file: Path, password: bytes, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(AUTHORITY, AUTHORITY)
    usage = _usage(key_cert_sign=True, crl_sign=True)
    root = (
        _builder(name, name, at)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    _write(root_file, root.public_bytes(Encoding.PEM))
    _write(key_file, pkcs12.serialize_key_and_certificates(b"root", key, root, None, BestAvailableEncryption(password)))


def _certified(
    authority: pkcs12.PKCS12KeyAndCertificates, name: str, organisation: str, password: bytes, at: datetime
) -> bytes:
    issuer, issuer_key = _parts(authority)
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        _builder(_name(f"{name} (DEMO)", organisation), issuer.subject, at)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"signer", key, made, [issuer], BestAvailableEncryption(password))


def _revoked(authority: pkcs12.PKCS12KeyAndCertificates, serials: tuple[int, ...], at: datetime) -> bytes:
    issuer, key = _parts(authority)
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject)
    builder = builder.last_update(at - BEFORE).next_update(at + YEARS)
    for serial in serials:
        row = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at - BEFORE).build()
        builder = builder.add_revoked_certificate(row)
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)


def _parts(authority: pkcs12.PKCS12KeyAndCertificates) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    if authority.cert is None or not isinstance(authority.key, ec.EllipticCurvePrivateKey):
        raise ValueError("not the file of a demo authority")
    return authority.cert.certificate, authority.key


def _builder(subject: x509.Name, issuer: x509.Name, at: datetime) -> x509.CertificateBuilder:
    mark = x509.UnrecognizedExtension(x509.ObjectIdentifier(DEMO_OID), b"\x05\x00")
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BEFORE)
        .not_valid_after(at + YEARS)
        .add_extension(mark, critical=False)
    )


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _usage(**on: bool) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: on.get(name, False) for name in USAGES})


def _password(path: Path) -> bytes:
    try:
        _write(path, secrets.token_urlsafe(24).encode(), new=True)
    except FileExistsError:
        return path.read_bytes()
    return path.read_bytes()


def _write(path: Path, data: bytes, *, new: bool = False) -> None:
    """Whole or not at all, and for this user alone."""
    if new and path.exists():
        raise FileExistsError(path)
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    beside.replace(path)
