"""The demo provider's secrets, made once into the instance and read by both sides of the sign-in."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from joserfc.jwk import RSAKey

from portal.pilot.identity_people import Realm

REALMS: tuple[Realm, ...] = ("citizen", "officer")


def pilot_environment(instance: Path, port: int) -> dict[str, str]:
    """The settings by which a portal signs in at the demo provider that listens on this port."""
    found: dict[str, str] = {}
    for realm in REALMS:
        prefix = f"PORTAL_{realm.upper()}_PROVIDER__"
        found[prefix + "ISSUER"] = issuer(address(port), realm)
        found[prefix + "CLIENT_ID"] = client_id(realm)
        found[prefix + "CLIENT_SECRET"] = client_secret(instance, realm)
        found[prefix + "DEMO"] = "true"
    return found


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def issuer(provider_address: str, realm: Realm) -> str:
    """Two realms, two issuers: an answer of one is worth nothing to the other."""
    return f"{provider_address}/{realm}"


def client_id(realm: Realm) -> str:
    return f"portal-{realm}"


def client_secret(instance: Path, realm: Realm) -> str:
    path = instance / "keys" / f"demo-{realm}.secret"
    return _made_once(path, secrets.token_urlsafe(32).encode).decode()


def signing_key(instance: Path) -> RSAKey:
    path = instance / "keys" / "demo-identity.pem"
    pem = _made_once(path, lambda: RSAKey.generate_key(2048).as_pem(private=True))
    key = RSAKey.import_key(pem, {"use": "sig", "alg": "RS256"})
    key.ensure_kid()
    return key


def _made_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """The file's content; made first where there is none, whole or not at all, by whoever comes first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(make())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()
