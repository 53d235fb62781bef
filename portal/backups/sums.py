"""The digests of a backup's files, as `sha256sum` writes and reads them, and their seal.

Every path is relative to the backup's folder. The seal is a digest sealed with a key derived from the installation's:
who has none of it can neither make a backup that is taken for one nor change a byte of one.
"""

import os
from collections.abc import Mapping
from hashlib import file_digest, sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag

from portal.backups.faults import NotDone
from portal.sealing import Box
from portal.settings import Settings

FILE, SEAL = "SHA256SUMS", "SEAL"
PURPOSE = b"hai-dang/backups/v1"


def box(settings: Settings) -> Box:
    return Box((settings.keys / "installation.key").read_bytes(), PURPOSE)


def render(digests: Mapping[str, str]) -> bytes:
    """Refuses names that `sha256sum` would write otherwise: the portal has none."""
    if strange := [path for path in digests if {"\\", "\n", "\r"} & set(path)]:
        raise NotDone(f"a file has a name that cannot be listed: {strange[0]!r}")
    return b"".join(os.fsencode(f"{digests[path]}  {path}\n") for path in sorted(digests))


def parse(data: bytes) -> dict[str, str]:
    """By path. Raises ValueError."""
    found = {}
    for line in os.fsdecode(data).split("\n")[:-1]:
        digest, path = line[:64], line[66:]
        if line[64:66] != "  " or len(bytes.fromhex(digest)) != 32 or path.startswith("/") or ".." in path.split("/"):
            raise ValueError(line)
        found[path] = digest
    return found


def write(backup: Path, digests: Mapping[str, str], *, key: Box) -> None:
    data = render(digests)
    (backup / FILE).write_bytes(data)
    (backup / SEAL).write_bytes(key.seal(sha256(data).digest()))


def read(backup: Path, *, key: Box) -> dict[str, str]:
    """The digests, once the seal was found right. Raises `NotDone`."""
    try:
        data, sealed = (backup / FILE).read_bytes(), (backup / SEAL).read_bytes()
    except OSError as error:
        raise NotDone(f"{backup} is not a whole backup: {error.strerror}: {error.filename}") from error
    try:
        right = key.unseal(sealed) == sha256(data).digest()
    except (InvalidTag, ValueError):
        right = False
    if not right:
        raise NotDone(
            f"the keys of this installation do not open {backup}: put the keys that were kept apart from it into the "
            "instance's folder `keys`, over those a first start made there. If they are the right ones, the backup was "
            "changed: take another one"
        )
    return parse(data)


def check(backup: Path, digests: Mapping[str, str]) -> None:
    """Read every file once. Raises `NotDone` with the first that is missing or not the one listed."""
    for path, digest in digests.items():
        try:
            found = digest_of(backup / path)
        except OSError as error:
            raise NotDone(f"{error.strerror}: {error.filename or path}") from error
        if found != digest:
            raise NotDone(f"{backup / path} is missing or was changed: take another backup")


def digest_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError):
        return None
