"""A wire between a publisher and PostgreSQL that can be cut at any statement, before it or after its answer.

It speaks no more of the protocol than where a message ends (PostgreSQL's frontend/backend protocol, version 3). A step
is what the client waits for: a statement with its parameters, a simple query, a piece of COPY data, its end. At the
step that is armed the wire either passes nothing on ("before": failed and not stored) or passes it on, waits for the
server's answer and keeps that to itself ("after": stored, and nobody was told), then hangs up both ways. Or it calls
somebody first, who may kill or stop the process that waits.
"""

import select
import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from portal.pilot.postgres import USER, EmbeddedPostgres

SOCKET = ".s.PGSQL.5432"
ENDS_A_STEP = b"QSdc"  # simple query, sync, copy data, copy done
ANSWERED = b"ZG"  # ready for query, begin of copy in
HAS_NO_ANSWER = b"dc"


class Cut(Exception):
    """The wire has hung up."""


class Wire:
    def __init__(self, server: Path, folder: Path) -> None:
        self._server = server
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(str(folder / SOCKET))
        self._listening.listen()
        self._at: int | None = None
        self._when = ""
        self._call: Callable[[], None] | None = None
        self.steps = 0
        self.broken = threading.Event()
        self._open = threading.Event()
        self._open.set()
        self.url = f"postgresql+psycopg://{USER}@/portal_test?host={quote(str(folder), safe='')}"
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, step: int, when: str, call: Callable[[], None] | None = None) -> None:
        """Hang up at this step from now, the first being 1; `call` is made at that moment."""
        self.broken.clear()
        self.steps, self._at, self._when, self._call = 0, step, when, call

    def hold(self) -> None:
        """Pass nothing on until `let_go`: whoever is to be called may need to know who is at the other end."""
        self._open.clear()

    def let_go(self) -> None:
        self._open.set()

    def disarm(self) -> bool:
        """Pass everything on again; whether it had come to the step."""
        self._at = None
        return self.broken.is_set()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with client, server:
            try:
                server.connect(str(self._server))
                server.sendall(_startup(client))
                self._pass_on(client, server)
            except (OSError, Cut):
                return

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        waiting, group = b"", b""
        while True:
            readable, _, _ = select.select([client, server], [], [])
            if server in readable:
                client.sendall(_some(server))
            if client in readable:
                waiting += _some(client)
                while (message := _whole(waiting)) is not None:
                    waiting, group = waiting[len(message) :], group + message
                    if message[0] in ENDS_A_STEP:
                        self._step(group, message[0], server)
                        group = b""
                    elif message[:1] == b"X":
                        raise Cut

    def _step(self, group: bytes, kind: int, server: socket.socket) -> None:
        self._open.wait()
        self.steps += 1
        if self.steps != self._at:
            server.sendall(group)
            return
        self._at = None
        if self._when == "after":
            server.sendall(group)
            if kind not in HAS_NO_ANSWER:
                _await_answer(server)
        if self._call is not None:
            self._call()
        self.broken.set()
        raise Cut


@contextmanager
def wire_to(postgres: EmbeddedPostgres) -> Iterator[Wire]:
    with tempfile.TemporaryDirectory(prefix="wire") as folder:  # short: a socket's address has 107 bytes
        wire = Wire(postgres.socket / SOCKET, Path(folder))
        yield wire
        wire.close()


def _startup(client: socket.socket) -> bytes:
    data = b""
    while len(data) < 4 or len(data) < struct.unpack(">I", data[:4])[0]:
        data += _some(client)
    return data


def _whole(data: bytes) -> bytes | None:
    """The first message, if all of it is there: a type, a length that counts itself, and the rest."""
    if len(data) < 5:
        return None
    end = 1 + struct.unpack(">I", data[1:5])[0]
    return data[:end] if len(data) >= end else None


def _await_answer(server: socket.socket) -> None:
    data = b""
    while True:
        data += _some(server)
        while (message := _whole(data)) is not None:
            data = data[len(message) :]
            if message[0] in ANSWERED:
                return


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(1 << 20)
    if not data:
        raise Cut
    return data
