"""A small load generator: raw sockets kept open, one selector loop, latencies as they are.

Targets are ratios inside one run, so what the generator itself costs falls on both sides alike.
"""

import itertools
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one measurement: answered requests a second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    errors: int


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, and the status that counts as an answer."""

    method: str
    path: str
    body: bytes = b""
    cookie: str = ""
    expected: int = 200
    tag: str = ""  # what the visitor has already

    def wire(self, host: str) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", "Accept-Language: vi"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if self.tag:
            lines.append(f"If-None-Match: {self.tag}")
        if self.method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(self.body)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


class Connection:
    """One socket with one request under way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.sent_at = 0.0
        self.request: Request | None = None

    def send(self, request: Request, host: str) -> None:
        self.request, self.sent_at = request, time.perf_counter()
        self.received.clear()
        self.socket.sendall(request.wire(host))

    @property
    def is_over(self) -> bool:
        """Who is asked to come back later leaves the connection."""
        return self.received[9:12] == b"503"

    def take(self) -> int | None:
        """Read what is there; the status once the answer is whole."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.received += data
        head = self.received.find(b"\r\n\r\n")
        if head < 0:
            return None
        return int(self.received[9:12]) if _whole(self.received, head) else None


def run(
    address: tuple[str, int],
    requests: Iterator[Request],
    *,
    connections: int,
    seconds: float,
    on_answer: Callable[[Request, bytes], None] | None = None,
) -> Figures:
    """Keep `connections` busy with `requests` for this long, or until there are no more."""
    selector = selectors.DefaultSelector()
    latencies: list[float] = []
    errors = 0
    started = time.perf_counter()
    busy = _open_all(selector, address, requests, connections)
    end = started + seconds
    while busy:
        for key, _events in selector.select(30):
            connection = key.data
            status = connection.take()
            if status is None:
                continue
            now = time.perf_counter()
            latencies.append(now - connection.sent_at)
            errors += status != connection.request.expected
            if on_answer:
                on_answer(connection.request, bytes(connection.received))
            following = next(requests, None) if now < end else None
            if following is None or connection.is_over:
                selector.unregister(connection.socket)
                connection.socket.close()
                busy -= 1
            if following is not None:
                busy += _go_on(selector, address, connection, following)
    return figures(latencies, time.perf_counter() - started, errors)


def _open_all(
    selector: selectors.BaseSelector, address: tuple[str, int], requests: Iterator[Request], connections: int
) -> int:
    """Open the connections with a request under way on each; how many (fewer where there are too few requests)."""
    opened = 0
    for request in itertools.islice(requests, connections):
        connection = Connection(address)
        connection.send(request, f"{address[0]}:{address[1]}")
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        opened += 1
    return opened


def _go_on(selector: selectors.BaseSelector, address: tuple[str, int], connection: Connection, request: Request) -> int:
    """On the same connection, or on a new one where the server has ended it; how many were opened."""
    is_over, connection = connection.is_over, Connection(address) if connection.is_over else connection
    connection.send(request, f"{address[0]}:{address[1]}")
    if is_over:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    return int(is_over)


def _whole(data: bytearray, head: int) -> bool:
    headers = bytes(data[:head]).lower()
    place = headers.find(b"content-length:")
    if place >= 0:
        length = int(headers[place + 15 :].split(b"\r\n", 1)[0])
        return len(data) >= head + 4 + length
    return b"transfer-encoding: chunked" not in headers or data.endswith(b"0\r\n\r\n")


def figures(latencies: list[float], seconds: float, errors: int) -> Figures:
    if len(latencies) < 2:
        raise RuntimeError("too few answers to measure")
    cuts = quantiles(latencies, n=100, method="inclusive")
    return Figures(len(latencies) / seconds, cuts[49] * 1000, cuts[98] * 1000, errors)
