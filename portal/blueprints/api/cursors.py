"""Where a page of a list ended, as one opaque word that belongs to one query and to no other. Pure.

base64url, without padding, of: 8 bytes of SHA-256 over the query, then the list's own key. A word is taken only by the
query that gave it, and only in its one spelling.
"""

import base64
import binascii
from collections.abc import Mapping
from hashlib import sha256

MARK_BYTES = 8
LONGEST = 4000


class BadCursor(ValueError):
    """Not a cursor of this query."""


def write(query: Mapping[str, str], key: str) -> str:
    return base64.urlsafe_b64encode(_mark(query) + key.encode()).decode().rstrip("=")


def read(query: Mapping[str, str], cursor: str) -> str:
    """The list's key; raises `BadCursor` for another query's cursor and for what is none."""
    if not cursor or len(cursor) > LONGEST or not cursor.isascii():
        raise BadCursor
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = data[MARK_BYTES:].decode()
    except (binascii.Error, ValueError) as error:
        raise BadCursor from error
    if data[:MARK_BYTES] != _mark(query) or write(query, key) != cursor:
        raise BadCursor
    return key


def _mark(query: Mapping[str, str]) -> bytes:
    """What the query asks, whatever the order of its members."""
    return sha256(repr(sorted(query.items())).encode()).digest()[:MARK_BYTES]
