"""The list of a finished month's files with their checksums, signed. Pure.

A signed note (c2sp.org/signed-note) by the key named `<origin>/open-data`, of exactly these lines:

    <origin>/open-data\n
    month <YYYY-MM>\n
    tree <size> <base64 root>\n
    <SHA-256, 64 hex digits> <bytes> <rows> <name of the file>\n      one line a file
    \n
    — <origin>/open-data <base64(key id || Ed25519 signature)>\n

`tree` is the signed head of the ledger under which the month was closed: its files hold what the log held then.
"""

import re
from dataclasses import dataclass

from portal.ledger import note, spelling
from portal.ledger.note import BadNote, Signer, Verifier, from_base64, to_base64
from portal.opendata import months
from portal.opendata.months import Month

NAME_END = "/open-data"
_HEAD = re.compile(
    rf"(?P<name>{spelling.NAME})\nmonth (?P<month>[0-9]{{4}}-[0-9]{{2}})\n"
    rf"tree (?P<size>{spelling.NUMBER}) (?P<root>{spelling.HASH})\n",
    re.ASCII,
)
_FILE = re.compile(
    rf"(?P<digest>[0-9a-f]{{64}}) (?P<bytes>{spelling.NUMBER}) (?P<rows>{spelling.NUMBER}) "
    r"(?P<name>[a-z0-9][a-z0-9.-]*)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file, its SHA-256 in hex and its length."""

    name: str
    digest: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Sums:
    month: Month
    size: int
    root: bytes
    files: tuple[Listed, ...]

    def file(self, name: str) -> Listed | None:
        return next((file for file in self.files if file.name == name), None)


def key_name(origin: str) -> str:
    """The name of the key that signs the lists of this log's open data."""
    return origin + NAME_END


def render(sums: Sums, signer: Signer) -> bytes:
    lines = [f"{signer.verifier.name}", f"month {sums.month}", f"tree {sums.size} {to_base64(sums.root)}"]
    lines += [f"{file.digest} {file.bytes} {file.rows} {file.name}" for file in sums.files]
    return note.sign("".join(line + "\n" for line in lines), [signer]).encode()


def parse(data: bytes, verifier: Verifier) -> Sums:
    """The list, if this key signed it; raises `BadNote` otherwise."""
    text = note.open_note(data, verifier)
    head = _HEAD.match(text)
    if head is None or head["name"] != verifier.name:
        raise BadNote("not a list of files of this open data")
    found = [_FILE.fullmatch(line) for line in text[head.end() :].split("\n")[:-1]]
    try:
        month = months.parse(head["month"])
    except months.BadMonth as error:
        raise BadNote("no such month") from error
    files = tuple(Listed(f["name"], f["digest"], int(f["bytes"]), int(f["rows"])) for f in found if f is not None)
    if len(files) != len(found):
        raise BadNote("not a line of a list of files")
    return Sums(month, int(head["size"]), from_base64(head["root"]), files)
