"""Requests to addresses that strangers gave us: to the open Internet and nowhere else.

The name is resolved once, every address it has must be a public one, and the connection goes to the very address that
was looked at (no second look-up that could answer otherwise). HTTPS on port 443 with a certificate that fits; no
redirects; answers and time are bounded. Where an operator allows a host (`host:port`), it may be inside and plain.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

SECONDS = 10.0
LONGEST_ANSWER = 16 * 1024
LONGEST_ADDRESS = 2000
_UNWRITABLE = re.compile(r"[\x00-\x20\x7f\\\\]")
HTTPS = 443


class NotAllowed(ValueError):
    """No request may go to this address; `reason` is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreachable(OSError):
    """There was no whole answer in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the body cut at LONGEST_ANSWER bytes, or at what was asked for."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Destination:
    """A checked address: where to connect, and by which name."""

    host: str
    port: int
    path: str
    secure: bool
    inside: bool

    @property
    def name(self) -> str:
        usual = HTTPS if self.secure else http.client.HTTP_PORT
        return self.host if self.port == usual else f"{self.host}:{self.port}"


def destination(url: str, *, allowed: Collection[str] = ()) -> Destination:
    """The address, if requests may go there at all; raises NotAllowed. Looks nothing up."""
    parts = _parts(url)
    host, secure = (parts.hostname or "").rstrip("."), parts.scheme == "https"
    try:
        port = parts.port or (HTTPS if secure else http.client.HTTP_PORT)
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except (ValueError, UnicodeError) as error:
        raise NotAllowed("no_address") from error
    inside = f"{host}:{port}" in allowed
    if not host or parts.username is not None or parts.fragment:
        raise NotAllowed("no_address")
    if not inside and not secure:
        raise NotAllowed("not_https")
    if not inside and (port != HTTPS or _is_literal(host) or "." not in host):
        raise NotAllowed("not_public")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(host, port, path, secure, inside)


def post(where: Destination, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS) -> Answer:
    """One POST. Raises NotAllowed where the name leads inside, Unreachable where no whole answer came in time."""
    return _asked("POST", where, body, headers, seconds=seconds, longest=LONGEST_ANSWER)


def get(where: Destination, headers: Mapping[str, str], *, seconds: float = SECONDS, longest: int) -> Answer:
    """One GET, as `post`; the body cut at `longest` bytes."""
    return _asked("GET", where, None, headers, seconds=seconds, longest=longest)


def _asked(
    method: str, where: Destination, body: bytes | None, headers: Mapping[str, str], *, seconds: float, longest: int
) -> Answer:
    until = time.monotonic() + seconds
    address = _resolve(where)
    connection = _Pinned(where, address, seconds)
    try:
        connection.request(method, where.path, body=body, headers={"User-Agent": "Hai-Dang", **headers})
        response = connection.getresponse()
        return Answer(response.status, _read(response, until, longest))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(type(error).__name__) from error
    finally:
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """Connects to one address, and proves by certificate that it is the name's."""

    def __init__(self, where: Destination, address: str, seconds: float) -> None:
        super().__init__(where.host, where.port, timeout=seconds)
        self._where, self._address = where, address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self._where.port), self.timeout)
        if self._where.secure:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self._where.host)
        else:
            self.sock = plain


def _parts(url: str) -> SplitResult:
    if len(url) > LONGEST_ADDRESS or _UNWRITABLE.search(url):
        raise NotAllowed("no_address")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise NotAllowed("no_address") from error
    if parts.scheme not in ("http", "https"):
        raise NotAllowed("not_https")
    return parts


def _is_literal(host: str) -> bool:
    """Whether the host is a number in any of the ways that resolvers understand: 127.1, 0x7f.0.0.1, [::1]."""
    last = host.rpartition(".")[2]
    return ":" in host or last.isdecimal() or last.lower().startswith("0x")


def _resolve(where: Destination) -> str:
    """The first of the name's addresses, after all of them were found to be public."""
    try:
        found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("no_such_host") from error
    addresses = [str(row[4][0]) for row in found]
    if not where.inside and not all(is_public(address) for address in addresses):
        raise NotAllowed("not_public")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether this IP address is one of the open Internet, however it is wrapped in IPv6."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None or found in _TRANSLATED or found.is_site_local:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def _read(response: http.client.HTTPResponse, until: float, longest: int) -> bytes:
    """The body's beginning; a server that drips is left alone when the time is over."""
    parts, length = [], 0
    while length < longest and time.monotonic() < until:
        part = response.read1(longest - length)
        if not part:
            break
        parts.append(part)
        length += len(part)
    return b"".join(parts)
