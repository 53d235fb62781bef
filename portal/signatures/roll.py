"""The roll of signers: a file of the operator's that says who signs with what (`signers.toml`, docs/signatures.md).

Read once a process; keys are opened when they are first needed and kept. Secrets stand in files of their own, which
the roll names; every path is relative to the roll's folder.
"""

import threading
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from asn1crypto import x509

from portal import outgoing
from portal.signatures import certificates
from portal.signatures.key_file import KeyFile
from portal.signatures.refusals import CannotSign
from portal.signatures.remote import RemoteKey, SigningHouse
from portal.signatures.revocation import Checking
from portal.signatures.signer import Signer
from portal.signatures.time_stamps import Stamper
from portal.signatures.token import Token, Where

Entry = Mapping[str, Any]
AGENCY = "agency"


class BadRoll(ValueError):
    """The roll cannot be used; says where and why, for an operator."""


class Roll:
    """Who signs: `agency(code)` for a unit, `officer(subject)` for a person of the staff."""

    def __init__(self, data: Entry, folder: Path, *, demo: bool) -> None:
        self._data, self._folder, self._demo = data, folder, demo
        self._opened: dict[tuple[str, str], Signer] = {}
        self._lock = threading.Lock()
        self.roots = tuple(one for name in data.get("roots", ()) for one in self._certificates(name))
        self.checking = self._checking(data.get("revocation", {}))
        self.stamper = self._stamper(data.get("time_stamps"))

    @classmethod
    def read(cls, path: Path, *, demo: bool) -> "Roll":
        """`demo`: certificates of a demo authority may be in it. Raises BadRoll for a file that cannot be used."""
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            roll = cls(data, path.parent, demo=demo)
            roll._check()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadRoll(f"{path}: {error}") from error
        return roll

    def agency(self, code: str) -> Signer:
        """The seal of this unit; else of the unit above that has one; else the installation's. Raises CannotSign."""
        units, at = self._data.get("units", {}), code
        while at and at not in units:
            at = at.rpartition(".")[0]
        return self._signer("units", at) if at else self._signer(AGENCY, "")

    def officer(self, subject: str) -> Signer:
        """Of the officer who is known by this subject at the officers' sign-in. Raises CannotSign."""
        return self._signer("officers", subject)

    def picture(self, code: str) -> bytes | None:
        """The picture of the unit's seal (PNG), where the roll has one."""
        entry = self._data.get("units", {}).get(code) or self._data.get(AGENCY, {})
        return (self._folder / entry["picture"]).read_bytes() if "picture" in entry else None

    def _signer(self, kind: str, name: str) -> Signer:
        with self._lock:
            known = self._opened.get((kind, name))
            if known is None:
                known = self._opened[kind, name] = self._allowed(self._open(self._entry(kind, name)))
            return known

    def _allowed(self, signer: Signer) -> Signer:
        """A key that cannot be opened at the start may turn out to be a demo one later: looked at whenever it opens."""
        if not self._demo and any(map(certificates.is_demo, (signer.certificate, *signer.chain))):
            raise CannotSign("demo_certificate")
        return signer

    def _entry(self, kind: str, name: str) -> Entry:
        found = self._data.get(kind, {}) if kind == AGENCY else self._data.get(kind, {}).get(name)
        if not found:
            raise CannotSign("no_certificate")
        entry: Entry = found
        return entry

    def _open(self, entry: Entry) -> Signer:
        openers: Mapping[str, Callable[[Entry], Signer]] = {
            "pkcs12": self._key_file,
            "pkcs11": self._token,
            "remote": self._remote,
        }
        return openers[entry["kind"]](entry)

    def _key_file(self, entry: Entry) -> Signer:
        password = self._secret(entry, "password_file")
        return KeyFile.read(self._folder / entry["file"], password.encode() if password is not None else None)

    def _token(self, entry: Entry) -> Signer:
        where = Where(entry["library"], entry["token"], entry["key"], self._secret(entry, "pin_file"))
        certificate, *chain = self._certificates(entry["certificates"])
        return Token(where, certificate, tuple(chain))

    def _remote(self, entry: Entry) -> Signer:
        service = SigningHouse(
            address=entry["address"].rstrip("/"),
            credential=entry["credential"],
            token=self._secret(entry, "token_file") or "",
            activation=self._secret(entry, "activation_file"),
            inside=frozenset(entry.get("inside", ())),
        )
        certificate, *chain = self._certificates(entry["certificates"])
        return RemoteKey(service, certificate, tuple(chain))

    def _checking(self, data: Entry) -> Checking:
        lists = tuple(certificate_list(self._folder / name) for name in data.get("lists", ()))
        return Checking(
            self.roots, data.get("online", False), data.get("required", False), frozenset(data.get("inside", ())), lists
        )

    def _stamper(self, data: Entry | None) -> Stamper | None:
        if not data:
            return None
        return Stamper(outgoing.destination(data["address"], allowed=frozenset(data.get("inside", ()))))

    def _check(self) -> None:
        if not self._demo and any(map(certificates.is_demo, self.roots)):
            raise BadRoll("roots: a demo authority, which production does not accept")
        for kind, name in self._names():
            entry = self._entry(kind, name)
            if entry.get("kind") not in ("pkcs12", "pkcs11", "remote"):
                raise BadRoll(f"{kind} {name}: kind must be pkcs12, pkcs11 or remote")
            if entry["kind"] == "remote":
                outgoing.destination(entry["address"], allowed=frozenset(entry.get("inside", ())))
            self._refuse_demo(kind, name)

    def _refuse_demo(self, kind: str, name: str) -> None:
        if self._demo:
            return
        try:
            self._signer(kind, name)
        except CannotSign as refusal:
            if refusal.reason == "demo_certificate":
                raise BadRoll(f"{kind} {name}: a demo certificate, which production does not accept") from refusal

    def _names(self) -> list[tuple[str, str]]:
        single = [(AGENCY, "")] if self._data.get(AGENCY) else []
        return single + [(kind, name) for kind in ("units", "officers") for name in self._data.get(kind, {})]

    def _certificates(self, name: str) -> tuple[x509.Certificate, ...]:
        return certificates.parse((self._folder / name).read_bytes())

    def _secret(self, entry: Entry, name: str) -> str | None:
        return (self._folder / entry[name]).read_text(encoding="utf-8").strip() if name in entry else None


def certificate_list(path: Path) -> bytes:
    """A list of the revoked, in DER."""
    data = path.read_bytes()
    return certificates.parse_list(data)
