"""A machine that is called: it proves that it wants events, keeps them, and can be told to fail."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from portal.subscriptions import events


class Hook:
    """`received` are the events it took; `status` what it answers, `proves` whether it repeats the challenge."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.signed: list[tuple[dict[str, str], bytes]] = []
        self.status, self.proves, self.inside = 200, True, ""

    @property
    def url(self) -> str:
        return f"http://{self.inside}/so"

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        event = json.loads(body)
        self.signed.append((headers, body))
        if event["type"] == events.CHALLENGE:
            return self.status, event["data"]["challenge"].encode() if self.proves else b"?"
        if self.status == 200:
            self.received.append(event)
        return self.status, b""


@contextmanager
def hook() -> Iterator[Hook]:
    here = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = here.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments: object) -> None:
            """A test's report is no place for a line a request."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here.inside = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield here
        server.shutdown()
        thread.join()
