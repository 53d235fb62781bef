"""Somebody who trusts nobody: reads the log over HTTP and checks it with nothing of the portal's own code."""

import base64
import hashlib
import json
import re
import time
from typing import Any

import feedparser
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BUNDLE = 256
PATIENCE_SECONDS = 60.0
VKEY = re.compile(r"([^\s+<>\"]+)\+([0-9a-f]{8})\+([A-Za-z0-9/+]{43,}=*)")


class Outsider:
    """A visitor with a plain HTTP client."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False

    def get(self, path: str) -> requests.Response:
        answer = self.http.get(self.url + path, timeout=20)
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        return answer

    def sound_log(self) -> list[dict[str, Any]]:
        """Every entry, after the checkpoint's signature was checked and its root computed again from the entries."""
        text, size, root = self._checkpoint()
        entries = self._entries(size)
        assert base64.b64encode(_root([hashlib.sha256(b"\0" + entry).digest() for entry in entries])).decode() == root
        assert text.count("\n") == 3
        return [json.loads(entry) for entry in entries]

    def acts_of(self, reference: str, *, last: str) -> list[dict[str, Any]]:
        """The dossier's entries in the log; waits for the last act, which is published within seconds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            found = [entry for entry in self.sound_log() if entry.get("reference") == reference]
            if found and found[-1]["act"] == last:
                return found
            assert time.monotonic() < deadline, f"{reference} got no {last!r} in the log: {found}"
            time.sleep(0.3)

    def atom(self, path: str) -> Any:
        """The feed as feedparser reads it, which has nothing to complain about."""
        feed = feedparser.parse(self.get(path).content)
        assert not feed.bozo, feed.get("bozo_exception")
        return feed

    def _checkpoint(self) -> tuple[str, int, str]:
        note = self.get("/ledger/checkpoint").text
        text, _, signatures = note.partition("\n\n")
        text += "\n"
        name, key_id, key = self._key()
        line = next(line for line in signatures.splitlines() if line.startswith(f"— {name} "))
        signature = base64.b64decode(line.rpartition(" ")[2])
        assert signature[:4] == key_id
        Ed25519PublicKey.from_public_bytes(key).verify(signature[4:], text.encode())
        _, size, root = text.splitlines()
        return text, int(size), root

    def _key(self) -> tuple[str, bytes, bytes]:
        """The log's public key as `/ledger/verify` gives it: name+id+key."""
        found = VKEY.search(self.get("/ledger/verify").text.replace("&#43;", "+"))
        assert found, "no key on /ledger/verify"
        name, key_id, key = found[1], bytes.fromhex(found[2]), base64.b64decode(found[3])
        assert hashlib.sha256(name.encode() + b"\n" + key).digest()[:4] == key_id
        return name, key_id, key[1:]

    def _entries(self, size: int) -> list[bytes]:
        entries: list[bytes] = []
        for number in range((size + BUNDLE - 1) // BUNDLE):
            width = min(BUNDLE, size - number * BUNDLE)
            address = f"/ledger/tile/entries/{_in_groups(number)}" + (f".p/{width}" if width < BUNDLE else "")
            entries += _unpacked(self.get(address).content)
        assert len(entries) == size
        return entries


def _in_groups(number: int) -> str:
    digits = f"{number:0{(len(str(number)) + 2) // 3 * 3}}"
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def _unpacked(bundle: bytes) -> list[bytes]:
    entries = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        entries.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return entries


def _root(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, as it is written there."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    middle = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + _root(leaves[:middle]) + _root(leaves[middle:])).digest()
