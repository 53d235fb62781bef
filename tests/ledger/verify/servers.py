"""Small web servers on a thread: one that serves a mirror, or answers as a hostile one would; one that keeps posts."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.ledger.verify.mirrors import Mirror

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    """Serves `mirror` below /ledger/; `answers` by path come first."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, mirror: Mirror) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mirror = mirror
        self.answers: dict[str, Answer] = {}
        self.requests: list[str] = []
        self.posts: list[dict[str, Any]] = []
        self.refuse_posts = False
        self.send_posts_to = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        with suppress(ConnectionError):  # a client that goes away is no news
            super().handle()

    def finish(self) -> None:
        with suppress(ConnectionError):
            super().finish()

    def do_GET(self) -> None:
        path = self.path.removeprefix("/ledger/")
        self.server.requests.append(path)
        answer = self.server.answers.get(path)
        if answer is not None:
            answer(self)
        elif self.path.startswith("/ledger/") and path in self.server.mirror.files:
            send(self, 200, self.server.mirror.files[path])
        else:
            send(self, 404, b"no such thing")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refuse_posts:
            send(self, 503, b"")
            return
        if self.server.send_posts_to:
            send(self, 302, b"", Location=self.server.send_posts_to)
            return
        self.server.posts.append(json.loads(body))
        send(self, 204, b"")

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


def send(to: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    to.send_response(status)
    for name, value in ({"Content-Length": str(len(body))} | headers).items():
        to.send_header(name.replace("_", "-"), value)
    to.end_headers()
    to.wfile.write(body)


@contextmanager
def serving(mirror: Mirror) -> Iterator[Server]:
    server = Server(mirror)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
