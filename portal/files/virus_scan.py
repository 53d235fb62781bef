"""ClamAV by `clamd`: one file sent over its socket, one verdict back. No other tool of it is used.

    zINSTREAM\\0  then  length (4 bytes, big-endian) || bytes  ...  then  length 0
    answers `stream: OK\\0`, `stream: <signature> FOUND\\0`, or an error, which is never taken for a verdict

`unix:/run/clamav/clamd.ctl` or `host:port`. Over the network it speaks in clear: keep it on the same machine.
"""

import re
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

PIECE = 256 * 1024
MOST_ANSWER = 4096
CONNECT_SECONDS = 3.0
FOUND = re.compile(rb"stream: [^\x00-\x1f]+ FOUND")


class Scan(StrEnum):
    """What is known of a file."""

    WAITING = "waiting"  # in quarantine: nobody gets it until the scanner has answered
    CLEAN = "clean"
    UNSCANNED = "unscanned"  # taken while no scanner was configured
    FOUND = "found"  # malware: the bytes are destroyed


OPENABLE = frozenset({Scan.CLEAN, Scan.UNSCANNED})


class ScannerSilent(Exception):
    """No verdict: not reachable, too slow, or an answer that is none."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """Where it listens, and for how long one file may take."""

    address: str
    seconds: float = 30.0

    def scan(self, pieces: Iterable[bytes]) -> Scan:
        """CLEAN or FOUND. Raises ScannerSilent; that is never to be read as clean."""
        until = time.monotonic() + self.seconds
        try:
            with self._connected() as wire:
                self._send(wire, pieces, until)
                answer = self._answer(wire, until)
        except OSError as error:
            raise ScannerSilent(type(error).__name__) from None
        if answer == b"stream: OK":
            return Scan.CLEAN
        if FOUND.fullmatch(answer):
            return Scan.FOUND
        raise ScannerSilent("unexpected answer")

    def _connected(self) -> socket.socket:
        if self.address.startswith("unix:"):
            wire = socket.socket(socket.AF_UNIX)
            wire.settimeout(CONNECT_SECONDS)
            try:
                wire.connect(self.address.removeprefix("unix:"))
            except OSError:
                wire.close()
                raise
            return wire
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS)

    def _send(self, wire: socket.socket, pieces: Iterable[bytes], until: float) -> None:
        _hurry(wire, until)
        wire.sendall(b"zINSTREAM\0")
        for piece in pieces:
            for start in range(0, len(piece), PIECE):
                part = piece[start : start + PIECE]
                _hurry(wire, until)
                wire.sendall(struct.pack(">I", len(part)) + part)
        wire.sendall(struct.pack(">I", 0))

    def _answer(self, wire: socket.socket, until: float) -> bytes:
        answer = b""
        while b"\0" not in answer and len(answer) < MOST_ANSWER:
            _hurry(wire, until)
            more = wire.recv(MOST_ANSWER)
            if not more:
                break
            answer += more
        whole, ended, _rest = answer.partition(b"\0")
        return whole if ended else b""


def _hurry(wire: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    wire.settimeout(left)
