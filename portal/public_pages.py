"""Pages and data that are the same for everyone: what they are made of is their tag, and they are not sent twice.

A page's tag carries the nonce of the page as it was sent. Who has that page is told that it still holds, under the
policy with which its scripts run; a tag is therefore strong though every answer has a nonce of its own.
"""

import re
from collections.abc import Hashable
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from flask import Response, request

from portal import clock, display, headers, i18n

MINUTE = 60
IMMUTABLE = "public, max-age=31536000, immutable"
NONCE = re.compile(r"[A-Za-z0-9_-]{22}")


class Tag(NamedTuple):
    """What a page is made of, in 32 characters."""

    value: str


def tag(*made_of: Hashable, at: datetime | None = None) -> Tag:
    """These facts, the minute (a due instant may pass, a day may end), the language and the address.

    `at`: when they were looked at, where that was a while ago.
    """
    minute = int((at or clock.now()).timestamp()) // MINUTE
    known = " ".join(map(str, (*made_of, minute, i18n.language(), request.full_path)))
    return Tag(sha256(known.encode()).hexdigest()[:32])


def content_tag(html: str) -> Tag:
    """For a page whose facts have no number: its own bytes, without the nonce."""
    return Tag(sha256(html.replace(headers.csp_nonce(), "").encode()).hexdigest()[:32])


def not_modified(page: Tag, *, seconds: int = 0) -> Response | None:
    """304 where the visitor has this very page, before anything of it is made."""
    if display.account() is not None:
        return None
    if request.if_none_match.star_tag:
        return _tagged(Response(status=304), page, seconds)
    for known in request.if_none_match.as_set():
        value, _dot, nonce = known.partition(".")
        if value == page.value and NONCE.fullmatch(nonce):
            request.environ[headers.NONCE] = nonce
            return _tagged(Response(status=304), page, seconds)
    return None


def public_page(html: str | bytes, page: Tag, *, seconds: int = 0) -> Response:
    """A page for every visitor who is not signed in: asked after each time, or kept so many seconds."""
    response = Response(html)
    return response if display.account() is not None else _tagged(response, page, seconds)


def public_data(response: Response, *, seconds: int = 0) -> Response:
    """Data for everyone, from any page of any site."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    _keep(response, seconds)
    return response


def _tagged(response: Response, page: Tag, seconds: int) -> Response:
    response.set_etag(f"{page.value}.{headers.csp_nonce()}")
    _keep(response, seconds)
    return response


def _keep(response: Response, seconds: int) -> None:
    kept = f"max-age={seconds}" if seconds else "no-cache"
    if "lang" in request.args:
        kept = f"private, {kept}"  # this answer also sets the language's cookie
    elif seconds:
        kept = f"public, {kept}"
    response.headers["Cache-Control"] = kept
