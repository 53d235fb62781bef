"""Requests to an identity provider: short, bounded, and to the address asked for only."""

from datetime import timedelta
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session

from portal import clock

CONNECT_SECONDS = 4.0
READ_SECONDS = 8.0
WHOLE_ANSWER = timedelta(seconds=15)
ANSWER_MAX_BYTES = 1024 * 1024
CHUNK = 64 * 1024


class TooMuch(requests.RequestException):
    """The answer was too long, or dripped for too long."""


class BoundedSession(OAuth2Session):  # type: ignore[misc]
    """Authlib's session with time-outs, a limit on the answer's size, and no redirects followed."""

    def request(self, method: str, url: str, withhold_token: bool = False, **options: Any) -> requests.Response:
        options.update(timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, stream=True)
        response: requests.Response = super().request(method, url, withhold_token=withhold_token, **options)
        with response:
            response._content = _read(response)
        if response.is_redirect:
            raise requests.TooManyRedirects("the provider redirects a request that must be answered")
        return response


def _read(response: requests.Response) -> bytes:
    until = clock.now() + WHOLE_ANSWER
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(CHUNK):
        size += len(part)
        parts.append(part)
        if size > ANSWER_MAX_BYTES or clock.now() > until:
            raise TooMuch("the provider's answer is too long")
    return b"".join(parts)
