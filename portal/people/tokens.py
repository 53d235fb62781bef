"""The random tokens that a signed-in browser or a person's program holds, and the digest of them that we keep."""

import re
import secrets
from hashlib import sha256

BYTES = 32
API_PREFIX = "hdp_"  # so that one that has leaked is known for what it is
API_TOKEN = re.compile(r"hdp_[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """256 random bits, safe in a cookie and an address."""
    return secrets.token_urlsafe(BYTES)


def new_api_token() -> str:
    """256 random bits behind the prefix, for a program."""
    return API_PREFIX + secrets.token_urlsafe(BYTES)


def digest(token: str) -> bytes:
    """What the database keeps: the token has full entropy, so a plain SHA-256 cannot be turned back."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
