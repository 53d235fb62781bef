"""Commitments to what is private, and openings that show one field and no other.

    salt(purpose, n, name)  HKDF-SHA256, 32 bytes, from the dossier's 32-byte secret, without HKDF salt,
                            info = "hai-dang/salt/v1" || 0x00 || purpose || 0x00 || n (8 bytes, big-endian) || name
    disclosure              base64url, without padding, of the canonical JSON [base64url(salt), name, value]
    digest                  base64url, without padding, of SHA-256(disclosure): as in SD-JWT, RFC 9901
    commitment              SHA-256("hai-dang/commitment/v1" || 0x00 || salt of the empty name ||
                            canonical JSON of the sorted list of the digests)
    opening                 canonical JSON {"digests": [all, sorted], "disclosures": [those shown, sorted],
                            "salt": base64 salt of the empty name, "v": 1}

Each act has salts of its own, so equal content never links two entries. Whoever lacks the secret can neither open a
field nor try out guesses; when the secret is destroyed, nobody can.

The purpose is `private` for the commitment inside an entry, and `sealed` for that of a sealed entry, which commits to
the single field `entry`: the text of the entry it stands for.
"""

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.ledger import canonical
from portal.ledger.note import BadNote, from_base64, to_base64

SECRET_BYTES = 32
SALT_BYTES = 32
PRIVATE = "private"
SEALED = "sealed"
SEALED_FIELD = "entry"

_DOMAIN = b"hai-dang/commitment/v1\x00"


class BadOpening(ValueError):
    """The opening is malformed, or does not open this commitment."""


@dataclass(frozen=True, slots=True)
class Opening:
    salt: bytes
    digests: tuple[str, ...]
    disclosures: tuple[str, ...]

    def render(self) -> bytes:
        return canonical.render(
            {
                "v": 1,
                "salt": to_base64(self.salt),
                "digests": list(self.digests),
                "disclosures": list(self.disclosures),
            }
        )


def salt(secret: bytes, *, purpose: str, n: int, name: str) -> bytes:
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a dossier's secret has {SECRET_BYTES} bytes")
    info = b"\x00".join((b"hai-dang/salt/v1", purpose.encode(), n.to_bytes(8, "big") + name.encode()))
    return HKDF(algorithm=SHA256(), length=SALT_BYTES, salt=None, info=info).derive(secret)


def commit(fields: Mapping[str, Any], *, secret: bytes, n: int, purpose: str = PRIVATE) -> bytes:
    """The 32 bytes that stand for these fields in the log."""
    digests = sorted(digest(text) for text in _disclosures(fields, secret, n, purpose).values())
    return _commitment(salt(secret, purpose=purpose, n=n, name=""), digests)


def open_fields(
    fields: Mapping[str, Any],
    *,
    show: Collection[str],
    secret: bytes,
    n: int,
    purpose: str = PRIVATE,
    hidden: Collection[str] = (),
) -> Opening:
    """What proves the fields named in `show`; of the others it holds digests that tell nothing.

    `hidden`: digests of fields that were committed to as well, and whose content is no more (`digests_of`).
    """
    disclosures = _disclosures(fields, secret, n, purpose)
    return Opening(
        salt=salt(secret, purpose=purpose, n=n, name=""),
        digests=tuple(sorted([*hidden, *(digest(text) for text in disclosures.values())])),
        disclosures=tuple(sorted(disclosures[name] for name in show)),
    )


def digests_of(fields: Mapping[str, Any], *, secret: bytes, n: int) -> tuple[str, ...]:
    """What stands for these fields in every opening of the act: enough to prove its other fields without them."""
    return tuple(sorted(digest(text) for text in _disclosures(fields, secret, n, PRIVATE).values()))


def check(opening: Opening, commitment: bytes) -> dict[str, Any]:
    """The fields shown, proven to be those committed to; raises `BadOpening` otherwise."""
    if list(opening.digests) != sorted(set(opening.digests)):
        raise BadOpening("the digests are not sorted, or one is there twice")
    if _commitment(opening.salt, list(opening.digests)) != commitment:
        raise BadOpening("the opening belongs to another commitment")
    shown: dict[str, Any] = {}
    for disclosure in opening.disclosures:
        if digest(disclosure) not in opening.digests:
            raise BadOpening("a field that was not committed to")
        name, value = _read_disclosure(disclosure)
        if name in shown:
            raise BadOpening("a field twice")
        shown[name] = value
    return shown


def parse_opening(data: bytes) -> Opening:
    """The opening; raises `BadOpening` unless `render` gives these very bytes."""
    try:
        value = canonical.parse(data)
        if not isinstance(value, dict) or value.keys() != {"v", "salt", "digests", "disclosures"} or value["v"] != 1:
            raise BadOpening("not an opening")
        opening = Opening(from_base64(value["salt"]), _texts(value["digests"]), _texts(value["disclosures"]))
    except (canonical.NotCanonical, BadNote, TypeError) as error:
        raise BadOpening("not an opening") from error
    ordered = list(opening.disclosures) == sorted(set(opening.disclosures))
    if len(opening.salt) != SALT_BYTES or not ordered or opening.render() != data:
        raise BadOpening("not an opening in its one form")
    return opening


def digest(disclosure: str) -> str:
    return _base64url(sha256(disclosure.encode()).digest())


def _disclosures(fields: Mapping[str, Any], secret: bytes, n: int, purpose: str) -> dict[str, str]:
    if "" in fields:
        raise ValueError("a private field needs a name")
    return {
        name: _base64url(canonical.render([_base64url(salt(secret, purpose=purpose, n=n, name=name)), name, value]))
        for name, value in fields.items()
    }


def _read_disclosure(disclosure: str) -> tuple[str, Any]:
    try:
        padded = disclosure + "=" * (-len(disclosure) % 4)
        data = base64.b64decode(padded, altchars=b"-_", validate=True)
        parts = canonical.parse(data)
    except ValueError as error:
        raise BadOpening("not a disclosure") from error
    if _base64url(data) != disclosure or not isinstance(parts, list) or len(parts) != 3:
        raise BadOpening("not a disclosure")
    if not isinstance(parts[0], str) or not isinstance(parts[1], str) or not parts[1]:
        raise BadOpening("not a disclosure")
    return parts[1], parts[2]


def _commitment(first_salt: bytes, digests: list[str]) -> bytes:
    return sha256(_DOMAIN + first_salt + canonical.render(digests)).digest()


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadOpening("not a list of texts")
    return tuple(value)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
