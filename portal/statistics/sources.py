"""The log as an outsider gets it: from a folder or an address, checkpoint and entry bundles. Standard library alone.

A folder holds what lies below `/ledger`: `checkpoint`, and `tile/entries/...`. An address is that of `/ledger` or of
the portal. Who signed the checkpoint is not asked here: `python -m portal.ledger.verify` does that.
"""

import base64
import binascii
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from portal.ledger import tiles, tree
from portal.ledger.tiles import WIDTH, BadTile, Tile

TIMEOUT_SECONDS = 60
MOST_BYTES = 32 * 1024 * 1024

Get = Callable[[str], bytes]
"""The bytes at an address below `/ledger`."""


class Unreachable(RuntimeError):
    """The log could not be read: nothing can be said of it."""


class Unsound(RuntimeError):
    """The entries are not those that the checkpoint speaks of."""


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes


def of(place: str) -> Get:
    """Where `place` (a folder, or an address that begins with http) keeps its files."""
    if not place.startswith(("http://", "https://")):
        return _of_folder(Path(place))
    base = place.rstrip("/")
    return _of_address(base if base.endswith("/ledger") else f"{base}/ledger")


def checkpoint(get: Get) -> Checkpoint:
    """The head of the log: three lines, then who signed."""
    lines = get("checkpoint").decode("utf-8", "replace").split("\n")
    try:
        size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
    except (IndexError, ValueError, binascii.Error) as error:
        raise Unsound("this is no checkpoint") from error
    if size < 0 or len(root) != tree.HASH_BYTES:
        raise Unsound("this is no checkpoint")
    return Checkpoint(lines[0], size, root)


def entries(get: Get, head: Checkpoint, *, seen: Callable[[int], None] | None = None) -> Iterator[bytes]:
    """Every entry in its order. Raises `Unsound` at the end if they are not those of the checkpoint."""
    edge = tree.Edge()
    for number in range((head.size + WIDTH - 1) // WIDTH):
        bundle = Tile(None, number, tiles.width_at(None, number, head.size))
        try:
            found = tiles.parse_bundle(get(f"tile/{tiles.render(bundle)}"), bundle.width)
        except BadTile as error:
            raise Unsound(f"bundle {number}: {error}") from error
        for data in found:
            edge.append(tree.leaf_hash(data))
            yield data
        if seen is not None:
            seen(number * WIDTH + bundle.width)
    if edge.root() != head.root:
        raise Unsound("the entries do not give the root of the checkpoint")


def _of_folder(folder: Path) -> Get:
    def get(name: str) -> bytes:
        try:
            return (folder / name).read_bytes()
        except OSError as error:
            raise Unreachable(f"{folder / name}: {error.strerror}") from error

    return get


def _of_address(base: str) -> Get:
    def get(name: str) -> bytes:
        try:
            with urllib.request.urlopen(f"{base}/{name}", timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - http(s) only
                data: bytes = answer.read(MOST_BYTES)
                return data
        except (urllib.error.URLError, OSError) as error:
            raise Unreachable(f"{base}/{name}: {error}") from error

    return get
