"""A server that speaks clamd's protocol, for tests: it knows one signature, and can be told to misbehave."""

import socketserver
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

MALWARE = b"MAU-MA-DOC-DE-THU"
STREAM_MAX = 25 * 1024 * 1024


@dataclass
class Clamd:
    """What it saw, and what it answers instead of a verdict."""

    address: str = ""
    seen: list[bytes] = field(default_factory=list)
    answer: bytes | None = None
    hang_up: bool = False
    hang: threading.Event | None = None


class _Talk(socketserver.StreamRequestHandler):
    clamd: Clamd

    def handle(self) -> None:
        if self._until_zero() != b"zINSTREAM":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        data = bytearray()
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
            if len(data) > STREAM_MAX:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        if self.clamd.hang:
            self.clamd.hang.wait(20)
        if self.clamd.hang_up:
            return
        self.clamd.seen.append(bytes(data))
        verdict = b"stream: Mau.Thu FOUND\0" if MALWARE in data else b"stream: OK\0"
        self.wfile.write(self.clamd.answer if self.clamd.answer is not None else verdict)

    def _until_zero(self) -> bytes:
        said = b""
        while (letter := self.rfile.read(1)) not in (b"\0", b""):
            said += letter
        return said


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def clamd(*, unix: bool = False) -> Iterator[Clamd]:
    """One that listens on 127.0.0.1, or on a socket file."""
    state = Clamd()
    talk = type("Talk", (_Talk,), {"clamd": state})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "clamd.ctl"))
        server: _Unix | _Tcp = _Unix(path, talk) if unix else _Tcp(("127.0.0.1", 0), talk)
        state.address = f"unix:{path}" if isinstance(server, _Unix) else f"127.0.0.1:{server.socket.getsockname()[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
