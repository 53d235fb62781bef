"""The witness on the network: plain HTTP/1.1 with bounded requests, a bounded number of them, within a bounded time."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from portal.ledger.witness import request
from portal.ledger.witness.judging import Answer, Judge

MOST_CONNECTIONS = 64
REQUEST_SECONDS = 20.0
"""A connection that brings no whole request within this time is cut off."""

log = logging.getLogger("witness")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = MOST_CONNECTIONS

    def __init__(self, host: str, port: int, judge: Judge) -> None:
        self.judge = judge
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__((host, port), Conversation)

    def server_bind(self) -> None:
        """Without the library's look-up of a name for the address, which can take minutes."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def verify_request(self, request: Any, client_address: Any) -> bool:
        return self._places.acquire(blocking=False)

    def finish_request(self, request: Any, client_address: Any) -> None:
        try:
            super().finish_request(request, client_address)
        finally:
            self._places.release()

    @property
    def address(self) -> str:
        host, port = self.server_address[:2]
        shown = f"[{host!s}]" if self.address_family == socket.AF_INET6 else str(host)
        return f"http://{shown}:{port}"


class Conversation(BaseHTTPRequestHandler):
    """One connection: requests one after another."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "hai-dang-witness", ""
    timeout = REQUEST_SECONDS
    server: Server

    def handle(self) -> None:
        self.close_connection = False
        while not self.close_connection:
            try:
                with self._cut_off_late():
                    self.handle_one_request()
            except (ConnectionError, TimeoutError):  # the asker has gone: there is nobody left to tell
                self.close_connection = True

    def do_GET(self) -> None:
        if self.path == "/":
            self._send(Answer(200, self.server.judge.about_itself().encode()))
        else:
            self._send(Answer(404, b"nothing is here\n"))

    def do_POST(self) -> None:
        refused = self._refusal()
        if refused is not None:
            self.close_connection = True  # what it sent was not read
            self._send(refused)
            return
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        try:
            answer = self.server.judge.answer(body)
        except OSError as error:
            log.critical("the memory could not be written, nothing was signed: %s", error)
            answer = Answer(500, b"the witness could not write down what it would have signed\n")
        self._send(answer)

    def _refusal(self) -> Answer | None:
        """For a request that is not even read."""
        length = self.headers.get("Content-Length", "")
        if not self.path.endswith("/add-checkpoint"):
            return Answer(404, b"nothing is here\n")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdecimal()):
            return Answer(411, b"say how long the request is\n")
        if len(length) > 9 or int(length) > request.MOST_BYTES:
            return Answer(413, b"the request is too long\n")
        return None

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)
        if answer.about:
            log.info("%d %.200s", answer.status, answer.about)

    @contextmanager
    def _cut_off_late(self) -> Iterator[None]:
        timer = threading.Timer(REQUEST_SECONDS, self._cut_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut_off(self) -> None:
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            log.debug("a late connection was gone already: %s", error)

    def log_message(self, format: str, *args: Any) -> None:
        """The library's own lines name addresses and repeat what strangers sent; ours are in `_send`."""
